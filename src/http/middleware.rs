//! Middleware of every request: id, log line, allowed hosts and origins, and panics.

use std::{any::Any, sync::Arc};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Version, header, uri::Authority},
    response::Response,
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{
    Shared,
    message::error_response,
    origin::{NOT_SIMPLE, is_allowed_origin},
    read_after::READ_AFTER,
};
use crate::{
    clock::Clock,
    config::HttpArgs,
    graphql::error::{ApiError, ErrorCode},
    origin::is_loopback_name,
    public_url::PublicUrl,
    telemetry::trace::{TRACERESPONSE, Trace},
};

/// Header of a request's id, in requests and responses.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Headers that pages of other origins may send: those of GraphQL clients and of tracing tools. None of them gives a
/// caller more rights.
const ALLOWED_HEADERS: [HeaderName; 14] = [
    header::CONTENT_TYPE,
    header::ACCEPT,
    header::AUTHORIZATION,
    NOT_SIMPLE,
    REQUEST_ID,
    READ_AFTER,
    HeaderName::from_static("apollo-require-preflight"),
    HeaderName::from_static("apollographql-client-name"),
    HeaderName::from_static("apollographql-client-version"),
    HeaderName::from_static("x-apollo-operation-name"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    HeaderName::from_static("sentry-trace"),
    HeaderName::from_static("baggage"),
];

/// Id of a request, for error answers.
#[derive(Clone, Debug)]
pub(super) struct RequestId(pub(super) String);

impl RequestId {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Security headers, set on every response.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 4] = [
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

impl RequestId {
    /// Takes the id from a proxy, or makes a new one.
    pub(super) fn of(request: &Request, clock: &Clock) -> Self {
        let from_proxy = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_plain(id));
        Self(from_proxy.map_or_else(|| clock.new_id().to_string(), str::to_owned))
    }
}

/// Adds the headers that every response has.
pub(super) fn complete(response: &mut Response, id: &RequestId, trace: Option<Trace>) {
    let headers = response.headers_mut();
    headers.extend(SECURITY_HEADERS);
    // Pages have their own policy.
    let policy = headers.entry(header::CONTENT_SECURITY_POLICY);
    policy.or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
    if let Ok(id) = HeaderValue::from_str(&id.0) {
        headers.insert(REQUEST_ID, id);
    }
    if let Some(trace) = trace.and_then(Trace::header) {
        headers.insert(TRACERESPONSE, trace);
    }
}

/// Returns true for ids that are safe in a log line.
fn is_plain(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Refuses a request without a host, or for a forbidden one.
pub(super) fn refused_host(shared: &Shared, request: &Request) -> Option<Response> {
    not_one_host(request).or_else(|| if shared.http.dev { not_loopback(request) } else { None })
}

/// Refuses a request that names no host or several, and closes its connection, because a proxy may have read another
/// host (RFC 9112, section 3.2). hyper has handled lengths before: it refuses lengths that differ, and when a length
/// stands beside chunks, it uses the chunks and closes the connection.
fn not_one_host(request: &Request) -> Option<Response> {
    let names = request.headers().get_all(header::HOST).iter().count();
    let is_fine = match request.version() {
        Version::HTTP_11 => names == 1,
        // HTTP/1.0 has no such header; HTTP/2 has the host in the target.
        _ => names <= 1,
    };
    if is_fine {
        return None;
    }
    let error = ApiError::bad_input("A request has exactly one `Host`.");
    let mut response = error_response(StatusCode::BAD_REQUEST, &error, None);
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    Some(response)
}

/// Accepts only loopback names with `--dev`. Otherwise any web page could reach the server through its own name that
/// resolves to 127.0.0.1, and no login would stop it.
fn not_loopback(request: &Request) -> Option<Response> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = request.uri().authority().cloned().or_else(|| host?.parse::<Authority>().ok())?;
    let message = "This server answers only to localhost, 127.0.0.1 and [::1].";
    (!is_loopback_name(authority.host()))
        .then(|| error_response(StatusCode::MISDIRECTED_REQUEST, &ApiError::bad_input(message), None))
}

/// Sets the origins whose pages may call with their browser's cookie.
pub(super) fn cors(http: &HttpArgs) -> CorsLayer {
    let allowed_headers: Vec<HeaderName> = ALLOWED_HEADERS.into_iter().chain(http.allowed_headers.clone()).collect();
    let http = http.clone();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| is_allowed_origin(&http, origin)))
        .allow_credentials(true)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(allowed_headers)
        .expose_headers([REQUEST_ID, READ_AFTER, TRACERESPONSE, header::RETRY_AFTER, header::CONTENT_DISPOSITION])
        .max_age(std::time::Duration::from_mins(10))
}

/// Answers requests to unknown paths.
pub(super) async fn not_found(State(shared): State<Arc<Shared>>) -> Response {
    let path = shared.access.public_url.as_ref().map_or("", PublicUrl::path);
    let message = format!("There is nothing here. The API is at {path}/graphql.");
    error_response(StatusCode::NOT_FOUND, &ApiError::bad_input(message), None)
}

/// Answers a request that panicked. A panic is a bug, and ends only its own request.
#[expect(clippy::needless_pass_by_value, reason = "the signature that the layer calls")]
pub(super) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let cause = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(cause = cause.unwrap_or("unknown"), "A request panicked");
    let error = ApiError::new(ErrorCode::Internal, "Internal error.");
    error_response(StatusCode::INTERNAL_SERVER_ERROR, &error, None)
}
