//! Likely duplicates: telling whether two contacts are one person, finding all who are, and keeping that up to date.
//!
//! - The one scorer reads no database. A [`Person`] is a contact as it is compared. [`compare`] tells how likely two of
//!   them are one, with regard to how frequent their names are in this directory ([`Frequencies`]). People are compared
//!   only if they share a key ([`keys`]). A [`Scan`] does all of this for a whole directory.
//! - Pairs are stored. A [`scan`] finds them all; [`keep_up`] follows the feed of changes and compares again what has
//!   changed. Both write the same, which is tested.
//! - Vetoes are stored apart from pairs, and leave them out wherever pairs are read.

mod birthday;
mod budget;
mod cache;
mod candidates;
mod company_sketch;
mod distance;
mod email_sketch;
mod emails;
mod everybody;
mod evidence;
mod find;
mod form_cache;
mod forms;
mod frequencies;
mod groups;
mod hash;
mod imported;
mod index;
mod inherited_vetoes;
mod job;
mod keys;
mod languages;
mod latin;
mod lease;
mod likeness;
mod listing;
mod name_sketch;
mod name_words;
mod names;
mod nicknames;
mod pairs;
mod parts;
mod people;
mod person;
mod queue;
mod recheck;
mod round;
mod rows;
mod scan;
mod scan_index;
mod scan_job;
mod scan_write;
mod score;
mod similarity;
mod sketch;
mod state;
mod upkeep;
mod vetoed;
mod vetoes;
mod word_agreement;
mod word_forms;
mod word_sketch;
mod words;

pub use cache::GroupCache;
pub use candidates::{Lookalike, of_contacts};
pub(crate) use candidates::{of_unstored, take_turns};
pub use frequencies::Frequencies;
pub use groups::{Group, groups};
pub(crate) use inherited_vetoes::{inherit_vetoes, inherit_vetoes_anew, pass_vetoes_on};
pub use job::last_scan;
pub use keys::keys;
pub use likeness::{Likeness, Pair};
pub(crate) use listing::mergeable;
pub use listing::{FullGroup, GroupPage, groups_page};
pub use person::{Facts, Person};
pub(crate) use recheck::is_still_certain;
pub use scan::{Scan, Scanned, ScannedKeys};
pub use scan_job::{Tell, scan};
pub use score::{Certainty, Comparison, Reason, compare};
pub use upkeep::{catch_up, keep_up};
pub(crate) use vetoed::different_from;
pub(crate) use vetoes::has_veto;
pub use vetoes::{mark_different, unmark_different};

/// Most contacts with one key that are compared with each other. A key that more of them share says too little.
pub const BLOCK_MAX: usize = 200;
/// Version of the scoring and of the keys. Another one finds all pairs anew.
pub const SCORING: i32 = 5;
