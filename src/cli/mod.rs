//! The command line: one file per subcommand.

mod audit;
mod demo;
mod healthcheck;
mod key;
mod logging;
mod migrate;
mod operator;
mod schema;
mod serve;
mod stop;
mod user;

use std::ffi::OsStr;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, builder::Resettable};

/// The version, and the commit that it was built from where that is known.
pub const VERSION: &str = env!("LIAISON_VERSION");

/// Liaison: a self-hosted contacts server with a GraphQL API, on SQLite or PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "liaison", version = VERSION, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API; migrates the database first
    Serve(Box<serve::Serve>),
    /// Create or update the database's tables
    Migrate(migrate::Migrate),
    /// Print the GraphQL schema
    Schema,
    /// Fill an empty database with people, companies and interactions
    Demo(demo::Demo),
    /// Create users, give them roles, and let them in again
    User(user::User),
    /// Make, list and revoke API keys
    Key(key::Key),
    /// Print the record of who was let in and who was not, as JSON lines, newest first
    Audit(audit::Audit),
    /// Ask a running server whether it is ready; for containers
    Healthcheck(healthcheck::Healthcheck),
}

impl Cli {
    /// Reads the arguments and the environment. Ends the process when they are wrong.
    pub fn read() -> Self {
        let matches = without_empty_variables(Self::command()).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// Runs the subcommand.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            // It has more to do when it is asked to stop.
            Command::Serve(serve) => serve.run().await,
            Command::Migrate(migrate) => stop::unless_stopped(migrate.run()).await,
            Command::Schema => schema::run(),
            Command::Demo(demo) => stop::unless_stopped(demo.run()).await,
            Command::User(user) => stop::unless_stopped(user.run()).await,
            Command::Key(key) => stop::unless_stopped(key.run()).await,
            Command::Audit(audit) => stop::unless_stopped(audit.run()).await,
            Command::Healthcheck(healthcheck) => stop::unless_stopped(healthcheck.run()).await,
        }
    }
}

/// A variable that is empty, as in `LIAISON_X=${X:-}`, counts as not set. An empty `DATABASE_URL` does not: instead of the
/// database that was meant, an empty one would be served.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| {
        name.to_string_lossy().starts_with("LIAISON_") && std::env::var_os(name).is_some_and(|value| value.is_empty())
    };
    let command = command.mut_args(|argument| match argument.get_env() {
        Some(name) if is_empty(name) => argument.env(Resettable::<clap::builder::OsStr>::Reset),
        _ => argument,
    });
    command.mut_subcommands(without_empty_variables)
}
