//! Reads of models from SQLite by sea-orm, which takes its rows from sqlx.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use deadpool::managed::{Manager, Metrics, RecycleResult};
use sea_orm::{DbErr, QueryResult, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, SqliteConnection, sqlite::SqliteConnectOptions,
};

use super::{
    error::driver_error,
    options::{AccessMode, sqlite_options},
    pool::{Connect, Connections},
    sqlite::OPS_BETWEEN_CHECKS,
};
use crate::config::DatabaseConfig;

/// Connections to the file.
pub(super) type File = Connections<Opening>;

/// Opens connections on demand.
pub(super) struct Opening(SqliteConnectOptions);

/// Connection, and a flag that interrupts its statement.
pub(super) struct Interruptible {
    connection: SqliteConnection,
    is_abandoned: Arc<AtomicBool>,
}

impl Manager for Opening {
    type Type = Interruptible;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Interruptible, sqlx::Error> {
        let mut connection = self.0.connect().await?;
        let is_abandoned = Arc::new(AtomicBool::new(false));
        let abandoned = Arc::clone(&is_abandoned);
        let goes_on = move || !abandoned.load(Ordering::Relaxed);
        connection.lock_handle().await?.set_progress_handler(OPS_BETWEEN_CHECKS, goes_on);
        Ok(Interruptible { connection, is_abandoned })
    }

    async fn recycle(&self, _: &mut Interruptible, _: &Metrics) -> RecycleResult<sqlx::Error> {
        Ok(())
    }
}

impl Connect for Opening {
    async fn stop_statement(Interruptible { connection, is_abandoned }: &mut Interruptible) -> bool {
        is_abandoned.store(true, Ordering::Relaxed);
        // The connection's thread answers once the statement has ended.
        let is_done = connection.ping().await.is_ok();
        is_abandoned.store(false, Ordering::Relaxed);
        is_done
    }

    async fn close(Interruptible { connection, .. }: Interruptible) {
        // A thread that has ended has closed the connection.
        drop(connection.close().await);
    }
}

impl File {
    pub(super) fn open(config: &DatabaseConfig) -> Result<Self, DbErr> {
        Self::new(config, Opening(sqlite_options(config, AccessMode::Read)?))
    }

    pub(super) async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut lease = self.lease().await?;
        let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
        // Values are bound, never written into the text.
        let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
        let rows = lease.connection()?.connection.fetch_all(query).await.map_err(driver_error)?;
        lease.finish();
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}
