//! JSContact (RFC 9553): cards as JSON.
//!
//! Fields of a card stand where the standard has them. The values that it has no place for have names of our own, all of which
//! begin with `liaison:`, as the standard asks of vendors. Properties without a field are kept as they were.

mod read;
mod reader;
mod write;

pub use read::{NotACard, from_jscontact, set_stored};
pub use reader::Reader;
pub use write::{to_jscontact, to_stored};

#[cfg(test)]
mod tests;
