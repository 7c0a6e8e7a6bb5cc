//! SQLite's search indexes in the order of the names.
//!
//! FTS5 yields what it finds in the order of the row ids. When those follow the names, a search for the first few
//! contacts by name stops at the first few, where it collected and sorted all that contain the term before.
//!
//! A row's id in the indexes is its `search_number`: above, the beginning of the name as a number; below, which of the
//! rows with that beginning it is. So the numbers follow the names only down to the beginnings, and whoever stops early
//! stops behind all rows of one beginning. Nothing has to be renumbered when a name comes between two others.

use sea_orm_migration::prelude::*;

use crate::{dialect, m20261101_000006_search as before};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !dialect::is_sqlite(manager) {
            return Ok(());
        }
        before::for_each_table(manager, before::SQLITE_DOWN).await?;
        let (order, next) = (name_order(), NEXT_NUMBER);
        for table in before::TABLES {
            for statement in SQLITE {
                let statement = statement.replace("{order}", &order).replace("{next}", next);
                let statement = statement.replace("{grams}", GRAMS).replace("{table}", table);
                manager.get_connection().execute_unprepared(&statement).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if !dialect::is_sqlite(manager) {
            return Ok(());
        }
        before::for_each_table(manager, before::SQLITE_DOWN).await?;
        before::for_each_table(manager, SQLITE_DOWN).await?;
        before::for_each_table(manager, before::SQLITE).await
    }
}

/// Letters of a name's beginning. Eight of five bits, and 22 for four million rows with the same beginning, make 62.
const LETTERS: u32 = 8;

/// The beginning of a row's name as a number, which never falls as names rise.
///
/// Latin letters count from 4, a space for 2, the end of the name for 0. Whatever sorts between those has one number for all
/// of its kind, so that nothing behind it may count. Where a name begins with such a letter, as in other scripts, the code
/// points of two letters follow instead, in 17 and 18 bits.
fn name_order() -> String {
    let plain = "1 + length(name_key) - length(ltrim(name_key, 'abcdefghijklmnopqrstuvwxyz '))";
    let letters = (1..=LETTERS).map(|place| {
        let letter = format!("substr(name_key, {place}, 1)");
        let number = format!(
            "CASE WHEN {place} > {plain} OR {letter} = '' THEN 0 WHEN {letter} < ' ' THEN 1 WHEN {letter} = ' ' THEN 2 \
             WHEN {letter} < 'a' THEN 3 WHEN {letter} <= 'z' THEN unicode({letter}) - 93 ELSE 30 END"
        );
        format!("(({number}) << {})", 5 * (LETTERS - place))
    });
    let letters = letters.collect::<Vec<_>>().join(" + ");
    let [first, second] = [1, 2].map(|place| format!("COALESCE(unicode(substr(name_key, {place}, 1)), 0)"));
    let others = format!(
        "CASE WHEN {plain} > 1 THEN 0 WHEN {first} >= 131071 THEN 131071 << 18 \
         ELSE ({first} << 18) + min({second}, 262143) END"
    );
    format!("{letters} + ({others})")
}

/// Behind the last row with the same beginning; where there is none, or no room behind it, the first number that is free.
const NEXT_NUMBER: &str = "COALESCE(
    (SELECT max(other.search_number) + 1 FROM {table} other
        WHERE other.search_number BETWEEN {table}.name_order << 22 AND ({table}.name_order << 22) + 4194303
        HAVING max(other.search_number) < ({table}.name_order << 22) + 4194303),
    (SELECT min(free.number) FROM (SELECT {table}.name_order << 22 AS number
        UNION ALL SELECT other.search_number + 1 FROM {table} other
        WHERE other.search_number BETWEEN {table}.name_order << 22 AND ({table}.name_order << 22) + 4194302) free
        WHERE NOT EXISTS (SELECT 1 FROM {table} taken WHERE taken.search_number = free.number)))";

/// See the migration that made the indexes.
const GRAMS: &str = "SELECT search_number, (SELECT group_concat(hex(substr(search_key, place, 1)) || ' ' || \
     hex(substr(search_key, place, 2)), ' ') FROM search_places WHERE place <= length(search_key)) FROM {table}";

const SQLITE: &[&str] = &[
    "ALTER TABLE {table} ADD COLUMN name_order integer GENERATED ALWAYS AS ({order}) VIRTUAL",
    "ALTER TABLE {table} ADD COLUMN search_number integer",
    "UPDATE {table} SET search_number = placed.number FROM (SELECT row_number AS row, (name_order << 22) - 1 + \
     row_number() OVER (PARTITION BY name_order ORDER BY name_key, id) AS number FROM {table}) placed \
     WHERE placed.row = {table}.row_number",
    "CREATE UNIQUE INDEX {table}_by_search_number ON {table} (search_number)",
    "CREATE VIRTUAL TABLE {table}_search USING fts5(search_key, content='{table}', content_rowid='search_number', \
     tokenize='trigram case_sensitive 1', detail='full', columnsize=0)",
    "CREATE VIRTUAL TABLE {table}_short USING fts5(grams, content='', contentless_delete=1, tokenize='ascii', \
     detail='none')",
    "INSERT INTO {table}_search ({table}_search) VALUES ('rebuild')",
    "INSERT INTO {table}_short (rowid, grams) {grams} ORDER BY search_number",
    "CREATE TRIGGER {table}_search_insert AFTER INSERT ON {table} BEGIN \
     UPDATE {table} SET search_number = {next} WHERE row_number = new.row_number; \
     INSERT INTO {table}_search (rowid, search_key) \
     SELECT search_number, search_key FROM {table} WHERE row_number = new.row_number; \
     INSERT INTO {table}_short (rowid, grams) {grams} WHERE row_number = new.row_number; END",
    "CREATE TRIGGER {table}_search_delete AFTER DELETE ON {table} BEGIN \
     INSERT INTO {table}_search ({table}_search, rowid, search_key) \
     VALUES ('delete', old.search_number, old.search_key); \
     DELETE FROM {table}_short WHERE rowid = old.search_number; END",
    "CREATE TRIGGER {table}_search_update AFTER UPDATE ON {table} \
     WHEN old.search_key IS NOT new.search_key BEGIN \
     INSERT INTO {table}_search ({table}_search, rowid, search_key) \
     VALUES ('delete', old.search_number, old.search_key); \
     DELETE FROM {table}_short WHERE rowid = old.search_number; \
     UPDATE {table} SET search_number = {next} \
     WHERE row_number = new.row_number AND search_number >> 22 <> name_order; \
     INSERT INTO {table}_search (rowid, search_key) \
     SELECT search_number, search_key FROM {table} WHERE row_number = new.row_number; \
     INSERT INTO {table}_short (rowid, grams) {grams} WHERE row_number = new.row_number; END",
];

const SQLITE_DOWN: &[&str] = &[
    "DROP INDEX {table}_by_search_number",
    "ALTER TABLE {table} DROP COLUMN search_number",
    "ALTER TABLE {table} DROP COLUMN name_order",
];
