//! Making a backup.

use std::io::{self, BufWriter};

use super::{
    archive,
    error::Error,
    folder::{self, WorkFolder},
    manifest::Manifest,
    postgres, sqlite,
    target::Target,
    task,
};
use crate::config::DatabaseConfig;

/// Backs a database up, as it is at one moment. Others may go on reading and writing.
pub async fn back_up(config: &DatabaseConfig, target: Target) -> Result<Manifest, Error> {
    let (folder, path) = match &target {
        Target::Stdout => (std::env::temp_dir(), None),
        Target::File(path, overwrite) => {
            folder::refuse_existing(path, *overwrite)?;
            (folder::of(path), Some((path.clone(), *overwrite)))
        }
    };
    let work = WorkFolder::make(&folder, "backup")?;
    let (mut manifest, database) =
        if config.is_sqlite() { sqlite::copy(config, &work).await? } else { postgres::dump(config, &work).await? };
    task::blocking(move |_waiter| {
        match path {
            None => archive::write(&mut manifest, &database, &mut BufWriter::new(io::stdout().lock()))?,
            Some((path, overwrite)) => work
                .publish(&path, overwrite, |out| archive::write(&mut manifest, &database, &mut BufWriter::new(out)))?,
        }
        Ok(manifest)
    })
    .await
}
