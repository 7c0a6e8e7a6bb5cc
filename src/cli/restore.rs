//! `liaison restore`.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;

use super::{backup::described, logging};
use crate::{
    backup::{self, Overwrite},
    config::DatabaseArgs,
};

/// Restore a backup into an empty database, or with --force in place of another one, which is kept
///
/// Clients that follow the change feed then load their records again, and everybody signs in again.
#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    database: DatabaseArgs,

    /// Backup to restore, or - for standard input
    file: PathBuf,

    /// Replace a database that is not empty; what it has is kept, and its place is printed
    #[arg(long)]
    force: bool,
}

impl Restore {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        logging::start_quietly();
        let database = self.database.config().map_err(anyhow::Error::msg)?;
        let overwrite = if self.force { Overwrite::Yes } else { Overwrite::No };
        let restored = backup::restore(&database, &self.file, overwrite).await?;
        let mut out = io::stdout();
        writeln!(out, "Restored {}", described(&restored.manifest))?;
        if let Some(kept) = restored.kept {
            writeln!(out, "What was there before is kept in {}", kept.display())?;
        }
        writeln!(
            out,
            "Everybody has to sign in again. API keys that were revoked after the backup are valid again: see `liaison \
             key list`."
        )?;
        Ok(())
    }
}
