//! Many rows in one statement: all of them are one JSON parameter, so that the statement's text does not depend on their
//! number.

use chrono::SecondsFormat;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ColumnType, ConnectionTrait, DbBackend, DbErr, EntityTrait, IdenStatic, Iterable,
    Statement, Value,
};
use serde_json::{Map, Value as Json};

/// Inserts rows of which every column is set.
pub(crate) async fn insert<E: EntityTrait<ActiveModel: Sync>>(
    tx: &impl ConnectionTrait,
    rows: &[E::ActiveModel],
) -> Result<(), DbErr> {
    let (table, backend) = (E::default().table_name().to_owned(), tx.get_database_backend());
    let columns: Vec<E::Column> = E::Column::iter().collect();
    let names = list::<E>(&columns, |column| column.as_str().to_owned());
    let from = source::<E>(&columns, backend);
    run::<E>(tx, rows, &columns, &format!("INSERT INTO {table} ({names}) SELECT {names} FROM {from}")).await
}

/// Writes these columns of the rows with the same ids.
pub(crate) async fn update<E: EntityTrait<ActiveModel: Sync>>(
    tx: &impl ConnectionTrait,
    rows: &[E::ActiveModel],
    columns: &[E::Column],
) -> Result<(), DbErr> {
    let (table, backend) = (E::default().table_name().to_owned(), tx.get_database_backend());
    let set = list::<E>(columns, |column| format!("{0} = given.{0}", column.as_str()));
    let with_id: Vec<E::Column> = E::Column::iter()
        .filter(|column| column.as_str() == "id" || columns.iter().any(|other| other.as_str() == column.as_str()))
        .collect();
    let from = source::<E>(&with_id, backend);
    run::<E>(tx, rows, &with_id, &format!("UPDATE {table} SET {set} FROM {from} WHERE {table}.id = given.id")).await
}

async fn run<E: EntityTrait<ActiveModel: Sync>>(
    tx: &impl ConnectionTrait,
    rows: &[E::ActiveModel],
    columns: &[E::Column],
    sql: &str,
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let backend = tx.get_database_backend();
    let object = |row: &E::ActiveModel| {
        let members = columns.iter().map(|column| {
            let value = row.get(*column).into_value().map_or(Json::Null, |value| json(value, backend));
            (column.as_str().to_owned(), value)
        });
        Json::Object(members.collect::<Map<_, _>>())
    };
    let given = Json::Array(rows.iter().map(object).collect());
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, [given.into()])).await?;
    Ok(())
}

fn list<E: EntityTrait<ActiveModel: Sync>>(columns: &[E::Column], format: impl Fn(E::Column) -> String) -> String {
    columns.iter().map(|column| format(*column)).collect::<Vec<_>>().join(", ")
}

/// The rows of the parameter, as a part of FROM by the name `given`.
fn source<E: EntityTrait<ActiveModel: Sync>>(columns: &[E::Column], backend: DbBackend) -> String {
    if backend == DbBackend::Sqlite {
        let read = list::<E>(columns, |column| {
            let name = column.as_str();
            let value = format!("json_extract(value, '$.{name}')");
            match column.def().get_column_type() {
                ColumnType::Uuid => format!("unhex({value}) AS {name}"),
                _ => format!("{value} AS {name}"),
            }
        });
        // TRUE, because otherwise SQLite would take the ON of a conflict for that of a join.
        format!("(SELECT {read} FROM json_each($1) WHERE TRUE) AS given")
    } else {
        let typed = list::<E>(columns, |column| {
            let ty = match column.def().get_column_type() {
                ColumnType::Uuid => "uuid",
                ColumnType::TimestampWithTimeZone => "timestamptz",
                ColumnType::Json | ColumnType::JsonBinary => "jsonb",
                ColumnType::Integer => "integer",
                ColumnType::Boolean => "boolean",
                _ => "text",
            };
            format!("{} {ty}", column.as_str())
        });
        format!("jsonb_to_recordset($1) AS given ({typed})")
    }
}

/// A column's value in the form in which the statement reads it.
fn json(value: Value, backend: DbBackend) -> Json {
    match value {
        Value::String(Some(text)) => text.into(),
        Value::Uuid(Some(id)) if backend == DbBackend::Sqlite => id.simple().to_string().into(),
        Value::Uuid(Some(id)) => id.to_string().into(),
        // As sqlx writes it on SQLite.
        Value::ChronoDateTimeUtc(Some(time)) => time.to_rfc3339_opts(SecondsFormat::AutoSi, false).into(),
        Value::Int(Some(number)) => number.into(),
        Value::Bool(Some(flag)) => flag.into(),
        Value::Json(Some(json)) => *json,
        _ => Json::Null,
    }
}
