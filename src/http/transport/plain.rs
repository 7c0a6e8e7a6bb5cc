//! Plain answers: the GraphQL-over-HTTP specification's requests, media types and status codes.

use std::{sync::Arc, time::Duration};

use async_graphql::parser::types::OperationType;
use axum::{
    body::Bytes,
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use super::open::status;
use crate::{
    engine::{self, GraphqlRequest},
    graphql::error::ApiError,
    http::{
        Shared,
        arrived::TimeLeft,
        credentials::{self, Credentials},
        media::{MediaType, accepts_json_body, negotiate},
        message::{answer_response, error_response},
        middleware::RequestId,
        read_after,
    },
};

/// Answers one request.
pub(super) async fn answer(shared: Arc<Shared>, request: Request) -> Response {
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
    let position = read_after::sent(&shared, request.headers());
    let mut graphql = match read_request(&shared, request, accepted).await {
        Ok(graphql) => graphql.after(position),
        Err(response) => return response,
    };
    let checked = match engine::check(&shared.engine, &mut graphql, &actor) {
        Ok(checked) if is_get && checked.operation == OperationType::Mutation => {
            checked.refuse(&graphql);
            return method_not_allowed("POST", "Mutations must be sent by POST.", accepted);
        }
        Ok(checked) if checked.operation == OperationType::Subscription => {
            checked.refuse(&graphql);
            let message = "Subscribe over a WebSocket (graphql-transport-ws), or with Accept: text/event-stream.";
            return error_response(StatusCode::NOT_ACCEPTABLE, &ApiError::bad_input(message), Some(accepted));
        }
        Ok(checked) => {
            if let Some(notes) = &credentials.notes {
                notes.operation(checked.operation_name(&graphql));
            }
            checked
        }
        Err(refused) => {
            return answer_response(refused.answer, accepted, refused_status(accepted, status(refused.code)));
        }
    };
    match engine::execute(&shared.engine, graphql, checked, actor).await {
        Ok((outcome, changes)) => {
            let answer = outcome.answer(request_id.as_ref().map(RequestId::as_str));
            let mut response = answer_response(answer, accepted, refused_status(accepted, StatusCode::BAD_REQUEST));
            if let Some(changes) = changes {
                credentials::write(response.headers_mut(), &changes, &shared, &credentials);
            }
            response
        }
        Err(error) => error_response(StatusCode::GATEWAY_TIMEOUT, &error, Some(accepted)),
    }
}

/// Returns the status of a refused request. Under the older media type a well-formed request gets 200, whatever its
/// result.
fn refused_status(accepted: MediaType, status: StatusCode) -> StatusCode {
    match accepted {
        MediaType::GraphqlResponse => status,
        MediaType::Json => StatusCode::OK,
    }
}

pub(super) async fn read_request(
    shared: &Shared,
    request: Request,
    accepted: MediaType,
) -> Result<GraphqlRequest, Response> {
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
pub(in crate::http) async fn read_json(
    shared: &Shared,
    request: Request,
    accepted: Option<MediaType>,
) -> Result<Bytes, Response> {
    let refuse = |status, message: &str| error_response(status, &ApiError::bad_input(message), accepted);
    // Anything but JSON is refused, so that web forms of other sites cannot post.
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
        Ok(Err(_)) => {
            Err(closing_connection(refuse(StatusCode::BAD_REQUEST, "The request's body is malformed or incomplete.")))
        }
        Err(_) => {
            Err(closing_connection(refuse(StatusCode::REQUEST_TIMEOUT, "The request's body did not arrive in time.")))
        }
    }
}

/// Closes the connection after this response, because the beginning of the next request is unknown.
fn closing_connection(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

pub(super) fn method_not_allowed(allow: &'static str, message: &str, accepted: MediaType) -> Response {
    let mut response = error_response(StatusCode::METHOD_NOT_ALLOWED, &ApiError::bad_input(message), Some(accepted));
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    response
}
