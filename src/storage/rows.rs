//! Rows in the driver's buffer, and the visitors that take from them what an answer needs.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, DbErr, EntityTrait, IdenStatic, Iterable, TryIntoModel, Value,
};
use uuid::Uuid;

use super::time;

/// Row in the driver's buffer. Columns are numbered from zero. A column of another type than requested reads as null.
///
/// The methods with a body read values in the form in which SQLite keeps them, JSON and instants as text.
pub trait Row {
    /// Reads a text.
    fn text(&self, column: usize) -> Option<&str>;
    /// Reads an id.
    fn id(&self, column: usize) -> Option<Uuid>;
    /// Reads bytes.
    fn bytes(&self, column: usize) -> Option<&[u8]>;
    /// Reads a whole number.
    fn int(&self, column: usize) -> Option<i64>;
    /// Reads a truth value.
    fn flag(&self, column: usize) -> Option<bool> {
        self.int(column).map(|flag| flag != 0)
    }
    /// Reads a JSON document. Fails when the document is malformed.
    fn json(&self, column: usize) -> Result<Option<serde_json::Value>, DbErr> {
        let json = self.text(column).map(serde_json::from_str).transpose();
        json.map_err(|cause| DbErr::Type(format!("column {column} holds no JSON: {cause}")))
    }
    /// Reads the text of a JSON document.
    fn json_text(&self, column: usize) -> Option<&str> {
        self.text(column)
    }
    /// Reads an instant, in microseconds since 1970.
    fn micros(&self, column: usize) -> Option<i64> {
        let time: DateTime<Utc> = self.text(column)?.parse().ok()?;
        Some(time.timestamp_micros())
    }
    /// Writes an instant as RFC 3339 in UTC to the microsecond. Returns false when the column is null.
    fn write_time(&self, column: usize, out: &mut Vec<u8>) -> bool {
        let Some(text) = self.text(column) else { return false };
        time::write_text(text, out);
        true
    }
    /// Returns true when there is no value.
    fn is_null(&self, column: usize) -> bool;
}

/// View of a row whose column 0 is the column with the given number.
pub(crate) struct OffsetRow<'a, R>(pub(crate) &'a R, pub(crate) usize);

impl<R: Row> Row for OffsetRow<'_, R> {
    fn text(&self, column: usize) -> Option<&str> {
        self.0.text(self.1 + column)
    }

    fn id(&self, column: usize) -> Option<Uuid> {
        self.0.id(self.1 + column)
    }

    fn bytes(&self, column: usize) -> Option<&[u8]> {
        self.0.bytes(self.1 + column)
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

    fn json_text(&self, column: usize) -> Option<&str> {
        self.0.json_text(self.1 + column)
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

/// Visits each row of a result in turn.
pub trait RowVisitor: Send + 'static {
    /// Visits the next row.
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr>;

    /// Returns true when no more rows are needed. SQLite, which finds rows as they are read, then finds no more.
    fn is_done(&self) -> bool {
        false
    }
}

/// Ignores all rows.
pub(crate) struct Nothing;

impl RowVisitor for Nothing {
    fn row(&mut self, _: &impl Row) -> Result<(), DbErr> {
        Ok(())
    }
}

/// Builds the record from a row that has all columns of its table, in their order.
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

/// Returns the names of a table's columns, in their order.
pub(crate) fn columns<E: EntityTrait>() -> Vec<&'static str> {
    E::Column::iter().map(|column| column.as_str()).collect()
}

/// Takes the record from a row that has all columns of its table.
pub(crate) struct Record<E: EntityTrait>(pub(crate) Option<E::Model>);

impl<E: EntityTrait> RowVisitor for Record<E>
where
    E::ActiveModel: TryIntoModel<E::Model>,
{
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        self.0 = Some(model::<E>(row)?);
        Ok(())
    }
}
