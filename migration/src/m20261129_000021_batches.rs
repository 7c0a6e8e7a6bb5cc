//! Batches: many records written by one act, which can be taken back as one.
//!
//! A change tells the batch that it belongs to. Undoing goes through a batch's changes from the last to the first and
//! remembers its place. Values that were changed since are kept and listed. The mark `undone_at` tells records that an
//! undo has moved to the trash from those that somebody has trashed.

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
        dialect::run(manager, UP).await?;
        dialect::run(manager, if dialect::is_sqlite(manager) { INDEX_SQLITE } else { INDEX_POSTGRES }).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, DOWN).await
    }
}

/// `field` is empty for a whole record, because nulls are not equal to one another in an index.
const UP: &str = "
CREATE TABLE batches (
    id {id} NOT NULL CONSTRAINT batches_pkey PRIMARY KEY,
    kind text NOT NULL,
    state text NOT NULL,
    user_id {id},
    api_key_id {id},
    created_at {time} NOT NULL,
    change_count integer NOT NULL,
    done_count integer NOT NULL,
    is_pruned {bool} NOT NULL,
    undone_at {time},
    undo_user_id {id},
    undo_api_key_id {id},
    undo_position bigint,
    kept_next integer NOT NULL
)

CREATE INDEX batches_being_undone ON batches (id) WHERE state = 'undoing'

CREATE TABLE kept_changes (
    batch_id {id} NOT NULL CONSTRAINT kept_changes_batch_fkey REFERENCES batches (id),
    position integer NOT NULL,
    subject_type text NOT NULL,
    subject_id {id} NOT NULL,
    field text NOT NULL,
    CONSTRAINT kept_changes_pkey PRIMARY KEY (batch_id, position)
)

CREATE UNIQUE INDEX kept_changes_once ON kept_changes (batch_id, subject_id, field)

ALTER TABLE changes ADD COLUMN batch_id {id}

ALTER TABLE contacts ADD COLUMN undone_at {time}

ALTER TABLE companies ADD COLUMN undone_at {time}

CREATE INDEX companies_undone ON companies (name_key) WHERE undone_at IS NOT NULL
";

/// In SQLite the position is the row's own number, which every index has.
const INDEX_SQLITE: &str = "
CREATE INDEX changes_of_batch ON changes (batch_id) WHERE batch_id IS NOT NULL
";

const INDEX_POSTGRES: &str = "
CREATE INDEX changes_of_batch ON changes (batch_id, position) WHERE batch_id IS NOT NULL
";

const DOWN: &str = "
DROP INDEX companies_undone

ALTER TABLE companies DROP COLUMN undone_at

ALTER TABLE contacts DROP COLUMN undone_at

DROP INDEX changes_of_batch

ALTER TABLE changes DROP COLUMN batch_id

DROP TABLE kept_changes

DROP TABLE batches
";
