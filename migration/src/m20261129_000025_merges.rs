//! Contacts that were merged into others.
//!
//! An absorbed contact stays in the trash with its own identifiers, by which look-ups find the survivor. Rows that a merge
//! moved need no table of their own, because the change feed has the owner that each had before.

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

/// The checks refuse whatever would take an absorbed contact out of the trash and leave it absorbed.
const UP: &str = "
ALTER TABLE contacts ADD COLUMN merged_into {id}
    CONSTRAINT contacts_merged_into_fkey REFERENCES contacts (id)
    CONSTRAINT contacts_merged_into_check CHECK (merged_into IS NULL OR (status = 'trashed' AND merged_into <> id))

CREATE INDEX contacts_merged ON contacts (merged_into) WHERE merged_into IS NOT NULL
";

const DOWN: &str = "
DROP INDEX contacts_merged

ALTER TABLE contacts DROP COLUMN merged_into
";
