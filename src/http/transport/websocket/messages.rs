//! The messages of `graphql-transport-ws`, as the graphql-ws project specifies them.

use axum::extract::ws::{CloseFrame, Message};
use serde::Deserialize;
use serde_json::Value;

use crate::domain::json;

/// What a client says. Not to be printed: there are tokens and passwords in it.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum FromClient {
    ConnectionInit { payload: Option<Value> },
    Ping,
    Pong,
    Subscribe { id: String, payload: Value },
    Complete { id: String },
}

/// The messages of the legacy protocol, subscriptions-transport-ws, that this one does not have.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum OfLegacyClient {
    Start,
    Stop,
    ConnectionTerminate,
}

/// Reads a message, or tells why the connection ends with it.
pub(super) fn read(text: &[u8]) -> Result<FromClient, Close> {
    json::read(text).map_err(|_cause| match json::read::<OfLegacyClient>(text) {
        Ok(_) => Close::LegacyProtocol,
        Err(_) => Close::BadMessage,
    })
}

/// Why the server closes a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Close {
    /// Nothing ran for too long.
    Idle,
    /// The server stops; clients connect again, to another replica.
    Restart,
    /// A message is not one of the protocol's, or its id is too long to be kept.
    BadMessage,
    /// The client speaks the protocol that came before this one, whose subprotocol has the name `graphql-ws`.
    LegacyProtocol,
    /// An operation came before the connection was acknowledged.
    Unauthorized,
    /// Nobody is signed in, or no longer.
    Forbidden,
    /// No `connection_init` came in time.
    InitialisationTimeout,
    /// An operation with this id runs already.
    SubscriberExists,
    /// A second `connection_init`, more operations than a connection may have, or more connections than a caller may.
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

/// A message without an id.
pub(super) fn plain(kind: &str) -> Message {
    Message::text(format!(r#"{{"type":"{kind}"}}"#))
}

/// A message about an operation. The payload is JSON already.
pub(super) fn about(id: &str, kind: &str, payload: Option<&[u8]>) -> Message {
    let mut text = format!(r#"{{"id":{},"type":"{kind}""#, Value::from(id));
    if let Some(payload) = payload {
        text.push_str(r#","payload":"#);
        text.push_str(&String::from_utf8_lossy(payload));
    }
    text.push('}');
    Message::text(text)
}
