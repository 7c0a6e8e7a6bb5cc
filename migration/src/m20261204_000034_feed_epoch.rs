//! The epochs of the change feed. The restore of a backup begins one, at a place beyond all that were ever handed out.
//!
//! Between the last place of one epoch and the first of the next is a gap. Cursors from after the backup are in it.

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
CREATE TABLE feed_epochs (
    last_tx bigint NOT NULL,
    last_position bigint NOT NULL,
    first_tx bigint NOT NULL,
    first_position bigint NOT NULL,
    began_at {time} NOT NULL,
    CONSTRAINT feed_epochs_pkey PRIMARY KEY (first_tx, first_position)
)
";

const DOWN: &str = "
DROP TABLE feed_epochs
";
