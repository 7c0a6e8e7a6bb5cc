//! Companies: creating, changing and deleting the organisations that contacts work for.

mod delete;
mod reference;
mod write;

pub use delete::{Deleted, delete};
pub use reference::CompanyReference;
pub(crate) use reference::{check_reference, lock, missing, name_of, resolve};
pub use write::{create, update, validate};
