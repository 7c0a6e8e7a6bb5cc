//! The rows by which an import created contacts, until those are compared with everybody else: the report then says which
//! of them are likely somebody who was there.

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

/// `rows` is a JSON list of row numbers, lines and ids.
const UP: &str = "
CREATE TABLE import_created (
    job_id {id} NOT NULL CONSTRAINT import_created_job_fkey REFERENCES import_jobs (id) ON DELETE CASCADE,
    last_row integer NOT NULL,
    rows text NOT NULL,
    CONSTRAINT import_created_pkey PRIMARY KEY (job_id, last_row)
)
";

const DOWN: &str = "
DROP TABLE import_created
";
