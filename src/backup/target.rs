//! Destination of a backup, and the rule for overwriting.

use std::path::PathBuf;

use super::manifest::Manifest;

/// Tables whose rows make a database one that is not empty.
pub(super) const CONTENT: [&str; 3] = ["users", "contacts", "companies"];

/// Destination of a backup.
#[derive(Clone, Debug)]
pub enum Target {
    /// A file, which may replace another one only where that is wanted.
    File(PathBuf, Overwrite),
    /// Standard output.
    Stdout,
}

/// Permission to replace an old file, or a database that is not empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overwrite {
    /// The old one is replaced, once the new one is complete.
    Yes,
    /// The old one stays, and the backup or restore is refused.
    No,
}

/// Outcome of a restore.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Manifest of the restored backup.
    pub manifest: Manifest,
    /// File that keeps the replaced content; none where there was none.
    pub kept: Option<PathBuf>,
}
