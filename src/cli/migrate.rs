//! `liaison migrate`.

use anyhow::Context;
use clap::Args;

use super::logging;
use crate::{
    app,
    config::{DatabaseArgs, LogFormat},
    domain::rekey,
};

/// Create or update the database's tables and its search keys
#[derive(Debug, Args)]
pub(super) struct Migrate {
    #[command(flatten)]
    database: DatabaseArgs,
}

impl Migrate {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        logging::start(LogFormat::Auto);
        let database = self.database.config().map_err(anyhow::Error::msg)?;
        let db = app::open_database(&database).await.context("The database could not be migrated")?;
        rekey::finish(&db).await.context("The search keys could not be rebuilt")?;
        db.close().await?;
        tracing::info!("The database is up to date");
        Ok(())
    }
}
