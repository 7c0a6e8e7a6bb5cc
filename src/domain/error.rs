//! Errors, as the caller can act on them.

use sea_orm::{DbErr, EnumIter, Iterable};
use uuid::Uuid;

use super::constraint::Constraint;
use crate::storage::is_unavailable;

/// Seconds after which the queue behind an [`Error::Busy`] is likely to be shorter.
pub const BUSY_SECONDS: u64 = 5;

/// Reason why an operation did not succeed. `Display` is safe to show to anyone.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user can put it right; nothing has changed.
    #[error("The input was refused.")]
    Rejected(Vec<UserError>),
    /// The request itself is wrong, for instance a malformed cursor.
    #[error("{0}")]
    BadRequest(String),
    /// A value was to name one record, and several have it.
    #[error("{message}")]
    Ambiguous {
        /// The advice for the caller.
        message: String,
        /// The records, oldest first.
        ids: Vec<Uuid>,
    },
    /// The database could not be reached in time; the same request may succeed later.
    #[error("The database is not available at the moment. Try again in a few seconds.")]
    Unavailable(#[source] DbErr),
    /// Too many want the same at once; the same request may succeed later.
    #[error("Too many are signing in at the moment. Try again in a few seconds.")]
    Busy,
    /// The caller had the role when the request came, and has lost it since.
    #[error("Your role no longer allows this.")]
    Forbidden,
    /// The role allows it only for what is the caller's own.
    #[error("{0}")]
    NotOwn(&'static str),
    /// A bug.
    #[error("Internal error.")]
    Internal(#[source] DbErr),
}

/// The usual result of a domain function.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// True of a refusal because another record has a value that only one may have.
    pub(crate) fn is_taken(&self) -> bool {
        matches!(self, Self::Rejected(errors) if errors.iter().any(|error| error.code == Code::Taken))
    }
}

impl From<DbErr> for Error {
    fn from(cause: DbErr) -> Self {
        if is_unavailable(&cause) { Self::Unavailable(cause) } else { Self::Internal(cause) }
    }
}

impl From<UserError> for Error {
    fn from(error: UserError) -> Self {
        Self::Rejected(vec![error])
    }
}

/// Returns both values, or all user errors of either. An error that the user cannot put right takes precedence.
pub(crate) fn together<A, B>(one: Result<A>, other: Result<B>) -> Result<(A, B)> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(Error::Rejected(mut errors)), Err(Error::Rejected(more))) => {
            errors.extend(more);
            Err(Error::Rejected(errors))
        }
        (Ok(_) | Err(Error::Rejected(_)), Err(error)) | (Err(error), _) => Err(error),
    }
}

/// Something that the user can put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserError {
    /// Kind of problem.
    pub code: Code,
    /// Path of the offending argument or input field; empty when no single field is at fault.
    pub field: Vec<String>,
    /// English sentence, safe to show.
    pub message: String,
    /// Records that stand in the way.
    pub conflict_ids: Vec<String>,
    /// The record that the caller has to look at: the one that somebody else changed, or that holds the value.
    pub current: Option<Uuid>,
}

impl UserError {
    /// An error about one field, or about none when the path is empty.
    pub fn new(code: Code, field: &[&str], message: impl Into<String>) -> Self {
        let field = field.iter().map(|&part| part.to_owned()).collect();
        Self { code, field, message: message.into(), conflict_ids: Vec::new(), current: None }
    }

    /// The same with the records that stand in the way.
    #[must_use]
    pub fn with_conflicts(mut self, ids: impl IntoIterator<Item = impl ToString>) -> Self {
        self.conflict_ids.extend(ids.into_iter().map(|id| id.to_string()));
        self
    }

    /// The same with the record that the caller has to look at; one that holds a value stands in the way, too.
    #[must_use]
    pub fn with_current(self, id: Uuid) -> Self {
        let conflicts = (self.code == Code::Taken).then_some(id);
        Self { current: Some(id), ..self.with_conflicts(conflicts) }
    }

    /// The record that the argument names does not exist.
    pub fn not_found(noun: &str, field: &[&str]) -> Self {
        Self::new(Code::NotFound, field, format!("There is no such {noun}."))
    }

    /// The record was merged into another, and takes no more writes.
    pub fn merged(noun: &str, field: &[&str], survivor: Uuid) -> Self {
        let message = format!("The {noun} was merged into another, which takes its writes now.");
        Self::new(Code::Merged, field, message).with_conflicts([survivor])
    }

    /// Somebody else wrote first.
    pub fn stale(id: Uuid, stored: i32) -> Self {
        let message =
            format!("The record was changed by somebody else; its version is now {stored}. Load it again and retry.");
        Self::new(Code::StaleVersion, &["expectedVersion"], message).with_current(id)
    }
}

/// The kinds of user errors; their meaning is documented on the GraphQL enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter)]
#[expect(missing_docs, reason = "the meanings are documented on the GraphQL enum, in one place")]
pub enum Code {
    Blank,
    Invalid,
    TooLong,
    TooMany,
    Taken,
    NotFound,
    Ambiguous,
    StaleVersion,
    Trashed,
    AlreadyTrashed,
    NotTrashed,
    Duplicate,
    UserAlreadyLinked,
    InvalidToken,
    InvalidCredentials,
    NotUndoable,
    Merged,
    CountMismatch,
}

impl Code {
    /// The code of this name in the API.
    pub fn named(name: &str) -> Option<Self> {
        Self::iter().find(|code| code.name() == name)
    }

    /// The code's name in the API.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            name.extend((letter.is_ascii_uppercase() && !name.is_empty()).then_some('_'));
            name.push(letter.to_ascii_uppercase());
        }
        name
    }
}

/// Turns a broken constraint into the user error that `explain` gives for it.
pub(crate) fn explain_constraint(cause: DbErr, explain: impl FnOnce(Constraint) -> Option<UserError>) -> Error {
    match Constraint::broken_by(&cause).and_then(explain) {
        Some(error) => error.into(),
        None => cause.into(),
    }
}
