//! The one parameter of a statement that writes many rows: a JSON text.

use std::borrow::Cow;

use chrono::SecondsFormat;
use sea_orm::{ActiveModelTrait, ColumnTrait, ColumnType, DbBackend, DbErr, EntityTrait, IdenStatic, Value};
use serde::Serialize;
use serde_json::Value as Json;

/// Rows as a parameter, and as a part of FROM.
pub(super) struct Parameter {
    /// A list of lists: the values of each row, of the columns that some row has a value of.
    pub(super) text: String,
    /// The rows of the parameter, as a table by the name `given`.
    pub(super) from: String,
}

/// A value in the form in which the statement reads it.
#[derive(Serialize)]
#[serde(untagged)]
enum Cell<'a> {
    Null,
    Text(Cow<'a, str>),
    Number(i64),
    Flag(bool),
    Json(&'a Json),
}

/// A number of each row beside its columns.
pub(super) struct Numbers {
    pub(super) name: &'static str,
    pub(super) of_rows: Vec<i64>,
}

impl Parameter {
    /// The columns of the rows. Those of which no row has a value are left out of the text, and read as null.
    pub(super) fn of<E: EntityTrait<ActiveModel: Sync>>(
        rows: &[E::ActiveModel],
        columns: &[E::Column],
        numbers: Option<&Numbers>,
        backend: DbBackend,
    ) -> Result<Self, DbErr> {
        let values: Vec<Vec<Option<Value>>> =
            rows.iter().map(|row| columns.iter().map(|column| row.get(*column).into_value()).collect()).collect();
        let mut cells: Vec<Vec<Cell>> = values.iter().map(|_| Vec::with_capacity(columns.len() + 1)).collect();
        let mut read = Vec::with_capacity(columns.len() + 1);
        let mut places = 0;
        for (at, column) in columns.iter().enumerate() {
            let of_column = || values.iter().map(|row| Cell::of(row.get(at).and_then(Option::as_ref), backend));
            let is_given = of_column().any(|cell| !matches!(cell, Cell::Null));
            let place = is_given.then_some(places);
            read.push(format!("{} AS {}", reading(column, place, backend), column.as_str()));
            if is_given {
                places += 1;
                cells.iter_mut().zip(of_column()).for_each(|(row, cell)| row.push(cell));
            }
        }
        if let Some(Numbers { name, of_rows }) = numbers {
            read.push(format!("value ->> {places} AS {name}"));
            cells.iter_mut().zip(of_rows).for_each(|(row, number)| row.push(Cell::Number(*number)));
        }
        let text = serde_json::to_string(&cells).map_err(|cause| DbErr::Json(cause.to_string()))?;
        // TRUE, because otherwise SQLite would take the ON of a conflict for that of a join.
        let list = match backend {
            DbBackend::Sqlite => "jsonb_each($1) WHERE TRUE",
            _ => "jsonb_array_elements(CAST($1 AS jsonb)) AS list (value)",
        };
        Ok(Self { text, from: format!("(SELECT {} FROM {list}) AS given", read.join(", ")) })
    }
}

impl<'a> Cell<'a> {
    fn of(value: Option<&'a Value>, backend: DbBackend) -> Self {
        match value {
            Some(Value::String(Some(text))) => Self::Text(text.into()),
            Some(Value::Uuid(Some(id))) => Self::Text(id.simple().to_string().into()),
            // As sqlx writes it on SQLite.
            Some(Value::ChronoDateTimeUtc(Some(time))) => {
                Self::Text(time.to_rfc3339_opts(SecondsFormat::AutoSi, false).into())
            }
            Some(Value::Int(Some(number))) => Self::Number((*number).into()),
            Some(Value::Bool(Some(flag))) => Self::Flag(*flag),
            // A column of SQLite holds it as a text.
            Some(Value::Json(Some(json))) if backend == DbBackend::Sqlite => Self::Text(json.to_string().into()),
            Some(Value::Json(Some(json))) => Self::Json(json),
            _ => Self::Null,
        }
    }
}

/// Reads a column from its place in the list of a row.
fn reading<C: ColumnTrait>(column: &C, place: Option<usize>, backend: DbBackend) -> String {
    let column = column.def();
    let ty = column.get_column_type();
    if backend == DbBackend::Sqlite {
        return match (place, ty) {
            (None, _) => "NULL".to_owned(),
            (Some(place), ColumnType::Uuid) => format!("unhex(value ->> {place})"),
            (Some(place), _) => format!("value ->> {place}"),
        };
    }
    let ty = match ty {
        ColumnType::Uuid => "uuid",
        ColumnType::TimestampWithTimeZone => "timestamptz",
        ColumnType::Json | ColumnType::JsonBinary => "jsonb",
        ColumnType::Integer => "integer",
        ColumnType::Boolean => "boolean",
        _ => "text",
    };
    match (place, ty) {
        (None, _) => format!("CAST(NULL AS {ty})"),
        // JSON's null is no value.
        (Some(place), "jsonb") => format!("nullif(value -> {place}, 'null')"),
        (Some(place), "text") => format!("value ->> {place}"),
        (Some(place), _) => format!("CAST(value ->> {place} AS {ty})"),
    }
}
