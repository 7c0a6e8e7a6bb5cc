//! `liaison backup`.

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::Args;

use super::logging;
use crate::{
    backup::{self, Manifest, Overwrite, Target},
    config::DatabaseArgs,
};

/// Back a database up, as it is at one moment, also while a server writes to it
#[derive(Debug, Args)]
pub(super) struct Backup {
    #[command(flatten)]
    database: DatabaseArgs,

    /// File to write, or - for standard output
    #[arg(required_unless_present = "directory", conflicts_with = "directory")]
    file: Option<PathBuf>,

    /// Replace the file if it exists
    #[arg(long)]
    force: bool,

    /// Write into this folder instead, under the time as the name
    #[arg(long, value_name = "DIR")]
    directory: Option<PathBuf>,

    /// Backups to keep in the folder; older ones are removed when the new one is complete
    #[arg(long, value_name = "N", default_value_t = 14, value_parser = clap::value_parser!(u16).range(1..), requires = "directory")]
    keep: u16,
}

impl Backup {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        logging::start_quietly();
        let database = self.database.config().map_err(anyhow::Error::msg)?;
        if let Some(folder) = self.directory {
            let (manifest, path) = backup::back_up_into(&database, &folder, self.keep.into()).await?;
            return tell(&manifest, &path.display().to_string());
        }
        let overwrite = if self.force { Overwrite::Yes } else { Overwrite::No };
        let (target, name) = match self.file {
            Some(path) if path.as_os_str() != "-" => {
                let name = path.display().to_string();
                (Target::File(path, overwrite), name)
            }
            _ => (Target::Stdout, "standard output".to_owned()),
        };
        let manifest = backup::back_up(&database, target).await?;
        tell(&manifest, &name)
    }
}

/// Says what was backed up, on standard error, because standard output may be the backup.
fn tell(manifest: &Manifest, to: &str) -> anyhow::Result<()> {
    Ok(writeln!(io::stderr(), "Backed up {}, to {to}", described(manifest))?)
}

/// Describes the content of a backup in one line.
pub(super) fn described(manifest: &Manifest) -> String {
    let count = |table: &str| manifest.counts.get(table).copied().unwrap_or_default();
    let (contacts, companies, users) = (count("contacts"), count("companies"), count("users"));
    let (bytes, at) = (manifest.bytes, manifest.made_at.format("%Y-%m-%d %H:%M:%S UTC"));
    format!("{contacts} contacts, {companies} companies and {users} users of {at} ({bytes} bytes)")
}
