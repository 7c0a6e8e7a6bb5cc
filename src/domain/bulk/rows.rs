//! Many rows in one statement: all of them are one parameter, so that the statement's text does not depend on their
//! number.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, IdenStatic, Iterable, Statement};

use super::{
    parameter::{Numbers, Parameter},
    search,
};

/// Inserts rows of which every column is set.
pub(crate) async fn insert<E: EntityTrait<ActiveModel: Sync>>(
    tx: &impl ConnectionTrait,
    rows: &[E::ActiveModel],
) -> Result<(), DbErr> {
    let Some(place) = search::place::<E>(tx, rows).await? else { return insert_with::<E>(tx, rows, None).await };
    insert_with::<E>(tx, rows, Some(&place.numbers)).await?;
    place.index(tx).await
}

async fn insert_with<E: EntityTrait<ActiveModel: Sync>>(
    tx: &impl ConnectionTrait,
    rows: &[E::ActiveModel],
    numbers: Option<&Numbers>,
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let (table, backend) = (E::default().table_name().to_owned(), tx.get_database_backend());
    let columns: Vec<E::Column> = E::Column::iter().collect();
    let names = columns.iter().map(IdenStatic::as_str).chain(numbers.map(|numbers| numbers.name));
    let names = names.collect::<Vec<_>>().join(", ");
    let Parameter { text, from } = Parameter::of::<E>(rows, &columns, numbers, backend)?;
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
    let (table, backend): (_, DbBackend) = (E::default().table_name().to_owned(), tx.get_database_backend());
    let set = columns.iter().map(|column| format!("{0} = given.{0}", column.as_str())).collect::<Vec<_>>().join(", ");
    let with_id: Vec<E::Column> = E::Column::iter()
        .filter(|column| column.as_str() == "id" || columns.iter().any(|other| other.as_str() == column.as_str()))
        .collect();
    let Parameter { text, from } = Parameter::of::<E>(rows, &with_id, None, backend)?;
    let sql = format!("UPDATE {table} SET {set} FROM {from} WHERE {table}.id = given.id");
    tx.execute_raw(Statement::from_sql_and_values(backend, sql, [text.into()])).await?;
    Ok(())
}
