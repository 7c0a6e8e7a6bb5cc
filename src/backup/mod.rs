//! Backups of a database that is in use, and their restore.
//!
//! A backup shows one moment. It is checked before it has its name, and again before anything of it is used. A restore
//! changes nothing until all of it is ready, and keeps what was there before.

mod archive;
mod error;
mod folder;
mod make;
mod manifest;
mod newest;
mod postgres;
mod restore;
mod sqlite;
mod target;
mod task;
mod unpack;

pub use self::{
    error::Error,
    make::back_up,
    manifest::{DatabaseKind, FeedPlace, Manifest, Server},
    newest::back_up_into,
    restore::restore,
    target::{Overwrite, Restored, Target},
};
