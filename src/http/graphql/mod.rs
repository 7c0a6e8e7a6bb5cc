//! `/graphql`: the GraphQL-over-HTTP specification's requests, media types and status codes.

mod execute;
mod media;
mod request;
mod response;

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};

use self::{
    media::{MediaType, accepts_json_body, negotiate},
    request::GraphqlRequest,
};
use super::{Shared, middleware::RequestId};
use crate::graphql::error::ApiError;

pub(super) use response::error_response;

/// Answers one request.
pub(super) async fn handle(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let request_id = request.extensions().get::<RequestId>().cloned();
    let Some(accepted) = negotiate(&request.headers().get_all(header::ACCEPT)) else {
        let message = "Accept application/graphql-response+json or application/json.";
        return error_response(StatusCode::NOT_ACCEPTABLE, &ApiError::bad_input(message), None);
    };
    let is_get = request.method() == Method::GET;
    let parsed = match *request.method() {
        Method::GET => GraphqlRequest::from_query(request.uri().query().unwrap_or_default())
            .map_err(|error| error_response(StatusCode::BAD_REQUEST, &error, Some(accepted))),
        Method::POST => read_post(&shared, request, accepted).await,
        _ => return method_not_allowed("GET, POST", "Send queries by GET or POST, mutations by POST.", accepted),
    };
    let graphql = match parsed {
        Ok(graphql) => graphql,
        Err(response) => return response,
    };
    execute::run(&shared, graphql, is_get, accepted, request_id.as_ref()).await
}

async fn read_post(shared: &Shared, request: Request, accepted: MediaType) -> Result<GraphqlRequest, Response> {
    let refuse = |status, message: &str| error_response(status, &ApiError::bad_input(message), Some(accepted));
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
    let reading = axum::body::to_bytes(request.into_body(), most);
    match tokio::time::timeout(Duration::from_millis(shared.http.read_timeout_ms), reading).await {
        Ok(Ok(body)) => GraphqlRequest::from_json(&body)
            .map_err(|error| error_response(StatusCode::BAD_REQUEST, &error, Some(accepted))),
        Ok(Err(_)) => Err(too_large()),
        Err(_) => Err(refuse(StatusCode::REQUEST_TIMEOUT, "The request's body did not arrive in time.")),
    }
}

fn method_not_allowed(allow: &'static str, message: &str, accepted: MediaType) -> Response {
    let mut response = error_response(StatusCode::METHOD_NOT_ALLOWED, &ApiError::bad_input(message), Some(accepted));
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}
