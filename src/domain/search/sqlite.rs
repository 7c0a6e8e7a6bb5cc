//! Search on SQLite, whose index is in the order of the names' beginnings.

use sea_orm::{DbBackend, DbErr, Statement, Value, sea_query::Expr};

use super::{Count, SORT_IN_MEMORY_MAX, Term};
use crate::{
    domain::error::Result,
    storage::Db,
    storage::{Row, RowVisitor},
};

/// The bits of the search numbers that say nothing of the name, see the migration that made them.
const SAME_BEGINNING: i64 = (1 << 22) - 1;

impl Term {
    /// True of the records that contain the term, for a list of live ones by name that is read no further than `most`:
    /// of the first ones.
    pub(super) async fn condition_for_first_on_sqlite(&self, table: &str, db: &Db, most: u64) -> Result<Expr> {
        let (index, matches, query) = self.index_on_sqlite(table);
        let asked = usize::try_from(most).unwrap_or(usize::MAX).saturating_mul(4).clamp(64, SORT_IN_MEMORY_MAX);
        let probe = format!(
            "SELECT {index}.rowid FROM {index} CROSS JOIN {table} ON {table}.search_number = {index}.rowid \
             WHERE {matches} AND {table}.status <> 'trashed' ORDER BY {index}.rowid LIMIT {asked}"
        );
        let probe = Statement::from_sql_and_values(DbBackend::Sqlite, probe, [query.into()]);
        let Numbers(numbers) = db.reads().run(probe, Numbers::default()).await?;
        // The last one's beginning may have more of its own, which come behind it.
        let enough = usize::try_from(most).ok().and_then(|most| numbers.get(most.saturating_sub(1)));
        let end = enough.map_or(i64::MAX, |number| number | SAME_BEGINNING);
        let are_all_there = numbers.len() < asked || numbers.last().is_some_and(|last| *last > end);
        if !are_all_there {
            return self.condition_up_to(table, db, end).await;
        }
        let first: Vec<String> = numbers.iter().filter(|number| **number <= end).map(i64::to_string).collect();
        let rows = format!("{table}.search_number IN (SELECT value FROM json_each(?))");
        Ok(Expr::cust_with_values(rows, [format!("[{}]", first.join(","))]))
    }

    /// The same up to a row of SQLite's index, unless that is many.
    async fn condition_up_to(&self, table: &str, db: &Db, end: i64) -> Result<Expr> {
        let (index, matches, query) = self.index_on_sqlite(table);
        let rows = format!("SELECT rowid FROM {index} WHERE {matches} AND rowid <= ?");
        let values: [Value; 2] = [query.into(), end.into()];
        if are_few_on_sqlite(db, &rows, &values).await? {
            return Ok(Expr::cust_with_values(format!("{table}.search_number IN ({rows})"), values));
        }
        self.condition_on_sqlite(table, db).await
    }

    /// SQLite's index for the term, the condition by which it finds it, and what to ask it for.
    fn index_on_sqlite(&self, table: &str) -> (String, String, String) {
        if self.0.chars().count() > 2 {
            let index = format!("{table}_search");
            (index.clone(), format!("{index} MATCH ?"), format!("\"{}\"", self.0.replace('"', "\"\"")))
        } else {
            let index = format!("{table}_short");
            (index.clone(), format!("{index} MATCH hex(?)"), self.0.clone())
        }
    }

    /// True of the records that contain the term.
    pub(super) async fn condition_on_sqlite(&self, table: &str, db: &Db) -> Result<Expr> {
        let (index, matches, query) = self.index_on_sqlite(table);
        let rows = format!("SELECT rowid FROM {index} WHERE {matches}");
        let values: [Value; 1] = [query.into()];
        if are_few_on_sqlite(db, &rows, &values).await? || !self.is_soon_met(table, db).await? {
            return Ok(Expr::cust_with_values(format!("{table}.search_number IN ({rows})"), values));
        }
        Ok(self.contained_in(table, DbBackend::Sqlite))
    }
}

/// True when a statement on SQLite yields so few rows that they are sorted in memory.
async fn are_few_on_sqlite(db: &Db, rows: &str, values: &[Value]) -> Result<bool> {
    let probe = format!("SELECT count(*) FROM ({rows} LIMIT {SORT_IN_MEMORY_MAX})");
    let probe = Statement::from_sql_and_values(DbBackend::Sqlite, probe, values.iter().cloned());
    let Count(count) = db.reads().run(probe, Count::default()).await?;
    Ok(usize::try_from(count).is_ok_and(|count| count < SORT_IN_MEMORY_MAX))
}

#[derive(Default)]
struct Numbers(Vec<i64>);

impl RowVisitor for Numbers {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0.extend(row.int(0));
        Ok(())
    }
}
