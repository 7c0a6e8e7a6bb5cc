//! Statements on PostgreSQL: sqlx's connections, whose binary values are read in place, in a pool that gives them out
//! as they are.
//!
//! sqlx's own pool asks the server whether a connection still lives each time it comes back, from a task spawned for
//! it: as much work as a short statement. Here only those that failed, were abandoned or lay idle are asked.

use std::time::Duration;

use deadpool::managed::{Manager, Metrics, Pool, PoolError, RecycleResult, Timeouts};
use futures_util::TryStreamExt as _;
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, Either, Executor as _, PgConnection, Row as _, ValueRef,
    postgres::{PgConnectOptions, PgRow, PgValueRef},
};
use uuid::Uuid;

use super::{Row, Visit, time};
use crate::{
    config::DatabaseConfig,
    db::{driver_error, postgres_session},
};

/// A connection that lay idle for this long is asked whether it still lives before a statement goes over it.
const FRESH: Duration = Duration::from_secs(1);

/// How old a connection gets: another server may have taken over meanwhile, and a server's memory for one only grows.
const LIFETIME: Duration = Duration::from_mins(30);

/// Connections for statements that are transactions of their own.
#[derive(Clone, Debug)]
pub(super) struct Connections(Pool<Connect>);

#[derive(Debug)]
struct Connect(PgConnectOptions);

#[derive(Debug)]
struct Connection {
    driver: PgConnection,
    /// A statement began that was not seen to end.
    unsettled: bool,
}

impl Manager for Connect {
    type Type = Connection;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Connection, sqlx::Error> {
        // In a box, like the question below: futures are moved about whole, and these are the large and rare parts of it.
        let driver = Box::pin(PgConnection::connect_with(&self.0)).await?;
        Ok(Connection { driver, unsettled: false })
    }

    async fn recycle(&self, connection: &mut Connection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        let idle = metrics.last_used();
        if connection.unsettled || idle > FRESH {
            // Reads what is left of an abandoned statement, too.
            Box::pin(connection.driver.ping()).await?;
            connection.unsettled = false;
        }
        if metrics.created.elapsed() > LIFETIME {
            return Err(sqlx::Error::PoolClosed.into());
        }
        Ok(())
    }
}

impl Connections {
    /// Connections are made when they are needed.
    pub(super) fn new(config: &DatabaseConfig) -> Result<Self, DbErr> {
        let options: PgConnectOptions = config.url.parse().map_err(driver_error)?;
        let options = postgres_session(options).disable_statement_logging();
        let patience = Some(config.acquire_timeout);
        let pool = Pool::builder(Connect(options))
            .max_size(config.pool_size as usize)
            .timeouts(Timeouts { wait: patience, create: patience, recycle: patience })
            .runtime(deadpool::Runtime::Tokio1)
            .build();
        pool.map(Self).map_err(|cause| DbErr::Custom(cause.to_string()))
    }

    pub(super) async fn run<V: Visit>(&self, statement: Statement, mut visit: V) -> Result<V, DbErr> {
        let mut lease = self.0.get().await.map_err(unavailable)?;
        let connection = &mut *lease;
        connection.unsettled = true;
        let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
        // Values are bound, never written into the text.
        let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
        let mut results = connection.driver.fetch_many(query);
        while let Some(result) = results.try_next().await.map_err(driver_error)? {
            if let Either::Right(row) = result {
                visit.row(&row)?;
            }
        }
        drop(results);
        connection.unsettled = false;
        Ok(visit)
    }

    pub(super) fn close(&self) {
        self.0.close();
    }
}

fn unavailable(cause: PoolError<sqlx::Error>) -> DbErr {
    match cause {
        PoolError::Backend(cause) => driver_error(cause),
        PoolError::Closed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        _ => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
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
        self.micros(column).map(|micros| time::write_micros(micros, out)).is_some()
    }

    fn is_null(&self, column: usize) -> bool {
        value(self, column).is_none()
    }
}
