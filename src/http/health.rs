//! Liveness and readiness.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{extract::State, http::StatusCode};
use tokio::sync::Mutex;

use super::Shared;
use crate::db::Db;

/// How long an answer of the database holds: anybody may ask, as often as the network lets through.
const HOLDS_FOR: Duration = Duration::from_secs(1);

/// Whether the database answered when it was asked last.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<(Instant, bool)>>);

impl Readiness {
    /// Of those who ask at the same time, one asks the database.
    async fn is_database_there(&self, db: &Db) -> bool {
        let mut last = self.0.lock().await;
        if let Some((since, is_there)) = *last
            && since.elapsed() < HOLDS_FOR
        {
            return is_there;
        }
        let answered = db.reader().ping().await;
        if let Err(cause) = &answered {
            tracing::warn!(%cause, "The database does not answer");
        }
        *last = Some((Instant::now(), answered.is_ok()));
        answered.is_ok()
    }
}

/// The process runs.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The database answers, and the server is not stopping. It serves only after migrating, so that is done, too.
pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    if *shared.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    if shared.readiness.is_database_there(&shared.domain.db).await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
    }
}
