//! Lets PostgreSQL put off entries of its search indexes, at most 256 kB of each.
//!
//! A name has some eighty trigrams, letters and pairs, and writing each to its place took three quarters of the time of an
//! import. Put off, they are written many rows at a time, in their order. A search reads through those that wait: at most
//! 40 microseconds. Imports write theirs at their end.

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
        if dialect::is_sqlite(manager) { Ok(()) } else { dialect::run(manager, UP).await }
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if dialect::is_sqlite(manager) { Ok(()) } else { dialect::run(manager, DOWN).await }
    }
}

const UP: &str = "
ALTER INDEX contacts_search_trigrams SET (fastupdate = on, gin_pending_list_limit = 256)

ALTER INDEX contacts_search_short SET (fastupdate = on, gin_pending_list_limit = 256)

ALTER INDEX companies_search_trigrams SET (fastupdate = on, gin_pending_list_limit = 256)

ALTER INDEX companies_search_short SET (fastupdate = on, gin_pending_list_limit = 256)
";

/// What was put off is still read where it stands; the next vacuum writes it.
const DOWN: &str = "
ALTER INDEX companies_search_short SET (fastupdate = off)

ALTER INDEX companies_search_short RESET (gin_pending_list_limit)

ALTER INDEX companies_search_trigrams SET (fastupdate = off)

ALTER INDEX companies_search_trigrams RESET (gin_pending_list_limit)

ALTER INDEX contacts_search_short SET (fastupdate = off)

ALTER INDEX contacts_search_short RESET (gin_pending_list_limit)

ALTER INDEX contacts_search_trigrams SET (fastupdate = off)

ALTER INDEX contacts_search_trigrams RESET (gin_pending_list_limit)
";
