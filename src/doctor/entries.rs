//! SQLite's search entries against the rows.
//!
//! The entries that there should be are written to temporary indexes, by the statements that the database itself has for
//! many new rows (the triggers of `contacts_to_index` and `companies_to_index`). Both are then read side by side, in the
//! order that FTS5 keeps them in.

use std::{cmp::Ordering, collections::HashSet};

use rusqlite::{Connection, Rows};
use sea_orm::DbErr;

use super::{Finding, Mode, Report};
use crate::{
    config::DatabaseConfig,
    storage::{AccessMode, Db, open_sqlite},
};

/// The indexes. Contacts are found by numbers that they had once, too, which is looked at when they are found.
const INDEXES: [(&str, Extra); 6] = [
    ("contacts_search", Extra::IsWrong),
    ("contacts_short", Extra::IsWrong),
    ("companies_search", Extra::IsWrong),
    ("companies_short", Extra::IsWrong),
    ("users_search", Extra::IsWrong),
    ("contact_digits", Extra::IsFine),
];
/// Triggers with the statements that write entries of all rows after one.
const WRITERS: [&str; 2] = ["contacts_to_index_insert", "companies_to_index_insert"];
/// Statement that does the same for users.
const USERS: &str = "INSERT INTO users_search (rowid, search_key) SELECT search_number, search_key FROM users \
                     ORDER BY search_number";

/// Meaning of an entry that no row has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extra {
    IsWrong,
    IsFine,
}

/// Compares all entries, and writes them anew if any is wrong.
pub(super) async fn examine(db: &Db, mode: Mode, report: &mut Report) -> Result<(), DbErr> {
    let config = db.config().clone();
    let look = move || -> Result<_, DbErr> {
        let found = in_file(&config)?;
        if mode == Mode::Mend && !found.is_empty() {
            mend(&config)?;
            return Ok((found, in_file(&config)?.is_empty()));
        }
        Ok((found, false))
    };
    let looked = tokio::task::spawn_blocking(look).await.map_err(|cause| DbErr::Custom(cause.to_string()))?;
    let (found, is_mended) = looked?;
    let findings = found.into_iter().map(|(index, count)| {
        Finding::problem(count, format!("{index} has not the entries of the rows ({count})")).mended(is_mended)
    });
    report.add("search", findings);
    Ok(())
}

fn failed(cause: &rusqlite::Error) -> DbErr {
    DbErr::Custom(cause.to_string())
}

/// The indexes with wrong entries, and their numbers of them.
fn in_file(config: &DatabaseConfig) -> Result<Vec<(&'static str, usize)>, DbErr> {
    let file = open_sqlite(config, AccessMode::Write)?;
    compare_all(&file).map_err(|cause| failed(&cause))
}

fn compare_all(file: &Connection) -> rusqlite::Result<Vec<(&'static str, usize)>> {
    // Only temporary tables are written, of which there may be more than fits into memory.
    file.execute_batch("PRAGMA temp_store = FILE; BEGIN")?;
    for (index, _) in INDEXES {
        let sql: String = file.query_row("SELECT sql FROM sqlite_schema WHERE name = ?1", [index], |row| row.get(0))?;
        let (_, declared) = sql.split_once("USING").unwrap_or_default();
        let empty = declared.replace("content='contacts', content_rowid='search_number'", "content=''");
        let empty = empty.replace("content='companies', content_rowid='search_number'", "content=''");
        let empty = empty.replace("content='users', content_rowid='search_number'", "content=''");
        file.execute_batch(&format!(
            "CREATE VIRTUAL TABLE temp.expected_{index} USING {empty};
             CREATE VIRTUAL TABLE temp.expected_{index}_entries USING fts5vocab('temp', 'expected_{index}', 'instance');
             CREATE VIRTUAL TABLE temp.{index}_entries USING fts5vocab('main', '{index}', 'instance')"
        ))?;
    }
    for statement in statements(file)? {
        file.execute_batch(&statement.replace("INSERT INTO ", "INSERT INTO temp.expected_"))?;
    }
    let waiting: HashSet<i64> = file
        .prepare("SELECT contact FROM contact_digits_waiting")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut wrong = Vec::new();
    for (index, extra) in INDEXES {
        let count = compare(file, index, extra, &waiting)?;
        wrong.extend((count > 0).then_some((index, count)));
    }
    file.execute_batch("ROLLBACK")?;
    Ok(wrong)
}

/// The statements that write the entries of all rows.
fn statements(file: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut all = vec![USERS.to_owned()];
    for trigger in WRITERS {
        let sql: String =
            file.query_row("SELECT sql FROM sqlite_schema WHERE name = ?1", [trigger], |row| row.get(0))?;
        let (_, body) = sql.split_once("BEGIN").unwrap_or_default();
        let body = body.trim_end().trim_end_matches("END").replace("new.after", "-1");
        all.extend(body.split(';').map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_owned));
    }
    Ok(all)
}

/// An entry: its term, its row, and its place in the row where the index has it.
type Entry = (Vec<u8>, i64, Option<i64>);

/// Number of entries that only one of two indexes has.
fn compare(file: &Connection, index: &str, extra: Extra, waiting: &HashSet<i64>) -> rusqlite::Result<usize> {
    let select = |name: &str| format!("SELECT CAST(term AS blob), doc, \"offset\" FROM temp.{name}_entries");
    let mut found = file.prepare(&select(index))?;
    let mut expected = file.prepare(&select(&format!("expected_{index}")))?;
    let (mut found, mut expected) = (found.query([])?, expected.query([])?);
    let (mut one, mut other) = (next(&mut found)?, next(&mut expected)?);
    let mut wrong = 0;
    loop {
        let order = match (&one, &other) {
            (None, None) => return Ok(wrong),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.cmp(other),
        };
        let is_wrong = match order {
            Ordering::Equal => false,
            Ordering::Less => extra == Extra::IsWrong,
            Ordering::Greater => {
                !other.as_ref().is_some_and(|(_, row, _)| extra == Extra::IsFine && waiting.contains(row))
            }
        };
        wrong += usize::from(is_wrong);
        if order != Ordering::Greater {
            one = next(&mut found)?;
        }
        if order != Ordering::Less {
            other = next(&mut expected)?;
        }
    }
}

fn next(rows: &mut Rows<'_>) -> rusqlite::Result<Option<Entry>> {
    rows.next()?.map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).transpose()
}

/// Writes all entries anew, in one transaction: an entry can be taken out only by a text that nobody knows any more.
fn mend(config: &DatabaseConfig) -> Result<(), DbErr> {
    let file = open_sqlite(config, AccessMode::Write)?;
    let empty: Vec<String> =
        INDEXES.iter().map(|(index, _)| format!("INSERT INTO {index} ({index}) VALUES ('delete-all');")).collect();
    let sql = format!(
        "BEGIN IMMEDIATE; {} DELETE FROM contact_digits_waiting; INSERT INTO contacts_to_index (after) VALUES (-1); \
         INSERT INTO companies_to_index (after) VALUES (-1); {USERS}; COMMIT",
        empty.concat()
    );
    file.execute_batch(&sql).map_err(|cause| failed(&cause))
}
