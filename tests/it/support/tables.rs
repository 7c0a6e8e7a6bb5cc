//! The rows of a database as text, so that two states of all of it can be compared.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DbBackend, Statement};

use super::TestApp;

/// Columns that every write moves.
const MOVED: [&str; 3] = ["version", "updated_at", "revision"];
/// Tables that say what was done, and when, and those of work that waits.
const HISTORY: [&str; 5] = ["changes", "change_feed", "batches", "kept_changes", "contact_digits_waiting"];

impl TestApp {
    /// Reads a column of text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let db = self.operator().db.reads();
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// An expression: an id as text of digits alone.
    pub(crate) fn id_text(&self, column: &str) -> String {
        if self.config.is_sqlite() {
            format!("lower(hex({column}))")
        } else {
            format!("replace(CAST({column} AS text), '-', '')")
        }
    }

    /// The names of all tables.
    pub(crate) async fn table_names(&self) -> Vec<String> {
        self.texts(if self.config.is_sqlite() {
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' \
             AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        } else {
            "SELECT CAST(table_name AS text) FROM information_schema.tables \
             WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name"
        })
        .await
    }

    /// The rows of all tables, without versions, times of writing and history.
    pub(crate) async fn whole_database(&self) -> BTreeSet<String> {
        let mut rows = BTreeSet::new();
        for table in self.table_names().await {
            if !HISTORY.contains(&table.as_str()) {
                rows.extend(self.rows_of(&table).await.into_iter().map(|row| format!("{table}: {row}")));
            }
        }
        rows
    }

    async fn rows_of(&self, table: &str) -> Vec<String> {
        // PostgreSQL adds a row for each change of a count.
        if table.ends_with("_counts") {
            let sum = format!(
                "SELECT status || ' ' || CAST(sum(change) AS text) FROM {table} GROUP BY status HAVING sum(change) <> 0"
            );
            return self.texts(&sum).await;
        }
        let columns = if self.operator().db.backend() == DbBackend::Sqlite {
            format!("SELECT name FROM pragma_table_info('{table}') ORDER BY name")
        } else {
            format!(
                "SELECT CAST(column_name AS text) FROM information_schema.columns \
                 WHERE table_schema = current_schema() AND table_name = '{table}' ORDER BY column_name"
            )
        };
        let columns = self.texts(&columns).await.into_iter().filter(|column| !MOVED.contains(&column.as_str()));
        let columns: Vec<String> = columns
            .map(|column| {
                let value = if self.config.is_sqlite() {
                    format!("quote({column})")
                } else {
                    format!("coalesce(CAST({column} AS text), 'NULL')")
                };
                format!("'{column}=' || {value}")
            })
            .collect();
        self.texts(&format!("SELECT {} FROM {table}", columns.join(" || ' ' || "))).await
    }
}

/// Says in which rows two states of a database differ; nothing where they are the same.
pub(crate) fn difference(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Vec<String> {
    let lost = before.difference(after).map(|row| format!("- {row}"));
    lost.chain(after.difference(before).map(|row| format!("+ {row}"))).collect()
}
