//! HTTP responses.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::media::MediaType;
use crate::{
    engine::Answer,
    graphql::error::{ApiError, ErrorCode},
};

/// Builds the response to a request that was not executed.
pub(super) fn error_response(status: StatusCode, error: &ApiError, accepted: Option<MediaType>) -> Response {
    let mut response = json_response(Answer::refused(error).body, accepted.unwrap_or(MediaType::Json));
    *response.status_mut() = status;
    response
}

/// Builds the response for too many open connections.
pub(super) fn quota_exceeded() -> Response {
    let error = ApiError::new(ErrorCode::ServiceUnavailable, "Too many connections are open. Try again later.");
    error_response(StatusCode::SERVICE_UNAVAILABLE, &error, None)
}

/// Builds the response to an execution, or to a request that was refused with the given status.
pub(super) fn answer_response(answer: Answer, accepted: MediaType, refused: StatusCode) -> Response {
    let mut response = json_response(answer.body, accepted);
    *response.status_mut() = if answer.was_executed { StatusCode::OK } else { refused };
    response
}

fn json_response(body: Vec<u8>, media_type: MediaType) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    // Reserve space for the headers that `middleware::complete` adds.
    headers.reserve(16);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type.as_str()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}
