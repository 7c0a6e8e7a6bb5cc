//! The company of each change of a membership: what is recorded of it goes with the company.

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
ALTER TABLE changes ADD COLUMN company_id {id}

UPDATE changes SET company_id = (
        SELECT memberships.company_id FROM company_memberships memberships WHERE memberships.id = changes.subject_id
    ) WHERE subject_type = 'membership'

CREATE INDEX changes_of_memberships ON changes (company_id) WHERE company_id IS NOT NULL
";

const DOWN: &str = "
DROP INDEX changes_of_memberships

ALTER TABLE changes DROP COLUMN company_id
";
