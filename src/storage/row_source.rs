//! Sources of a statement's rows: the connections for reading, or a transaction.
//!
//! A transaction that holds locks must not wait for a second connection: where all connections belong to transactions that
//! wait for its locks, as behind a pooler, it would wait for ever.

use std::future::Future;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Statement};
use sqlx::{Decode, Row as _, Sqlite, Type, sqlite::SqliteRow};
use uuid::Uuid;

use super::{
    reads::ReadStore,
    rows::{Row, RowVisitor},
};

/// Runs statements that only read, and shows their rows.
pub(crate) trait RowSource: ConnectionTrait {
    /// Runs a statement and passes its rows to `visitor`.
    fn visit<V: RowVisitor>(&self, statement: Statement, visitor: V) -> impl Future<Output = Result<V, DbErr>> + Send;
}

impl RowSource for ReadStore {
    async fn visit<V: RowVisitor>(&self, statement: Statement, visitor: V) -> Result<V, DbErr> {
        self.run(statement, visitor).await
    }
}

impl RowSource for DatabaseTransaction {
    async fn visit<V: RowVisitor>(&self, statement: Statement, mut visitor: V) -> Result<V, DbErr> {
        for row in self.query_all_raw(statement).await? {
            show(&row, &mut visitor)?;
        }
        Ok(visitor)
    }
}

fn show(row: &QueryResult, visitor: &mut impl RowVisitor) -> Result<(), DbErr> {
    match (row.try_as_pg_row(), row.try_as_sqlite_row()) {
        (Some(row), _) => visitor.row(row),
        (_, Some(row)) => visitor.row(row),
        _ => Err(DbErr::Type("a row of neither database".to_owned())),
    }
}

fn value<'r, T: Decode<'r, Sqlite> + Type<Sqlite>>(row: &'r SqliteRow, column: usize) -> Option<T> {
    row.try_get(column).ok().flatten()
}

impl Row for SqliteRow {
    fn text(&self, column: usize) -> Option<&str> {
        value(self, column)
    }

    fn id(&self, column: usize) -> Option<Uuid> {
        Uuid::from_slice(value(self, column)?).ok()
    }

    fn bytes(&self, column: usize) -> Option<&[u8]> {
        value(self, column)
    }

    fn int(&self, column: usize) -> Option<i64> {
        value(self, column)
    }

    fn is_null(&self, column: usize) -> bool {
        self.try_get_raw(column).map_or(true, |value| sqlx::ValueRef::is_null(&value))
    }
}
