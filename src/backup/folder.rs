//! Files of backups: work folders, names that appear only with what is complete, and a folder of the newest ones.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{Error, Manifest, Overwrite, Target};
use crate::{clock::Clock, config::DatabaseConfig};

/// Beginning of the names of work folders.
const WORK: &str = ".liaison-";
/// Beginning and end of the names of backups in a folder of them.
const PREFIX: &str = "liaison-";
const SUFFIX: &str = ".tar";
/// Time in such a name. Names are in the order of their times.
const TIME: &str = "%Y%m%dT%H%M%SZ";

/// A folder for files that are not complete yet. It is removed with the value.
#[derive(Debug)]
pub(super) struct WorkFolder(TempDir);

impl WorkFolder {
    /// Makes one in a folder, which only this user may read.
    pub(super) fn make(folder: &Path, of: &str) -> Result<Self, Error> {
        let made = tempfile::Builder::new().prefix(&format!("{WORK}{of}-")).tempdir_in(folder);
        made.map(Self).map_err(|cause| Error::file(folder, cause))
    }

    /// A file in it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and gives it its name when all of it is on the disk.
    pub(super) fn publish(
        &self,
        path: &Path,
        overwrite: Overwrite,
        write: impl FnOnce(&File) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let unfinished = self.file("unfinished");
        let file = create_private(&unfinished)?;
        write(&file)?;
        file.sync_all().map_err(|cause| Error::file(path, cause))?;
        let named = match overwrite {
            Overwrite::Yes => fs::rename(&unfinished, path),
            // Unlike a rename it fails where the name is taken.
            Overwrite::No => fs::hard_link(&unfinished, path),
        };
        named.map_err(|cause| taken_or(path, cause))?;
        sync_folder_of(path)
    }
}

/// Creates a file that only this user may read.
pub(super) fn create_private(path: &Path) -> Result<File, Error> {
    let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    created.map_err(|cause| Error::file(path, cause))
}

/// Refuses a name that is taken.
pub(super) fn refuse_existing(path: &Path, overwrite: Overwrite) -> Result<(), Error> {
    if overwrite == Overwrite::No && path.symlink_metadata().is_ok() {
        return Err(taken_or(path, io::ErrorKind::AlreadyExists.into()));
    }
    Ok(())
}

fn taken_or(path: &Path, cause: io::Error) -> Error {
    if cause.kind() == io::ErrorKind::AlreadyExists {
        return Error::Refused(format!("{} exists already; --force replaces it.", path.display()));
    }
    Error::file(path, cause)
}

/// The folder that a file is in.
pub(super) fn of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

/// Makes sure that a new name survives a failure of the machine.
pub(super) fn sync_folder_of(path: &Path) -> Result<(), Error> {
    let folder = of(path);
    File::open(&folder).and_then(|opened| opened.sync_all()).map_err(|cause| Error::file(&folder, cause))
}

/// Backs a database up into a folder, under the time as its name, and removes all but the newest `keep` backups there.
pub async fn back_up_into(config: &DatabaseConfig, folder: &Path, keep: usize) -> Result<(Manifest, PathBuf), Error> {
    // Held until the end. A second backup into the folder would take this one's work for abandoned.
    let lock = File::open(folder).map_err(|cause| Error::file(folder, cause))?;
    lock.try_lock().map_err(|_taken| {
        Error::Refused(format!("Another backup into {} is running, or the folder cannot be locked.", folder.display()))
    })?;
    remove_abandoned(folder)?;
    let name = format!("{PREFIX}{}{SUFFIX}", Clock::default().now().format(TIME));
    let path = folder.join(name);
    let manifest = super::back_up(config, Target::File(path.clone(), Overwrite::No)).await?;
    for old in older(folder, keep)? {
        fs::remove_file(&old).map_err(|cause| Error::file(&old, cause))?;
    }
    drop(lock);
    Ok((manifest, path))
}

/// Removes the work of backups that were killed.
fn remove_abandoned(folder: &Path) -> Result<(), Error> {
    for (name, path) in names(folder)? {
        if name.starts_with(WORK) && path.is_dir() {
            fs::remove_dir_all(&path).map_err(|cause| Error::file(&path, cause))?;
        }
    }
    Ok(())
}

/// The backups in a folder but for the newest ones. Files with other names are left alone.
fn older(folder: &Path, keep: usize) -> Result<Vec<PathBuf>, Error> {
    let is_backup = |name: &str| {
        let time = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
        time.is_some_and(|time| chrono::NaiveDateTime::parse_from_str(time, TIME).is_ok())
    };
    let mut backups: Vec<_> = names(folder)?.into_iter().filter(|(name, _)| is_backup(name)).collect();
    backups.sort();
    let old = backups.len().saturating_sub(keep);
    Ok(backups.into_iter().take(old).map(|(_, path)| path).collect())
}

fn names(folder: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    let failed = |cause| Error::file(folder, cause);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        names.extend(entry.file_name().into_string().ok().map(|name| (name, entry.path())));
    }
    Ok(names)
}
