//! Liveness and readiness.

use std::sync::Arc;

use axum::{extract::State, http::StatusCode};

use super::{Shared, readiness::Database};

/// Answers as long as the process runs.
pub(super) async fn live() -> &'static str {
    "ok\n"
}

/// Answers whether the database accepts writes and the server is not stopping. Migrations are done, because the server
/// starts after them.
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
