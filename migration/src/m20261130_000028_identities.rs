//! Accounts at other providers, by which users sign in.

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

/// `used_sign_ins` has the sign-ins at a provider that have come back, so that none comes back twice. `sessions.provider`
/// says where the user may be signed out as well.
const UP: &str = "
CREATE TABLE identities (
    issuer {text} NOT NULL,
    subject {text} NOT NULL,
    user_id {id} NOT NULL CONSTRAINT identities_user_fkey REFERENCES users (id) ON DELETE CASCADE,
    created_at {time} NOT NULL,
    last_used_at {time} NOT NULL,
    CONSTRAINT identities_pkey PRIMARY KEY (issuer, subject)
)

CREATE INDEX identities_by_user ON identities (user_id)

CREATE TABLE used_sign_ins (
    state_hash {bytes} NOT NULL PRIMARY KEY,
    expires_at {time} NOT NULL
)

CREATE INDEX used_sign_ins_by_end ON used_sign_ins (expires_at)

ALTER TABLE sessions ADD COLUMN provider text
";

const DOWN: &str = "
ALTER TABLE sessions DROP COLUMN provider

DROP TABLE used_sign_ins

DROP TABLE identities
";
