//! Access log: a line for each request, at info when the operator wants it, otherwise at debug.

use std::{net::IpAddr, time::Instant};

use axum::{extract::Request, http::StatusCode};

use super::{
    Shared,
    client::{self, Peer},
    middleware::RequestId,
};

/// Longest path in the log, in characters, because a client may send any length.
const PATH_MAX: usize = 256;

/// Log line of a request, written when the value is dropped.
pub(super) struct AccessLine {
    started: Instant,
    id: RequestId,
    method: String,
    /// Path without the query, because a query may contain variables.
    path: String,
    client: Option<IpAddr>,
    status: Option<StatusCode>,
    is_wanted: bool,
}

impl AccessLine {
    /// Starts a log line. `None` when it would not be logged.
    pub(super) fn begin(shared: &Shared, request: &Request, id: &RequestId) -> Option<Self> {
        let is_wanted = shared.http.access_log;
        if !is_wanted && !tracing::enabled!(tracing::Level::DEBUG) {
            return None;
        }
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        Some(Self {
            started: Instant::now(),
            id: id.clone(),
            method: request.method().as_str().chars().take(PATH_MAX).collect(),
            path: request.uri().path().chars().take(PATH_MAX).collect(),
            client: client::address(peer, request.headers(), &shared.access.trusted_proxies),
            status: None,
            is_wanted,
        })
    }

    /// Notes the status of the answer.
    pub(super) fn answered(mut self, status: StatusCode) {
        self.status = Some(status);
    }
}

impl Drop for AccessLine {
    fn drop(&mut self) {
        let Self { id, method, path, .. } = self;
        let elapsed_ms = (self.started.elapsed().as_secs_f64() * 1_000_000.0).round() / 1000.0;
        let client = self.client.map(tracing::field::display);
        let status = self.status.map(|status| status.as_u16());
        let what = if status.is_some() { "Answered" } else { "Given up: the client has gone" };
        // The line itself contains the id, because the filter may leave the span out.
        if self.is_wanted {
            tracing::info!(
                target: "liaison::access",
                { request.id = %id.0, method, path, status, elapsed_ms, client },
                "{what}"
            );
        } else {
            tracing::debug!(request.id = %id.0, method, path, status, elapsed_ms, client, "{what}");
        }
    }
}
