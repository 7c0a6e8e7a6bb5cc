//! Telling whether two contacts are one person: the one scorer, and what a scan of all contacts is made of.
//!
//! Nothing here reads the database. A [`Person`] is a contact as it is compared. [`compare`] tells how likely two of them
//! are one, with regard to how frequent their names are in this directory ([`Frequencies`]). People are compared only if
//! they share a key ([`keys`]). A [`Scan`] does all of this for a whole directory.

mod birthday;
mod distance;
mod evidence;
mod forms;
mod frequencies;
mod groups;
mod keys;
mod latin;
mod likeness;
mod name_words;
mod names;
mod nicknames;
mod person;
mod scan;
mod score;
mod similarity;

pub use frequencies::Frequencies;
pub use groups::{Group, groups};
pub use keys::keys;
pub use likeness::{Likeness, Pair};
pub use person::{Facts, Person};
pub use scan::{Scan, Scanned, ScannedKeys};
pub use score::{Certainty, Comparison, Reason, compare};

/// Most contacts with one key that are compared with each other. A key that more of them share says too little.
pub const BLOCK_MAX: usize = 200;
/// Version of the scoring and of the keys. Another one finds all pairs anew.
pub const SCORING: i32 = 1;
