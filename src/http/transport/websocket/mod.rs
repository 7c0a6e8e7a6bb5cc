//! `/graphql` as a WebSocket, for clients that speak `graphql-transport-ws`.

mod connection;
mod messages;

use std::sync::Arc;

use self::{connection::Session, messages::Close};
use crate::{
    graphql::error::{ApiError, ErrorCode},
    http::{
        Shared,
        credentials::{Credentials, Refusal},
        message::{error_response, quota_exceeded},
        middleware::RequestId,
        read_after::{self, Latest},
    },
    telemetry::trace,
};
use axum::{
    extract::{FromRequestParts, Request, WebSocketUpgrade},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Subprotocol that the server speaks.
const PROTOCOL: &str = "graphql-transport-ws";

/// Name of the preceding protocol, subscriptions-transport-ws. A client that offers nothing else is accepted and told
/// why the connection closes, because browsers hide the answer to a refused upgrade.
const LEGACY_PROTOCOL: &str = "graphql-ws";

/// Size of a connection's read buffer. The default is 128 KiB, which idle connections would keep.
const READ_BUFFER_BYTES: usize = 4 * 1024;

/// Returns true for a request to upgrade to a WebSocket.
pub(super) fn is_wanted(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(header::UPGRADE).and_then(|upgrade| upgrade.to_str().ok());
    upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
}

/// Upgrades the connection to a WebSocket. Pages of other sites are refused here, because a browser would send the
/// cookie along. Authentication follows at `connection_init`.
pub(super) async fn upgrade(shared: Arc<Shared>, request: Request) -> Response {
    let request_id = request.extensions().get::<RequestId>().cloned();
    let Some(credentials) = Credentials::of_websocket(&shared, &request) else {
        let error = ApiError::new(ErrorCode::Forbidden, "Pages of this origin may not connect.");
        return error_response(StatusCode::FORBIDDEN, &error, None);
    };
    let latest = Latest::new(read_after::sent(&shared, request.headers()));
    let (mut parts, _) = request.into_parts();
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(refused) => return refused.into_response(),
    };
    let upgrade = upgrade.protocols([PROTOCOL, LEGACY_PROTOCOL]);
    let Some(protocol) = upgrade.selected_protocol() else {
        let error = ApiError::bad_input("The WebSocket's subprotocol must be graphql-transport-ws.");
        return error_response(StatusCode::BAD_REQUEST, &error, None);
    };
    let is_legacy = protocol == LEGACY_PROTOCOL;
    // Before the login a connection counts for its address.
    let unauthenticated = credentials.unauthenticated();
    if let Err(refused) = shared.throttle.request(&unauthenticated) {
        return Refusal::Throttled(refused).response(None);
    }
    let (Some(total_permit), Some(caller_permit)) =
        (shared.sockets.permit("websocket"), shared.sockets.acquire(&unauthenticated))
    else {
        return quota_exceeded();
    };
    let (bytes_max, trace) = (shared.limits.body_bytes_max as usize, trace::current());
    upgrade.read_buffer_size(READ_BUFFER_BYTES).max_message_size(bytes_max).max_frame_size(bytes_max).on_upgrade(
        move |socket| {
            // The connection lives on in a task of its own.
            trace::within(trace, async move {
                if is_legacy {
                    connection::refuse(socket, Close::LegacyProtocol).await;
                } else {
                    Session::new(shared, credentials, request_id, caller_permit, latest).run(socket).await;
                }
                drop(total_permit);
            })
        },
    )
}
