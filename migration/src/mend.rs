//! What the migrations share that mend databases from before a landed migration was changed.

use sea_orm_migration::{prelude::*, sea_orm::Statement};

use crate::m20261101_000006_search as search;

/// Makes the search objects as `m20261101_000006_search` does, once the older ones are gone. The record of the folding
/// goes through it, so that keys folded by an older program are still known as such.
pub(crate) async fn make_search_anew(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let version: Option<i32> = value(manager, "SELECT version FROM folding").await?;
    let connection = manager.get_connection();
    connection.execute_unprepared("DROP TABLE folding").await?;
    search::Migration.up(manager).await?;
    if let Some(version) = version {
        let insert = format!("INSERT INTO folding (only_row, version) VALUES (1, {version})");
        connection.execute_unprepared(&insert).await?;
    }
    Ok(())
}

/// The value in the first column of the first row, if there is one.
pub(crate) async fn value<T>(manager: &SchemaManager<'_>, sql: &str) -> Result<Option<T>, DbErr>
where
    T: sea_orm_migration::sea_orm::TryGetable,
{
    let statement = Statement::from_string(manager.get_database_backend(), sql);
    let row = manager.get_connection().query_one_raw(statement).await?;
    row.map(|row| row.try_get_by_index(0)).transpose()
}
