//! Batches: many records written by one act, which can be taken back as one.
//!
//! A batch is a row of its own, and each of its changes in the feed names it. A write joins one in either of two ways:
//!
//! - A mutation is one transaction: [`begin`], then the writes, then [`finish`], which says whether there is a batch at
//!   all. It costs one statement.
//! - A job is many transactions: [`start`], then for each transaction [`join`], the writes, and [`advance`]; at last
//!   [`end`].
//!
//! From `begin` or `join` on, everything that the transaction records (`Write::record`) belongs to the batch, and needs
//! nothing more for [`undo`]: the values before and after are those of the feed.
//!
//! A record that an undo has moved to the trash is marked ([`is_undone`]). Whatever creates records by an id or a key
//! brings such a record back by [`revive`] instead of refusing.

mod job;
mod read;
mod revive;
mod rows;
mod undo;
mod write;

pub(crate) use job::{advance, discard, end, is_running, join, start, start_again};
pub use read::{get, get_many, kept, kept_counts, list, no_kept};
pub(crate) use revive::{is_undone, revive, undone_by_key};
pub(crate) use rows::{overlay, update_all};
pub use undo::{keep_up, undo};
pub(crate) use write::{begin, finish};

#[cfg(test)]
mod tests;
