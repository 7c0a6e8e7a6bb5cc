//! `userErrors`: what the user can put right.

use async_graphql::{Enum, ID, SimpleObject};
use uuid::Uuid;

use crate::{
    domain::{self, Code, imports},
    graphql::error::ApiError,
};

/// An error that the user can put right. The list is empty when the mutation succeeded.
#[derive(SimpleObject)]
pub(crate) struct UserError {
    /// Kind of problem.
    code: UserErrorCode,
    /// Path of the offending argument or input field, e.g. `["input", "email"]`; null when no single field is at fault.
    field: Option<Vec<String>>,
    /// English sentence, safe to show.
    message: String,
    /// Records that stand in the way (trashed ones too), so that a client can offer to open, restore or merge them.
    conflict_ids: Vec<ID>,
    /// See [`domain::UserError::current`].
    #[graphql(skip)]
    current: Option<Uuid>,
}

/// The record that the caller has to look at after these errors: the newer one before the one that holds a value.
pub(crate) fn current(errors: &[UserError]) -> Option<Uuid> {
    let of = |code| errors.iter().filter(|error| error.code == code).find_map(|error| error.current);
    of(UserErrorCode::StaleVersion).or_else(|| of(UserErrorCode::Taken))
}

impl From<domain::UserError> for UserError {
    fn from(error: domain::UserError) -> Self {
        Self {
            code: error.code.into(),
            field: (!error.field.is_empty()).then_some(error.field),
            message: error.message,
            conflict_ids: error.conflict_ids.into_iter().map(ID).collect(),
            current: error.current,
        }
    }
}

impl From<imports::Fault> for UserError {
    fn from(fault: imports::Fault) -> Self {
        let code = Code::named(&fault.code).unwrap_or(Code::Invalid);
        Self {
            code: code.into(),
            field: (!fault.field.is_empty()).then_some(fault.field),
            message: fault.message,
            conflict_ids: fault.conflict_ids.into_iter().map(ID).collect(),
            current: None,
        }
    }
}

/// The kinds of problems that the user can put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Code")]
pub(crate) enum UserErrorCode {
    /// Required text is missing or blank.
    Blank,
    /// The value has the wrong format or is not allowed here.
    Invalid,
    /// The text is longer than the field allows.
    TooLong,
    /// The list has more items than one call may carry.
    TooMany,
    /// Another record has the unique value.
    Taken,
    /// The record does not exist, or is not visible to the caller.
    NotFound,
    /// The identifier matches several records.
    Ambiguous,
    /// `expectedVersion` is not the stored version, because somebody else wrote first.
    StaleVersion,
    /// The record is in the trash; restore it first.
    Trashed,
    /// The record is in the trash already.
    AlreadyTrashed,
    /// The record is not in the trash.
    NotTrashed,
    /// Contacts that are certainly the same person exist, and the policy is REJECT. `conflictIds` lists them.
    Duplicate,
    /// The user is linked to another contact.
    UserAlreadyLinked,
    /// The token is wrong, used or expired.
    InvalidToken,
    /// E-mail and password do not match.
    InvalidCredentials,
    /// The batch was undone already, is still running, or its recorded values were removed. Of a merge: a record of it was
    /// deleted for good, or the survivor was merged into another since.
    NotUndoable,
    /// The record was merged into another, which `conflictIds` names.
    Merged,
    /// `expectedCount` is not the number of records that the filter finds.
    CountMismatch,
}

/// Result of a mutation: the record, or the errors that the user can put right.
pub(crate) type Outcome<T> = Result<T, Vec<UserError>>;

/// Parts the user's errors from those of the request.
pub(crate) fn into_outcome<T>(result: domain::Result<T>) -> Result<Outcome<T>, ApiError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(domain::Error::Rejected(errors)) => Ok(Err(errors.into_iter().map(UserError::from).collect())),
        Err(other) => Err(other.into()),
    }
}
