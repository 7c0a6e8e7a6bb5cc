//! Companies, as rows of a file describe them.

use serde_json::{Map, Value};

use super::{CardStatus, Given};

/// Everything that a row of a file says of a company.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompanyCard {
    /// Id of the company's record.
    pub id: Given<String>,
    /// Caller's own key.
    pub external_id: Given<String>,
    /// Name.
    pub name: Given<String>,
    /// Status of the record.
    pub status: Given<CardStatus>,
    /// Website.
    pub website: Given<String>,
    /// E-mail address.
    pub email: Given<String>,
    /// Phone number.
    pub phone: Given<String>,
    /// Postal address, on several lines.
    pub address: Given<String>,
    /// Industry.
    pub industry: Given<String>,
    /// Tags, sorted, each once.
    pub tags: Given<Vec<String>>,
    /// Notes.
    pub notes: Given<String>,
    /// Entries of the metadata.
    pub metadata: Given<Map<String, Value>>,
    /// Keys of entries of the metadata that the source has an empty place for.
    pub empty_entries: Vec<String>,
}
