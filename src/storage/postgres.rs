//! Statements on PostgreSQL: sqlx's connections, whose binary values are read in place, in a pool without a ping on
//! return.
//!
//! sqlx's own pool pings a connection each time it is returned, from a spawned task. That costs as much as a short
//! statement. Here only connections that failed, were abandoned or were idle are pinged.

use std::{
    io::ErrorKind,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use futures_util::TryStreamExt as _;
use sea_orm::{DbErr, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, Connection as _, Either, Executor as _, PgConnection, Row as _, ValueRef,
    postgres::{PgConnectOptions, PgRow, PgValueRef},
};
use tokio::time;
use uuid::Uuid;

use super::{
    error::driver_error,
    options::{PING_AFTER, postgres_options, request_options},
    pool::{Connect, Connections},
    relay::Relay,
    rows::{Row, RowVisitor},
    silence::{answer_timeout, silence},
    standby::state::State,
    time as instants,
};
use crate::config::DatabaseConfig;

/// Longest life of a connection. Another server may have taken over meanwhile, and a server's memory for one connection
/// only grows.
const CONNECTION_AGE_MAX: Duration = Duration::from_mins(30);
/// Interval between attempts to connect to a server that refuses.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// Time for which a refusal explains a missing connection. A server that still refuses renews it much sooner.
const REFUSAL_VALID_FOR: Duration = Duration::from_secs(5);
/// Time for an abandoned statement to end before its connection is closed.
const ABANDONED_STATEMENT_TIMEOUT: Duration = Duration::from_millis(100);
/// Has the server check regularly that its client is connected, and stop the statement otherwise. It is not an option
/// of the connection, because servers on Windows refuse it.
pub(super) const CHECK_CLIENT_CONNECTION: &str = "SET client_connection_check_interval = 500";

/// Connections to the server.
pub(super) type Server = Connections<Connecting>;

/// Opens connections on demand.
pub(super) struct Connecting {
    options: PgConnectOptions,
    /// Longest time for a statement and its rows, after which the server counts as gone.
    answer_timeout: Option<Duration>,
    /// A connection to the server is nobody else's, so that it may be set up.
    has_session: bool,
    /// Latest message of the server or the system, when it refused a connection.
    refusal: Mutex<Option<(Instant, String)>>,
    /// Standby that the server is.
    standby: Option<Arc<State>>,
}

impl Connecting {
    fn note(&self, refusal: Option<String>) {
        let refusal = refusal.map(|refusal| (Instant::now(), refusal));
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = refusal;
    }
}

impl Manager for Connecting {
    type Type = PgConnection;
    type Error = sqlx::Error;

    /// Retries for as long as the caller waits.
    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        loop {
            // Boxed, because futures are moved as a whole and this is a large and rare part.
            match Box::pin(PgConnection::connect_with(&self.options)).await {
                Err(cause) if will_pass(&cause) => {
                    self.note(Some(cause.to_string()));
                    time::sleep(RETRY_INTERVAL).await;
                }
                Ok(mut connection) => {
                    self.note(None);
                    if self.has_session
                        && let Err(cause) = Box::pin(connection.execute(CHECK_CLIENT_CONNECTION)).await
                        && cause.as_database_error().is_none()
                    {
                        return Err(cause);
                    }
                    if let Some(standby) = &self.standby {
                        Box::pin(standby.check(&mut connection)).await?;
                    }
                    return Ok(connection);
                }
                failed => return failed,
            }
        }
    }

    async fn recycle(&self, connection: &mut PgConnection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if metrics.age() > CONNECTION_AGE_MAX {
            return Err(RecycleError::message("old"));
        }
        if metrics.last_used() > PING_AFTER {
            Box::pin(connection.ping()).await?;
        }
        Ok(())
    }
}

impl Connect for Connecting {
    /// Closes a connection whose statement takes longer. PostgreSQL's cancel request names a process number, which
    /// behind a pooler may be that of another client's statement.
    async fn stop_statement(connection: &mut PgConnection) -> bool {
        matches!(time::timeout(ABANDONED_STATEMENT_TIMEOUT, connection.ping()).await, Ok(Ok(())))
    }

    async fn close(connection: PgConnection) {
        // An error while closing changes nothing.
        drop(connection.close().await);
    }

    fn refusal(&self) -> Option<String> {
        let noted = self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone();
        noted.filter(|(at, _)| at.elapsed() < REFUSAL_VALID_FOR).map(|(_, refusal)| refusal)
    }
}

/// Returns true while a server starts, its host name is unknown, or it has no free connection.
pub(crate) fn will_pass(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(cause) => cause.kind() == ErrorKind::ConnectionRefused || is_unresolved(cause),
        sqlx::Error::Database(cause) => matches!(cause.code().as_deref(), Some("53300" | "57P03")),
        _ => false,
    }
}

/// Returns true when a host's name was not found. The standard library has no stable error kind for that, only these
/// words.
fn is_unresolved(cause: &std::io::Error) -> bool {
    cause.raw_os_error().is_none() && cause.to_string().starts_with("failed to lookup address information")
}

impl Server {
    pub(super) fn open(config: &DatabaseConfig, relay: Option<&Relay>) -> Result<Self, DbErr> {
        Self::connecting(config, request_options(config, relay)?, relay.is_none(), None)
    }

    /// Opens connections to a standby, each of which is checked first.
    pub(super) fn of_standby(config: &DatabaseConfig, state: &Arc<State>) -> Result<Self, DbErr> {
        let options = postgres_options(config, config.statement_timeout)?;
        Self::connecting(config, options, true, Some(Arc::clone(state)))
    }

    fn connecting(
        config: &DatabaseConfig,
        options: PgConnectOptions,
        has_session: bool,
        standby: Option<Arc<State>>,
    ) -> Result<Self, DbErr> {
        let answer_timeout = answer_timeout(config);
        Self::new(config, Connecting { options, answer_timeout, has_session, refusal: Mutex::default(), standby })
    }

    pub(super) async fn run<V: RowVisitor>(&self, statement: Statement, mut visitor: V) -> Result<V, DbErr> {
        self.each(statement, |row| visitor.row(&row)).await?;
        Ok(visitor)
    }

    pub(super) async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut rows = Vec::new();
        self.each(statement, |row| {
            rows.push(row.into());
            Ok(())
        })
        .await?;
        Ok(rows)
    }

    /// Shows the rows of a statement. A statement that is not answered in time loses its connection.
    async fn each(
        &self,
        statement: Statement,
        look: impl FnMut(PgRow) -> Result<(), DbErr> + Send,
    ) -> Result<(), DbErr> {
        let mut lease = self.lease().await?;
        let reading = read(lease.connection()?, statement, look);
        match self.manager().answer_timeout {
            Some(limit) => time::timeout(limit, reading).await.unwrap_or_else(|_elapsed| Err(driver_error(silence()))),
            None => reading.await,
        }?;
        lease.finish();
        Ok(())
    }
}

async fn read(
    connection: &mut PgConnection,
    statement: Statement,
    mut look: impl FnMut(PgRow) -> Result<(), DbErr> + Send,
) -> Result<(), DbErr> {
    let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
    // Values are bound, never written into the text.
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
    let mut results = connection.fetch_many(query);
    while let Some(result) = results.try_next().await.map_err(driver_error)? {
        if let Either::Right(row) = result {
            look(row)?;
        }
    }
    Ok(())
}

/// Microseconds from Unix's epoch, 1970, to PostgreSQL's, 2000.
const EPOCH_MICROS: i64 = 946_684_800_000_000;

fn value(row: &PgRow, column: usize) -> Option<PgValueRef<'_>> {
    row.try_get_raw(column).ok().filter(|value| !value.is_null())
}

fn bytes<const N: usize>(row: &PgRow, column: usize) -> Option<[u8; N]> {
    value(row, column)?.as_bytes().ok()?.try_into().ok()
}

impl Row for PgRow {
    fn text(&self, column: usize) -> Option<&str> {
        value(self, column)?.as_str().ok()
    }

    fn id(&self, column: usize) -> Option<Uuid> {
        bytes(self, column).map(Uuid::from_bytes)
    }

    fn bytes(&self, column: usize) -> Option<&[u8]> {
        value(self, column)?.as_bytes().ok()
    }

    fn int(&self, column: usize) -> Option<i64> {
        let short = || bytes(self, column).map(|bytes| i32::from_be_bytes(bytes).into());
        bytes(self, column).map(i64::from_be_bytes).or_else(short)
    }

    fn flag(&self, column: usize) -> Option<bool> {
        bytes(self, column).map(|[byte]: [u8; 1]| byte != 0)
    }

    fn json(&self, column: usize) -> Result<Option<serde_json::Value>, DbErr> {
        self.try_get(column).map_err(|cause| DbErr::Query(RuntimeErr::SqlxError(cause.into())))
    }

    fn json_text(&self, column: usize) -> Option<&str> {
        // The binary form of jsonb begins with its version.
        self.text(column).map(|text| text.strip_prefix('\u{1}').unwrap_or(text))
    }

    fn micros(&self, column: usize) -> Option<i64> {
        bytes(self, column).map(|bytes| i64::from_be_bytes(bytes).saturating_add(EPOCH_MICROS))
    }

    fn write_time(&self, column: usize, out: &mut Vec<u8>) -> bool {
        self.micros(column).map(|micros| instants::write_micros(micros, out)).is_some()
    }

    fn is_null(&self, column: usize) -> bool {
        value(self, column).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_printed() {
        let url = "postgres://ann:secret@localhost/liaison".to_owned();
        let config = DatabaseConfig { url, ..DatabaseConfig::default() };
        let printed = format!("{:?}", Server::open(&config, None).unwrap());
        assert!(printed.contains("Connections") && !printed.contains("secret"), "{printed}");
    }
}
