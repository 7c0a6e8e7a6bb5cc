//! Memberships: who works where.

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
CREATE TABLE company_memberships (
    id {id} NOT NULL PRIMARY KEY,
    contact_id {id} NOT NULL
        CONSTRAINT company_memberships_contact_id_fkey REFERENCES contacts (id) ON DELETE CASCADE,
    company_id {id} NOT NULL
        CONSTRAINT company_memberships_company_id_fkey REFERENCES companies (id) ON DELETE CASCADE,
    role {text},
    role_key {text},
    department {text},
    department_key {text},
    is_primary {bool} NOT NULL,
    position integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    CONSTRAINT company_memberships_pair_key UNIQUE (contact_id, company_id)
)

CREATE UNIQUE INDEX company_memberships_one_primary ON company_memberships (contact_id) WHERE is_primary

CREATE INDEX company_memberships_of_contact ON company_memberships (contact_id, (NOT is_primary), position, id)

CREATE INDEX company_memberships_of_company ON company_memberships (company_id, (NOT is_primary), position, id)

CREATE INDEX company_memberships_by_role_key ON company_memberships (role_key)

CREATE INDEX company_memberships_by_department_key ON company_memberships (department_key)
";

const DOWN: &str = r"
DROP TABLE company_memberships
";
