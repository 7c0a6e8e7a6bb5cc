//! The change feed: one row for every change, and where the feed stands.
//!
//! On PostgreSQL numbers are drawn in another order than transactions commit in, so the feed is ordered by the
//! transaction first; see docs/decisions/0011-order-of-changes.md. The history of one record is ordered by the number
//! alone, which is drawn while the record is locked. SQLite has one writer, whose numbers are in the order of its commits.

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
        dialect::run(manager, if dialect::is_sqlite(manager) { UP_SQLITE } else { UP_POSTGRES }).await?;
        dialect::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, DOWN).await
    }
}

// AUTOINCREMENT: a number is never given twice, even when the last changes were pruned.
const UP_SQLITE: &str = "
CREATE TABLE changes (
    position integer PRIMARY KEY AUTOINCREMENT,
    at {time} NOT NULL,
    kind text NOT NULL,
    subject_type text NOT NULL,
    subject_id {id} NOT NULL,
    contact_id {id},
    user_id {id},
    api_key_id {id},
    fields {json}
)

CREATE INDEX changes_by_contact ON changes (contact_id) WHERE contact_id IS NOT NULL

CREATE INDEX changes_by_company ON changes (subject_id) WHERE contact_id IS NULL
";

const UP_POSTGRES: &str = "
CREATE TABLE changes (
    tx bigint NOT NULL,
    position bigint GENERATED ALWAYS AS IDENTITY,
    at {time} NOT NULL,
    kind text NOT NULL,
    subject_type text NOT NULL,
    subject_id {id} NOT NULL,
    contact_id {id},
    user_id {id},
    api_key_id {id},
    fields {json},
    CONSTRAINT changes_pkey PRIMARY KEY (tx, position)
)

CREATE INDEX changes_by_contact ON changes (contact_id, position) WHERE contact_id IS NOT NULL

CREATE INDEX changes_by_company ON changes (subject_id, position) WHERE contact_id IS NULL
";

const UP: &str = "
CREATE TABLE change_feed (
    id integer PRIMARY KEY CONSTRAINT change_feed_is_one_row CHECK (id = 1),
    tx_offset bigint NOT NULL,
    pruned_tx bigint NOT NULL,
    pruned_position bigint NOT NULL
)

INSERT INTO change_feed (id, tx_offset, pruned_tx, pruned_position) VALUES (1, 0, 0, 0)
";

const DOWN: &str = "
DROP TABLE change_feed

DROP TABLE changes
";
