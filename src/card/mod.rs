//! The values of a person's card, and the formats that cards come and go in: JSContact, vCard and CSV.
//!
//! Everything here is a function of its input: no database, and no clock. A reader hands out one row after another, in bounded
//! memory, and a row that it cannot read is an error of that row alone.

mod address;
mod company;
pub mod csv;
mod date;
mod extras;
mod groups;
pub mod jscontact;
mod labels;
mod person;
mod rows;
mod text;
mod unite;
pub mod vcard;

use serde::{Deserialize, Serialize};

pub use address::PostalAddress;
pub use company::CompanyCard;
pub use date::{NotADate, PartialDate};
pub use person::{Card, CardStatus, Employment, Given, NameKind, NamePart};
pub use rows::{CARD_BYTES_MAX, CardRow, CompanyRow, FaultCode, FileError, Read, Row, RowError, Warning};
pub use text::encoding_named;
pub(crate) use text::{with_line_feeds, without_scheme};
pub(crate) use unite::{add_members, is_united, unite};

/// One way to reach somebody. The first of its list is the primary one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContactPoint {
    /// The address, number or link.
    pub value: String,
    /// Its purpose, e.g. "work".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl ContactPoint {
    /// One without a label.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), label: None }
    }
}

#[cfg(test)]
mod strategies;
