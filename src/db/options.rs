//! Options of every connection to a database, and the pools for writing.
//!
//! The URL is parsed here and nowhere else: the errors and the traces of the libraries quote it, password and all.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{DbErr, RuntimeErr};
use sqlx::{
    ConnectOptions as _, Connection as _, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

use super::connection_error;
use crate::config::{DatabaseConfig, check_database_url};

/// A connection that lay unused for longer than this is asked whether it lives before a request trips over it.
const FRESH: Duration = Duration::from_secs(1);

/// The use of a connection to SQLite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It refuses to write.
    Read,
    /// It may write.
    Write,
}

/// The options of sqlx's connections to SQLite.
pub(crate) fn sqlite_options(config: &DatabaseConfig, access: Access) -> Result<SqliteConnectOptions, DbErr> {
    let options: SqliteConnectOptions = parse(&config.url)?;
    // FULL: in WAL mode an acknowledged commit is on the disk, whatever happens next, for one sync a commit.
    let options = options
        .create_if_missing(false)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("synchronous", "FULL")
        .pragma("cache_size", "-8192")
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging();
    Ok(match access {
        Access::Read => options.pragma("query_only", "ON"),
        Access::Write => options.pragma("journal_mode", "WAL"),
    })
}

/// The options of connections to PostgreSQL.
pub(crate) fn postgres_options(
    config: &DatabaseConfig,
    statement_timeout: Option<Duration>,
) -> Result<PgConnectOptions, DbErr> {
    let options: PgConnectOptions = parse(&config.url)?;
    // For a page joined with large tables PostgreSQL would fill memory for as many keys as the whole list has: among a
    // million contacts three milliseconds, for fifty look-ups. Its default cost of a page is a spinning disk's: it would
    // read small tables whole rather than look a hundred ids up.
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

/// Parses a URL; the error says what is wrong and quotes nothing.
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

/// The one connection that writes. `has_failed` turns true when a transaction is rolled back, whoever does it.
pub(super) async fn sqlite_pool(config: &DatabaseConfig, has_failed: &Arc<AtomicBool>) -> Result<SqlitePool, DbErr> {
    let options = sqlite_options(config, Access::Write)?;
    let has_failed = Arc::clone(has_failed);
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(config.acquire_timeout)
        .test_before_acquire(false)
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

/// Connections that are made when they are needed.
pub(super) fn postgres_pool(
    config: &DatabaseConfig,
    connections: u32,
    statement_timeout: Option<Duration>,
) -> Result<PgPool, DbErr> {
    let options = postgres_options(config, statement_timeout)?;
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(config.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, lay| {
            Box::pin(async move {
                if lay.idle_for > FRESH {
                    connection.ping().await?;
                }
                Ok(true)
            })
        });
    Ok(pool.connect_lazy_with(options))
}
