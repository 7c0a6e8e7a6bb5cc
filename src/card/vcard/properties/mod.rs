//! Properties of vCard that no field holds: where JSContact has a place for them (RFC 9555), and `vCardProps` for all others.
//!
//! A property is given its place in JSContact only if that place holds all of it; otherwise it stays as it was.

mod keep;
mod lines;
mod table;

pub(super) use keep::{keep, parameters, restore};
pub(super) use lines::{lines, out_parameters};
pub(super) use table::date;
