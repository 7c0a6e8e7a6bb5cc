//! `/graphql`, by each of its transports: plain answers, Server-Sent Events and WebSockets.

mod events;
mod open;
mod plain;
pub(super) mod websocket;

use std::sync::Arc;

use axum::{extract::Request, http::header, response::Response};

use super::{Shared, media};

pub(super) use plain::read_json;

/// Path of the API.
pub(super) const PATH: &str = "/graphql";

/// Answers one request by the transport that it asks for. Rare transports are boxed, because the future is moved as a
/// whole.
pub(super) async fn handle(shared: Arc<Shared>, request: Request) -> Response {
    if websocket::is_wanted(request.headers()) {
        return Box::pin(websocket::upgrade(shared, request)).await;
    }
    if media::wants_events(&request.headers().get_all(header::ACCEPT)) {
        return Box::pin(events::answer(shared, request)).await;
    }
    plain::answer(shared, request).await
}
