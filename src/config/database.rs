//! Settings of the database.

use std::time::Duration;

use clap::Args;

use super::{
    Hidden, PoolerArgs, StatementNames,
    database_url::{check, is_sqlite},
};

/// Default database.
const URL: &str = "sqlite://liaison.db";
/// Default number of connections.
const POOL_SIZE: u32 = 10;
/// Default acquire timeout, in milliseconds.
const ACQUIRE_TIMEOUT_MS: u64 = 3000;
/// Default bound of a standby's lag, in milliseconds.
pub(super) const LAG_MAX_MS: u64 = 10_000;

/// Settings of the database.
#[derive(Clone, Debug, Args)]
pub struct DatabaseArgs {
    /// SQLite file or PostgreSQL server: `sqlite://liaison.db` or `postgres://user@host/database`
    #[arg(long, global = true, env = "DATABASE_URL", default_value = URL, hide_env_values = true)]
    pub database_url: Hidden,

    /// Connections for reading (SQLite), or for single statements and the same number for transactions (PostgreSQL)
    #[arg(long, global = true, env = "LIAISON_POOL_SIZE", default_value_t = POOL_SIZE, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub pool_size: u32,

    /// Longest wait of a request for a free connection, in milliseconds; after it the request fails with
    /// `SERVICE_UNAVAILABLE`
    #[arg(long, global = true, env = "LIAISON_ACQUIRE_TIMEOUT_MS", default_value_t = ACQUIRE_TIMEOUT_MS, value_parser = clap::value_parser!(u64).range(1..))]
    pub acquire_timeout_ms: u64,

    /// Settings of a pooler.
    #[command(flatten)]
    pub pooler: PoolerArgs,
}

impl DatabaseArgs {
    /// Converts the settings into the form that `storage` takes.
    ///
    /// The URL is checked here and not by clap, because clap's errors quote the value and with it perhaps a password.
    pub fn config(&self) -> Result<DatabaseConfig, String> {
        let url = self.database_url.expose().to_owned();
        check(&url).map_err(|wrong| format!("DATABASE_URL (--database-url) is wrong: {wrong}"))?;
        Ok(DatabaseConfig {
            direct_url: self.pooler.check(is_sqlite(&url))?,
            statements: self.pooler.statements,
            url,
            pool_size: self.pool_size,
            acquire_timeout: Duration::from_millis(self.acquire_timeout_ms),
            ..DatabaseConfig::default()
        })
    }
}

/// Settings for reaching the database.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// `sqlite:…` or `postgres://…`. It may contain a password and is never printed.
    pub url: String,
    /// Connections for reading on SQLite; on PostgreSQL for single statements, and the same number for everything else.
    pub pool_size: u32,
    /// Longest wait for a connection.
    pub acquire_timeout: Duration,
    /// Longest time for a statement on PostgreSQL, and between two statements of a transaction. `None` for no limit.
    pub statement_timeout: Option<Duration>,
    /// How statements are sent to PostgreSQL.
    pub statements: StatementNames,
    /// PostgreSQL past the pooler. `None` when `url` is for every connection. It is never printed either.
    pub direct_url: Option<String>,
    /// Standbys, from which queries are read. Only `serve` has any.
    pub standbys: Standbys,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        let acquire_timeout = Duration::from_millis(ACQUIRE_TIMEOUT_MS);
        Self {
            url: URL.to_owned(),
            pool_size: POOL_SIZE,
            acquire_timeout,
            statement_timeout: None,
            statements: StatementNames::default(),
            direct_url: None,
            standbys: Standbys::default(),
        }
    }
}

/// Standbys of a database on PostgreSQL.
#[derive(Clone)]
pub struct Standbys {
    /// URLs, which may contain passwords and are never printed.
    pub urls: Vec<String>,
    /// Longest time that a standby may lag behind.
    pub lag_max: Duration,
}

impl Default for Standbys {
    fn default() -> Self {
        Self { urls: Vec::new(), lag_max: Duration::from_millis(LAG_MAX_MS) }
    }
}

impl DatabaseConfig {
    /// Returns true for a SQLite file.
    pub fn is_sqlite(&self) -> bool {
        is_sqlite(&self.url)
    }
}

impl DatabaseConfig {
    /// Returns the settings of connections that bypass the pooler. Without a URL of their own they are those of all
    /// connections.
    pub(crate) fn direct(&self) -> Self {
        let url = self.direct_url.as_ref().unwrap_or(&self.url).clone();
        Self { url, direct_url: None, ..self.clone() }
    }

    /// Returns true when a pooler may give each transaction another connection to the server.
    pub(crate) fn is_unnamed(&self) -> bool {
        self.statements == StatementNames::Unnamed
    }
}

impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseConfig").field("pool_size", &self.pool_size).finish_non_exhaustive()
    }
}
