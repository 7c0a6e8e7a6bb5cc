//! Accounts that are switched off, when a user was last seen, and an index for the search of users.

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
        dialect::run(manager, UP).await?;
        dialect::run(manager, if dialect::is_sqlite(manager) { SQLITE } else { POSTGRES }).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, if dialect::is_sqlite(manager) { SQLITE_DOWN } else { POSTGRES_DOWN }).await?;
        dialect::run(manager, DOWN).await
    }
}

const UP: &str = "
ALTER TABLE users ADD COLUMN deactivated_at {time}

ALTER TABLE users ADD COLUMN last_seen_at {time}

CREATE INDEX users_by_role ON users (role, email_lower, id)
";

const DOWN: &str = "
DROP INDEX users_by_role

ALTER TABLE users DROP COLUMN last_seen_at

ALTER TABLE users DROP COLUMN deactivated_at
";

/// The index names rows by a number of their own, because implicit row ids change on VACUUM.
const SQLITE: &str = "
ALTER TABLE users ADD COLUMN search_number integer

UPDATE users SET search_number = rowid

CREATE UNIQUE INDEX users_by_search_number ON users (search_number)

CREATE VIRTUAL TABLE users_search USING fts5(search_key, content='users', content_rowid='search_number',
    tokenize='trigram case_sensitive 1', detail='full', columnsize=0)

CREATE TRIGGER users_search_insert AFTER INSERT ON users BEGIN
    UPDATE users SET search_number = (SELECT COALESCE(max(search_number), 0) + 1 FROM users) WHERE id = new.id;
    INSERT INTO users_search (rowid, search_key) SELECT search_number, search_key FROM users WHERE id = new.id;
END

CREATE TRIGGER users_search_delete AFTER DELETE ON users BEGIN
    INSERT INTO users_search (users_search, rowid, search_key) VALUES ('delete', old.search_number, old.search_key);
END

CREATE TRIGGER users_search_update AFTER UPDATE ON users WHEN old.search_key IS NOT new.search_key BEGIN
    INSERT INTO users_search (users_search, rowid, search_key) VALUES ('delete', old.search_number, old.search_key);
    INSERT INTO users_search (rowid, search_key) VALUES (new.search_number, new.search_key);
END

INSERT INTO users_search (users_search) VALUES ('rebuild')
";

const SQLITE_DOWN: &str = "
DROP TRIGGER users_search_update

DROP TRIGGER users_search_delete

DROP TRIGGER users_search_insert

DROP TABLE users_search

DROP INDEX users_by_search_number

ALTER TABLE users DROP COLUMN search_number
";

/// `fastupdate` is off because every search would have to read through what it puts off. The function settles the plan,
/// because the planner cannot know how rare a word is.
const POSTGRES: &str = "
CREATE INDEX users_search_trigrams ON users USING gin (search_key gin_trgm_ops) WITH (fastupdate = off)

CREATE FUNCTION users_find(patterns text[], most integer) RETURNS SETOF uuid LANGUAGE plpgsql STABLE
SET enable_seqscan = off SET enable_indexscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    first_pattern CONSTANT text := patterns[1];
    other_patterns CONSTANT text[] := patterns[2:];
BEGIN
    RETURN QUERY SELECT id FROM users WHERE search_key LIKE first_pattern AND search_key LIKE ALL (other_patterns)
        LIMIT most;
END $$
";

const POSTGRES_DOWN: &str = "
DROP FUNCTION users_find(text[], integer)

DROP INDEX users_search_trigrams
";
