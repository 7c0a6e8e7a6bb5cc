//! Answers: what is in them, and what never is.

use async_graphql::{Response as GraphqlResponse, ServerError, Value};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;

use super::media::MediaType;
use crate::{
    graphql::error::{ApiError, ErrorCode},
    http::middleware::RequestId,
};

/// Errors in one answer; the rest is left out. A document can have thousands.
const ERRORS_MAX: usize = 10;
/// Longest message in bytes; the library quotes documents in its own.
const MESSAGE_BYTES_MAX: usize = 300;

#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<&'a Value>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [ServerError],
}

/// Writes the outcome of an execution.
pub(super) fn write(
    mut answer: GraphqlResponse,
    accepted: MediaType,
    refused: StatusCode,
    had_variables: bool,
    request_id: Option<&RequestId>,
) -> Response {
    // An error without a path is about the request as a whole, which was then not executed.
    let was_executed = answer.errors.iter().all(|error| !error.path.is_empty());
    answer.errors.truncate(ERRORS_MAX);
    for error in &mut answer.errors {
        complete(error, was_executed, had_variables, request_id);
    }
    let data = was_executed.then_some(&answer.data);
    let status = if was_executed { StatusCode::OK } else { refused };
    send(status, &Answer { data, errors: &answer.errors }, Some(accepted))
}

/// Gives an error of the library's its code, and a bug its request's id.
fn complete(error: &mut ServerError, was_executed: bool, had_variables: bool, request_id: Option<&RequestId>) {
    error.message.truncate(error.message.floor_char_boundary(MESSAGE_BYTES_MAX));
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        // In a document that was executed, and in one with variables, what the library refuses is a value.
        let about_value = was_executed || (had_variables && error.message.starts_with("Invalid value for argument"));
        let code = if about_value { ErrorCode::BadUserInput } else { ErrorCode::ValidationFailed };
        extensions.set("code", code.as_str());
    }
    let is_bug = extensions.get("code") == Some(&Value::from(ErrorCode::Internal.as_str()));
    if let Some(RequestId(id)) = request_id.filter(|_| is_bug) {
        extensions.set("requestId", id.as_str());
    }
}

/// An answer to a request that was not executed.
pub(in crate::http) fn error_response(status: StatusCode, error: &ApiError, accepted: Option<MediaType>) -> Response {
    let mut server_error = ServerError::new(error.message.clone(), None);
    server_error.extensions.get_or_insert_default().set("code", error.code.as_str());
    send(status, &Answer { data: None, errors: &[server_error] }, accepted)
}

fn send(status: StatusCode, answer: &Answer<'_>, accepted: Option<MediaType>) -> Response {
    let body = serde_json::to_vec(answer).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let media_type = accepted.unwrap_or(MediaType::Json).as_str();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}
