//! The one parameter of a statement that writes many rows: a JSON text.

use std::borrow::Cow;

use chrono::SecondsFormat;
use sea_orm::{ColumnTrait, ColumnType, DbBackend, DbErr, Value};
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

/// A column: its name, and the type that PostgreSQL reads it as.
pub(crate) type Column = (&'static str, &'static str);

/// The columns of an entity, as a parameter has them.
pub(super) fn columns_of<C: ColumnTrait>(columns: &[C]) -> Vec<Column> {
    let name = |ty: &ColumnType| match ty {
        ColumnType::Uuid => "uuid",
        ColumnType::TimestampWithTimeZone => "timestamptz",
        ColumnType::Json | ColumnType::JsonBinary => "jsonb",
        ColumnType::Integer => "integer",
        ColumnType::Boolean => "boolean",
        _ => "text",
    };
    columns.iter().map(|column| (column.as_str(), name(column.def().get_column_type()))).collect()
}

impl Parameter {
    /// The values of rows, in the order of the columns. Columns of which no row has a value are left out of the text, and
    /// read as null.
    pub(super) fn of(
        rows: &[Vec<Option<Value>>],
        columns: &[Column],
        numbers: Option<&Numbers>,
        backend: DbBackend,
    ) -> Result<Self, DbErr> {
        let mut cells: Vec<Vec<Cell>> = rows.iter().map(|_| Vec::with_capacity(columns.len() + 1)).collect();
        let mut read = Vec::with_capacity(columns.len() + 1);
        let mut places = 0;
        for (at, (name, ty)) in columns.iter().enumerate() {
            let is_given = rows.iter().any(|row| value(row, at).is_some_and(|value| !is_null(value)));
            read.push(format!("{} AS {name}", reading(ty, is_given.then_some(places), backend)));
            if is_given {
                places += 1;
                cells.iter_mut().zip(rows).for_each(|(cells, row)| cells.push(Cell::of(value(row, at), backend)));
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

fn value(row: &[Option<Value>], at: usize) -> Option<&Value> {
    row.get(at).and_then(Option::as_ref)
}

fn is_null(value: &Value) -> bool {
    matches!(Cell::of(Some(value), DbBackend::Postgres), Cell::Null)
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
fn reading(ty: &str, place: Option<usize>, backend: DbBackend) -> String {
    match (place, ty) {
        (None, _) if backend == DbBackend::Sqlite => "NULL".to_owned(),
        (Some(place), "uuid") if backend == DbBackend::Sqlite => format!("unhex(value ->> {place})"),
        (Some(place), _) if backend == DbBackend::Sqlite => format!("value ->> {place}"),
        (None, _) => format!("CAST(NULL AS {ty})"),
        // JSON's null is no value.
        (Some(place), "jsonb") => format!("nullif(value -> {place}, 'null')"),
        (Some(place), "text") => format!("value ->> {place}"),
        (Some(place), _) => format!("CAST(value ->> {place} AS {ty})"),
    }
}
