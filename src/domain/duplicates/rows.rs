//! Rows that a statement takes as one parameter, so that its text does not depend on their number.

use sea_orm::{DbBackend, Statement};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::storage::Parameters;

/// Type of a column of given rows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Given {
    Id,
    Number,
    Text,
    Bytes,
}

/// Binds rows, and returns them as a part of FROM by the name `given`. An INSERT with ON CONFLICT needs a WHERE after it,
/// because otherwise SQLite takes the ON for that of a join.
pub(super) fn given(parameters: &mut Parameters, columns: &[(&str, Given)], rows: Vec<Json>) -> String {
    let is_postgres = parameters.backend() == DbBackend::Postgres;
    let list = parameters.bind(Json::Array(rows));
    let columns = columns.iter().enumerate().map(|(place, (name, kind))| {
        let value =
            if is_postgres { format!("value ->> {place}") } else { format!("json_extract(value, '$[{place}]')") };
        let value = match (kind, is_postgres) {
            (Given::Id, true) => format!("CAST({value} AS uuid)"),
            (Given::Number, true) => format!("CAST({value} AS bigint)"),
            (Given::Bytes, true) => format!("decode({value}, 'hex')"),
            (Given::Id | Given::Bytes, false) => format!("unhex({value})"),
            (Given::Number | Given::Text, _) => value,
        };
        format!("{value} AS {name}")
    });
    let columns = columns.collect::<Vec<_>>().join(", ");
    let elements = if is_postgres { "jsonb_array_elements" } else { "json_each" };
    let rows = if is_postgres { format!("{elements}({list}) AS value") } else { format!("{elements}({list})") };
    format!("(SELECT {columns} FROM {rows}) AS given")
}

/// An id in a given row.
pub(super) fn id(id: Uuid) -> Json {
    id.simple().to_string().into()
}

/// A statement over given rows, which `sql` makes from their part of FROM.
pub(super) fn over(
    backend: DbBackend,
    columns: &[(&str, Given)],
    rows: Vec<Json>,
    sql: impl FnOnce(&str) -> String,
) -> Statement {
    let mut parameters = Parameters::new(backend);
    let given = given(&mut parameters, columns, rows);
    parameters.statement(sql(&given))
}
