//! The database: connecting, the read store and the pool that writes, write transactions and constraint names.
//!
//! **Invariant:** SQLite has one writing connection and every write transaction begins IMMEDIATE, so writers queue
//! in the pool instead of failing with "database is locked"; readers run beside it (WAL).

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnAcquireErr, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    DbErr, RuntimeErr, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, PgConnection, postgres::PgConnectOptions, sqlite::SqliteConnectOptions,
};

use crate::{
    config::DatabaseConfig,
    read::{ReadStore, Visit},
    writer::Writer,
};

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
    config: DatabaseConfig,
}

impl Db {
    /// Connects, creating the SQLite file when there is none.
    pub async fn connect(config: &DatabaseConfig) -> Result<Self, DbErr> {
        let statements = Arc::new(AtomicU64::new(0));
        let options = if config.is_sqlite() {
            sqlite_options(config)
        } else {
            postgres_options(config, config.pool_size, config.statement_timeout)
        };
        let mut writer = Database::connect(options).await?;
        let counted = Arc::clone(&statements);
        writer.set_metric_callback(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let turns = config.is_sqlite().then(|| writer.get_sqlite_connection_pool().clone());
        let queue = turns.map(|turns| Writer::start(config, turns)).transpose()?;
        let reads = ReadStore::open(config, &statements)?;
        Ok(Self(Arc::new(Open { writer, queue, reads, statements, config: config.clone() })))
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
        beginning.await.map_err(|cause| DbErr::Custom(cause.to_string()))?
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

    /// True when the database answers and takes writes; a standby and a server that was set to read only do not.
    pub async fn is_writable(&self) -> Result<bool, DbErr> {
        let sql = match self.backend() {
            DbBackend::Postgres => "SELECT current_setting('transaction_read_only') = 'off'",
            _ => "SELECT TRUE",
        };
        let row = self.reads().query_one_raw(Statement::from_string(self.backend(), sql)).await?;
        row.map_or(Ok(false), |row| row.try_get_by_index(0))
    }

    /// The turn to rebuild the search keys, for as long as the value lives; none while another replica has it.
    pub(crate) async fn rekeying(&self) -> Result<Option<Turn>, DbErr> {
        if self.backend() != DbBackend::Postgres {
            return Ok(Some(Turn(None)));
        }
        let options: PgConnectOptions = self.0.config.url.parse().map_err(driver_error)?;
        let mut connection = postgres_session(options, None).connect().await.map_err(driver_error)?;
        let sql = format!("SELECT pg_try_advisory_lock({REKEYING_LOCK})");
        let is_taken = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.map_err(driver_error)?;
        Ok(if is_taken { Some(Turn(Some(connection))) } else { None })
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

/// An error of the driver, as those that came through sea-orm are.
pub(crate) fn driver_error(cause: sqlx::Error) -> DbErr {
    match cause {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        other => DbErr::Query(RuntimeErr::SqlxError(other.into())),
    }
}

/// Brings the schema up to date. On PostgreSQL replicas that start together take turns.
pub async fn migrate(config: &DatabaseConfig) -> Result<(), DbErr> {
    use migration::{Migrator, MigratorTrait};

    let options = if config.is_sqlite() { sqlite_options(config) } else { postgres_options(config, 1, None) };
    // One connection, because PostgreSQL's advisory lock belongs to the connection that took it.
    let connection = Database::connect(options).await?;
    if !config.is_sqlite() {
        wait_for_migration_lock(&connection).await?;
    }
    let outcome = match Migrator::up(&connection, None).await {
        Ok(()) => crate::domain::changes::keep_the_order(&connection).await,
        failed => failed,
    };
    connection.close().await?;
    outcome
}

/// Liaison's own number among the database's advisory locks: "liaison" in ASCII.
const MIGRATION_LOCK: i64 = 0x006c_6961_6973_6f6e;

/// Another of Liaison's own, for rebuilding the search keys.
const REKEYING_LOCK: i64 = MIGRATION_LOCK + 1;

/// A turn, which belongs to a connection of its own on PostgreSQL; SQLite has one process.
#[derive(Debug)]
#[expect(dead_code, reason = "closing the connection gives the turn back")]
pub(crate) struct Turn(Option<PgConnection>);

/// Takes the lock by trying, so that a waiting replica holds no snapshot that would stall an index build.
async fn wait_for_migration_lock(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let sql = format!("SELECT pg_try_advisory_lock({MIGRATION_LOCK})");
    loop {
        let statement = Statement::from_string(DbBackend::Postgres, &sql);
        let row = connection.query_one_raw(statement).await?;
        if row.map(|row| row.try_get_by_index::<bool>(0)).transpose()?.unwrap_or(false) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// What a connection to SQLite is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It refuses to write.
    Read,
    /// It may write.
    Write,
}

fn sqlite_options(config: &DatabaseConfig) -> ConnectOptions {
    let mut options = ConnectOptions::new(&config.url);
    options
        .max_connections(1)
        .acquire_timeout(config.acquire_timeout)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|options| sqlite_session(options, Access::Write));
    options
}

/// What every one of sqlx's connections to SQLite sets.
pub(crate) fn sqlite_session(options: SqliteConnectOptions, access: Access) -> SqliteConnectOptions {
    // FULL: in WAL mode an acknowledged commit is on the disk, whatever happens next, for one sync a commit.
    let options = options
        .create_if_missing(access == Access::Write)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("synchronous", "FULL")
        .pragma("cache_size", "-8192")
        .pragma("temp_store", "MEMORY");
    match access {
        Access::Read => options.pragma("query_only", "ON"),
        Access::Write => options.pragma("journal_mode", "WAL"),
    }
}

fn postgres_options(config: &DatabaseConfig, connections: u32, statement_timeout: Option<Duration>) -> ConnectOptions {
    let mut options = ConnectOptions::new(&config.url);
    options
        .max_connections(connections)
        .acquire_timeout(config.acquire_timeout)
        .test_before_acquire(false)
        // A connection that the server has closed meanwhile is found out before a request trips over it.
        .test_before_acquire_if_idle_for(Duration::from_secs(1))
        .map_sqlx_postgres_opts(move |options| postgres_session(options, statement_timeout))
        .sqlx_logging(false);
    options
}

/// What every session on PostgreSQL sets.
pub(crate) fn postgres_session(options: PgConnectOptions, statement_timeout: Option<Duration>) -> PgConnectOptions {
    // For a page joined with large tables PostgreSQL would fill memory for as many keys as the whole list has: among a
    // million contacts three milliseconds, for fifty look-ups. Its default cost of a page is a spinning disk's: it would
    // read small tables whole rather than look a hundred ids up.
    let options = options.application_name("liaison").options([("enable_memoize", "off"), ("random_page_cost", "1.1")]);
    match statement_timeout {
        None => options,
        Some(time) => {
            let time = time.as_millis().to_string();
            options.options([("statement_timeout", &time), ("idle_in_transaction_session_timeout", &time)])
        }
    }
}

/// The constraints that a caller's input can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Constraint {
    /// A contact's `externalId` is taken.
    ContactExternalId,
    /// The user is linked to another contact.
    ContactUser,
    /// A company's `externalId` is taken.
    CompanyExternalId,
    /// The contact already works for this company.
    MembershipPair,
    /// The contact already has a primary membership.
    MembershipPrimary,
    /// A user with this address exists.
    UserEmail,
    /// The record referred to is gone.
    ForeignKey,
}

/// Each constraint's name in PostgreSQL and its columns in SQLite's message, which has no names.
const CONSTRAINTS: &[(&str, &str, Constraint)] = &[
    ("contacts_external_id_key", "contacts.external_id", Constraint::ContactExternalId),
    ("contacts_user_id_key", "contacts.user_id", Constraint::ContactUser),
    ("companies_external_id_key", "companies.external_id", Constraint::CompanyExternalId),
    (
        "company_memberships_pair_key",
        "company_memberships.contact_id, company_memberships.company_id",
        Constraint::MembershipPair,
    ),
    ("company_memberships_one_primary", "company_memberships.contact_id", Constraint::MembershipPrimary),
    ("users_email_lower_key", "users.email_lower", Constraint::UserEmail),
];

/// The constraint that a statement broke, if it is one that input can break.
pub fn broken_constraint(error: &DbErr) -> Option<Constraint> {
    let (DbErr::Exec(cause) | DbErr::Query(cause)) = error else { return None };
    let (name, message) = match cause {
        RuntimeErr::SqlxError(cause) => {
            let cause = cause.as_database_error()?;
            if cause.is_foreign_key_violation() {
                return Some(Constraint::ForeignKey);
            }
            (cause.constraint(), cause.message())
        }
        // From SQLite's write queue.
        RuntimeErr::Internal(message) if message == "FOREIGN KEY constraint failed" => {
            return Some(Constraint::ForeignKey);
        }
        RuntimeErr::Internal(message) => (None, message.as_str()),
    };
    let columns = message.strip_prefix("UNIQUE constraint failed: ");
    let is_broken = |known: &(&str, &str, Constraint)| name == Some(known.0) || columns == Some(known.1);
    let known = CONSTRAINTS.iter().find(|known| is_broken(known));
    known.map(|(_, _, constraint)| *constraint)
}

/// True when the database could not be reached or had no connection free: worth another try later.
pub fn is_unavailable(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause)) => {
            match cause.as_database_error() {
                // Connection lost, shutting down, out of resources, deadlock or serialization failure; SQLite's
                // BUSY and its extended forms.
                Some(error) => error.code().is_some_and(|code| {
                    matches!(
                        code.as_ref(),
                        "25006"
                            | "25P03"
                            | "25P04"
                            | "40001"
                            | "40P01"
                            | "55P03"
                            | "57014"
                            | "57P01"
                            | "57P02"
                            | "57P03"
                            | "57P05"
                            | "5"
                            | "261"
                            | "517"
                    ) || code.starts_with("08")
                        || code.starts_with("53")
                }),
                None => matches!(
                    cause.as_ref(),
                    sqlx::Error::Io(_)
                        | sqlx::Error::Tls(_)
                        | sqlx::Error::PoolTimedOut
                        | sqlx::Error::PoolClosed
                        | sqlx::Error::WorkerCrashed
                ),
            }
        }
        _ => false,
    }
}
