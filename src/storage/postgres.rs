//! Statements on PostgreSQL: sqlx's connections, whose binary values are read in place, in a pool that gives them out
//! as they are.
//!
//! sqlx's own pool asks the server whether a connection still lives each time it comes back, from a task spawned for
//! it: as much work as a short statement. Here only those that failed, were abandoned or lay idle are asked.

use std::{
    io::ErrorKind,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use futures_util::TryStreamExt as _;
use sea_orm::{DbErr, QueryResult, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, Connection as _, Either, Executor as _, PgConnection, Row as _, ValueRef,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions, PgRow, PgValueRef},
};
use tokio::time;
use uuid::Uuid;

use super::{
    error::{connection_error, driver_error},
    options::{PING_AFTER, postgres_options},
    pool::{Connect, Connections},
    rows::{Row, RowVisitor},
    time as instants,
};
use crate::config::DatabaseConfig;

/// How old a connection gets: another server may have taken over meanwhile, and a server's memory for one only grows.
const LIFETIME: Duration = Duration::from_mins(30);
/// How long a server that does not take connections is left alone.
const PAUSE: Duration = Duration::from_millis(100);
/// How long a refusal may explain why there is no connection: one that is tried for is refused again much sooner.
const REFUSAL_HOLDS: Duration = Duration::from_secs(5);
/// How long a statement that nobody waits for may still take before its connection is closed.
const GRACE: Duration = Duration::from_millis(100);
/// Has the server look now and then whether its client is there, and stop when it is not. No setting of the session from
/// the beginning, because servers on Windows refuse it.
const NOTICE_CLOSING: &str = "SET client_connection_check_interval = 500";

/// Connections to the server.
pub(super) type Server = Connections<Connecting>;

/// Makes connections, when they are needed.
pub(super) struct Connecting {
    options: PgConnectOptions,
    /// The last words of the server or the system, when they were a refusal.
    refusal: Mutex<Option<(Instant, String)>>,
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

    /// Tries for as long as the caller waits.
    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        loop {
            // In a box: futures are moved about whole, and this is the large and rare part of it.
            match Box::pin(PgConnection::connect_with(&self.options)).await {
                Err(cause) if will_pass(&cause) => {
                    self.note(Some(cause.to_string()));
                    time::sleep(PAUSE).await;
                }
                Ok(mut connection) => {
                    self.note(None);
                    if let Err(cause) = Box::pin(connection.execute(NOTICE_CLOSING)).await
                        && cause.as_database_error().is_none()
                    {
                        return Err(cause);
                    }
                    return Ok(connection);
                }
                failed => return failed,
            }
        }
    }

    async fn recycle(&self, connection: &mut PgConnection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if metrics.age() > LIFETIME {
            return Err(RecycleError::message("old"));
        }
        if metrics.last_used() > PING_AFTER {
            Box::pin(connection.ping()).await?;
        }
        Ok(())
    }
}

impl Connect for Connecting {
    /// What takes longer is ended by closing the connection. The server's own way of cancelling goes by a number, which
    /// behind a pooler may be that of somebody else's statement.
    async fn settle(connection: &mut PgConnection) -> bool {
        matches!(time::timeout(GRACE, connection.ping()).await, Ok(Ok(())))
    }

    async fn close(connection: PgConnection) {
        // A goodbye that fails changes nothing.
        drop(connection.close().await);
    }

    fn refusal(&self) -> Option<String> {
        let noted = self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone();
        noted.filter(|(at, _)| at.elapsed() < REFUSAL_HOLDS).map(|(_, refusal)| refusal)
    }
}

/// True while a server starts, has no name yet, or has no connection left.
pub(crate) fn will_pass(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(cause) => cause.kind() == ErrorKind::ConnectionRefused || is_unresolved(cause),
        sqlx::Error::Database(cause) => matches!(cause.code().as_deref(), Some("53300" | "57P03")),
        _ => false,
    }
}

/// True when a host's name was not found. The standard library has no stable kind for that, only these words.
fn is_unresolved(cause: &std::io::Error) -> bool {
    cause.raw_os_error().is_none() && cause.to_string().starts_with("failed to lookup address information")
}

impl Server {
    pub(super) fn open(config: &DatabaseConfig) -> Result<Self, DbErr> {
        let options = postgres_options(config, config.statement_timeout)?;
        Self::new(config, Connecting { options, refusal: Mutex::default() })
    }

    pub(super) async fn run<V: RowVisitor>(&self, statement: Statement, mut visit: V) -> Result<V, DbErr> {
        self.each(statement, |row| visit.row(&row)).await?;
        Ok(visit)
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

    async fn each(
        &self,
        statement: Statement,
        mut look: impl FnMut(PgRow) -> Result<(), DbErr> + Send,
    ) -> Result<(), DbErr> {
        let mut lease = self.lease().await?;
        let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
        // Values are bound, never written into the text.
        let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
        let mut results = lease.connection()?.fetch_many(query);
        while let Some(result) = results.try_next().await.map_err(driver_error)? {
            if let Either::Right(row) = result {
                look(row)?;
            }
        }
        drop(results);
        lease.settle();
        Ok(())
    }
}

/// Notifications of a channel, on a connection of their own.
pub(crate) struct Listener(PgListener);

impl Listener {
    /// Connects and listens.
    pub(crate) async fn open(config: &DatabaseConfig, channel: &str) -> Result<Self, DbErr> {
        // As the library connects by a URL alone, but with the options of all connections.
        let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let pool = pool.connect_with(postgres_options(config, None)?).await.map_err(connection_error)?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(connection_error)?;
        listener.listen(channel).await.map_err(driver_error)?;
        Ok(Self(listener))
    }

    /// Waits for a notification. False when the connection was lost, and notifications with it; it is made again.
    pub(crate) async fn heard(&mut self) -> Result<bool, DbErr> {
        Ok(self.0.try_recv().await.map_err(driver_error)?.is_some())
    }
}

/// Microseconds from 1970, where Unix counts from, to 2000, where PostgreSQL does.
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
        let printed = format!("{:?}", Server::open(&config).unwrap());
        assert!(printed.contains("Connections") && !printed.contains("secret"), "{printed}");
    }
}
