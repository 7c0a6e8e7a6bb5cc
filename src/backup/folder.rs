//! Files of backups: work folders, and names that appear only with what is complete.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use super::{error::Error, target::Overwrite};

/// Beginning of the names of work folders.
pub(super) const WORK: &str = ".liaison-";

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
