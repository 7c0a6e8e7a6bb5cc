//! Options of every connection to a database, and the pools for writing.
//!
//! The URL is parsed only here, because errors and traces of the libraries quote it with its password.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{DbErr, RuntimeErr};
use sqlx::{
    ConnectOptions as _, Connection as _, PgPool, SqliteConnection, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tokio::time;

use super::{
    error::connection_error,
    silence::{GivenUp, answer_timeout, silence},
};
use crate::config::{DatabaseConfig, check_database_url};

/// Idle time after which a connection is pinged before a request uses it.
pub(super) const PING_AFTER: Duration = Duration::from_secs(1);

/// Access mode of a connection to SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccessMode {
    /// Refuses writes.
    Read,
    /// Allows writes.
    Write,
}

/// Settings of every connection to SQLite, whichever library opens it.
///
/// - FULL: in WAL mode an acknowledged commit is on the disk, whatever happens next. It costs one sync per commit.
/// - A connection that writes keeps twice as many pages, because a long transaction that changes more than it can keep
///   writes the same pages several times. For the same reason the log grows to 16 MB before its pages go to the file.
pub(super) fn sqlite_pragmas(access: AccessMode) -> impl Iterator<Item = (&'static str, &'static str)> {
    let all = [("busy_timeout", "5000"), ("foreign_keys", "ON"), ("synchronous", "FULL"), ("temp_store", "MEMORY")];
    let own: &[_] = match access {
        AccessMode::Read => &[("cache_size", "-16384"), ("query_only", "ON")],
        AccessMode::Write => &[("cache_size", "-32768"), ("wal_autocheckpoint", "4000")],
    };
    all.into_iter().chain(own.iter().copied())
}

/// Returns the options of sqlx's connections to SQLite.
pub(crate) fn sqlite_options(config: &DatabaseConfig, access: AccessMode) -> Result<SqliteConnectOptions, DbErr> {
    let options: SqliteConnectOptions = parse(&config.url)?;
    let options = options.create_if_missing(false).disable_statement_logging();
    let options = sqlite_pragmas(access).fold(options, |options, (name, value)| options.pragma(name, value));
    Ok(match access {
        AccessMode::Read => options,
        AccessMode::Write => options.pragma("journal_mode", "WAL"),
    })
}

/// Returns the options of connections to PostgreSQL.
pub(crate) fn postgres_options(
    config: &DatabaseConfig,
    statement_timeout: Option<Duration>,
) -> Result<PgConnectOptions, DbErr> {
    let options: PgConnectOptions = parse(&config.url)?;
    // Memoization would allocate memory for as many keys as the whole list has when a page is joined with large tables.
    // Among a million contacts that took three milliseconds, for fifty look-ups. The default page cost is that of a
    // spinning disk, with which PostgreSQL would scan small tables instead of looking up a hundred ids.
    let options = options
        .application_name("liaison")
        .options([("enable_memoize", "off"), ("random_page_cost", "1.1")])
        .disable_statement_logging();
    Ok(match statement_timeout {
        None => options,
        Some(time) => {
            let time = time.as_millis().to_string();
            options.options([("statement_timeout", &time), ("idle_in_transaction_session_timeout", &time)])
        }
    })
}

/// Parses a URL. The error says what is wrong and quotes nothing.
fn parse<Options: std::str::FromStr>(url: &str) -> Result<Options, DbErr> {
    let unusable = |wrong: String| DbErr::Conn(RuntimeErr::Internal(format!("DATABASE_URL is wrong: {wrong}")));
    check_database_url(url).map_err(unusable)?;
    // The cause is left out, because it may quote the URL.
    url.parse().map_err(|_cause| {
        unusable(
            "the host or a parameter cannot be read, or a part that is escaped by % is not UTF-8; it must be like \
             postgres://user:password@host:5432/database or sqlite://liaison.db"
                .to_owned(),
        )
    })
}

/// Returns true when a connection is in no transaction, as the driver counts them.
///
/// A COMMIT that fails, as on a full disk, ends SQLite's transaction, and the driver's ROLLBACK then fails as well: the
/// driver still counts a transaction. Those after it would be savepoints in none, of which the second would be
/// acknowledged and never written. Such a connection is closed.
async fn is_idle(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    if connection.is_in_transaction() {
        // The rollback of a transaction that was dropped may wait in the driver's queue, and comes before this.
        connection.ping().await?;
    }
    Ok(!connection.is_in_transaction())
}

/// Opens the single connection that writes. `has_failed` turns true when any transaction is rolled back.
pub(super) async fn sqlite_pool(config: &DatabaseConfig, has_failed: &Arc<AtomicBool>) -> Result<SqlitePool, DbErr> {
    let options = sqlite_options(config, AccessMode::Write)?;
    let has_failed = Arc::clone(has_failed);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(config.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(is_idle(connection)))
        .after_connect(move |connection, _| {
            let has_failed = Arc::clone(&has_failed);
            Box::pin(async move {
                let mut handle = connection.lock_handle().await?;
                handle.set_rollback_hook(move || has_failed.store(true, Ordering::Relaxed));
                Ok(())
            })
        });
    pool.connect_with(options).await.map_err(connection_error)
}

/// Creates a pool whose connections open on demand.
pub(super) fn postgres_pool(
    config: &DatabaseConfig,
    connections: u32,
    statement_timeout: Option<Duration>,
    given_up: &Arc<GivenUp>,
) -> Result<PgPool, DbErr> {
    let options = postgres_options(config, statement_timeout)?;
    let answer_timeout = statement_timeout.and(answer_timeout(config));
    let given_up = Arc::clone(given_up);
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(config.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, lay| {
            Box::pin(async move {
                if lay.idle_for > PING_AFTER {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        // The pool pings a connection that is returned, and waits for as long as that takes. A server that has vanished
        // never answers, and its connections would leave no room for those to its successor.
        .after_release(move |connection, _| {
            let is_doubtful = given_up.is_recent();
            Box::pin(async move {
                if is_doubtful {
                    return Ok(false);
                }
                if let Some(limit) = answer_timeout {
                    time::timeout(limit, connection.ping()).await.unwrap_or_else(|_elapsed| Err(silence()))?;
                }
                Ok(true)
            })
        });
    Ok(pool.connect_lazy_with(options))
}
