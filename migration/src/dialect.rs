//! The few words in which the two databases' SQL differs.
//!
//! The statements are plain SQL, because partial and expression indexes, collations and the search
//! indexes have no portable builder. `{word}` stands for what the database at hand calls it.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

/// Word, SQLite, PostgreSQL.
///
/// `{text}` compares by code point on both databases: PostgreSQL's default collation depends on the
/// operating system and changes with it. `{row_number}` is the integer key under SQLite's full-text
/// table, because implicit row ids change on VACUUM.
const WORDS: &[(&str, &str, &str)] = &[
    ("{id}", "blob", "uuid"),
    ("{bytes}", "blob", "bytea"),
    ("{text}", "text", "text COLLATE \"C\""),
    ("{time}", "text", "timestamptz"),
    ("{json}", "text", "jsonb"),
    ("{bool}", "boolean", "boolean"),
    ("{row_number}", "row_number integer PRIMARY KEY,", ""),
    ("{id_key}", "UNIQUE", "PRIMARY KEY"),
    ("{without_row_numbers}", "WITHOUT ROWID", ""),
    ("{last_time}", "'9999-12-31T23:59:59.999999+00:00'", "'9999-12-31T23:59:59.999999+00:00'"),
    ("{first_time}", "'0001-01-01T00:00:00+00:00'", "'0001-01-01T00:00:00+00:00'"),
    ("{separator}", "char(31)", "chr(31)"),
    // The last code point there is, after which no text sorts.
    ("{last_text}", "'\u{10ffff}'", "'\u{10ffff}'"),
];

/// Runs the statements, which are separated by blank lines, after filling in the dialect's words.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &str) -> Result<(), DbErr> {
    let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
    let mut sql = statements.to_owned();
    for (word, in_sqlite, in_postgres) in WORDS {
        sql = sql.replace(word, if sqlite { in_sqlite } else { in_postgres });
    }
    for statement in sql.split("\n\n").filter(|part| !part.trim().is_empty()) {
        manager.get_connection().execute_unprepared(statement).await?;
    }
    Ok(())
}

/// True on SQLite.
pub(crate) fn is_sqlite(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Sqlite
}
