//! The substring indexes over the folded search keys: FTS5 on SQLite, `pg_trgm` and arrays of grams on PostgreSQL.

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
            dialect::run(manager, SQLITE_PLACES).await?;
            return for_each_table(manager, SQLITE).await;
        }
        manager.get_connection().execute_unprepared("CREATE EXTENSION IF NOT EXISTS pg_trgm").await.map_err(
            |cause| {
                DbErr::Custom(format!(
                    "Liaison needs PostgreSQL's extension pg_trgm: install the server's contrib package, and let an \
                     administrator run CREATE EXTENSION pg_trgm in this database ({cause})"
                ))
            },
        )?;
        manager.get_connection().execute_unprepared(POSTGRES_GRAMS).await?;
        for_each_table(manager, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if dialect::is_sqlite(manager) {
            for_each_table(manager, SQLITE_DOWN).await?;
            dialect::run(manager, SQLITE_PLACES_DOWN).await?;
        } else {
            for_each_table(manager, POSTGRES_DOWN).await?;
            dialect::run(manager, POSTGRES_GRAMS_DOWN).await?;
        }
        dialect::run(manager, FOLDING_DOWN).await
    }
}

/// The tables that can be searched.
pub(crate) const TABLES: [&str; 2] = ["contacts", "companies"];

pub(crate) async fn for_each_table(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    for table in TABLES {
        for statement in statements {
            let statement = statement.replace("{new_grams}", SQLITE_GRAMS).replace("{table}", table);
            manager.get_connection().execute_unprepared(&statement).await?;
        }
    }
    Ok(())
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

/// For each table an index of trigrams, and one of the single letters and pairs, which trigrams know nothing of: the
/// rows' grams in hexadecimal, which keeps tokenizers from having opinions on letters.
pub(crate) const SQLITE: &[&str] = &[
    "CREATE VIRTUAL TABLE {table}_search USING fts5(search_key, content='{table}', content_rowid='row_number', \
     tokenize='trigram case_sensitive 1', detail='full', columnsize=0)",
    "CREATE VIRTUAL TABLE {table}_short USING fts5(grams, content='', contentless_delete=1, tokenize='ascii', \
     detail='none')",
    "CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN \
     INSERT INTO {table}_search (rowid, search_key) VALUES (new.row_number, new.search_key); \
     INSERT INTO {table}_short (rowid, grams) {new_grams}; END",
    "CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN \
     INSERT INTO {table}_search ({table}_search, rowid, search_key) \
     VALUES ('delete', old.row_number, old.search_key); \
     DELETE FROM {table}_short WHERE rowid = old.row_number; END",
    "CREATE TRIGGER {table}_search_update AFTER UPDATE ON {table} \
     WHEN old.search_key IS NOT new.search_key BEGIN \
     INSERT INTO {table}_search ({table}_search, rowid, search_key) \
     VALUES ('delete', old.row_number, old.search_key); \
     INSERT INTO {table}_search (rowid, search_key) VALUES (new.row_number, new.search_key); \
     DELETE FROM {table}_short WHERE rowid = old.row_number; \
     INSERT INTO {table}_short (rowid, grams) {new_grams}; END",
    "INSERT INTO {table}_search ({table}_search) VALUES ('rebuild')",
];

/// Each place of the key gives a letter and a pair; triggers may not count by recursion, hence the table of places.
const SQLITE_GRAMS: &str = "SELECT new.row_number, group_concat(hex(substr(new.search_key, place, 1)) || ' ' || \
     hex(substr(new.search_key, place, 2)), ' ') FROM search_places WHERE place <= length(new.search_key)";

/// Twice the longest key (1,200 bytes) and the separator.
const SQLITE_PLACES: &str = "
CREATE TABLE search_places (place integer NOT NULL PRIMARY KEY)

INSERT INTO search_places WITH RECURSIVE places (place) AS (
    SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < 2500
) SELECT place FROM places
";

pub(crate) const SQLITE_DOWN: &[&str] = &[
    "DROP TRIGGER {table}_search_insert",
    "DROP TRIGGER {table}_search_delete",
    "DROP TRIGGER {table}_search_update",
    "DROP TABLE {table}_search",
    "DROP TABLE {table}_short",
];

const SQLITE_PLACES_DOWN: &str = "
DROP TABLE search_places
";

/// Each letter and each pair of a key.
const POSTGRES_GRAMS: &str = "
CREATE FUNCTION short_grams(key text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters text[] := string_to_array(key, NULL);
    grams text[] := letters;
BEGIN
    FOR place IN 2 .. coalesce(array_length(letters, 1), 0) LOOP
        grams := grams || (letters[place - 1] || letters[place]);
    END LOOP;
    RETURN grams;
END $$
";

const POSTGRES_GRAMS_DOWN: &str = "
DROP FUNCTION short_grams(text)
";

/// The keys stand in a table of their own, so that writes which leave name and e-mail alone do not touch the indexes.
/// `fastupdate` is off because every search would have to read through what it puts off.
///
/// The functions find at most `most` records, or all without it. With it they say null, and no more, of a term that is
/// in many of the oldest records and of the first by name, because the index would still collect all its records first.
/// They settle the plan: the planner cannot know how rare a term is, and otherwise reads the whole table for some.
const POSTGRES: &[&str] = &[
    "CREATE TABLE {table}_search (
        record_id uuid PRIMARY KEY REFERENCES {table} (id) ON DELETE CASCADE,
        search_key text COLLATE \"C\" NOT NULL
    )",
    "INSERT INTO {table}_search SELECT id, search_key FROM {table}",
    "CREATE INDEX {table}_search_trigrams ON {table}_search USING gin (search_key gin_trgm_ops) \
     WITH (fastupdate = off)",
    "CREATE INDEX {table}_search_short ON {table}_search USING gin (short_grams(search_key)) WITH (fastupdate = off)",
    "CREATE FUNCTION {table}_search_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO {table}_search SELECT id, search_key FROM written;
        RETURN NULL;
    END $$",
    "CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} REFERENCING NEW TABLE AS written \
     FOR EACH STATEMENT EXECUTE FUNCTION {table}_search_insert()",
    "CREATE FUNCTION {table}_search_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        UPDATE {table}_search SET search_key = new.search_key WHERE record_id = new.id;
        RETURN NULL;
    END $$",
    "CREATE TRIGGER {table}_search_update AFTER UPDATE ON {table} FOR EACH ROW \
     WHEN (old.search_key IS DISTINCT FROM new.search_key) EXECUTE FUNCTION {table}_search_update()",
    "CREATE FUNCTION {table}_like(pattern text, most integer) RETURNS SETOF uuid LANGUAGE plpgsql STABLE \
     SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$ BEGIN
        IF most IS NOT NULL AND (SELECT count(*)
            FROM (SELECT search_key FROM {table}_search ORDER BY record_id LIMIT 200) sample
            WHERE sample.search_key LIKE pattern) >= 8
        AND (SELECT count(*) FROM (SELECT 1
            FROM (SELECT search_key FROM {table} WHERE status <> 'trashed' ORDER BY name_key, id LIMIT 2000) head
            WHERE head.search_key LIKE pattern LIMIT 8) met) >= 8 THEN
            RETURN NEXT NULL;
            RETURN;
        END IF;
        RETURN QUERY SELECT record_id FROM {table}_search WHERE search_key LIKE pattern LIMIT most;
    END $$",
    "CREATE FUNCTION {table}_with_grams(grams text[], term text, most integer) RETURNS SETOF uuid LANGUAGE plpgsql \
     STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$ BEGIN
        IF most IS NOT NULL AND (SELECT count(*)
            FROM (SELECT search_key FROM {table}_search ORDER BY record_id LIMIT 200) sample
            WHERE strpos(sample.search_key, term) > 0) >= 8
        AND (SELECT count(*) FROM (SELECT 1
            FROM (SELECT search_key FROM {table} WHERE status <> 'trashed' ORDER BY name_key, id LIMIT 20000) head
            WHERE strpos(head.search_key, term) > 0 LIMIT 8) met) >= 8 THEN
            RETURN NEXT NULL;
            RETURN;
        END IF;
        RETURN QUERY SELECT record_id FROM {table}_search
            WHERE short_grams(search_key) @> grams AND strpos(search_key, term) > 0 LIMIT most;
    END $$",
];

const POSTGRES_DOWN: &[&str] = &[
    "DROP FUNCTION {table}_with_grams(text[], text, integer)",
    "DROP FUNCTION {table}_like(text, integer)",
    "DROP TRIGGER {table}_search_update ON {table}",
    "DROP FUNCTION {table}_search_update()",
    "DROP TRIGGER {table}_search_insert ON {table}",
    "DROP FUNCTION {table}_search_insert()",
    "DROP TABLE {table}_search",
];
