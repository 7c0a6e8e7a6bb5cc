//! Backup and restore of SQLite's file.
//!
//! A restore prepares the new file beside the old one: it is checked, migrated, and begins its epoch there. Then one
//! rename puts it in the old one's place, so the database is whole at every moment.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use super::{
    error::Error,
    folder::{self, WorkFolder},
    manifest::{DatabaseKind, Manifest},
    target::{CONTENT, Overwrite, Restored},
    task::{self, Waiter},
    unpack::unpack,
};
use crate::{
    app,
    clock::Clock,
    config::DatabaseConfig,
    domain::restored,
    storage::{COMPANIONS, OpenError, SqliteFile, TakeError, TakenFile},
};

/// Copies the database into the work folder, checks the copy, and describes it.
pub(super) async fn copy(config: &DatabaseConfig, work: &WorkFolder) -> Result<(Manifest, PathBuf), Error> {
    let (path, made_at) = (work.file("liaison.db"), Clock::default().now());
    let (settings, to) = (config.clone(), path.clone());
    let copy = task::blocking(move |waiter| {
        drop(folder::create_private(&to)?);
        let failed = |cause| OpenError::new(&settings, &cause);
        let copy = SqliteFile::copy(&settings, &to, || waiter.is_gone()).map_err(failed)?;
        refuse_damaged(&copy, "The database", waiter)?;
        Ok(copy)
    })
    .await?;
    let db = copy.connect().await?;
    let manifest = Manifest::describe(&db, DatabaseKind::Sqlite, None, made_at).await;
    db.close().await?;
    Ok((manifest?, path))
}

/// Restores a backup of SQLite.
pub(super) async fn restore(config: &DatabaseConfig, file: &Path, overwrite: Overwrite) -> Result<Restored, Error> {
    let old = SqliteFile::of(config)?;
    // Asked now, because the rest takes long, and again when the file is replaced.
    drop(take(&old, overwrite)?);
    let work = WorkFolder::make(&folder::of(old.path()), "restore")?;
    let new = SqliteFile::at(work.file("liaison.db"));
    let manifest = unpack(file, new.path(), DatabaseKind::Sqlite).await?;
    prepare(config, &new, &manifest).await?;
    let (manifest, kept) = task::blocking(move |_waiter| {
        own_as(&old, new.path())?;
        let taken = take(&old, overwrite)?;
        let kept = replace(&old, new.path(), taken)?;
        drop(work);
        Ok((manifest, kept))
    })
    .await?;
    Ok(Restored { manifest, kept })
}

/// Checks the restored file, brings it up to date, and begins a new epoch of its feed.
async fn prepare(config: &DatabaseConfig, file: &SqliteFile, manifest: &Manifest) -> Result<(), Error> {
    let (new, mark) = (file.clone(), manifest.feed.map(|feed| restored::mark(feed.last())));
    task::blocking(move |waiter| {
        refuse_damaged(&new, "The backup", waiter)?;
        let open = Connection::open(new.path()).and_then(|file| file.execute_batch(&mark.unwrap_or_default()));
        open.map_err(|cause| Error::Damaged(cause.to_string()))
    })
    .await?;
    app::open_database(&DatabaseConfig { url: file.url(), ..config.clone() }).await?.close().await?;
    if !matches!(take(file, Overwrite::Yes)?, Old::Taken(_)) {
        return Err(Error::Refused("The restored file is not whole.".to_owned()));
    }
    File::open(file.path()).and_then(|file| file.sync_all()).map_err(|cause| Error::file(file.path(), cause))
}

fn refuse_damaged(file: &SqliteFile, what: &str, waiter: &Waiter) -> Result<(), Error> {
    let waiter = waiter.clone();
    let problems = match file.problems(move || waiter.is_gone()) {
        Ok(problems) => problems,
        Err(cause) => vec![cause.to_string()],
    };
    if problems.is_empty() {
        return Ok(());
    }
    Err(Error::Refused(format!("{what} is damaged: {}", problems.join("; "))))
}

/// State of the old file before a restore.
enum Old {
    Nothing,
    Taken(#[expect(dead_code, reason = "dropping it gives the file back")] TakenFile),
    /// A file that SQLite cannot open.
    Damaged,
}

/// Takes the old file. Refuses one that is in use, and one that is not empty unless it may be replaced.
fn take(old: &SqliteFile, overwrite: Overwrite) -> Result<Old, Error> {
    let path = old.path().display();
    if !old.path().exists() {
        return Ok(Old::Nothing);
    }
    let is_wanted = overwrite == Overwrite::Yes;
    match old.take() {
        Ok(taken) if is_wanted || !taken.has_rows(&CONTENT)? => Ok(Old::Taken(taken)),
        Err(TakeError::Damaged) if is_wanted => Ok(Old::Damaged),
        Ok(_) | Err(TakeError::Damaged) => {
            Err(Error::Refused(format!("{path} is not empty; --force replaces it, and keeps the old file.")))
        }
        Err(TakeError::InUse) => {
            Err(Error::Refused(format!("{path} is in use. Stop Liaison, and whatever else has it open.")))
        }
        Err(TakeError::Failed(cause)) => Err(cause.into()),
    }
}

/// Keeps the old file under another name, and gives its name to the new one.
fn replace(old: &SqliteFile, new: &Path, taken: Old) -> Result<Option<PathBuf>, Error> {
    let path = old.path();
    let kept = if matches!(taken, Old::Nothing) { None } else { Some(keep(old)?) };
    if matches!(taken, Old::Damaged) {
        // A log that nobody could merge into the old file would otherwise be merged into the new one.
        for ending in COMPANIONS {
            remove(&old.beside(ending))?;
        }
    }
    fs::rename(new, path).map_err(|cause| Error::file(path, cause))?;
    folder::sync_folder_of(path)?;
    // The lock is held until nobody can open the old file any more.
    drop(taken);
    Ok(kept)
}

/// Gives the old file, and what is beside it, a second name each.
fn keep(old: &SqliteFile) -> Result<PathBuf, Error> {
    let kept = SqliteFile::at(old.beside(&format!(".before-{}", Clock::default().now().format("%Y%m%dT%H%M%S%.6fZ"))));
    for ending in std::iter::once("").chain(COMPANIONS) {
        match fs::hard_link(old.beside(ending), kept.beside(ending)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(Error::file(kept.path(), cause)),
            _ => {}
        }
    }
    folder::sync_folder_of(kept.path())?;
    Ok(kept.path().to_owned())
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => Err(Error::file(path, cause)),
        _ => Ok(()),
    }
}

/// Gives the new file to the owner of the old one, or of the folder: root may restore what a service then opens.
fn own_as(old: &SqliteFile, new: &Path) -> Result<(), Error> {
    let failed = |cause| Error::file(new, cause);
    let model = fs::metadata(old.path()).or_else(|_missing| fs::metadata(folder::of(old.path())));
    let (model, own) = (model.map_err(failed)?, fs::metadata(new).map_err(failed)?);
    if own.uid() == 0 && (model.uid(), model.gid()) != (own.uid(), own.gid()) {
        chown(new, Some(model.uid()), Some(model.gid())).map_err(failed)?;
    }
    Ok(())
}
