//! The command line: one file per subcommand.

mod audit;
mod backup;
mod completions;
mod demo;
mod doctor;
mod duplicates;
mod export;
mod healthcheck;
mod import;
mod key;
mod logging;
mod man;
mod migrate;
mod operator;
mod restore;
mod schema;
mod serve;
mod stop;
mod systemd;
mod user;
mod version;
mod webhook;

use std::ffi::OsStr;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, builder::Resettable, error::ErrorKind};

pub use version::VERSION;

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
    /// Fill a database with people, companies and interactions, and a login for each role
    Demo(demo::Demo),
    /// Bring contacts or companies in from a CSV, vCard or JSContact file
    Import(Box<import::Import>),
    /// Print groups of contacts that are likely one person, the most certain ones first
    Duplicates(duplicates::Duplicates),
    /// Create users, give them roles, and make links with which they sign in
    User(user::User),
    /// Make, list and revoke API keys
    Key(key::Key),
    /// List webhooks, send one a ping, or have it send again; the API creates them
    Webhook(Box<webhook::Webhook>),
    /// Print the audit record of sign-ins, refusals and changes of access, as JSON lines, newest first
    Audit(audit::Audit),
    /// Write contacts, companies or interactions to a file, as they are at one moment
    Export(export::ExportArgs),
    /// Back a database up, as it is at one moment, also while a server writes to it
    Backup(backup::Backup),
    /// Restore a backup into an empty database, or with --force in place of another one, which is kept
    Restore(restore::Restore),
    /// Look for damage and contradictions in a database and its settings, and mend what is derived
    Doctor(doctor::Doctor),
    /// Ask a running server whether it is ready; for containers
    Healthcheck(healthcheck::Healthcheck),
    /// Print what a shell needs to complete commands and flags
    Completions(completions::Completions),
    /// Print the manual's first page, or write all of its pages
    Man(man::Man),
}

/// Stack of a thread, twice the default, because reading a document recurses as deep as the depth limit allows.
const STACK_BYTES: usize = 4 * 1024 * 1024;

/// Runs the program. The runtime starts here and not in the binary, because a future is compiled by the crate that awaits
/// it: the binary would compile nearly the whole server a second time.
pub fn run() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build()?;
    // Runs on a thread of the runtime, because the system sets the first thread's stack size.
    runtime.block_on(async { tokio::spawn(Cli::read().run()).await? })
}

impl Cli {
    /// Reads the arguments and the environment. Ends the process when they are wrong.
    pub fn read() -> Self {
        let read = without_empty_variables(Self::command()).try_get_matches();
        read.and_then(|matches| Self::from_arg_matches(&matches)).unwrap_or_else(|error| without_secrets(error).exit())
    }

    /// Runs the subcommand.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            // `serve` handles the signal itself, because it has more to do when it stops.
            Command::Serve(serve) => serve.run().await,
            Command::Migrate(migrate) => stop::unless_stopped(migrate.run()).await,
            Command::Schema => schema::run(),
            Command::Demo(demo) => Box::pin(stop::unless_stopped(demo.run())).await,
            Command::Import(import) => Box::pin(stop::unless_stopped(import.run())).await,
            Command::Duplicates(duplicates) => Box::pin(stop::unless_stopped(duplicates.run())).await,
            Command::User(user) => stop::unless_stopped(user.run()).await,
            Command::Key(key) => stop::unless_stopped(key.run()).await,
            Command::Webhook(webhook) => Box::pin(stop::unless_stopped(webhook.run())).await,
            Command::Audit(audit) => stop::unless_stopped(audit.run()).await,
            Command::Export(export) => stop::unless_stopped(export.run()).await,
            Command::Backup(backup) => Box::pin(stop::unless_stopped(backup.run())).await,
            Command::Restore(restore) => Box::pin(stop::unless_stopped(restore.run())).await,
            Command::Doctor(doctor) => Box::pin(stop::unless_stopped(doctor.run())).await,
            Command::Healthcheck(healthcheck) => stop::unless_stopped(healthcheck.run()).await,
            Command::Completions(completions) => completions.run(Self::command()),
            Command::Man(man) => man.run(Self::command()),
        }
    }
}

/// Hides URLs in clap's error, which quotes a misplaced argument and with it perhaps a password.
fn without_secrets(error: clap::Error) -> clap::Error {
    let text = error.to_string();
    let quotes_nothing = !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if quotes_nothing || !text.contains("://") {
        return error;
    }
    let lines: Vec<String> = text.lines().map(redacted).collect();
    let message = lines.join("\n");
    clap::Error::raw(error.kind(), format!("{}\n", message.strip_prefix("error: ").unwrap_or(&message)))
}

/// Hides a URL's user part and parameters in a line. The user part may contain blanks, quotes and slashes.
fn redacted(line: &str) -> String {
    let Some((scheme, rest)) = line.split_once("://") else { return line.to_owned() };
    let (user, rest) = rest.rsplit_once('@').map_or(("", rest), |(_user, rest)| ("…@", rest));
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let hidden = parameters.find(['\'', ' ']).map_or(parameters, |end| parameters.split_at(end).0);
    let parameters = parameters.strip_prefix(hidden).unwrap_or_default();
    let mark = if hidden.is_empty() { "" } else { "?…" };
    format!("{scheme}://{user}{address}{mark}{parameters}")
}

/// Ignores empty variables, as in `LIAISON_X=${X:-}`. An empty `DATABASE_URL` counts as set. Otherwise the server would
/// start with an empty database instead of the intended one.
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
