//! The right of a process to write what its scan finds.
//!
//! A process that slept for longer than its lease wakes up while another makes the scan anew. Each transaction of a scan
//! therefore begins by looking whether the scan is still its own. On PostgreSQL it locks the scan's row against a taking
//! over, but not against a renewal of the lease; on SQLite nobody else writes meanwhile.
//!
//! **Invariant:** whoever locks the rows of a scan and of the upkeep locks that of the scan first.

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};
use uuid::Uuid;

use super::job;
use crate::{
    domain::error::Result,
    storage::{Db, Parameters, Row, RowVisitor},
};

/// The lease of a scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lease<'a> {
    pub(super) db: &'a Db,
    pub(super) scan_id: Uuid,
}

impl Lease<'_> {
    /// Begins a transaction, unless somebody has taken the scan over. Nobody takes it over before the transaction ends.
    pub(super) async fn begin(&self) -> Result<DatabaseTransaction> {
        let tx = self.db.begin().await?;
        self.check(&tx).await?;
        Ok(tx)
    }

    /// Runs one statement as a transaction, unless somebody has taken the scan over.
    pub(super) async fn execute(&self, statement: Statement) -> Result<()> {
        let tx = self.begin().await?;
        tx.execute_raw(statement).await?;
        Ok(tx.commit().await?)
    }

    async fn check(&self, tx: &DatabaseTransaction) -> Result<()> {
        let found = tx.query_one_raw(self.statement()).await?;
        let is_held = found.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or_default();
        if is_held { Ok(()) } else { Err(job::taken_over()) }
    }

    /// Runs statements as one transaction through SQLite's write queue, unless somebody has taken the scan over.
    pub(super) async fn run_together(&self, statements: impl Iterator<Item = Statement>) -> Result<()> {
        self.db.run_together(std::iter::once(self.statement()).chain(statements).collect(), LeaseCheck).await?;
        Ok(())
    }

    fn statement(&self) -> Statement {
        let mut parameters = Parameters::new(self.db.backend());
        let id = parameters.bind(self.scan_id);
        let lock = if self.db.backend() == DbBackend::Postgres { "FOR KEY SHARE" } else { "" };
        let sql = format!("SELECT EXISTS (SELECT 1 FROM duplicate_scans WHERE id = {id} AND state = 'running' {lock})");
        parameters.statement(sql)
    }
}

/// Fails unless the scan is still the process's own. Other statements return no rows.
struct LeaseCheck;

impl RowVisitor for LeaseCheck {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        if row.flag(0) == Some(true) { Ok(()) } else { Err(job::lease_lost()) }
    }
}
