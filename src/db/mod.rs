//! The database: connecting, the read store and the pool that writes, write transactions and constraint names.
//!
//! **Invariant:** SQLite has one writing connection and every write transaction begins IMMEDIATE, so writers queue
//! in the pool instead of failing with "database is locked"; readers run beside it (WAL).

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};

use crate::{
    config::DatabaseConfig,
    read::{Nothing, ReadStore, Visit},
    writer::Writer,
};

mod error;
mod options;
mod start;

pub use error::{Constraint, broken_constraint, is_unavailable};
pub(crate) use error::{connection_error, driver_error, sqlite_will_pass};
pub(crate) use options::{Access, postgres_options, sqlite_options};
pub use start::{OpenError, migrate};

/// An open database: cheap to clone, shared by all requests.
#[derive(Clone, Debug)]
pub struct Db(Arc<Open>);

#[derive(Debug)]
struct Open {
    writer: DatabaseConnection,
    /// SQLite's.
    queue: Option<Writer>,
    reads: ReadStore,
    statements: Arc<AtomicU64>,
    /// True on SQLite when a write has failed since the last one that was tried for no other reason.
    has_failed: Arc<AtomicBool>,
    has_current_keys: AtomicBool,
    config: DatabaseConfig,
}

impl Db {
    /// Connects to a database that is there: see [`migrate`].
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, DbErr> {
        let (statements, has_failed) = (Arc::<AtomicU64>::default(), Arc::<AtomicBool>::default());
        let mut queue = None;
        let mut writer = if config.is_sqlite() {
            let pool = options::sqlite_pool(config, &has_failed).await?;
            queue = Some(Writer::start(config, pool.clone(), Arc::clone(&has_failed))?);
            DatabaseConnection::from(pool)
        } else {
            options::postgres_pool(config, config.pool_size, config.statement_timeout)?.into()
        };
        let (counted, failed) = (Arc::clone(&statements), Arc::clone(&has_failed));
        writer.set_metric_callback(move |statement| {
            counted.fetch_add(1, Ordering::Relaxed);
            failed.fetch_or(statement.failed, Ordering::Relaxed);
        });
        let reads = ReadStore::open(config, &statements)?;
        let has_current_keys = AtomicBool::new(false);
        Ok(Self(Arc::new(Open {
            writer,
            queue,
            reads,
            statements,
            has_failed,
            has_current_keys,
            config: config.clone(),
        })))
    }

    /// The connections for writing, for a write that is one statement.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.0.writer
    }

    /// The connections for reading.
    pub fn reads(&self) -> &ReadStore {
        &self.0.reads
    }

    /// Begins a transaction that may write; dropping it rolls it back.
    ///
    /// In a task of its own, so that it runs to its end whoever hangs up: a driver that is left while its BEGIN is on the
    /// way does not know that there is something to roll back, and gives the connection to the next.
    pub async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let sqlite_transaction_mode = (self.backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        let options = TransactionOptions { sqlite_transaction_mode, ..Default::default() };
        let open = Arc::clone(&self.0);
        let beginning = tokio::spawn(async move { open.writer.begin_with_options(options).await });
        let begun = beginning.await.map_err(|cause| DbErr::Custom(cause.to_string()))?;
        begun.map_err(|cause| {
            self.0.has_failed.store(true, Ordering::Relaxed);
            match cause {
                // The library keeps what was said to itself. The feed asks for connections all the time, and hears it, too.
                DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => self.0.reads.timed_out(),
                other => other,
            }
        })
    }

    /// Runs a statement that is a transaction of its own on PostgreSQL, whose connections write as well as they read.
    pub(crate) async fn run_alone<V: Visit>(&self, statement: Statement, visit: V) -> Result<V, DbErr> {
        self.0.reads.run(statement, visit).await
    }

    /// Runs statements as one transaction on SQLite, through its write queue, and shows the rows that they return to
    /// `visit`.
    pub(crate) async fn run_together<V: Visit>(&self, statements: Vec<Statement>, visit: V) -> Result<V, DbErr> {
        let Open { queue: Some(queue), statements: count, .. } = &*self.0 else {
            return Err(DbErr::Custom("only SQLite has a write queue".to_owned()));
        };
        count.fetch_add(statements.len() as u64, Ordering::Relaxed);
        queue.run(statements, visit).await
    }

    /// True when the database answers and takes writes; a standby, a server that was set to read only, and a file on a
    /// full disk do not.
    pub async fn is_writable(&self) -> Result<bool, DbErr> {
        let sql = match self.backend() {
            DbBackend::Postgres => "SELECT current_setting('transaction_read_only') = 'off'",
            // A write would cost the readers what they have cached, so that one is tried only after another has failed.
            _ if self.0.has_failed.load(Ordering::Relaxed) => return self.try_to_write().await,
            _ => "SELECT TRUE",
        };
        let row = self.reads().query_one_raw(Statement::from_string(self.backend(), sql)).await?;
        row.map_or(Ok(false), |row| row.try_get_by_index(0))
    }

    /// Writes SQLite's file without a change to it; false when that fails.
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

    /// The turn to rebuild the search keys, for as long as the value lives; none while another replica has it.
    pub(crate) async fn rekeying(&self) -> Result<Option<Turn>, DbErr> {
        if self.backend() != DbBackend::Postgres {
            return Ok(Some(Turn(None)));
        }
        let mut connection = postgres_options(&self.0.config, None)?.connect().await.map_err(connection_error)?;
        let sql = format!("SELECT pg_try_advisory_lock({REKEYING_LOCK})");
        let is_taken = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.map_err(driver_error)?;
        Ok(if is_taken { Some(Turn(Some(connection))) } else { None })
    }

    /// True once all folded keys are known to be as this program makes them; see [`crate::domain::rekey`].
    pub(crate) fn has_current_keys(&self) -> bool {
        self.0.has_current_keys.load(Ordering::Acquire)
    }

    /// Notes that they are. Only a program with an older folding would make them old again, and none may run beside this one.
    pub(crate) fn note_current_keys(&self) {
        self.0.has_current_keys.store(true, Ordering::Release);
    }

    /// Which of the two databases it is.
    pub fn backend(&self) -> DbBackend {
        self.0.writer.get_database_backend()
    }

    /// How to reach it.
    pub(crate) fn config(&self) -> &DatabaseConfig {
        &self.0.config
    }

    /// How many SQL statements have run so far, not counting BEGIN and COMMIT.
    pub fn statement_count(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// Waits for what runs and closes the connections; SQLite folds its write-ahead log back into the file.
    pub async fn close(self) -> Result<(), DbErr> {
        self.0.reads.close().await;
        if let Some(queue) = &self.0.queue {
            queue.close().await;
        }
        self.0.writer.close_by_ref().await
    }
}

/// Liaison's own number among the database's advisory locks: "liaison" in ASCII.
const MIGRATION_LOCK: i64 = 0x006c_6961_6973_6f6e;

/// Another of Liaison's own, for rebuilding the search keys.
const REKEYING_LOCK: i64 = MIGRATION_LOCK + 1;

/// A turn, which belongs to a connection of its own on PostgreSQL; SQLite has one process.
#[derive(Debug)]
#[expect(dead_code, reason = "closing the connection gives the turn back")]
pub(crate) struct Turn(Option<PgConnection>);

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    use super::{Db, migrate};
    use crate::config::DatabaseConfig;

    /// SQLite folds its log when the last connection closes, wherever that one was opened.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn closing_returns_when_all_connections_are_closed() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let config = DatabaseConfig { url, ..DatabaseConfig::default() };
        migrate(&config).await.unwrap();
        for _ in 0..20 {
            let db = Db::connect(&config).await.unwrap();
            let read =
                || db.reads().query_one_raw(Statement::from_string(DbBackend::Sqlite, "SELECT count(*) FROM users"));
            tokio::try_join!(read(), read(), read(), read()).unwrap();
            db.begin().await.unwrap().commit().await.unwrap();
            assert!(folder.path().join("test.db-wal").exists());
            db.close().await.unwrap();
            assert!(!folder.path().join("test.db-wal").exists());
        }
    }
}
