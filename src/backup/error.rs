//! Reasons why there is no backup, or no restore.

use std::{
    io,
    path::{Path, PathBuf},
};

use sea_orm::DbErr;

use crate::{domain, storage::OpenError};

/// Reason why there is no backup, or no restore. None of them quotes the database's URL.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something that the operator has to settle first.
    #[error("{0}")]
    Refused(String),
    /// The backup, or the database, is not what was written.
    #[error("The backup is damaged: {0}")]
    Damaged(String),
    /// A file cannot be read or written.
    #[error("{0}: {1}")]
    File(PathBuf, #[source] io::Error),
    /// The backup cannot be written.
    #[error("The backup cannot be written")]
    Output(#[source] io::Error),
    /// The backup cannot be read, or not be copied to where it is restored.
    #[error("The backup cannot be read")]
    Input(#[source] io::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database refuses something.
    #[error("The database could not be read or written")]
    Database(#[from] DbErr),
}

impl Error {
    pub(super) fn file(path: &Path, cause: io::Error) -> Self {
        Self::File(path.to_owned(), cause)
    }
}

/// An error of the domain, none of which is about what the operator has typed.
pub(super) fn domain_error(error: domain::Error) -> Error {
    match error {
        domain::Error::Unavailable(cause) | domain::Error::Internal(cause) => cause.into(),
        other => Error::Refused(other.to_string()),
    }
}
