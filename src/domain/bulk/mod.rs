//! Writing many records at once, in a number of statements that does not depend on theirs.

mod parameter;
mod rows;
mod search;

pub(crate) use rows::{insert, insert_into, put_into, update};
