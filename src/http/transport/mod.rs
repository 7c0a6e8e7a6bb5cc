//! `/graphql`, by each of its transports: plain answers, Server-Sent Events and WebSockets.

mod events;
mod plain;
pub(super) mod websocket;

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::Request,
    http::{StatusCode, header},
    response::Response,
};
use futures_util::stream::BoxStream;

use super::{Shared, media, middleware::RequestId};
use crate::{
    domain::Actor,
    engine::{self, Answer, GraphqlRequest, Operation, subscribe},
    graphql::error::{ApiError, ErrorCode},
};

pub(super) use plain::read_json;

/// The API's path.
pub(super) const PATH: &str = "/graphql";

/// Answers one request by the transport that it asks for. Rare transports have boxes of their own, because the future is
/// moved about as a whole.
pub(super) async fn handle(shared: Arc<Shared>, request: Request) -> Response {
    if websocket::is_wanted(request.headers()) {
        return Box::pin(websocket::upgrade(shared, request)).await;
    }
    if media::wants_events(&request.headers().get_all(header::ACCEPT)) {
        return Box::pin(events::answer(shared, request)).await;
    }
    plain::answer(shared, request).await
}

/// The start of an operation of any kind, for a transport that can carry more than one answer.
enum Opened {
    /// It was not executed; the status that says so over HTTP, and why.
    Refused(StatusCode, ApiError),
    /// The answer to a query or a mutation.
    Answer(Answer),
    /// The answers to a subscription, without end; after a refusal nothing more comes.
    Answers(BoxStream<'static, Result<Bytes, Answer>>),
}

/// Checks and executes a request of any kind.
async fn open(
    shared: &Arc<Shared>,
    mut graphql: GraphqlRequest,
    actor: Actor,
    is_get: bool,
    request_id: Option<&RequestId>,
) -> Opened {
    let engine = &shared.engine;
    let request_id = request_id.map(RequestId::as_str);
    let checked = match engine::check(engine, &mut graphql, &actor) {
        Ok(checked) => checked,
        Err(error) => return Opened::Refused(status(error.code), error),
    };
    let answered = match checked.operation {
        Operation::Mutation if is_get => {
            let error = ApiError::bad_input("Mutations must be sent by POST.");
            return Opened::Refused(StatusCode::METHOD_NOT_ALLOWED, error);
        }
        Operation::Subscription => {
            subscribe::open(engine, graphql, checked, actor, request_id).await.map(|opened| match opened {
                Ok(answers) => Opened::Answers(answers),
                Err(refused) => Opened::Answer(refused),
            })
        }
        Operation::Query | Operation::Mutation => engine::execute(engine, graphql, checked, actor)
            .await
            .map(|(outcome, _)| Opened::Answer(outcome.answer(request_id))),
    };
    answered.unwrap_or_else(|timed_out| Opened::Refused(StatusCode::GATEWAY_TIMEOUT, timed_out))
}

/// The status of a request that is refused as a whole.
fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    }
}
