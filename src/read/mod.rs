//! The read store: rows straight from the driver, for the few reads that make up most of the traffic.
//!
//! Where sea-orm builds a record of every row, a [`Visit`] sees the row as it lies in the driver's buffer and takes
//! from it what the answer needs. Statements are prepared once a connection and found again by their text, so a text
//! must not hold values; limits are an exception, see [`crate::domain::page`].
//!
//! For all other reads it is a connection of sea-orm's that does not write. A read that nobody waits for any more, because
//! the client has gone or the request's time is over, is ended in the database too.

mod cold;
mod pool;
pub(crate) mod postgres;
pub mod projection;
pub(crate) mod sqlite;
pub mod tables;
mod time;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::DateTime;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, ConnectionTrait, DbBackend, DbErr, EntityTrait, ExecResult, IdenStatic,
    Iterable, QueryResult, Statement, TryIntoModel, Value, prelude::async_trait,
};
use uuid::Uuid;

use crate::config::DatabaseConfig;

/// A row in the driver's buffer. Columns are numbered from zero; what has another type than asked for reads as null.
pub trait Row {
    /// A text.
    fn text(&self, column: usize) -> Option<&str>;
    /// An id.
    fn id(&self, column: usize) -> Option<Uuid>;
    /// A whole number.
    fn int(&self, column: usize) -> Option<i64>;
    /// A truth value.
    fn flag(&self, column: usize) -> Option<bool>;
    /// A JSON document; an error when it cannot be read.
    fn json(&self, column: usize) -> Result<Option<serde_json::Value>, DbErr>;
    /// An instant, in microseconds since 1970.
    fn micros(&self, column: usize) -> Option<i64>;
    /// Writes an instant as RFC 3339 in UTC to the microsecond; false when it is null.
    fn write_time(&self, column: usize, out: &mut Vec<u8>) -> bool;
    /// True when there is no value.
    fn is_null(&self, column: usize) -> bool;
}

/// The columns of a row from one on, as a row.
pub(crate) struct From<'a, R>(pub(crate) &'a R, pub(crate) usize);

impl<R: Row> Row for From<'_, R> {
    fn text(&self, column: usize) -> Option<&str> {
        self.0.text(self.1 + column)
    }

    fn id(&self, column: usize) -> Option<Uuid> {
        self.0.id(self.1 + column)
    }

    fn int(&self, column: usize) -> Option<i64> {
        self.0.int(self.1 + column)
    }

    fn flag(&self, column: usize) -> Option<bool> {
        self.0.flag(self.1 + column)
    }

    fn json(&self, column: usize) -> Result<Option<serde_json::Value>, DbErr> {
        self.0.json(self.1 + column)
    }

    fn micros(&self, column: usize) -> Option<i64> {
        self.0.micros(self.1 + column)
    }

    fn write_time(&self, column: usize, out: &mut Vec<u8>) -> bool {
        self.0.write_time(self.1 + column, out)
    }

    fn is_null(&self, column: usize) -> bool {
        self.0.is_null(self.1 + column)
    }
}

/// What looks at each row of a result in turn.
pub trait Visit: Send + 'static {
    /// Looks at the next row.
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr>;
}

/// Looks at no row.
pub(crate) struct Nothing;

impl Visit for Nothing {
    fn row(&mut self, _: &impl Row) -> Result<(), DbErr> {
        Ok(())
    }
}

/// The record in a row that has all the columns of its table, in their order.
pub(crate) fn model<E: EntityTrait>(row: &impl Row) -> Result<E::Model, DbErr>
where
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let mut record = <E::ActiveModel as ActiveModelTrait>::default();
    for (at, column) in E::Column::iter().enumerate() {
        let value = match column.def().get_column_type() {
            ColumnType::Uuid => row.id(at).into(),
            ColumnType::Integer => row.int(at).and_then(|number| i32::try_from(number).ok()).into(),
            ColumnType::TimestampWithTimeZone => row.micros(at).and_then(DateTime::from_timestamp_micros).into(),
            ColumnType::Json | ColumnType::JsonBinary => row.json(at)?.into(),
            _ => Value::String(row.text(at).map(str::to_owned)),
        };
        record.try_set(column, value)?;
    }
    record.try_into_model()
}

/// The names of those columns.
pub(crate) fn columns<E: EntityTrait>() -> Vec<&'static str> {
    E::Column::iter().map(|column| column.as_str()).collect()
}

/// Takes the record from a row that has its columns.
pub(crate) struct Record<E: EntityTrait>(pub(crate) Option<E::Model>);

impl<E: EntityTrait> Visit for Record<E>
where
    E::ActiveModel: TryIntoModel<E::Model>,
{
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        self.0 = Some(model::<E>(row)?);
        Ok(())
    }
}

/// Connections to read by.
#[derive(Clone, Debug)]
pub struct ReadStore {
    engine: Engine,
    statements: Arc<AtomicU64>,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(sqlite::Readers, cold::File),
    Postgres(postgres::Server),
}

impl ReadStore {
    /// On SQLite, readers on threads of their own and connections of sqlx's; on PostgreSQL connections for both.
    pub(crate) fn open(config: &DatabaseConfig, statements: &Arc<AtomicU64>) -> Result<Self, DbErr> {
        let engine = if config.is_sqlite() {
            Engine::Sqlite(sqlite::Readers::start(config)?, cold::File::open(config)?)
        } else {
            Engine::Postgres(postgres::Server::open(config)?)
        };
        Ok(Self { engine, statements: Arc::clone(statements) })
    }

    /// Runs a statement and shows its rows to `visit`.
    pub async fn run<V: Visit>(&self, statement: Statement, visit: V) -> Result<V, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.engine {
            Engine::Sqlite(readers, _) => readers.run(statement, visit).await,
            Engine::Postgres(server) => server.run(statement, visit).await,
        }
    }

    /// The error for having waited too long for a connection.
    pub(crate) fn timed_out(&self) -> DbErr {
        match &self.engine {
            Engine::Sqlite(_, file) => file.timed_out(),
            Engine::Postgres(server) => server.timed_out(),
        }
    }

    /// Closes connections that were not needed for a while.
    pub(crate) fn close_idle(&self) {
        match &self.engine {
            Engine::Sqlite(_, file) => file.close_idle(),
            Engine::Postgres(server) => server.close_idle(),
        }
    }

    /// Takes no more statements, and waits for what runs.
    pub(crate) async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(readers, file) => {
                readers.close().await;
                file.close().await;
            }
            Engine::Postgres(server) => server.close().await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for ReadStore {
    fn get_database_backend(&self) -> DbBackend {
        match &self.engine {
            Engine::Sqlite(..) => DbBackend::Sqlite,
            Engine::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("the read store does not write".to_owned()))
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("the read store does not write".to_owned()))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.engine {
            Engine::Sqlite(_, file) => file.rows(statement).await,
            Engine::Postgres(server) => server.rows(statement).await,
        }
    }
}
