//! Writing many records at once, in a number of statements that does not depend on theirs.

mod rows;

pub(crate) use rows::{insert, update};
