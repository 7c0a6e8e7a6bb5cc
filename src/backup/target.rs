//! Where a backup goes, and what becomes of what is there.

use std::path::PathBuf;

use super::manifest::Manifest;

/// Tables whose rows make a database one that is not empty.
pub(super) const CONTENT: [&str; 3] = ["users", "contacts", "companies"];

/// Where a backup goes.
#[derive(Clone, Debug)]
pub enum Target {
    /// A file, which may replace another one only where that is wanted.
    File(PathBuf, Overwrite),
    /// Standard output.
    Stdout,
}

/// What becomes of a file that exists already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// It is replaced, once the new one is complete.
    Yes,
    /// It stays, and there is no backup.
    No,
}

/// Outcome of a restore.
#[derive(Clone, Debug)]
pub struct Restored {
    /// What was restored.
    pub manifest: Manifest,
    /// Where that is kept which was there before; none where nothing was.
    pub kept: Option<PathBuf>,
}
