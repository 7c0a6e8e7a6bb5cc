//! Indexes by which PostgreSQL finds records whose metadata has a value at a path. SQLite has no such index.
//!
//! A record without metadata is not in them, and costs nothing for them.

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
        if dialect::is_sqlite(manager) { Ok(()) } else { dialect::run(manager, UP).await }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if dialect::is_sqlite(manager) { Ok(()) } else { dialect::run(manager, DOWN).await }
    }
}

const UP: &str = "
CREATE INDEX contacts_by_metadata ON contacts USING gin (metadata jsonb_path_ops) WHERE metadata <> '{}'

CREATE INDEX companies_by_metadata ON companies USING gin (metadata jsonb_path_ops) WHERE metadata <> '{}'
";

const DOWN: &str = "
DROP INDEX companies_by_metadata

DROP INDEX contacts_by_metadata
";
