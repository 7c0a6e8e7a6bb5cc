//! Companies.

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
CREATE TABLE companies (
    {row_number}
    id {id} NOT NULL CONSTRAINT companies_id_key {id_key},
    name text NOT NULL CONSTRAINT companies_name_check CHECK (length(name) BETWEEN 1 AND 255),
    name_key {text} NOT NULL,
    status text NOT NULL CONSTRAINT companies_status_check CHECK (status IN ('active', 'inactive', 'trashed')),
    prior_status text CONSTRAINT companies_prior_status_check CHECK (prior_status IN ('active', 'inactive')),
    website text,
    website_key {text},
    email text,
    email_lower {text},
    email_key {text},
    phone text,
    address text,
    industry {text},
    industry_key {text},
    notes text,
    metadata {json} NOT NULL,
    external_id {text} CONSTRAINT companies_external_id_key UNIQUE,
    external_id_key {text},
    search_key {text} GENERATED ALWAYS AS (name_key) STORED,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    trashed_at {time},
    CONSTRAINT companies_trash_check CHECK (
        (status = 'trashed') = (trashed_at IS NOT NULL) AND (status = 'trashed') = (prior_status IS NOT NULL)
    )
)

CREATE INDEX companies_live_by_name ON companies (name_key, id) WHERE status <> 'trashed'

CREATE INDEX companies_by_name ON companies (name_key, id)

CREATE INDEX companies_by_created_at ON companies (created_at, id)

CREATE INDEX companies_by_updated_at ON companies (updated_at, id)

CREATE INDEX companies_by_status ON companies (status)

CREATE INDEX companies_by_email ON companies (email_lower)

CREATE INDEX companies_by_email_key ON companies (email_key)

CREATE INDEX companies_by_website_key ON companies (website_key)

CREATE INDEX companies_by_industry ON companies (industry)

CREATE INDEX companies_by_industry_key ON companies (industry_key)

CREATE INDEX companies_by_external_id_key ON companies (external_id_key)
";

const DOWN: &str = r"
DROP TABLE companies
";
