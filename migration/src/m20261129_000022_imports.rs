//! Imports: jobs, the rows that they stage before anything is written, and the keys by which rows of one file repeat each
//! other.

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
CREATE TABLE import_jobs (
    id {id} NOT NULL CONSTRAINT import_jobs_pkey PRIMARY KEY,
    batch_id {id},
    state text NOT NULL,
    subject text NOT NULL,
    format text NOT NULL,
    file_name text,
    options {json} NOT NULL,
    is_dry_run {bool} NOT NULL,
    mapping {json} NOT NULL,
    rows_read integer NOT NULL,
    rows_total integer,
    created integer NOT NULL,
    updated integer NOT NULL,
    unchanged integer NOT NULL,
    restored integer NOT NULL,
    failed integer NOT NULL,
    companies_created integer NOT NULL,
    next_row integer NOT NULL,
    error text,
    user_id {id},
    api_key_id {id},
    started_at {time} NOT NULL,
    finished_at {time},
    lease_until {time} NOT NULL
)

CREATE INDEX import_jobs_of_batch ON import_jobs (batch_id) WHERE batch_id IS NOT NULL

CREATE INDEX import_jobs_running ON import_jobs (id) WHERE state IN ('reading', 'writing')

CREATE TABLE import_rows (
    job_id {id} NOT NULL CONSTRAINT import_rows_job_fkey REFERENCES import_jobs (id) ON DELETE CASCADE,
    row_number integer NOT NULL,
    line integer NOT NULL,
    item {json},
    target_id {id},
    cells {json},
    errors {json},
    warnings {json},
    CONSTRAINT import_rows_pkey PRIMARY KEY (job_id, row_number)
)

CREATE INDEX import_rows_failed ON import_rows (job_id, row_number) WHERE errors IS NOT NULL

CREATE INDEX import_rows_warned ON import_rows (job_id, row_number) WHERE warnings IS NOT NULL

CREATE TABLE import_keys (
    job_id {id} NOT NULL CONSTRAINT import_keys_job_fkey REFERENCES import_jobs (id) ON DELETE CASCADE,
    key {text} NOT NULL,
    row_number integer NOT NULL,
    CONSTRAINT import_keys_pkey PRIMARY KEY (job_id, key)
)
";

const DOWN: &str = "
DROP TABLE import_keys

DROP TABLE import_rows

DROP TABLE import_jobs
";
