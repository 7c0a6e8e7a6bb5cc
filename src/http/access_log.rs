//! Access log: a line for each request, at info when the operator wants it, otherwise at debug.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::Instant,
};

use axum::{body::HttpBody, extract::Request, http::StatusCode, response::Response};
use tracing::field::display;
use uuid::Uuid;

use super::{
    Shared,
    client::{self, Peer},
    middleware::RequestId,
};
use crate::{
    domain::Actor,
    telemetry::trace::{Trace, TraceId},
};

/// Longest path and longest name of an operation in the log, in characters, because a client may send any length.
const TEXT_MAX: usize = 256;

/// Facts of a request that are learned while it is answered. They are an extension of requests that are logged.
#[derive(Clone, Debug, Default)]
pub(super) struct Notes(Arc<Noted>);

#[derive(Debug, Default)]
struct Noted {
    operation: OnceLock<String>,
    caller: OnceLock<(Option<Uuid>, Option<Uuid>)>,
}

impl Notes {
    /// Notes the operation of a valid document.
    pub(super) fn operation(&self, name: Option<&str>) {
        if let Some(name) = name {
            self.0.operation.get_or_init(|| name.chars().take(TEXT_MAX).collect());
        }
    }

    /// Notes who asks.
    pub(super) fn caller(&self, actor: &Actor) {
        self.0.caller.get_or_init(|| (actor.user_id, actor.key_id));
    }
}

/// Log line of a request, written when the value is dropped.
pub(super) struct AccessLine {
    started: Instant,
    id: RequestId,
    trace: Option<TraceId>,
    method: String,
    /// Path without the query, because a query may contain variables.
    path: String,
    client: Option<IpAddr>,
    notes: Notes,
    answered: Option<(StatusCode, Option<u64>)>,
    is_wanted: bool,
}

impl AccessLine {
    /// Starts a log line. `None` when it would not be logged.
    pub(super) fn begin(shared: &Shared, request: &mut Request, id: &RequestId, trace: Option<Trace>) -> Option<Self> {
        let is_wanted = shared.http.access_log;
        if !is_wanted && !tracing::enabled!(tracing::Level::DEBUG) {
            return None;
        }
        let notes = Notes::default();
        request.extensions_mut().insert(notes.clone());
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        Some(Self {
            started: Instant::now(),
            id: id.clone(),
            trace: trace.map(Trace::id),
            method: request.method().as_str().chars().take(TEXT_MAX).collect(),
            path: request.uri().path().chars().take(TEXT_MAX).collect(),
            client: client::address(peer, request.headers(), &shared.access.trusted_proxies),
            notes,
            answered: None,
            is_wanted,
        })
    }

    /// Notes the status of the answer, and its length unless it is streamed.
    pub(super) fn answered(mut self, response: &Response) {
        self.answered = Some((response.status(), response.body().size_hint().exact()));
    }
}

impl Drop for AccessLine {
    fn drop(&mut self) {
        let Self { id, method, path, .. } = self;
        let elapsed_ms = (self.started.elapsed().as_secs_f64() * 1_000_000.0).round() / 1000.0;
        let client = self.client.map(display);
        let status = self.answered.map(|(status, _)| status.as_u16());
        let bytes = self.answered.and_then(|(_, bytes)| bytes);
        let operation = self.notes.0.operation.get();
        let (user_id, key_id) = self.notes.0.caller.get().copied().unwrap_or_default();
        let (user_id, key_id, trace) = (user_id.map(display), key_id.map(display), self.trace.map(display));
        let what = if status.is_some() { "Answered" } else { "Given up: the client has gone" };
        // The line itself contains the id, because the filter may leave the span out.
        if self.is_wanted {
            tracing::info!(
                target: "liaison::access",
                { request.id = %id.0, trace.id = trace, method, path, operation, user.id = user_id, key.id = key_id, status, bytes, elapsed_ms, client },
                "{what}"
            );
        } else {
            tracing::debug!(
                { request.id = %id.0, trace.id = trace, method, path, operation, user.id = user_id, key.id = key_id, status, bytes, elapsed_ms, client },
                "{what}"
            );
        }
    }
}
