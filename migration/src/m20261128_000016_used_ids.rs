//! The ids that callers chose, and those of records that were deleted for good: an id names one record, for ever.

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

/// What was deleted before is known as far as changes are kept. An id that was used twice had one of both types last.
const UP: &str = "
CREATE TABLE used_ids (
    id {id} NOT NULL CONSTRAINT used_ids_pkey PRIMARY KEY,
    subject_type text NOT NULL
)

INSERT INTO used_ids (id, subject_type)
    SELECT subject_id, max(subject_type) FROM changes WHERE kind = 'deleted' GROUP BY subject_id
";

const DOWN: &str = "
DROP TABLE used_ids
";
