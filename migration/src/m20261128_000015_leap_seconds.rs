//! Takes instants away that cannot be compared: a second of 60, which SQLite kept as text, and the year 10000, which
//! PostgreSQL made of one.

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The columns that callers' instants come to.
const COLUMNS: [(&str, &str); 3] =
    [("interactions", "occurred_at"), ("contacts", "last_interaction_at"), ("api_keys", "expires_at")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in COLUMNS {
            let sql = if dialect::is_sqlite(manager) {
                format!(
                    "UPDATE {table} SET {column} = substr({column}, 1, 17) || '59' || substr({column}, 20) \
                     WHERE substr({column}, 17, 3) = ':60'"
                )
            } else {
                format!(
                    "UPDATE {table} SET {column} = '9999-12-31 23:59:59.999999+00' \
                     WHERE {column} >= '10000-01-01 00:00:00+00'"
                )
            };
            manager.get_connection().execute_unprepared(&sql).await?;
        }
        Ok(())
    }

    /// What was mended stays so.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}
