//! Brings the search objects of SQLite's first databases to what the migration after this one expects.
//!
//! The migration that made them was changed after it had landed: databases from before that have no index of short
//! grams, which `m20261126_000010_search_order` drops. So this one comes before it.

use sea_orm_migration::prelude::*;

use crate::{dialect, m20261101_000006_search as search, mend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !dialect::is_sqlite(manager) || manager.has_table("contacts_short").await? {
            return Ok(());
        }
        search::for_each_table(manager, FIRST_SEARCH_DOWN).await?;
        mend::make_search_anew(manager).await
    }

    /// What was mended stays so.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

/// The objects that the first program made.
const FIRST_SEARCH_DOWN: &[&str] = &[
    "DROP TRIGGER {table}_search_insert",
    "DROP TRIGGER {table}_search_delete",
    "DROP TRIGGER {table}_search_update",
    "DROP TABLE {table}_search",
];
