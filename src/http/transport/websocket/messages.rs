//! Messages of `graphql-transport-ws`, as the graphql-ws project specifies them.

use axum::extract::ws::{CloseFrame, Message};
use serde::Deserialize;
use serde_json::Value;

use crate::domain::json;

/// Message from the client. It has no `Debug`, because it contains tokens and passwords.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum FromClient {
    ConnectionInit { payload: Option<Value> },
    Ping,
    Pong,
    Subscribe { id: String, payload: Value },
    Complete { id: String },
}

/// Messages that exist only in the legacy protocol, subscriptions-transport-ws.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum OfLegacyClient {
    Start,
    Stop,
    ConnectionTerminate,
}

/// Reads a message. The error is the reason for closing the connection.
pub(super) fn read(text: &[u8]) -> Result<FromClient, Close> {
    json::read(text).map_err(|_cause| match json::read::<OfLegacyClient>(text) {
        Ok(_) => Close::LegacyProtocol,
        Err(_) => Close::BadMessage,
    })
}

/// Reason for closing a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// No operation ran for too long.
    Idle,
    /// The server stops; clients reconnect, to another replica.
    Restart,
    /// The message is not part of the protocol, or its id is too long.
    BadMessage,
    /// The client speaks the preceding protocol, whose subprotocol is called `graphql-ws`.
    LegacyProtocol,
    /// An operation came before the connection was acknowledged.
    Unauthorized,
    /// Nobody is signed in, or no longer.
    Forbidden,
    /// No `connection_init` came in time.
    InitialisationTimeout,
    /// An operation with this id is running already.
    SubscriberExists,
    /// A second `connection_init`, too many operations of a connection, or too many connections of a caller.
    TooMany,
}

impl Close {
    pub(super) fn frame(self) -> Message {
        let (code, reason) = match self {
            Self::Idle => (1000, "Nothing ran for too long"),
            Self::Restart => (1012, "The server restarts"),
            Self::BadMessage => (4400, "Not a message of graphql-transport-ws"),
            Self::LegacyProtocol => (
                4400,
                "This is the legacy protocol, subscriptions-transport-ws; the server speaks graphql-transport-ws",
            ),
            Self::Unauthorized => (4401, "Send connection_init first"),
            Self::Forbidden => (4403, "Sign in first"),
            Self::InitialisationTimeout => (4408, "Connection initialisation timeout"),
            Self::SubscriberExists => (4409, "An operation with this id runs already"),
            Self::TooMany => (4429, "Too many initialisation requests or operations"),
        };
        Message::Close(Some(CloseFrame { code, reason: reason.into() }))
    }
}

/// Builds a message without an id.
pub(super) fn plain(kind: &str) -> Message {
    Message::text(format!(r#"{{"type":"{kind}"}}"#))
}

/// Builds a message about an operation. The payload is JSON already.
pub(super) fn about(id: &str, kind: &str, payload: Option<&[u8]>) -> Message {
    let mut text = format!(r#"{{"id":{},"type":"{kind}""#, Value::from(id));
    if let Some(payload) = payload {
        text.push_str(r#","payload":"#);
        text.push_str(&String::from_utf8_lossy(payload));
    }
    text.push('}');
    Message::text(text)
}
