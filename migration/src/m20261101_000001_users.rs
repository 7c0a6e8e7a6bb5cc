//! Login users: claimed accounts and placeholders registered for contacts.

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

const UP: &str = r"
CREATE TABLE users (
    id {id} NOT NULL PRIMARY KEY,
    email text NOT NULL,
    email_lower {text} NOT NULL CONSTRAINT users_email_lower_key UNIQUE,
    name text,
    email_key {text} NOT NULL,
    name_key {text},
    search_key {text} GENERATED ALWAYS AS (email_key || {separator} || COALESCE(name_key, '')) STORED,
    is_placeholder {bool} NOT NULL,
    source text,
    password_hash text,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT users_placeholder_check CHECK (password_hash IS NULL OR NOT is_placeholder)
)

CREATE INDEX users_by_email ON users (email_lower, id)
";

const DOWN: &str = r"
DROP TABLE users
";
