//! Liveness and readiness.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{extract::State, http::StatusCode};
use tokio::sync::Mutex;

use super::Shared;
use crate::storage::Db;

/// How long an answer of the database holds: anybody may ask, as often as the network lets through.
const HOLDS_FOR: Duration = Duration::from_secs(1);

/// What the database said when it was asked last.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, Database)>>);

/// Whether the database does what requests need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Database {
    Fine,
    /// A standby, or a server that was told to take no writes.
    ReadOnly,
    Gone,
}

impl Readiness {
    /// Of those who ask at the same time, one asks the database.
    async fn of(&self, db: &Db) -> Database {
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

/// The process runs.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The database answers and takes writes, and the server is not stopping. It serves only after migrating, so that is
/// done, too.
pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    if *shared.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match shared.readiness.of(&shared.domain.db).await {
        Database::Fine => (StatusCode::OK, "ready\n"),
        Database::ReadOnly => (StatusCode::SERVICE_UNAVAILABLE, "the database takes no writes\n"),
        Database::Gone => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
