//! Reading from PostgreSQL: sqlx, whose binary values are read in place.

use sea_orm::{DbErr, RuntimeErr, Statement};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, PgPool, Row as _, ValueRef,
    postgres::{PgRow, PgValueRef},
};
use uuid::Uuid;

use super::{Row, Visit, time};
use crate::db::driver_error;

pub(super) async fn run<V: Visit>(pool: &PgPool, statement: Statement, mut visit: V) -> Result<V, DbErr> {
    let values = SqlxValues(statement.values.unwrap_or_else(|| sea_orm::Values(Vec::new())));
    // Values are bound, never written into the text.
    let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
    let rows = query.fetch_all(pool).await.map_err(driver_error)?;
    for row in &rows {
        visit.row(row)?;
    }
    Ok(visit)
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
