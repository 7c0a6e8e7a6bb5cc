//! Statements on PostgreSQL: sqlx's connections, whose binary values are read in place, in a pool that gives them out
//! as they are.
//!
//! sqlx's own pool asks the server whether a connection still lives each time it comes back, from a task spawned for
//! it: as much work as a short statement. Here only those that failed, were abandoned or lay idle are asked.

use std::{fmt, io::ErrorKind, time::Duration};

use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleError, RecycleResult, Timeouts};
use futures_util::TryStreamExt as _;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Either, Executor as _, PgConnection, Row as _, ValueRef,
    postgres::{PgConnectOptions, PgRow, PgValueRef},
};
use tokio::{runtime::Handle, time};
use uuid::Uuid;

use super::{Row, Visit, time as instants};
use crate::{
    config::DatabaseConfig,
    db::{driver_error, postgres_session},
};

/// A connection that was given out longer ago than this is asked whether it still lives before a statement goes over it.
const FRESH: Duration = Duration::from_secs(1);
/// How long it may take to say so.
const ASKING: Duration = Duration::from_millis(500);
/// How old a connection gets: another server may have taken over meanwhile, and a server's memory for one only grows.
const LIFETIME: Duration = Duration::from_mins(30);
/// Connections that were not needed for this long are closed.
const IDLE: Duration = Duration::from_mins(10);
/// How long a server that does not take connections is left alone.
const PAUSE: Duration = Duration::from_millis(100);

/// Connections for statements that are transactions of their own.
#[derive(Clone, Debug)]
pub(super) struct Connections {
    pool: Pool<Connect>,
    patience: Duration,
}

/// Makes connections, when they are needed.
struct Connect(PgConnectOptions);

/// The options hold a password.
impl fmt::Debug for Connect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connect")
    }
}

impl Manager for Connect {
    type Type = PgConnection;
    type Error = sqlx::Error;

    /// Tries for as long as the caller waits.
    async fn create(&self) -> Result<PgConnection, sqlx::Error> {
        loop {
            // In a box: futures are moved about whole, and this is the large and rare part of it.
            match Box::pin(PgConnection::connect_with(&self.0)).await {
                Err(cause) if will_pass(&cause) => time::sleep(PAUSE).await,
                outcome => return outcome,
            }
        }
    }

    async fn recycle(&self, connection: &mut PgConnection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if metrics.age() > LIFETIME {
            return Err(RecycleError::message("old"));
        }
        if metrics.last_used() > FRESH {
            Box::pin(connection.ping()).await?;
        }
        Ok(())
    }
}

/// True while a server starts, or has no connection left.
fn will_pass(cause: &sqlx::Error) -> bool {
    match cause {
        sqlx::Error::Io(cause) => cause.kind() == ErrorKind::ConnectionRefused,
        sqlx::Error::Database(cause) => matches!(cause.code().as_deref(), Some("53300" | "57P03")),
        _ => false,
    }
}

/// A connection that somebody has.
struct Lease {
    connection: Option<Object<Connect>>,
    /// Nothing is left to read from it.
    is_settled: bool,
    patience: Duration,
}

/// Whoever hangs up or fails leaves a statement that may still run. Its connection is nobody's until that has ended.
impl Drop for Lease {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|_| !self.is_settled) else { return };
        let Ok(runtime) = Handle::try_current() else { return drop(Object::take(connection)) };
        let patience = self.patience;
        runtime.spawn(async move {
            if !matches!(time::timeout(patience, connection.ping()).await, Ok(Ok(()))) {
                drop(Object::take(connection));
            }
        });
    }
}

impl Connections {
    pub(super) fn new(config: &DatabaseConfig) -> Result<Self, DbErr> {
        let options: PgConnectOptions = config.url.parse().map_err(driver_error)?;
        let options = postgres_session(options).disable_statement_logging();
        let pool = Pool::builder(Connect(options))
            .max_size(config.pool_size as usize)
            // Those that are not needed come to lie at the end, where they are found idle.
            .queue_mode(QueueMode::Lifo)
            .timeouts(Timeouts { recycle: Some(ASKING), ..Timeouts::default() })
            .runtime(deadpool::Runtime::Tokio1)
            .build();
        let pool = pool.map_err(|cause| DbErr::Custom(cause.to_string()))?;
        Ok(Self { pool, patience: config.acquire_timeout })
    }

    pub(super) async fn run<V: Visit>(&self, statement: Statement, mut visit: V) -> Result<V, DbErr> {
        let mut lease = self.lease().await?;
        let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
        // Values are bound, never written into the text.
        let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
        let connection = lease.connection.as_mut().ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let mut results = connection.fetch_many(query);
        while let Some(result) = results.try_next().await.map_err(driver_error)? {
            if let Either::Right(row) = result {
                visit.row(&row)?;
            }
        }
        drop(results);
        lease.is_settled = true;
        Ok(visit)
    }

    async fn lease(&self) -> Result<Lease, DbErr> {
        let failed = |cause| match cause {
            PoolError::Backend(cause) => driver_error(cause),
            PoolError::Closed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
            _ => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        };
        let connection = time::timeout(self.patience, self.pool.get()).await;
        let connection = connection.map_err(|_elapsed| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        Ok(Lease { connection: Some(connection.map_err(failed)?), is_settled: false, patience: self.patience })
    }

    /// Closes what was not needed for a while.
    pub(super) fn close_idle(&self) {
        drop(self.pool.retain(|_, metrics| metrics.last_used() < IDLE));
    }

    /// Gives no connection out any more, and waits for those that are out.
    pub(super) async fn close(&self) {
        self.pool.close();
        let all_are_back = async {
            while self.pool.status().size > 0 {
                time::sleep(Duration::from_millis(5)).await;
            }
        };
        // Whoever takes longer loses it.
        drop(time::timeout(self.patience, all_are_back).await);
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
        let config = DatabaseConfig { url, pool_size: 1, acquire_timeout: Duration::from_secs(1) };
        let printed = format!("{:?}", Connections::new(&config).unwrap());
        assert!(printed.contains("Connect") && !printed.contains("secret"), "{printed}");
    }
}
