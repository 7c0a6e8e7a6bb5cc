//! The command line: one file per subcommand.

mod demo;
mod healthcheck;
mod logging;
mod migrate;
mod schema;
mod serve;

use clap::{Parser, Subcommand};

/// Liaison: a self-hosted contacts server with a GraphQL API, on SQLite or PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "liaison", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API; migrates the database first
    Serve(serve::Serve),
    /// Create or update the database's tables
    Migrate(migrate::Migrate),
    /// Print the GraphQL schema
    Schema,
    /// Fill an empty database with people, companies and interactions
    Demo(demo::Demo),
    /// Ask a running server whether it is ready; for containers
    Healthcheck(healthcheck::Healthcheck),
}

impl Cli {
    /// Runs the subcommand.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve(serve) => serve.run().await,
            Command::Migrate(migrate) => migrate.run().await,
            Command::Schema => schema::run(),
            Command::Demo(demo) => demo.run().await,
            Command::Healthcheck(healthcheck) => healthcheck.run().await,
        }
    }
}
