//! Likely duplicates.

mod cache;
mod candidates;
mod find;
mod index;
mod job;
mod listing;
mod pairs;
mod people;
mod queue;
mod rows;
mod scan_index;
mod scan_job;
mod scan_write;
mod state;
mod stub;
mod upkeep;
mod vetoed;
mod vetoes;
mod words;

pub use cache::{Group, GroupCache};
pub use candidates::{Lookalike, of_contacts};
pub(crate) use candidates::{of_unstored, take_turns};
pub use job::last_scan;
pub use listing::{FullGroup, GroupPage, groups_page, mergeable};
pub use pairs::{Likeness, Pair};
pub use scan_index::ScannedKeys;
pub use scan_job::{Tell, scan};
pub use stub::*;
pub use upkeep::{catch_up, keep_up};
pub use vetoes::{disinherit_vetoes, inherit_vetoes, mark_different, unmark_different};

/// Most contacts with one key that are compared with each other.
pub(crate) const BLOCK_MAX: usize = 200;
/// Version of the scoring and of the keys. Another one finds all pairs anew.
pub(crate) const SCORING: i32 = 1;
