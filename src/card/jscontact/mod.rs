//! JSContact (RFC 9553): cards as JSON.
//!
//! Fields of a card stand where the standard has them. The values that it has no place for have names of our own, all of which
//! begin with `liaison:`, as the standard asks of vendors. Properties without a field are kept as they were.

mod read;
mod reader;
mod write;

/// Key of a title that belongs to none of the organizations.
const LONE: &str = "liaison:isAlone";

/// The id that an item had among its property's items, where something else in the card refers to it.
const ITEM_ID: &str = "liaison:itemId";

pub use read::{NotACard, from_jscontact, set_stored};
pub use reader::Reader;
pub(super) use write::keep_lone_places;
pub use write::{to_jscontact, to_stored};

#[cfg(test)]
mod tests;
