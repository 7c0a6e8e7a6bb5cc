//! SQLite's index of letters and pairs looks at every place of a search key, which is no longer cut.

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
        if dialect::is_sqlite(manager) { dialect::run(manager, UP).await } else { Ok(()) }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if dialect::is_sqlite(manager) { dialect::run(manager, DOWN).await } else { Ok(()) }
    }
}

/// Two keys of 255 characters, each of ten bytes at most, and what separates them.
const UP: &str = "
INSERT INTO search_places WITH RECURSIVE places (place) AS (
    SELECT 2501 UNION ALL SELECT place + 1 FROM places WHERE place < 5101
) SELECT place FROM places
";

const DOWN: &str = "
DELETE FROM search_places WHERE place > 2500
";
