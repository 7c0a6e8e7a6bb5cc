//! Check that the database accepts writes.

use std::sync::atomic::Ordering;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

use super::{Db, Nothing};

impl Db {
    /// Returns true when the database answers and accepts writes. A standby, a read-only server, and a file on a full
    /// disk do not.
    pub async fn is_writable(&self) -> Result<bool, DbErr> {
        let sql = match self.backend() {
            DbBackend::Postgres => "SELECT current_setting('transaction_read_only') = 'off'",
            // A write would empty the readers' caches, so a test write runs only after another write has failed.
            _ if self.0.has_failed.load(Ordering::Relaxed) => return self.try_to_write().await,
            _ => "SELECT TRUE",
        };
        let row = self.reads().query_one_raw(Statement::from_string(self.backend(), sql)).await?;
        row.map_or(Ok(false), |row| row.try_get_by_index(0))
    }

    /// Writes SQLite's file without changing its content. Returns false when that fails.
    async fn try_to_write(&self) -> Result<bool, DbErr> {
        let read = Statement::from_string(self.backend(), "PRAGMA user_version");
        let version: i32 = match self.reads().query_one_raw(read).await? {
            Some(row) => row.try_get_by_index(0)?,
            None => 0,
        };
        // Unlike an UPDATE that changes nothing, this always writes a page.
        let write = Statement::from_string(self.backend(), format!("PRAGMA user_version = {version}"));
        let written = self.run_together(vec![write], Nothing).await;
        self.0.has_failed.store(written.is_err(), Ordering::Relaxed);
        Ok(written.inspect_err(|cause| tracing::warn!(%cause, "The database file cannot be written")).is_ok())
    }
}
