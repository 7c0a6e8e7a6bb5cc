//! Counters of an import.

use crate::{domain::upsert::Outcome, entity::import_job::Model};

/// The job's count of an outcome.
pub(super) fn counter(job: &mut Model, outcome: Outcome) -> &mut i32 {
    match outcome {
        Outcome::Created => &mut job.created,
        Outcome::Updated => &mut job.updated,
        Outcome::Unchanged => &mut job.unchanged,
        Outcome::Restored => &mut job.restored,
        Outcome::Failed => &mut job.failed,
    }
}

/// Forgets what writing the rows would have counted.
pub(super) fn count_nothing(job: &mut Model) {
    (job.created, job.updated, job.unchanged, job.restored, job.companies_created) = (0, 0, 0, 0, 0);
}
