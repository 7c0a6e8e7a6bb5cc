//! A folder of the newest backups.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use super::{
    error::Error,
    folder::WORK,
    make::back_up,
    manifest::Manifest,
    target::{Overwrite, Target},
};
use crate::{clock::Clock, config::DatabaseConfig};

/// Beginning and end of the names of backups.
const PREFIX: &str = "liaison-";
const SUFFIX: &str = ".tar";
/// Time in such a name. Names are in the order of their times.
const TIME: &str = "%Y%m%dT%H%M%SZ";

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
    let manifest = back_up(config, Target::File(path.clone(), Overwrite::No)).await?;
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
