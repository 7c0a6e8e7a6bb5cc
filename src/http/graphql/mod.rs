//! `/graphql`: the GraphQL-over-HTTP specification's requests, media types and status codes.

mod events;
mod execute;
mod media;
mod request;
mod response;
mod subscribe;

use std::{sync::Arc, time::Duration};

use axum::{
    body::Bytes,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use self::media::{accepts_json_body, negotiate};
use super::{Shared, arrived::TimeLeft, credentials::Credentials, middleware::RequestId, websocket};
use crate::graphql::error::ApiError;

pub(super) use execute::{Opened, open};
pub(super) use media::MediaType;
pub(super) use request::GraphqlRequest;
pub(super) use response::{Reply, error_response};
pub use subscribe::Groups;

/// Where the API is.
pub(super) const PATH: &str = "/graphql";

/// Answers one request. What few requests need is in boxes of its own: the future is moved about as a whole.
pub(super) async fn handle(shared: Arc<Shared>, request: Request) -> Response {
    if websocket::is_wanted(request.headers()) {
        return Box::pin(websocket::upgrade(shared, request)).await;
    }
    if media::wants_events(&request.headers().get_all(header::ACCEPT)) {
        return Box::pin(events::answer(shared, request)).await;
    }
    let request_id = request.extensions().get::<RequestId>().cloned();
    let Some(accepted) = negotiate(&request.headers().get_all(header::ACCEPT)) else {
        let message = "Accept application/graphql-response+json or application/json.";
        return error_response(StatusCode::NOT_ACCEPTABLE, &ApiError::bad_input(message), None);
    };
    let is_get = request.method() == Method::GET;
    let credentials = Credentials::of(&shared, &request);
    let actor = match credentials.admit(&shared).await {
        Ok(actor) => actor,
        Err(refused) => return refused.response(Some(accepted)),
    };
    let graphql = match read_request(&shared, request, accepted).await {
        Ok(graphql) => graphql,
        Err(response) => return response,
    };
    let caller =
        execute::Caller { credentials: &credentials, actor, is_get, accepted, request_id: request_id.as_ref() };
    execute::run(&shared, graphql, caller).await
}

async fn read_request(shared: &Shared, request: Request, accepted: MediaType) -> Result<GraphqlRequest, Response> {
    let parsed = match *request.method() {
        Method::GET => GraphqlRequest::from_query(request.uri().query().unwrap_or_default()),
        Method::POST => GraphqlRequest::from_json(&read_json(shared, request, Some(accepted)).await?),
        _ => {
            let message = "Send queries by GET or POST, mutations by POST.";
            return Err(method_not_allowed("GET, POST", message, accepted));
        }
    };
    parsed.map_err(|error| error_response(StatusCode::BAD_REQUEST, &error, Some(accepted)))
}

/// Reads a JSON body, within the limits of size and time.
pub(super) async fn read_json(
    shared: &Shared,
    request: Request,
    accepted: Option<MediaType>,
) -> Result<Bytes, Response> {
    let refuse = |status, message: &str| error_response(status, &ApiError::bad_input(message), accepted);
    // Anything but JSON is refused, which also keeps web forms of other sites from posting.
    if !accepts_json_body(request.headers().get(header::CONTENT_TYPE)) {
        let message = "Send the request as JSON, with Content-Type: application/json.";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let most = shared.limits.body_bytes_max as usize;
    let announced = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let too_large = || refuse(StatusCode::PAYLOAD_TOO_LARGE, &format!("A request body has at most {most} bytes."));
    if announced.is_some_and(|length: usize| length > most) {
        return Err(too_large());
    }
    let time = Duration::from_millis(shared.http.read_timeout_ms);
    let time = request.extensions().get().map_or(time, |TimeLeft(left)| *left);
    let reading = Limited::new(request.into_body(), most).collect();
    match tokio::time::timeout(time, reading).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(cause)) if cause.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(ended(refuse(StatusCode::BAD_REQUEST, "The request's body is malformed or incomplete."))),
        Err(_) => Err(ended(refuse(StatusCode::REQUEST_TIMEOUT, "The request's body did not arrive in time."))),
    }
}

/// An answer that is the last on its connection: where the next request would begin is not known.
fn ended(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

fn method_not_allowed(allow: &'static str, message: &str, accepted: MediaType) -> Response {
    let mut response = error_response(StatusCode::METHOD_NOT_ALLOWED, &ApiError::bad_input(message), Some(accepted));
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}
