//! Accounts that are switched off, and when a user was last seen.

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
        dialect::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, DOWN).await
    }
}

const UP: &str = "
ALTER TABLE users ADD COLUMN deactivated_at {time}

ALTER TABLE users ADD COLUMN last_seen_at {time}
";

const DOWN: &str = "
ALTER TABLE users DROP COLUMN last_seen_at

ALTER TABLE users DROP COLUMN deactivated_at
";
