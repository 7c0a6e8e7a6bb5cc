//! Upserts: items that each name a record by an identifier, and update it or create it.
//!
//! All items of a call are one transaction. Everything that they name is locked and read first, the outcome of each is
//! planned in memory in the order given (a later item sees what the earlier ones did), and the result is written with
//! one statement for each kind of write.

mod companies;
mod contacts;
mod directory;
mod keys;
mod memberships;
mod plan;
mod write;

pub(crate) use directory::Directory;
pub(crate) use keys::{Findable, Key, take_turns};
pub(crate) use memberships::Memberships;
pub(crate) use write::records as write_records;

use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};

use crate::{
    domain::error::{Error, Result, UserError},
    entity::batch,
};

pub use companies::{CompanyIdentifier, CompanyItem, upsert_companies};
pub(crate) use companies::{host, name_key};
pub use contacts::{ContactItem, upsert_contact, upsert_contacts};

/// Action when the identifier's only match is in the trash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum OnTrashed {
    /// The match is restored and updated.
    #[default]
    Restore,
    /// The match stays in the trash, and a new record is created where the identifier is not unique.
    Ignore,
    /// The item fails.
    Reject,
}

/// Outcome of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// A record was created.
    Created,
    /// A record was written.
    Updated,
    /// The record is as the item wants it; nothing was written.
    Unchanged,
    /// The record was taken out of the trash, and written.
    Restored,
    /// Nothing was written.
    Failed,
}

/// Result of an item.
#[derive(Debug)]
pub struct ItemResult<E: EntityTrait> {
    /// The record as it is after all items; none of an item that failed.
    pub record: Option<E::Model>,
    /// Outcome.
    pub outcome: Outcome,
    /// Everything that is wrong with the item.
    pub errors: Vec<UserError>,
}

/// Outcome of a call.
#[derive(Debug)]
pub struct Upserted<E: EntityTrait> {
    /// The result of each item, in their order.
    pub results: Vec<ItemResult<E>>,
    /// The batch that the writes are; none where nothing was written.
    pub batch: Option<batch::Model>,
}

/// Attempts where others create records with the same external ids at the same time.
const ATTEMPTS_MAX: usize = 5;

/// True where another transaction may have taken an external id meanwhile: the next attempt finds the record that has it.
fn is_tried_again<T>(outcome: &Result<T>, attempts: &mut usize) -> bool {
    *attempts += 1;
    matches!(outcome, Err(Error::Rejected(_))) && *attempts <= ATTEMPTS_MAX
}

/// Returns the path of an item's fields in the arguments.
fn item_path(place: Option<usize>) -> Vec<String> {
    place.map_or_else(Vec::new, |place| vec!["items".to_owned(), place.to_string()])
}

/// True where what was planned is to be written.
fn is_done(outcomes: impl Iterator<Item = Outcome>, all_or_none: bool) -> bool {
    let outcomes: Vec<Outcome> = outcomes.collect();
    outcomes.iter().any(|outcome| *outcome != Outcome::Failed) && !(all_or_none && outcomes.contains(&Outcome::Failed))
}

/// The result of an item of which nothing was written.
fn refused<E: EntityTrait>(errors: Vec<UserError>) -> ItemResult<E> {
    ItemResult { record: None, outcome: Outcome::Failed, errors }
}
