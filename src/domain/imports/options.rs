//! The options of an import.

use serde::{Deserialize, Serialize};

use crate::{domain::upsert::OnTrashed, entity::import_job::Model};

/// A value by which rows are matched with records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MatchKey {
    /// Liaison's id.
    Id,
    /// The caller's own key.
    ExternalId,
    /// The UID of a card.
    Uid,
    /// An e-mail address, where the folded names agree as well.
    Email,
    /// A phone number, where the folded names agree as well.
    Phone,
}

impl MatchKey {
    /// The keys that rows are matched by where a request names none.
    pub const DEFAULT: [Self; 4] = [Self::Id, Self::ExternalId, Self::Uid, Self::Email];

    /// The key of this name.
    pub fn named(name: &str) -> Option<Self> {
        serde_json::from_value(name.into()).ok()
    }
}

/// A column of a table and the field that the caller says it feeds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMapping {
    /// Name of the column.
    pub column: String,
    /// The field; none to leave the column out.
    pub field: Option<String>,
}

/// How rows are matched and written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// The values by which rows are matched, in this order.
    pub match_by: Vec<MatchKey>,
    /// Action on a match in the trash.
    pub on_trashed: OnTrashed,
    /// True where an empty cell clears its field. An absent column never does.
    pub empty_clears: bool,
    /// True where unknown columns become entries of the metadata.
    pub keeps_unknown: bool,
    /// Columns that feed other fields than their names say.
    pub mapping: Vec<ColumnMapping>,
    /// Name of the file's encoding; none to find it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

impl Options {
    /// The options of a job.
    pub(super) fn of(job: &Model) -> Self {
        serde_json::from_value(job.options.clone()).unwrap_or_default()
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            match_by: MatchKey::DEFAULT.to_vec(),
            on_trashed: OnTrashed::Reject,
            empty_clears: false,
            keeps_unknown: false,
            mapping: Vec::new(),
            encoding: None,
        }
    }
}
