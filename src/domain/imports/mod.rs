//! Imports: bringing a directory in from a file.
//!
//! A job has two phases. First the file is read on a thread of its own, and each row is checked, matched with a record and
//! staged; nothing of the directory is written. Then the staged rows are written, chunk by chunk, in transactions that
//! join the job's batch. A dry run ends after the first phase.
//!
//! **Invariant:** `import_jobs.next_row` moves in the transaction that writes the rows before it. So a job that was cut
//! off at any moment goes on where it stopped, and ends with the same records as one that was not.

mod ahead;
mod apply;
mod claims;
mod companies;
mod counts;
mod created;
mod effect;
mod ending;
mod find;
mod item;
mod job;
mod json;
mod matching;
mod options;
mod pace;
mod plan;
mod read;
mod repeats;
mod report;
mod resume;
mod run;
mod singles;
mod stage;
mod turns;
mod wanted;

pub(crate) use created::{NextCreated, next as next_created, tell as tell_created};
pub(crate) use job::is_any_running;
pub use job::{NewJob, cancel, create, get, get_many, list, of_batches};
pub use options::{ColumnMapping, MatchKey, Options};
pub use read::{Fault, ImportColumn};
pub use report::{Kind, ReportRow, count, rows};
pub use resume::{keep_up, resume, take_up_all};
pub use run::run;
