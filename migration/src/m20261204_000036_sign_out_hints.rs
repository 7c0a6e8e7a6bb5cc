//! ID tokens of sessions that began at a provider.

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
        dialect::run(manager, "DROP TABLE sign_out_hints").await
    }
}

/// A table of its own, because sessions are read for each request, and hints only when a session ends.
const UP: &str = "
CREATE TABLE sign_out_hints (
    session_id {id} NOT NULL CONSTRAINT sign_out_hints_pkey PRIMARY KEY
        CONSTRAINT sign_out_hints_session_fkey REFERENCES sessions (id) ON DELETE CASCADE,
    sealed {text} NOT NULL
)
";
