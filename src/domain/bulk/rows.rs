//! Many rows in one statement: all of them are one parameter, so that the statement's text does not depend on their
//! number.

use sea_orm::{ActiveModelTrait, ConnectionTrait, DbErr, EntityTrait, IdenStatic, Iterable, Statement, Value};

use super::{
    parameter::{Column, Numbers, Parameter, columns_of},
    search,
};

/// Inserts rows of which every column is set.
pub(crate) async fn insert<E: EntityTrait<ActiveModel: Sync>>(
    tx: &impl ConnectionTrait,
    rows: &[E::ActiveModel],
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let all: Vec<E::Column> = E::Column::iter().collect();
    let table = E::default().table_name().to_owned();
    let (values, columns) = (values::<E>(rows, &all), columns_of(&all));
    let place = search::place::<E>(tx, rows).await?;
    let numbers = place.as_ref().map(|place| &place.numbers);
    let names = columns.iter().map(|(name, _)| *name).chain(numbers.map(|numbers| numbers.name));
    let names = names.collect::<Vec<_>>().join(", ");
    let insert = |from: &str| format!("INSERT INTO {table} ({names}) SELECT {names} FROM {from}");
    run(tx, &columns, &values, numbers, insert).await?;
    match place {
        Some(place) => place.index(tx).await,
        None => Ok(()),
    }
}

/// Inserts rows of a table without an entity. `more` is a column with an expression of its own.
pub(crate) async fn insert_into(
    tx: &impl ConnectionTrait,
    table: &str,
    columns: &[Column],
    rows: &[Vec<Option<Value>>],
    more: Option<(&str, &str)>,
) -> Result<(), DbErr> {
    let names = listed(columns, str::to_owned);
    let (more, expression) = more.map(|(name, sql)| (format!(", {name}"), format!(", {sql}"))).unwrap_or_default();
    let insert = |from: &str| format!("INSERT INTO {table} ({names}{more}) SELECT {names}{expression} FROM {from}");
    run(tx, columns, rows, None, insert).await
}

/// Inserts rows of a table without an entity, or writes those that have the same key anew.
pub(crate) async fn put_into(
    tx: &impl ConnectionTrait,
    table: &str,
    columns: &[Column],
    rows: &[Vec<Option<Value>>],
    key: &str,
) -> Result<(), DbErr> {
    let names = listed(columns, str::to_owned);
    let set = listed(columns, |name| format!("{name} = excluded.{name}"));
    let put = |from: &str| {
        format!(
            "INSERT INTO {table} ({names}) SELECT {names} FROM {from} WHERE TRUE ON CONFLICT ({key}) DO UPDATE SET {set}"
        )
    };
    run(tx, columns, rows, None, put).await
}

/// Writes these columns of the rows with the same ids.
pub(crate) async fn update<E: EntityTrait<ActiveModel: Sync>>(
    tx: &impl ConnectionTrait,
    rows: &[E::ActiveModel],
    columns: &[E::Column],
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let table = E::default().table_name().to_owned();
    let set = listed(&columns_of(columns), |name| format!("{name} = given.{name}"));
    let with_id: Vec<E::Column> = E::Column::iter()
        .filter(|column| column.as_str() == "id" || columns.iter().any(|other| other.as_str() == column.as_str()))
        .collect();
    let update = |from: &str| format!("UPDATE {table} SET {set} FROM {from} WHERE {table}.id = given.id");
    run(tx, &columns_of(&with_id), &values::<E>(rows, &with_id), None, update).await
}

/// Runs a statement that reads the rows of its one parameter, which it gets as a part of FROM.
async fn run(
    tx: &impl ConnectionTrait,
    columns: &[Column],
    rows: &[Vec<Option<Value>>],
    numbers: Option<&Numbers>,
    sql: impl FnOnce(&str) -> String,
) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let Parameter { text, from } = Parameter::of(rows, columns, numbers, backend)?;
    tx.execute_raw(Statement::from_sql_and_values(backend, sql(&from), [text.into()])).await?;
    Ok(())
}

fn listed(columns: &[Column], format: impl Fn(&str) -> String) -> String {
    columns.iter().map(|(name, _)| format(name)).collect::<Vec<_>>().join(", ")
}

fn values<E: EntityTrait>(rows: &[E::ActiveModel], columns: &[E::Column]) -> Vec<Vec<Option<Value>>> {
    rows.iter().map(|row| columns.iter().map(|column| row.get(*column).into_value()).collect()).collect()
}
