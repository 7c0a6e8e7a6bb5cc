//! Readiness: a cached answer of the database.

use std::time::{Duration, Instant};

use tokio::{sync::Mutex, time::timeout};

use crate::storage::Db;

/// Time for which the database's answer is cached, because anybody may ask at any rate.
const CACHED_FOR: Duration = Duration::from_secs(1);

/// Cached answer of the database.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, Database)>>);

/// State of the database, as far as requests need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Database {
    Fine,
    /// A standby, or a read-only server.
    ReadOnly,
    Gone,
}

impl Readiness {
    /// Returns the state of the database. Of concurrent calls, one asks the database.
    pub(super) async fn of(&self, db: &Db) -> Database {
        let mut last = self.0.lock().await;
        if let Some((since, database)) = *last
            && since.elapsed() < CACHED_FOR
        {
            return database;
        }
        // A server that hangs would otherwise answer as late as a statement may.
        let answer = timeout(db.config().acquire_timeout, db.is_writable()).await;
        let database = match answer {
            Ok(Ok(true)) => Database::Fine,
            Ok(Ok(false)) => {
                tracing::warn!("The database takes no writes");
                Database::ReadOnly
            }
            Ok(Err(cause)) => {
                tracing::warn!(%cause, "The database does not answer");
                Database::Gone
            }
            Err(_elapsed) => {
                tracing::warn!("The database does not answer in time");
                Database::Gone
            }
        };
        *last = Some((Instant::now(), database));
        database
    }
}
