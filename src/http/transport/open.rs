//! Operations of any kind, for transports that can carry more than one answer.

use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use axum::{body::Bytes, http::StatusCode};
use futures_util::stream::BoxStream;

use crate::{
    domain::Actor,
    engine::{self, Answer, GraphqlRequest, subscribe},
    graphql::error::{ApiError, ErrorCode},
    http::{Shared, access_log::Notes, middleware::RequestId},
    storage::Lsn,
};

/// Start of an operation of any kind, for a transport that can carry more than one answer.
pub(super) enum Opened {
    /// Not executed: the HTTP status and the reason.
    Refused(StatusCode, Answer),
    /// Answer to a query or a mutation, and the position that a later query must see.
    Answer(Answer, Option<Lsn>),
    /// Answers to a subscription. `Err` is the last of them.
    Answers(BoxStream<'static, Result<Bytes, Answer>>),
}

/// Checks and executes a request of any kind.
pub(super) async fn open(
    shared: &Arc<Shared>,
    mut graphql: GraphqlRequest,
    actor: Actor,
    is_get: bool,
    request_id: Option<&RequestId>,
    notes: Option<&Notes>,
) -> Opened {
    let engine = &shared.engine;
    let request_id = request_id.map(RequestId::as_str);
    let checked = match engine::check(engine, &mut graphql, &actor) {
        Ok(checked) => checked,
        Err(refused) => return Opened::Refused(status(refused.code), refused.answer),
    };
    if let Some(notes) = notes {
        notes.operation(checked.operation_name(&graphql));
    }
    let answered = match checked.operation {
        OperationType::Mutation if is_get => {
            checked.refuse(&graphql);
            let error = ApiError::bad_input("Mutations must be sent by POST.");
            return Opened::Refused(StatusCode::METHOD_NOT_ALLOWED, Answer::refused(&error));
        }
        OperationType::Subscription => {
            subscribe::open(engine, graphql, checked, actor).await.map(|opened| match opened {
                Ok(answers) => Opened::Answers(answers),
                Err(refused) => Opened::Answer(refused, None),
            })
        }
        OperationType::Query | OperationType::Mutation => {
            engine::execute(engine, graphql, checked, actor).await.map(|(outcome, changes)| {
                let position = changes.and_then(|changes| changes.position());
                Opened::Answer(outcome.answer(request_id), position)
            })
        }
    };
    answered.unwrap_or_else(|timed_out| Opened::Refused(StatusCode::GATEWAY_TIMEOUT, Answer::refused(&timed_out)))
}

/// Returns the status of a request that is refused as a whole.
pub(super) fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        _ => StatusCode::BAD_REQUEST,
    }
}
