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
//! - PostgreSQL's statements do not go through sqlx's pool, because sqlx pings a connection each time it is returned
//!   (decision 0014).
//! - Long answers are the rows of one statement, on a connection of its own (`stream`), because a slow reader keeps it
//!   busy for as long as it reads.
//! - SQLite's transactions commit together, because a commit waits for the disk (decision 0012).
//! - The listener for PostgreSQL's notifications has its own connection, because it is never returned.
//! - Queries may read from a standby of PostgreSQL (decision 0034).
//!
//! **Invariant:** SQLite has one writing connection at a time and every write transaction begins IMMEDIATE, so writers
//! queue in the pool instead of failing with "database is locked"; readers run beside it (WAL).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use metrics::{Histogram, histogram};
use quanta::Instant;
use sea_orm::{DatabaseConnection, DbBackend, DbErr, Statement};

use self::{
    relay::Relay,
    silence::{GivenUp, answer_timeout},
    standby::Standbys,
    statements::Statements,
    traffic::Traffic,
    writer::Writer,
};
use crate::config::DatabaseConfig;

mod error;
mod locks;
mod migrate;
mod migrations;
mod notifications;
mod observed;
mod options;
mod parameters;
mod pool;
mod postgres;
pub mod projection;
mod reading;
mod reads;
mod relay;
mod row_source;
mod rows;
mod silence;
mod sqlite;
mod sqlite_file;
mod sqlite_models;
mod standby;
mod statements;
mod stream;
mod time;
mod traffic;
mod transactions;
mod writable;
mod writer;

pub use error::{Violation, is_unavailable, violation};
pub(crate) use locks::{Lock, lock, lock_numbers, lock_texts, try_lock};
pub use migrate::{OpenError, migrate};
pub(crate) use migrations::{applied_migrations, known_migrations};
pub(crate) use notifications::Listener;
pub(crate) use options::{AccessMode, ROLE_SETTINGS, postgres_options};
pub(crate) use parameters::Parameters;
pub use pool::PoolState;
pub use reads::ReadStore;
pub(crate) use row_source::RowSource;
pub(crate) use rows::{Nothing, OffsetRow, Record, columns};
pub use rows::{Row, RowVisitor};
pub(crate) use sqlite::open as open_sqlite;
pub(crate) use sqlite_file::{COMPANIONS, SqliteFile, TakeError, TakenFile};
pub use standby::{Lsn, StandbyCounts};
pub use statements::Role;
pub use stream::Parts;
pub(crate) use stream::RowEncoder;

/// Open database, shared by all requests. Cloning is cheap.
///
/// A query has one of its own, which may read from a standby (see `reading`). All others read from the primary.
#[derive(Clone, Debug)]
pub struct Db(Arc<Open>, Option<Arc<ReadStore>>);

#[derive(Debug)]
struct Open {
    writer: DatabaseConnection,
    /// Write queue of SQLite.
    queue: Option<Writer>,
    /// Waits for the connections of transactions.
    waits: Histogram,
    /// Transactions whose server did not even begin them.
    given_up: Arc<GivenUp>,
    reads: ReadStore,
    standbys: Option<Standbys>,
    statements: Arc<Statements>,
    traffic: Traffic,
    /// Set on SQLite by a failed write, and cleared by the next successful test write.
    has_failed: Arc<AtomicBool>,
    has_current_keys: AtomicBool,
    config: DatabaseConfig,
    /// Way of all connections to a pooler. Held only to be dropped with them.
    _relay: Option<Relay>,
}

impl Db {
    /// Connects to an existing database: see [`migrate`].
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, DbErr> {
        let (statements, has_failed) = (Arc::<Statements>::default(), Arc::<AtomicBool>::default());
        let (traffic, given_up) = (Traffic::default(), Arc::<GivenUp>::default());
        let relay = start_relay(config)?;
        let mut queue = None;
        let mut writer = if config.is_sqlite() {
            let pool = options::sqlite_pool(config, &has_failed).await?;
            queue = Some(Writer::start(config, pool.clone(), &traffic, Arc::clone(&has_failed))?);
            DatabaseConnection::from(pool)
        } else {
            let options = options::request_options(config, relay.as_ref())?;
            options::postgres_pool(config, options, config.pool_size, answer_timeout(config), &given_up).into()
        };
        let (counted, failed) = (Arc::clone(&statements), Arc::clone(&has_failed));
        writer.set_metric_callback(move |ran| {
            counted.note(ran.statement);
            counted.ended(Role::Write, 1, ran.elapsed);
            failed.fetch_or(ran.failed, Ordering::Relaxed);
        });
        let reads = ReadStore::open(config, relay.as_ref(), &statements, &traffic)?;
        let standbys = Standbys::open(config, &reads, &statements)?;
        let has_current_keys = AtomicBool::new(false);
        let open = Open {
            writer,
            queue,
            waits: histogram!("liaison_transaction_wait_seconds"),
            given_up,
            reads,
            standbys,
            statements,
            traffic,
            has_failed,
            has_current_keys,
            config: config.clone(),
            _relay: relay,
        };
        Ok(Self(Arc::new(open), None))
    }

    /// Returns the connections for writing, for a write that is one statement.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.0.writer
    }

    /// Returns the connections for reading.
    pub fn reads(&self) -> &ReadStore {
        self.1.as_deref().unwrap_or(&self.0.reads)
    }

    /// Runs a statement that is a transaction of its own on PostgreSQL, whose connections write as well as they read.
    pub(crate) async fn run_alone<V: RowVisitor>(&self, statement: Statement, visitor: V) -> Result<V, DbErr> {
        self.0.reads.run_as(Role::Write, statement, visitor).await
    }

    /// Runs statements as one transaction through SQLite's write queue, and passes the rows that they return to
    /// `visitor`.
    pub(crate) async fn run_together<V: RowVisitor>(&self, statements: Vec<Statement>, visitor: V) -> Result<V, DbErr> {
        let Open { queue: Some(queue), statements: noted, .. } = &*self.0 else {
            return Err(DbErr::Custom("only SQLite has a write queue".to_owned()));
        };
        self.0.traffic.note();
        for statement in &statements {
            noted.note(statement);
        }
        let (count, begun) = (statements.len(), Instant::now());
        let outcome = queue.run(statements, visitor).await;
        noted.ended(Role::Write, count, begun.elapsed());
        outcome
    }

    /// Returns true once all search keys are known to be current.
    pub(crate) fn has_current_keys(&self) -> bool {
        self.0.has_current_keys.load(Ordering::Acquire)
    }

    /// Notes that all search keys are current. Only an older program would write outdated ones, and none may run beside
    /// this one.
    pub(crate) fn note_current_keys(&self) {
        self.0.has_current_keys.store(true, Ordering::Release);
    }

    /// Returns the kind of database.
    pub fn backend(&self) -> DbBackend {
        self.0.writer.get_database_backend()
    }

    /// Returns what others ask of the database.
    pub(crate) fn traffic(&self) -> &Traffic {
        &self.0.traffic
    }

    /// Returns the settings of the database.
    pub(crate) fn config(&self) -> &DatabaseConfig {
        &self.0.config
    }

    /// Returns the number of SQL statements so far, without BEGIN and COMMIT.
    pub fn statement_count(&self) -> u64 {
        self.0.statements.count()
    }

    /// Passes each statement from now on to `listener`. Only the first listener receives them.
    pub fn on_statement(&self, listener: impl Fn(&Statement) + Send + Sync + 'static) {
        self.0.statements.listen(listener);
    }

    /// Waits for running statements and closes the connections. SQLite merges its write-ahead log into the file.
    pub async fn close(self) -> Result<(), DbErr> {
        if let Some(standbys) = &self.0.standbys {
            standbys.close().await;
        }
        self.0.reads.close().await;
        if let Some(queue) = &self.0.queue {
            queue.close().await;
        }
        self.0.writer.close_by_ref().await
    }
}

/// Opens one connection to PostgreSQL, which migrates nothing and has no time limit.
pub(crate) fn connect_once(config: &DatabaseConfig) -> Result<DatabaseConnection, DbErr> {
    let config = config.direct();
    let options = postgres_options(&config, None)?;
    Ok(options::postgres_pool(&config, options, 1, None, &Arc::default()).into())
}

/// Starts the relay to a pooler that gives each transaction another connection.
fn start_relay(config: &DatabaseConfig) -> Result<Option<Relay>, DbErr> {
    let start = || Relay::start(config, &options::pooler_options(config)?);
    config.is_unnamed().then(start).transpose()
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement};

    use super::{Db, migrate};
    use crate::config::DatabaseConfig;

    /// A migrated SQLite file in a folder of its own.
    pub(super) async fn new_file() -> (tempfile::TempDir, DatabaseConfig) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        let config = DatabaseConfig { url, ..DatabaseConfig::default() };
        migrate(&config, async |_| Ok(())).await.unwrap();
        (folder, config)
    }

    /// SQLite merges its log when the last connection closes, in whichever pool that connection is.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn closing_returns_when_all_connections_are_closed() {
        let (folder, config) = new_file().await;
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
