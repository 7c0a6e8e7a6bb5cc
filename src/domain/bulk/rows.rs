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
    match search::place::<E>(tx, rows).await? {
        None => insert_values(tx, &table, &columns, &values, None).await,
        Some(place) => {
            insert_values(tx, &table, &columns, &values, Some(&place.numbers)).await?;
            place.index(tx).await
        }
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
    let backend = tx.get_database_backend();
    let Parameter { text, from } = Parameter::of(rows, columns, None, backend)?;
    let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let (more, expression) = more.map(|(name, sql)| (format!(", {name}"), format!(", {sql}"))).unwrap_or_default();
    let sql = format!("INSERT INTO {table} ({names}{more}) SELECT {names}{expression} FROM {from}");
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, [text.into()])).await?;
    Ok(())
}

/// Inserts rows of a table without an entity, or writes those that have the same key anew.
pub(crate) async fn put_into(
    tx: &impl ConnectionTrait,
    table: &str,
    columns: &[Column],
    rows: &[Vec<Option<Value>>],
    key: &str,
) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let Parameter { text, from } = Parameter::of(rows, columns, None, backend)?;
    let names = columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let set = columns.iter().map(|(name, _)| format!("{name} = excluded.{name}")).collect::<Vec<_>>().join(", ");
    let sql = format!(
        "INSERT INTO {table} ({names}) SELECT {names} FROM {from} WHERE TRUE ON CONFLICT ({key}) DO UPDATE SET {set}"
    );
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, [text.into()])).await?;
    Ok(())
}

async fn insert_values(
    tx: &impl ConnectionTrait,
    table: &str,
    columns: &[Column],
    rows: &[Vec<Option<Value>>],
    numbers: Option<&Numbers>,
) -> Result<(), DbErr> {
    let backend = tx.get_database_backend();
    let names = columns.iter().map(|(name, _)| *name).chain(numbers.map(|numbers| numbers.name));
    let names = names.collect::<Vec<_>>().join(", ");
    let Parameter { text, from } = Parameter::of(rows, columns, numbers, backend)?;
    let sql = format!("INSERT INTO {table} ({names}) SELECT {names} FROM {from}");
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, [text.into()])).await?;
    Ok(())
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
    let (table, backend) = (E::default().table_name().to_owned(), tx.get_database_backend());
    let set = columns.iter().map(|column| format!("{0} = given.{0}", column.as_str())).collect::<Vec<_>>().join(", ");
    let with_id: Vec<E::Column> = E::Column::iter()
        .filter(|column| column.as_str() == "id" || columns.iter().any(|other| other.as_str() == column.as_str()))
        .collect();
    let Parameter { text, from } = Parameter::of(&values::<E>(rows, &with_id), &columns_of(&with_id), None, backend)?;
    let sql = format!("UPDATE {table} SET {set} FROM {from} WHERE {table}.id = given.id");
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, [text.into()])).await?;
    Ok(())
}

fn values<E: EntityTrait>(rows: &[E::ActiveModel], columns: &[E::Column]) -> Vec<Vec<Option<Value>>> {
    rows.iter().map(|row| columns.iter().map(|column| row.get(*column).into_value()).collect()).collect()
}
