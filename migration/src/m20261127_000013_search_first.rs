//! PostgreSQL's functions that find the first few records by name, and all records, that contain a term.
//!
//! They settle the plan, whatever the planner knows of a term: ids that were collected and then joined again were
//! planned as a walk along the names, past every row that was not among them. Those that they replace stay for replicas
//! of the program before this one.

use sea_orm_migration::prelude::*;

use crate::{dialect, m20261101_000006_search::TABLES};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for_each_table(manager, &[MATCHING, FIRST]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for_each_table(manager, &[DOWN]).await
    }
}

async fn for_each_table(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    if dialect::is_sqlite(manager) {
        return Ok(());
    }
    for table in TABLES {
        for statement in statements {
            manager.get_connection().execute_unprepared(&statement.replace("{table}", table)).await?;
        }
    }
    Ok(())
}

/// All records that contain the term, trashed ones too, in no order. With `most`, no more than so many, and null alone for
/// a term that many of the oldest records contain: the index would collect all of them before the first.
///
/// The term is given as a pattern for the index of trigrams, or as grams for the one of letters and pairs.
const MATCHING: &str = "
CREATE FUNCTION {table}_matching(term text, pattern text, grams text[], most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$ BEGIN
    IF most IS NOT NULL AND (SELECT count(*)
        FROM (SELECT search_key FROM {table}_search ORDER BY record_id LIMIT 200) sample
        WHERE strpos(sample.search_key, term) > 0) >= 8 THEN
        RETURN NEXT NULL;
    ELSIF pattern IS NOT NULL THEN
        RETURN QUERY SELECT record_id FROM {table}_search WHERE search_key LIKE pattern LIMIT most;
    ELSE
        RETURN QUERY SELECT record_id FROM {table}_search
            WHERE short_grams(search_key) @> grams AND strpos(search_key, term) > 0 LIMIT most;
    END IF;
END $$
";

/// The first `most` live records by name that contain the term, without the excluded ones.
///
/// A term that some of the oldest records contain is looked for along the names first, where a frequent one is met
/// soon. What the index finds is sorted by the name, which the search key begins with.
const FIRST: &str = "
CREATE FUNCTION {table}_first(term text, pattern text, grams text[], excluded uuid[], most integer) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 20 SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    met uuid[];
    hits refcursor;
    hit uuid;
    missing integer := most;
BEGIN
    IF (SELECT count(*) FROM (SELECT search_key FROM {table}_search ORDER BY record_id LIMIT 200) sample
        WHERE strpos(sample.search_key, term) > 0) >= 2 THEN
        met := ARRAY(SELECT head.id
            FROM (SELECT id, search_key FROM {table} WHERE status <> 'trashed' ORDER BY name_key, id LIMIT 3000) head
            WHERE strpos(head.search_key, term) > 0 AND head.id <> ALL (excluded) LIMIT most);
        IF cardinality(met) = most THEN
            RETURN QUERY SELECT unnest(met);
            RETURN;
        END IF;
    END IF;
    IF pattern IS NOT NULL THEN
        OPEN hits FOR SELECT record_id FROM {table}_search WHERE search_key LIKE pattern
            ORDER BY split_part(search_key, chr(31), 1) COLLATE \"C\", record_id;
    ELSE
        OPEN hits FOR SELECT record_id FROM {table}_search
            WHERE short_grams(search_key) @> grams AND strpos(search_key, term) > 0
            ORDER BY split_part(search_key, chr(31), 1) COLLATE \"C\", record_id;
    END IF;
    WHILE missing > 0 LOOP
        FETCH hits INTO hit;
        EXIT WHEN NOT FOUND;
        IF hit <> ALL (excluded) AND EXISTS (SELECT FROM {table} WHERE id = hit AND status <> 'trashed') THEN
            RETURN NEXT hit;
            missing := missing - 1;
        END IF;
    END LOOP;
END $$
";

const DOWN: &str = "
DROP FUNCTION {table}_first(text, text, text[], uuid[], integer), {table}_matching(text, text, text[], integer)
";
