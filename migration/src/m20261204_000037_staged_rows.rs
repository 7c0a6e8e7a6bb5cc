//! What imports keep of the rows that wait: their cells, for the report of those that fail when they are written, and which
//! of them are about the same record.

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

/// `cells` is a JSON list of the numbers of rows and their cells; null of cards. `claims` is a JSON list.
const UP: &str = "
ALTER TABLE import_chunks ADD COLUMN cells text

CREATE TABLE import_claims (
    job_id {id} NOT NULL CONSTRAINT import_claims_job_fkey REFERENCES import_jobs (id) ON DELETE CASCADE,
    record_id {id} NOT NULL,
    claims text NOT NULL,
    CONSTRAINT import_claims_pkey PRIMARY KEY (job_id, record_id)
)
";

const DOWN: &str = "
DROP TABLE import_claims

ALTER TABLE import_chunks DROP COLUMN cells
";
