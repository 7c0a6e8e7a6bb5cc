//! The API's errors: a closed list of codes in `errors[].extensions.code`.

use async_graphql::{Error, ErrorExtensions, Value};
use uuid::Uuid;

use crate::{domain, throttle::Refused};

/// The codes that `errors[].extensions.code` can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The document is not GraphQL.
    ParseFailed,
    /// The document does not fit the schema.
    ValidationFailed,
    /// A value in the request is wrong.
    BadUserInput,
    /// A value names several records; `extensions.conflictIds` lists them.
    Ambiguous,
    /// Nobody is signed in, and somebody has to be.
    Unauthenticated,
    /// The caller's role does not allow it.
    Forbidden,
    /// The query asks for too much at once.
    QueryTooComplex,
    /// Too many calls in too short a time.
    RateLimited,
    /// No document is known by this key or hash; send it with its text.
    PersistedQueryNotFound,
    /// It took too long.
    Timeout,
    /// The database is not available; try again later.
    ServiceUnavailable,
    /// A bug; details are in the log under the request id.
    Internal,
}

impl ErrorCode {
    /// All codes.
    pub const ALL: [Self; 12] = [
        Self::ParseFailed,
        Self::ValidationFailed,
        Self::BadUserInput,
        Self::Ambiguous,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::QueryTooComplex,
        Self::RateLimited,
        Self::PersistedQueryNotFound,
        Self::Timeout,
        Self::ServiceUnavailable,
        Self::Internal,
    ];

    /// The code as clients see it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::ValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::Ambiguous => "AMBIGUOUS",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::RateLimited => "RATE_LIMITED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::Timeout => "TIMEOUT",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
            Self::Internal => "INTERNAL_SERVER_ERROR",
        }
    }
}

/// An error with its code. It is deliberately not `Display`: async-graphql turns everything that is into an error
/// of its own by `?`, and loses the code.
#[derive(Clone, Debug)]
pub struct ApiError {
    /// Code of the error.
    pub code: ErrorCode,
    /// Message for the client.
    pub message: String,
    /// The records that stand in the way.
    pub conflict_ids: Vec<Uuid>,
}

impl ApiError {
    /// An error with a message for the client.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), conflict_ids: Vec::new() }
    }

    /// A wrong value in the request.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadUserInput, message)
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::new(error.message).extend_with(|_, extensions| {
            extensions.set("code", error.code.as_str());
            if !error.conflict_ids.is_empty() {
                let ids = error.conflict_ids.iter().map(|id| Value::from(id.to_string())).collect();
                extensions.set("conflictIds", Value::List(ids));
            }
        })
    }
}

impl From<Refused> for ApiError {
    fn from(refused: Refused) -> Self {
        Self::new(ErrorCode::RateLimited, refused.message())
    }
}

impl From<domain::Error> for ApiError {
    fn from(error: domain::Error) -> Self {
        let message = error.to_string();
        match error {
            domain::Error::BadRequest(_) => Self::new(ErrorCode::BadUserInput, message),
            domain::Error::Ambiguous { ids, .. } => {
                Self { conflict_ids: ids, ..Self::new(ErrorCode::Ambiguous, message) }
            }
            domain::Error::Busy => Self::new(ErrorCode::RateLimited, message),
            domain::Error::Forbidden | domain::Error::NotOwn(_) => Self::new(ErrorCode::Forbidden, message),
            domain::Error::Unavailable(cause) => {
                tracing::warn!(cause = %cause, "The database is not available");
                Self::new(ErrorCode::ServiceUnavailable, message)
            }
            domain::Error::Internal(cause) => {
                tracing::error!(cause = %cause, "A request failed unexpectedly");
                Self::new(ErrorCode::Internal, message)
            }
            // Mutations turn these into `userErrors`; in a query a refusal is a wrong value.
            domain::Error::Rejected(errors) => {
                let messages: Vec<String> = errors.into_iter().map(|error| error.message).collect();
                Self::new(ErrorCode::BadUserInput, messages.join(" "))
            }
        }
    }
}

/// Result of resolvers.
pub type ApiResult<T> = Result<T, ApiError>;

/// Result of resolvers of nullable fields: an error nulls this field and not its parent.
pub type Nullable<T> = Option<ApiResult<T>>;
