//! Things that are wrong with a document or its variables.

use async_graphql::Pos;

use crate::graphql::error::ErrorCode;

/// Most errors that are reported of one document or request. A document can have thousands.
pub(super) const FAULTS_MAX: usize = 10;

/// One thing that is wrong with a document or its variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The error's code: of the syntax, the document or a value.
    pub code: ErrorCode,
    /// The message for the client.
    pub message: String,
    /// The place in the document, in lines and characters from 1.
    pub place: Option<Pos>,
}

impl Fault {
    pub(super) fn syntax(message: impl Into<String>, place: Option<Pos>) -> Self {
        Self { code: ErrorCode::ParseFailed, message: message.into(), place }
    }

    pub(super) fn document(message: impl Into<String>, place: Option<Pos>) -> Self {
        Self { code: ErrorCode::ValidationFailed, message: message.into(), place }
    }

    pub(super) fn value(message: impl Into<String>, place: Pos) -> Self {
        Self { code: ErrorCode::BadUserInput, message: message.into(), place: Some(place) }
    }
}
