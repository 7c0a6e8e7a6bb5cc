//! Backups of a database that is in use, and their restore.
//!
//! A backup shows one moment. It is checked before it has its name, and again before anything of it is used. A restore
//! changes nothing until all of it is ready, and keeps what was there before.

mod archive;
mod error;
mod folder;
mod manifest;
mod postgres;
mod sqlite;
mod task;

use std::{
    io::{self, BufReader, BufWriter, Read},
    path::{Path, PathBuf},
};

use self::folder::WorkFolder;
pub use self::{
    error::Error,
    folder::back_up_into,
    manifest::{DatabaseKind, FeedPlace, Manifest},
};
use crate::config::DatabaseConfig;

/// Tables whose rows make a database one that is not empty.
const CONTENT: [&str; 3] = ["users", "contacts", "companies"];

/// Where a backup goes.
#[derive(Clone, Debug)]
pub enum Target {
    /// A file, which may replace another one only where that is wanted.
    File(PathBuf, Overwrite),
    /// Standard output.
    Stdout,
}

/// What becomes of a file that exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// It is replaced, once the new one is complete.
    Yes,
    /// It stays, and there is no backup.
    No,
}

/// Outcome of a restore.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What was restored.
    pub manifest: Manifest,
    /// Where that is kept which was there before; none where nothing was.
    pub kept: Option<PathBuf>,
}

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
    task::blocking(move |_is_wanted| {
        match path {
            None => archive::write(&mut manifest, &database, &mut BufWriter::new(io::stdout().lock()))?,
            Some((path, overwrite)) => work
                .publish(&path, overwrite, |out| archive::write(&mut manifest, &database, &mut BufWriter::new(out)))?,
        }
        Ok(manifest)
    })
    .await
}

/// Restores a backup. `file` is `-` for standard input. What the database has is replaced only where that is wanted, and
/// kept.
pub async fn restore(config: &DatabaseConfig, file: &Path, overwrite: Overwrite) -> Result<Restored, Error> {
    if config.is_sqlite() {
        sqlite::restore(config, file, overwrite).await
    } else {
        postgres::restore(config, file, overwrite).await
    }
}

/// Reads a backup of a database of this kind, and leaves the database in a file.
async fn unpack(file: &Path, into: &Path, kind: DatabaseKind) -> Result<Manifest, Error> {
    let (file, into) = (file.to_owned(), into.to_owned());
    task::blocking(move |_is_wanted| {
        let input: Box<dyn Read> = if file.as_os_str() == "-" {
            Box::new(io::stdin().lock())
        } else {
            Box::new(std::fs::File::open(&file).map_err(|cause| Error::file(&file, cause))?)
        };
        let mut out = folder::create_private(&into)?;
        let manifest = archive::read(&mut BufReader::new(input), &mut out)?;
        out.sync_all().map_err(|cause| Error::file(&into, cause))?;
        manifest.check(kind)?;
        Ok(manifest)
    })
    .await
}
