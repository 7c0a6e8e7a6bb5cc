//! Looks for damage and contradictions in a database and its settings, and mends what is derived from something else.
//!
//! Nothing is migrated or written unless that is asked for. Mending is done in bounded transactions, beside a server that
//! may be running; only SQLite's search entries are written anew in one.

mod checks;
mod entries;
mod integrity;
mod keys;
mod report;
mod rows;
mod settings;

use std::sync::Arc;

pub use self::report::{Error, Finding, Mode, Report, Severity};
use crate::{
    config::DatabaseConfig,
    storage::{Db, OpenError, SqliteFile, applied_migrations, known_migrations},
};

/// Examines a database. Findings are in the order of the checks: the first ones may be the cause of those after them.
pub async fn examine(config: &DatabaseConfig, mode: Mode) -> Result<Report, Error> {
    let mut report = Report::default();
    if config.is_sqlite() {
        let file = SqliteFile::of(config)?;
        if !file.path().exists() {
            return Err(Error::Missing(file.path().to_owned()));
        }
        integrity::of_file(file, mode, &mut report).await?;
        if report.has_problems() {
            // Other checks are skipped, because reads of a damaged file may be wrong, and writes misplaced.
            return Ok(report);
        }
    }
    let db = Db::connect(config).await.map_err(|cause| OpenError::new(config, &cause))?;
    let examined = all(&db, mode, &mut report).await;
    db.close().await?;
    examined.map(|()| report)
}

async fn all(db: &Db, mode: Mode, report: &mut Report) -> Result<(), Error> {
    let (known, applied) = (known_migrations(), applied_migrations(db.reads()).await?);
    let is_current = known.iter().all(|known| applied.contains(known)) && applied.len() == known.len();
    report.add(
        "schema",
        (!is_current).then(|| {
            Finding::problem(1, "The tables are not those of this program.".to_owned())
                .mend("`liaison migrate` brings older ones up to date; newer ones need a newer program.")
        }),
    );
    if !is_current {
        return Ok(());
    }
    // Two of them would write the same difference twice.
    let lock = if mode == Mode::Mend { db.lock_keys().await?.map(Arc::new) } else { None };
    if mode == Mode::Mend && lock.is_none() {
        return Err(Error::Busy);
    }
    settings::examine(db, report).await?;
    if !db.config().is_sqlite() {
        integrity::of_server(db, mode, report).await?;
    }
    keys::examine(db, mode, report).await?;
    rows::examine(db, mode, report).await?;
    if db.config().is_sqlite() {
        entries::examine(db, mode, report).await?;
    }
    integrity::references(db, report).await?;
    drop(lock);
    Ok(())
}
