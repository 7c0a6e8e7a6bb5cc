//! Who may come in: roles, sessions, API keys, one-time links, mails to be sent, and the record of what was let in.
//!
//! Of a token only its hash is kept; a mail is written when it is sent, so that no link stands in the database.

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
ALTER TABLE users ADD COLUMN role text NOT NULL DEFAULT 'contact'
    CONSTRAINT users_role_check CHECK (role IN ('contact', 'viewer', 'member', 'admin'))

CREATE INDEX users_by_admin ON users (id) WHERE role = 'admin'

CREATE TABLE sessions (
    id {id} NOT NULL PRIMARY KEY,
    token_hash {bytes} NOT NULL CONSTRAINT sessions_token_hash_key UNIQUE,
    user_id {id} NOT NULL CONSTRAINT sessions_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at {time} NOT NULL,
    last_used_at {time} NOT NULL,
    expires_at {time} NOT NULL
)

CREATE INDEX sessions_by_user ON sessions (user_id)

CREATE INDEX sessions_by_expiry ON sessions (expires_at)

CREATE TABLE api_keys (
    id {id} NOT NULL PRIMARY KEY,
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash {bytes} NOT NULL CONSTRAINT api_keys_secret_hash_key UNIQUE,
    role text NOT NULL CONSTRAINT api_keys_role_check CHECK (role IN ('viewer', 'member', 'admin')),
    created_by {id} CONSTRAINT api_keys_created_by_fkey REFERENCES users (id) ON DELETE SET NULL,
    created_at {time} NOT NULL,
    expires_at {time},
    last_used_at {time},
    revoked_at {time}
)

CREATE INDEX api_keys_by_creator ON api_keys (created_by)

CREATE TABLE password_links (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    user_id {id} CONSTRAINT password_links_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at {time} NOT NULL,
    expires_at {time} NOT NULL
)

CREATE INDEX password_links_by_user ON password_links (user_id)

CREATE INDEX password_links_by_expiry ON password_links (expires_at)

CREATE TABLE outbox (
    id {id} NOT NULL PRIMARY KEY,
    kind text NOT NULL CONSTRAINT outbox_kind_check CHECK (kind IN ('password_link', 'invitation')),
    recipient text NOT NULL,
    attempts integer NOT NULL,
    next_attempt_at {time} NOT NULL,
    created_at {time} NOT NULL
)

CREATE INDEX outbox_by_next_attempt ON outbox (next_attempt_at)

CREATE TABLE audit_events (
    id {id} NOT NULL PRIMARY KEY,
    at {time} NOT NULL,
    kind text NOT NULL,
    address text,
    user_id {id},
    api_key_id {id},
    subject text
)
";

const DOWN: &str = "
DROP TABLE audit_events

DROP TABLE outbox

DROP TABLE password_links

DROP TABLE api_keys

DROP TABLE sessions

DROP INDEX users_by_admin

ALTER TABLE users DROP COLUMN role
";
