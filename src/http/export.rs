//! `/export`: records as a file of any length, streamed. It is not part of the GraphQL contract.

use std::sync::Arc;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use futures_util::{StreamExt, stream};

use super::{Shared, credentials::Credentials, exports::ExportPermit, media::MediaType, message};
use crate::{
    domain::{
        self,
        exports::{Export, File, Format, Of},
    },
    engine::{Engine, checks::access::role_name},
    entity::role::Role,
    graphql::error::{ApiError, ErrorCode},
};

/// Seconds after which a refused export may be tried again.
const RETRY_AFTER_SECONDS: u64 = 10;
/// Tells nginx not to buffer the file.
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Streams the records that the query string asks for.
pub(super) async fn download(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let is_head = request.method() == Method::HEAD;
    let actor = match Credentials::of_download(&shared, &request).admit(&shared).await {
        Ok(actor) => actor,
        Err(refused) => return refused.response(None),
    };
    if let Some(refused) = refused_role(actor.role) {
        return refused;
    }
    let export = match read(&shared.engine, &query) {
        Ok(export) => export,
        Err(refused) => return refused,
    };
    if is_head {
        return respond(&shared, &export, Body::empty());
    }
    let Some(permit) = shared.exports.acquire(&actor) else { return too_many() };
    let ctx = domain::Context { actor, ..shared.domain.clone() };
    let begun = {
        let export = export.clone();
        // The record of it is written whoever hangs up.
        shared.engine.finish(async move { export.begin(&ctx).await }).await
    };
    match begun {
        Ok(file) => respond(&shared, &export, body(file, permit)),
        Err(error) => failed(&error.into()),
    }
}

/// Answers what failed before the first byte.
fn failed(error: &ApiError) -> Response {
    let status = match error.code {
        ErrorCode::BadUserInput => StatusCode::BAD_REQUEST,
        ErrorCode::ServiceUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    message::error_response(status, error, None)
}

/// Refuses callers below VIEWER, who see only themselves.
fn refused_role(role: Option<Role>) -> Option<Response> {
    let (status, error) = match role {
        Some(Role::Viewer | Role::Member | Role::Admin) => return None,
        Some(role) => {
            let message = format!("Exporting needs the role VIEWER; yours is {}.", role_name(role));
            (StatusCode::FORBIDDEN, ApiError::new(ErrorCode::Forbidden, message))
        }
        None => {
            let message = "Sign in first, or send a valid session token or API key: Authorization: Bearer ….";
            (StatusCode::UNAUTHORIZED, ApiError::new(ErrorCode::Unauthenticated, message))
        }
    };
    Some(message::error_response(status, &error, None))
}

fn bad_request(message: impl Into<String>) -> Response {
    message::error_response(StatusCode::BAD_REQUEST, &ApiError::bad_input(message), None)
}

fn too_many() -> Response {
    let text = "Too many exports are running. Wait for one to end.";
    let error = ApiError::new(ErrorCode::RateLimited, text);
    let mut response = message::error_response(StatusCode::TOO_MANY_REQUESTS, &error, None);
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into());
    response
}

/// Reads the parameters of an export. One that is unknown or given twice is refused, because an export without it would
/// have other records.
#[expect(clippy::result_large_err, reason = "a refusal is a whole response, and rare")]
fn read(engine: &Engine, query: &str) -> Result<Export, Response> {
    let mut export =
        Export { of: Of::Contacts, format: Format::Csv, filter: None, include_trashed: false, has_mark: false };
    let mut filter = None;
    let mut seen = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if seen.contains(&name) {
            return Err(bad_request("Each parameter stands only once in the query string."));
        }
        match name.as_ref() {
            "of" => export.of = one_of("of", &value, &Of::ALL, Of::name)?,
            "format" => export.format = one_of("format", &value, &Format::ALL, Format::name)?,
            "includeTrashed" => export.include_trashed = flag("includeTrashed", &value)?,
            "bom" => export.has_mark = flag("bom", &value)?,
            "filter" => filter = Some(value),
            _ => {
                return Err(bad_request("The parameters of an export are of, format, filter, includeTrashed and bom."));
            }
        }
        seen.push(name);
    }
    let mut export = export.checked().map_err(bad_request)?;
    if let Some(filter) = filter.filter(|filter| !filter.is_empty()) {
        let refused = |refused: crate::engine::Refused| {
            message::answer_response(refused.answer, MediaType::Json, StatusCode::BAD_REQUEST)
        };
        export.filter = Some(engine.read_filter(export.of, &filter).map_err(refused)?);
    }
    Ok(export)
}

#[expect(clippy::result_large_err, reason = "a refusal is a whole response, and rare")]
fn one_of<T: Copy>(parameter: &str, value: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, Response> {
    all.iter().copied().find(|one| name(*one) == value).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        bad_request(format!("`{parameter}` must be one of {}.", names.join(", ")))
    })
}

#[expect(clippy::result_large_err, reason = "a refusal is a whole response, and rare")]
fn flag(parameter: &str, value: &str) -> Result<bool, Response> {
    value.parse().map_err(|_cause| bad_request(format!("`{parameter}` must be true or false.")))
}

/// The body that is the file. A failure on the way aborts the connection, so that no client takes a part for the whole.
fn body(file: File, permit: ExportPermit) -> Body {
    let bytes = stream::unfold((file, permit), |(mut file, permit)| async move {
        let next = file.next().await?.map(Bytes::from).inspect_err(|cause| {
            tracing::warn!(?cause, "An export failed after it had begun, and was aborted");
        });
        Some((next, (file, permit)))
    });
    // Compression asks once more behind the end.
    Body::from_stream(bytes.fuse())
}

fn respond(shared: &Shared, export: &Export, body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let day = shared.domain.clock.now().format("%Y-%m-%d");
    let name = format!("attachment; filename=\"{}-{day}.{}\"", export.of.name(), export.format.extension());
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(export.format.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    response
}
