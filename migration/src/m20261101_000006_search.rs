//! The substring indexes over the folded search keys: FTS5 trigrams on SQLite, `pg_trgm` on PostgreSQL.

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
        dialect::run(manager, FOLDING).await?;
        if dialect::is_sqlite(manager) {
            for table in ["contacts", "companies"] {
                for statement in SQLITE {
                    let statement = statement.replace("{table}", table);
                    manager.get_connection().execute_unprepared(&statement).await?;
                }
            }
            return Ok(());
        }
        manager.get_connection().execute_unprepared("CREATE EXTENSION IF NOT EXISTS pg_trgm").await.map_err(
            |cause| {
                DbErr::Custom(format!(
                    "Liaison needs PostgreSQL's extension pg_trgm: install the server's contrib package, and let an \
                     administrator run CREATE EXTENSION pg_trgm in this database ({cause})"
                ))
            },
        )?;
        dialect::run(manager, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let down = if dialect::is_sqlite(manager) { SQLITE_DOWN } else { POSTGRES_DOWN };
        dialect::run(manager, down).await?;
        dialect::run(manager, FOLDING_DOWN).await
    }
}

/// Which folding the keys were written with: when the program's is newer, it rebuilds them.
const FOLDING: &str = "
CREATE TABLE folding (
    only_row integer NOT NULL PRIMARY KEY CONSTRAINT folding_one_row_check CHECK (only_row = 1),
    version integer NOT NULL
)
";

const FOLDING_DOWN: &str = "
DROP TABLE folding
";

const SQLITE: &[&str] = &[
    "CREATE VIRTUAL TABLE {table}_search USING fts5(search_key, content='{table}', content_rowid='row_number', \
     tokenize='trigram case_sensitive 1', detail='full', columnsize=0)",
    "CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN \
     INSERT INTO {table}_search (rowid, search_key) VALUES (new.row_number, new.search_key); END",
    "CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN \
     INSERT INTO {table}_search ({table}_search, rowid, search_key) \
     VALUES ('delete', old.row_number, old.search_key); END",
    "CREATE TRIGGER {table}_search_update AFTER UPDATE ON {table} \
     WHEN old.search_key IS NOT new.search_key BEGIN \
     INSERT INTO {table}_search ({table}_search, rowid, search_key) \
     VALUES ('delete', old.row_number, old.search_key); \
     INSERT INTO {table}_search (rowid, search_key) VALUES (new.row_number, new.search_key); END",
    "INSERT INTO {table}_search ({table}_search) VALUES ('rebuild')",
];

const SQLITE_DOWN: &str = "
DROP TRIGGER contacts_search_insert

DROP TRIGGER contacts_search_delete

DROP TRIGGER contacts_search_update

DROP TABLE contacts_search

DROP TRIGGER companies_search_insert

DROP TRIGGER companies_search_delete

DROP TRIGGER companies_search_update

DROP TABLE companies_search
";

const POSTGRES: &str = "
CREATE INDEX contacts_search ON contacts USING gin (search_key gin_trgm_ops)

CREATE INDEX companies_search ON companies USING gin (search_key gin_trgm_ops)
";

const POSTGRES_DOWN: &str = "
DROP INDEX contacts_search

DROP INDEX companies_search
";
