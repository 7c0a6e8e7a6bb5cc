//! Webhooks: endpoints of other systems that are told of changes, and mails that say that one was switched off.
//!
//! A webhook's row is its cursor, its lease and its state at once, because each delivery writes all of them.

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
        dialect::run(manager, if dialect::is_sqlite(manager) { SQLITE_MAILS } else { POSTGRES_MAILS }).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, if dialect::is_sqlite(manager) { SQLITE_MAILS_DOWN } else { POSTGRES_MAILS_DOWN })
            .await?;
        dialect::run(manager, DOWN).await
    }
}

/// `tx` and `position` are the place in the feed of changes up to which all is delivered. `revision` moves with what
/// admins write, so that a delivery that was under way does not overwrite it. `webhook_keys` has a row where the
/// operator has set no key.
const UP: &str = "
CREATE TABLE webhooks (
    id {id} NOT NULL CONSTRAINT webhooks_pkey PRIMARY KEY,
    url text NOT NULL,
    subject_types text NOT NULL,
    is_enabled {bool} NOT NULL,
    disabled_reason text,
    secret {bytes} NOT NULL,
    previous_secret {bytes},
    previous_secret_until {time},
    tx bigint NOT NULL,
    position bigint NOT NULL,
    revision bigint NOT NULL,
    last_delivered_at {time},
    last_failure text,
    failure_count integer NOT NULL,
    failing_since {time},
    next_attempt_at {time},
    lease_holder {id},
    lease_until {time},
    created_at {time} NOT NULL
)

CREATE TABLE webhook_keys (
    only_row integer NOT NULL CONSTRAINT webhook_keys_pkey PRIMARY KEY
        CONSTRAINT webhook_keys_once CHECK (only_row = 1),
    key {bytes} NOT NULL
)
";

const POSTGRES_MAILS: &str = "
ALTER TABLE outbox ADD COLUMN webhook_id {id}

ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check

ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check
    CHECK (kind IN ('password_link', 'invitation', 'webhook_off'))
";

/// SQLite changes no constraint of a table.
const SQLITE_MAILS: &str = "
CREATE TABLE new_outbox (
    id {id} NOT NULL PRIMARY KEY,
    kind text NOT NULL CONSTRAINT outbox_kind_check CHECK (kind IN ('password_link', 'invitation', 'webhook_off')),
    recipient text NOT NULL,
    webhook_id {id},
    attempts integer NOT NULL,
    next_attempt_at {time} NOT NULL,
    created_at {time} NOT NULL
)

INSERT INTO new_outbox (id, kind, recipient, attempts, next_attempt_at, created_at)
    SELECT id, kind, recipient, attempts, next_attempt_at, created_at FROM outbox

DROP TABLE outbox

ALTER TABLE new_outbox RENAME TO outbox

CREATE INDEX outbox_by_next_attempt ON outbox (next_attempt_at)
";

const POSTGRES_MAILS_DOWN: &str = "
DELETE FROM outbox WHERE kind = 'webhook_off'

ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check

ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('password_link', 'invitation'))

ALTER TABLE outbox DROP COLUMN webhook_id
";

const SQLITE_MAILS_DOWN: &str = "
CREATE TABLE old_outbox (
    id {id} NOT NULL PRIMARY KEY,
    kind text NOT NULL CONSTRAINT outbox_kind_check CHECK (kind IN ('password_link', 'invitation')),
    recipient text NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at {time} NOT NULL,
    created_at {time} NOT NULL
)

INSERT INTO old_outbox (id, kind, recipient, attempts, next_attempt_at, created_at)
    SELECT id, kind, recipient, attempts, next_attempt_at, created_at FROM outbox WHERE kind <> 'webhook_off'

DROP TABLE outbox

ALTER TABLE old_outbox RENAME TO outbox

CREATE INDEX outbox_by_next_attempt ON outbox (next_attempt_at)
";

const DOWN: &str = "
DROP TABLE webhook_keys

DROP TABLE webhooks
";
