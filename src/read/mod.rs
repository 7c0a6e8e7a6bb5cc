//! The read store: rows straight from the driver, for the few reads that make up most of the traffic.
//!
//! Where sea-orm builds a record of every row, a [`Visit`] sees the row as it lies in the driver's buffer and takes
//! from it what the answer needs. Statements are prepared once a connection and found again by their text, so a text
//! must not hold values; limits are an exception, see [`crate::domain::page`].

mod postgres;
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
    ActiveModelTrait, ColumnTrait, ColumnType, DbErr, EntityTrait, IdenStatic, Iterable, Statement, TryIntoModel, Value,
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
    Sqlite(sqlite::Readers),
    Postgres(postgres::Connections),
}

impl ReadStore {
    /// Reads beside sea-orm's connections: SQLite by readers on threads of their own, PostgreSQL by connections of
    /// their own.
    pub(crate) fn open(config: &DatabaseConfig, statements: &Arc<AtomicU64>) -> Result<Self, DbErr> {
        let engine = if config.is_sqlite() {
            Engine::Sqlite(sqlite::Readers::start(config)?)
        } else {
            Engine::Postgres(postgres::Connections::new(config)?)
        };
        Ok(Self { engine, statements: Arc::clone(statements) })
    }

    /// Runs a statement and shows its rows to `visit`.
    pub async fn run<V: Visit>(&self, statement: Statement, visit: V) -> Result<V, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.engine {
            Engine::Sqlite(readers) => readers.run(statement, visit).await,
            Engine::Postgres(connections) => connections.run(statement, visit).await,
        }
    }

    /// Closes connections that were not needed for a while.
    pub(crate) fn close_idle(&self) {
        if let Engine::Postgres(connections) = &self.engine {
            connections.close_idle();
        }
    }

    /// Takes no more statements, and waits for what runs.
    pub(crate) async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(readers) => readers.close().await,
            Engine::Postgres(connections) => connections.close().await,
        }
    }
}
