//! `/audit`: the audit record for admins. It is not part of the GraphQL contract.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use sea_orm::ActiveEnum;
use serde::Serialize;
use uuid::Uuid;

use super::{Shared, credentials::Credentials, message::error_response, query::parameter};
use crate::{
    domain::{access::audit, parse_id},
    entity::{audit_event, role::Role},
    graphql::error::{ApiError, ErrorCode},
};

/// Events in one answer without a `limit`, and the largest `limit`.
const LIMIT_DEFAULT: u64 = 100;
const LIMIT_MAX: u64 = 1000;

/// Event, as the API and the command line write it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    id: Uuid,
    at: String,
    kind: String,
    address: Option<String>,
    user_id: Option<Uuid>,
    api_key_id: Option<Uuid>,
    subject: Option<String>,
}

impl From<audit_event::Model> for Event {
    fn from(event: audit_event::Model) -> Self {
        Self {
            id: event.id,
            at: event.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
            kind: event.kind.to_value().to_uppercase(),
            address: event.address,
            user_id: event.user_id,
            api_key_id: event.api_key_id,
            subject: event.subject,
        }
    }
}

/// Lists events, newest first. `?before=ID` continues after an event, and `?limit=` sets the number.
pub(super) async fn list(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let uri = request.uri().clone();
    let actor = match Credentials::of(&shared, &request).admit(&shared).await {
        Ok(actor) => actor,
        Err(refused) => return refused.response(None),
    };
    match actor.role {
        Some(Role::Admin) => {}
        Some(_) => {
            let error = ApiError::new(ErrorCode::Forbidden, "The audit record needs the role ADMIN.");
            return error_response(StatusCode::FORBIDDEN, &error, None);
        }
        None => {
            let error = ApiError::new(ErrorCode::Unauthenticated, "Sign in first.");
            return error_response(StatusCode::UNAUTHORIZED, &error, None);
        }
    }
    let before = parameter(&uri, "before").map(|id| parse_id(&id));
    let limit = parameter(&uri, "limit")
        .map_or(Some(LIMIT_DEFAULT), |limit| limit.parse().ok().filter(|limit| *limit <= LIMIT_MAX));
    let (before, limit) = match (before, limit) {
        (Some(None), _) | (_, None) => {
            let message = format!("`before` must be an event's id, and `limit` a number up to {LIMIT_MAX}.");
            return error_response(StatusCode::BAD_REQUEST, &ApiError::bad_input(message), None);
        }
        (before, Some(limit)) => (before.flatten(), limit),
    };
    match audit::list(shared.domain.db.reads(), before, limit).await {
        Ok(events) => {
            let events: Vec<Event> = events.into_iter().map(Event::from).collect();
            ([(header::CACHE_CONTROL, "no-store")], Json(events)).into_response()
        }
        Err(error) => error_response(StatusCode::SERVICE_UNAVAILABLE, &error.into(), None),
    }
}
