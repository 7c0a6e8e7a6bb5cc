//! The host of a company's website as a column of its own, by which imports find the company of a person, whatever path or
//! port the website has.

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
        dialect::run(manager, if dialect::is_sqlite(manager) { SQLITE_UP } else { POSTGRES_UP }).await?;
        dialect::run(manager, INDEX).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, if dialect::is_sqlite(manager) { SQLITE_DOWN } else { POSTGRES_DOWN }).await
    }
}

const INDEX: &str = "
CREATE INDEX companies_by_website_host ON companies (website_host) WHERE website_host IS NOT NULL
";

const POSTGRES_UP: &str = r"
ALTER TABLE companies ADD COLUMN website_host {text}
    GENERATED ALWAYS AS (substring(website_key from '^(?:[^/?#]*://)?(?:www[.])?([^/?#:]*)')) STORED
";

const POSTGRES_DOWN: &str = "
DROP INDEX companies_by_website_host

ALTER TABLE companies DROP COLUMN website_host
";

/// SQLite has no regular expressions: what stands before the host goes first, and then what stands behind it.
const SQLITE_UP: &str = "
ALTER TABLE companies ADD COLUMN website_address {text}
    GENERATED ALWAYS AS (substr(website_key, CASE WHEN instr(website_key, '://') > 0 THEN instr(website_key, '://') + 3 ELSE 1 END))
    VIRTUAL

ALTER TABLE companies ADD COLUMN website_place {text}
    GENERATED ALWAYS AS (CASE WHEN substr(website_address, 1, 4) = 'www.' THEN substr(website_address, 5) ELSE website_address END)
    VIRTUAL

ALTER TABLE companies ADD COLUMN website_host {text}
    GENERATED ALWAYS AS (substr(website_place, 1, min(instr(website_place || '/', '/'), instr(website_place || '?', '?'),
        instr(website_place || '#', '#'), instr(website_place || ':', ':')) - 1))
    VIRTUAL
";

const SQLITE_DOWN: &str = "
DROP INDEX companies_by_website_host

ALTER TABLE companies DROP COLUMN website_host

ALTER TABLE companies DROP COLUMN website_place

ALTER TABLE companies DROP COLUMN website_address
";
