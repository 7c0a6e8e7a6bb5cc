//! Checks of a request before anything of it is executed: its size, its cost, and whether the caller may ask for it.

pub mod access;
mod filter_size;
pub mod limits;
mod metadata_size;
pub(super) mod tokens;
