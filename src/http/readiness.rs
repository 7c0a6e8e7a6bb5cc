//! Readiness: whether the database was there a moment ago.

use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use crate::storage::Db;

/// How long an answer of the database holds: anybody may ask, as often as the network lets through.
const HOLDS_FOR: Duration = Duration::from_secs(1);

/// The database's last answer.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, Database)>>);

/// The state of the database, as far as requests need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Database {
    Fine,
    /// A standby, or a server that was told to take no writes.
    ReadOnly,
    Gone,
}

impl Readiness {
    /// The state of the database; of several calls at the same time, one asks it.
    pub(super) async fn of(&self, db: &Db) -> Database {
        let mut last = self.0.lock().await;
        if let Some((since, database)) = *last
            && since.elapsed() < HOLDS_FOR
        {
            return database;
        }
        let database = match db.is_writable().await {
            Ok(true) => Database::Fine,
            Ok(false) => {
                tracing::warn!("The database takes no writes");
                Database::ReadOnly
            }
            Err(cause) => {
                tracing::warn!(%cause, "The database does not answer");
                Database::Gone
            }
        };
        *last = Some((Instant::now(), database));
        database
    }
}
