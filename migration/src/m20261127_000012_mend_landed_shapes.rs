//! Brings databases of every program that has landed to one shape: some migrations were changed after they had landed,
//! and left behind what they had made before.

use sea_orm_migration::prelude::*;

use crate::{dialect, m20261101_000006_search as search, m20261126_000010_search_order as search_order, mend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, INDEXES).await?;
        if dialect::is_sqlite(manager) { mend_sqlite(manager).await } else { mend_postgres(manager).await }
    }

    /// What was mended stays so.
    async fn down(&self, _: &SchemaManager) -> Result<(), DbErr> {
        Ok(())
    }
}

/// Since 2924dc9 an order has one index with and without the trash.
const INDEXES: &str = "
DROP INDEX IF EXISTS companies_live_by_created_at

DROP INDEX IF EXISTS companies_live_by_updated_at

DROP INDEX IF EXISTS contacts_live_by_email

DROP INDEX IF EXISTS contacts_live_by_email_desc

DROP INDEX IF EXISTS contacts_live_by_created_at

DROP INDEX IF EXISTS contacts_live_by_updated_at

DROP INDEX IF EXISTS contacts_live_by_last_interaction

DROP INDEX IF EXISTS contacts_live_by_last_interaction_desc

CREATE INDEX IF NOT EXISTS companies_by_external_id_key ON companies (external_id_key)

CREATE INDEX IF NOT EXISTS contacts_by_email_last ON contacts (COALESCE(email_key, {last_text}), id)

CREATE INDEX IF NOT EXISTS contacts_by_email_first ON contacts (COALESCE(email_key, ''), id)

CREATE INDEX IF NOT EXISTS contacts_by_interaction_last ON contacts (COALESCE(last_interaction_at, {last_time}), id)

CREATE INDEX IF NOT EXISTS contacts_by_interaction_first ON contacts (COALESCE(last_interaction_at, {first_time}), id)
";

/// Since 156eaae names in other scripts have two letters in the order of the search indexes.
async fn mend_sqlite(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sql = "SELECT sql FROM sqlite_schema WHERE name = 'contacts' AND type = 'table'";
    let table: Option<String> = mend::value(manager, sql).await?;
    if table.is_some_and(|table| table.contains("262143")) {
        return Ok(());
    }
    search_order::Migration.down(manager).await?;
    search_order::Migration.up(manager).await
}

async fn mend_postgres(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Since ddb167c a history is ordered by number alone.
    let by_transaction = "SELECT 1 FROM pg_indexes WHERE schemaname = current_schema() \
                          AND indexname = 'changes_by_contact' AND indexdef LIKE '%tx%'";
    if mend::value::<i32>(manager, by_transaction).await?.is_some() {
        dialect::run(manager, HISTORY_INDEXES).await?;
    }
    // Since a40a716 the keys to search stand in tables of their own, and since 7a3e85c the functions that search them
    // look at the first 20,000 by name.
    let function = "SELECT prosrc FROM pg_proc WHERE proname = 'contacts_with_grams' \
                    AND pronamespace = CAST(current_schema() AS regnamespace)";
    let source: Option<String> = mend::value(manager, function).await?;
    match source {
        Some(source) if source.contains("LIMIT 20000") => return Ok(()),
        Some(_) => {
            search::for_each_table(manager, SEARCH_DOWN).await?;
            dialect::run(manager, GRAMS_DOWN).await?;
        }
        None => search::for_each_table(manager, &["DROP INDEX {table}_search"]).await?,
    }
    mend::make_search_anew(manager).await
}

const HISTORY_INDEXES: &str = "
DROP INDEX changes_by_contact

DROP INDEX changes_by_company

CREATE INDEX changes_by_contact ON changes (contact_id, position) WHERE contact_id IS NOT NULL

CREATE INDEX changes_by_company ON changes (subject_id, position) WHERE contact_id IS NULL
";

/// What `m20261101_000006_search` makes for each table.
const SEARCH_DOWN: &[&str] = &[
    "DROP FUNCTION {table}_with_grams(text[], text, integer)",
    "DROP FUNCTION {table}_like(text, integer)",
    "DROP TRIGGER {table}_search_update ON {table}",
    "DROP FUNCTION {table}_search_update()",
    "DROP TRIGGER {table}_search_insert ON {table}",
    "DROP FUNCTION {table}_search_insert()",
    "DROP TABLE {table}_search",
];

const GRAMS_DOWN: &str = "
DROP FUNCTION short_grams(text)
";
