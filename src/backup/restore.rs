//! Restoring a backup.

use std::path::Path;

use super::{
    error::Error,
    postgres, sqlite,
    target::{Overwrite, Restored},
};
use crate::config::DatabaseConfig;

/// Restores a backup. `file` is `-` for standard input. What the database has is replaced only where that is wanted, and
/// kept.
pub async fn restore(config: &DatabaseConfig, file: &Path, overwrite: Overwrite) -> Result<Restored, Error> {
    if config.is_sqlite() {
        sqlite::restore(config, file, overwrite).await
    } else {
        postgres::restore(config, file, overwrite).await
    }
}
