//! Imports write search entries in order, many at once, and stage the rows of a file in chunks.

mod sqlite;
mod staging;

use sea_orm_migration::prelude::*;

use crate::dialect;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if dialect::is_sqlite(manager) {
            sqlite::up(manager).await?;
        }
        staging::up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        staging::down(manager).await?;
        if dialect::is_sqlite(manager) { sqlite::down(manager).await } else { Ok(()) }
    }
}
