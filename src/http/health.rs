//! Liveness and readiness.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use super::Shared;

/// The process runs.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// The database answers, and the server is not stopping. It serves only after migrating, so that is done, too.
pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> (StatusCode, &'static str) {
    if *shared.stopping.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match shared.domain.db.reader().ping().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(cause) => {
            tracing::warn!(%cause, "The database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
