//! `GET /metrics`, for Prometheus: on an address of its own, or with a token on that of the API.

mod collect;
mod looks;
mod process;

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use subtle::ConstantTimeEq;

pub use looks::Looks;

use super::{Shared, message::error_response, middleware};
use crate::{
    graphql::error::{ApiError, ErrorCode},
    telemetry,
};

/// Path of the metrics.
pub(super) const PATH: &str = "/metrics";

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");

/// Answers on the address of the API: only with a token, and unless there is an address for metrics.
pub(super) async fn beside_api(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let settings = &shared.http.metrics;
    if settings.metrics_token.is_none() || settings.metrics_listen.is_some() {
        return middleware::not_found(State(shared)).await;
    }
    get(State(shared), request).await
}

/// Answers with all metrics.
pub(super) async fn get(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if !is_allowed(&shared, &request) {
        let error =
            ApiError::new(ErrorCode::Unauthenticated, "Send the token of the metrics as Authorization: Bearer.");
        let mut response = error_response(StatusCode::UNAUTHORIZED, &error, None);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        return response;
    }
    let samples = collect::collect(&shared).await;
    match telemetry::render(&samples) {
        Some(text) => {
            ([(header::CONTENT_TYPE, MEDIA_TYPE), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], text)
                .into_response()
        }
        None => middleware::not_found(State(shared)).await,
    }
}

/// Compares the token without telling by its time how much of it is right.
fn is_allowed(shared: &Shared, request: &Request) -> bool {
    let Some(token) = &shared.http.metrics.metrics_token else { return true };
    let sent = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    sent.is_some_and(|(scheme, sent)| {
        scheme.eq_ignore_ascii_case("bearer") && sent.trim().as_bytes().ct_eq(token.expose().as_bytes()).into()
    })
}
