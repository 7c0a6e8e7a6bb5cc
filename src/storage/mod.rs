//! Storage: connections to either database, and the statements that run on them.
//!
//! Each kind of statement has its own connections:
//!
//! | | models, by sea-orm | rows, by a [`RowVisitor`] | transactions | transactions known beforehand |
//! |---|---|---|---|---|
//! | SQLite | `sqlite_models`: sqlx, read-only | `sqlite`: threads of rusqlite, read-only | sqlx, one connection | `writer`: one thread, which commits many together |
//! | PostgreSQL | `postgres` | `postgres` | sqlx's pool | `postgres`, as one statement |
//!
//! - Rows are apart from models because building a record of every row costs more than reading it, and because sqlx
//!   crosses between threads at every row of SQLite.
//! - PostgreSQL's statements do not go through sqlx's pool, because that one asks the server whether a connection lives
//!   each time one comes back (decision 0014).
//! - SQLite's transactions commit together, because a commit waits for the disk (decision 0012).
//! - A listener for notifications of PostgreSQL has a connection of its own, because it is never given back.
//!
//! **Invariant:** SQLite has one writing connection at a time and every write transaction begins IMMEDIATE, so writers
//! queue in the pool instead of failing with "database is locked"; readers run beside it (WAL).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, PgConnection};

use self::{
    error::{connection_error, driver_error},
    options::postgres_options,
    statements::Statements,
    writer::Writer,
};
use crate::config::DatabaseConfig;

mod error;
mod migrate;
mod options;
mod pool;
mod postgres;
pub mod projection;
mod reads;
mod rows;
mod sqlite;
mod sqlite_models;
mod statements;
mod time;
mod writer;

pub use error::{Violation, is_unavailable, violation};
pub use migrate::{OpenError, migrate};
pub(crate) use postgres::Listener;
pub use reads::ReadStore;
pub(crate) use rows::{Nothing, OffsetRow, Record, columns};
pub use rows::{Row, RowVisitor};

/// An open database: cheap to clone, shared by all requests.
#[derive(Clone, Debug)]
pub struct Db(Arc<Open>);

#[derive(Debug)]
struct Open {
    writer: DatabaseConnection,
    /// SQLite's.
    queue: Option<Writer>,
    reads: ReadStore,
    statements: Arc<Statements>,
    /// True on SQLite when a write has failed since the last one that was tried for no other reason.
    has_failed: Arc<AtomicBool>,
    has_current_keys: AtomicBool,
    config: DatabaseConfig,
}

impl Db {
    /// Connects to a database that is there: see [`migrate`].
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, DbErr> {
        let (statements, has_failed) = (Arc::<Statements>::default(), Arc::<AtomicBool>::default());
        let mut queue = None;
        let mut writer = if config.is_sqlite() {
            let pool = options::sqlite_pool(config, &has_failed).await?;
            queue = Some(Writer::start(config, pool.clone(), Arc::clone(&has_failed))?);
            DatabaseConnection::from(pool)
        } else {
            options::postgres_pool(config, config.pool_size, config.statement_timeout)?.into()
        };
        let (counted, failed) = (Arc::clone(&statements), Arc::clone(&has_failed));
        writer.set_metric_callback(move |ran| {
            counted.note(ran.statement);
            failed.fetch_or(ran.failed, Ordering::Relaxed);
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
    pub(crate) async fn run_alone<V: RowVisitor>(&self, statement: Statement, visit: V) -> Result<V, DbErr> {
        self.0.reads.run(statement, visit).await
    }

    /// Runs statements as one transaction on SQLite, through its write queue, and shows the rows that they return to
    /// `visit`.
    pub(crate) async fn run_together<V: RowVisitor>(&self, statements: Vec<Statement>, visit: V) -> Result<V, DbErr> {
        let Open { queue: Some(queue), statements: noted, .. } = &*self.0 else {
            return Err(DbErr::Custom("only SQLite has a write queue".to_owned()));
        };
        for statement in &statements {
            noted.note(statement);
        }
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

    /// Takes the lock for rebuilding search keys; none while another replica has it.
    pub(crate) async fn lock_keys(&self) -> Result<Option<KeyLock>, DbErr> {
        if self.backend() != DbBackend::Postgres {
            return Ok(Some(KeyLock(None)));
        }
        let mut connection = postgres_options(&self.0.config, None)?.connect().await.map_err(connection_error)?;
        let sql = format!("SELECT pg_try_advisory_lock({KEY_LOCK})");
        let is_taken = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.map_err(driver_error)?;
        Ok(if is_taken { Some(KeyLock(Some(connection))) } else { None })
    }

    /// True once all search keys are known to be as this program makes them.
    pub(crate) fn has_current_keys(&self) -> bool {
        self.0.has_current_keys.load(Ordering::Acquire)
    }

    /// Notes that all search keys are current. Only an older program would make old ones again, and none may run beside
    /// this one.
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
        self.0.statements.count()
    }

    /// Shows each statement from now on to `listener`; only the first one that is given hears them.
    pub fn on_statement(&self, listener: impl Fn(&Statement) + Send + Sync + 'static) {
        self.0.statements.listen(listener);
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

/// Another of Liaison's own, for rebuilding search keys.
const KEY_LOCK: i64 = MIGRATION_LOCK + 1;

/// A lock that lasts as long as the value. It belongs to a connection of its own on PostgreSQL; SQLite has one process.
#[derive(Debug)]
#[expect(dead_code, reason = "closing the connection gives the lock back")]
pub(crate) struct KeyLock(Option<PgConnection>);

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
        migrate(&config, async |_| Ok(())).await.unwrap();
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
