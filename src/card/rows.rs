//! Rows of an import: cards with their place in the file, what was odd about them, and what could not be read.

use std::fmt;

use super::{Card, CompanyCard};

/// Bytes that one card of a file may have, pictures included.
pub const CARD_BYTES_MAX: usize = 4 << 20;

/// Properties that one card of a file may have: lines of a vCard, or values of JSON.
pub(super) const PROPERTIES_MAX: usize = 20_000;

/// Reason for an error or a warning, as the API names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// Something has the wrong format.
    Invalid,
    /// Something is longer than allowed.
    TooLong,
    /// There are more items than allowed.
    TooMany,
}

impl FaultCode {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::TooLong => "TOO_LONG",
            Self::TooMany => "TOO_MANY",
        }
    }
}

/// A value of a row that could not be taken as it stands. The row itself is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// The field that it would have fed, e.g. `birthday`; none where it concerns the row.
    pub field: Option<&'static str>,
    /// The reason.
    pub code: FaultCode,
    /// An English sentence.
    pub message: String,
}

impl Warning {
    /// A warning that something has the wrong format.
    pub(super) fn invalid(field: impl Into<Option<&'static str>>, message: impl Into<String>) -> Self {
        Self { field: field.into(), code: FaultCode::Invalid, message: message.into() }
    }
}

/// A row with its place in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row<T> {
    /// Number of the row or card, from 1; the header of a table does not count.
    pub row: u64,
    /// Line of the file where it begins, from 1.
    pub line: u64,
    /// Its content.
    pub item: T,
    /// The cells of a table's row, as they stand in the file; empty for cards.
    pub cells: Vec<String>,
    /// Values that could not be taken as they stand.
    pub warnings: Vec<Warning>,
}

/// A row of persons.
pub type CardRow = Row<Card>;

/// A row of companies.
pub type CompanyRow = Row<CompanyCard>;

/// A row that could not be read. The rows after it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Number of the row or card, from 1.
    pub row: u64,
    /// Line of the file where it begins, from 1.
    pub line: u64,
    /// The reason.
    pub code: FaultCode,
    /// An English sentence.
    pub message: String,
    /// The cells of a table's row, as far as they are known.
    pub cells: Vec<String>,
}

/// An error of the whole file: it cannot be read any further.
#[derive(Debug)]
pub enum FileError {
    /// The source failed.
    Read(std::io::Error),
    /// The file is not of its format, or the options do not fit it; with a sentence for the caller.
    Unusable(String),
}

impl fmt::Display for FileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => formatter.write_str("The file could not be read."),
            Self::Unusable(message) => formatter.write_str(message),
        }
    }
}

impl std::error::Error for FileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) => Some(error),
            Self::Unusable(_) => None,
        }
    }
}

impl From<std::io::Error> for FileError {
    fn from(error: std::io::Error) -> Self {
        Self::Read(error)
    }
}

/// Item of a reader: a row, or a row that could not be read, or the end of everything because the source failed.
pub type Read<T> = Result<Result<Row<T>, RowError>, FileError>;
