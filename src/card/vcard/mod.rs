//! vCard 2.1, 3.0 and 4.0: reading all three, and writing the latter two.
//!
//! `source` reads content lines, `read` cuts a file into cards, `line` takes a content line apart, `fields` gives each property
//! its place in a card, `properties` knows the properties that JSContact has a place for besides the fields (RFC 9555), and
//! `write` does all of it the other way round. A property that nothing else can hold stands in `vCardProps`, as it was.

mod fields;
mod line;
mod out;
mod properties;
mod read;
mod source;
mod write;

pub use out::Version;
pub use read::Reader;
pub use write::write_card;

#[cfg(test)]
mod tests;
