//! Rows that are to be written.

use uuid::Uuid;

use super::item::{Item, Prepared};
use crate::domain::upsert::Outcome;

/// The kind of a file's rows.
pub(super) use crate::entity::import_job::ImportSubject as Subject;

/// A row to be planned.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) number: i32,
    /// Line of the file where it begins.
    pub(super) line: i32,
    pub(super) item: Item,
    /// The record that the row was matched with before anything was written; none of a new one.
    pub(super) target: Option<Uuid>,
    /// The effect of the row on that record as it was then.
    pub(super) planned: Option<Outcome>,
    /// The row as a new contact, where that was worked out beforehand, on another thread.
    pub(super) prepared: Option<Prepared>,
}

impl Wanted {
    /// The outcome that counts, of a row that had another when it was written. What an earlier row of the file does to the
    /// same record makes no difference, because a dry run may have forgotten that row.
    pub(super) fn counted(&self, written: Outcome) -> Outcome {
        use Outcome::{Restored, Unchanged, Updated};
        match (self.planned, written) {
            (Some(planned @ (Restored | Updated | Unchanged)), Restored | Updated | Unchanged) => planned,
            _ => written,
        }
    }
}

/// The two passes over the rows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// Rows are matched, and nothing is locked or written.
    Match,
    /// Rows are written to the records that they were matched with.
    Write,
}
