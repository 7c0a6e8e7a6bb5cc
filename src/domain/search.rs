//! Substring search over the folded search keys.
//!
//! A term that few records contain is found through an index: of trigrams, or of letters and pairs for terms that have
//! none. For one that many contain, an index would collect them all only to sort them; walking the list in its own order
//! soon meets as many as a page holds. So the index is asked first, for no more than [`FEW`], and then the beginning of
//! the list whether it has any.

use sea_orm::{
    ColumnTrait, DbBackend, DbErr, QueryFilter, Select, Statement, Value,
    sea_query::{Expr, ExprTrait, Func},
};
use uuid::Uuid;

use super::{
    error::Result,
    folding::fold,
    trash::{self, Trashable},
};
use crate::{
    db::Db,
    read::{Row, Visit},
};

/// Records that are collected and sorted without a second thought.
const FEW: usize = 1000;
/// Records at the beginning of the order by name that are looked at before more are collected.
const HEAD: usize = 2000;
/// The same for single letters and pairs, of which there would be tens of thousands to collect.
const HEAD_FOR_SHORT: usize = 20_000;
/// The bits of SQLite's search numbers that say nothing of the name, see the migration that made them.
const SAME_BEGINNING: i64 = (1 << 22) - 1;
/// Records of those that must contain the term, for walking to find it soon enough.
const PAGE: i64 = 8;

/// A text to look for, folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(String);

impl Term {
    /// Folds what the user typed; none when nothing is left to look for.
    pub fn parse(text: &str) -> Option<Self> {
        let folded = fold(text.replace('\0', "").trim());
        if folded.trim().is_empty() { None } else { Some(Self(folded)) }
    }

    /// True of the rows of `table` whose search key contains the term, however they are found.
    pub(crate) fn contained_in(&self, table: &str, backend: DbBackend) -> Expr {
        contains(Expr::col((table.to_owned(), "search_key")), &self.0, backend)
    }

    /// The same as [`Self::contained_in`], in the form in which the database finds the rows of an indexed table
    /// soonest.
    pub(crate) async fn condition(&self, table: Indexed, db: &Db) -> Result<Expr> {
        match db.backend() {
            DbBackend::Sqlite => self.condition_on_sqlite(table.name(), db).await,
            _ => self.condition_on_postgres(table.name(), db).await,
        }
    }

    /// The live records that contain the term, except some, for a list by name of at most `limit`.
    pub(crate) async fn matching<E: Trashable>(
        &self,
        table: Indexed,
        db: &Db,
        limit: u64,
        exclude: &[Uuid],
    ) -> Result<Select<E>> {
        // One more tells whether there are more.
        let most = limit.saturating_add(1).saturating_add(exclude.len() as u64);
        let contains = self.condition_for_first(table, db, most).await?;
        let mut select = E::find().filter(trash::live::<E>()).filter(contains);
        if !exclude.is_empty() {
            select = select.filter(E::life().id.is_not_in(exclude.iter().copied()));
        }
        Ok(select)
    }

    /// The same as [`Self::condition`] for a list of live records by name that is read no further than `most`: on SQLite,
    /// whose index is in the order of the names' beginnings, its first ones.
    async fn condition_for_first(&self, table: Indexed, db: &Db, most: u64) -> Result<Expr> {
        if db.backend() != DbBackend::Sqlite {
            return self.condition(table, db).await;
        }
        let table = table.name();
        let (index, matches, query) = self.index_on_sqlite(table);
        let asked = usize::try_from(most).unwrap_or(usize::MAX).saturating_mul(4).clamp(64, FEW);
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

    async fn condition_on_sqlite(&self, table: &str, db: &Db) -> Result<Expr> {
        let (index, matches, query) = self.index_on_sqlite(table);
        let rows = format!("SELECT rowid FROM {index} WHERE {matches}");
        let values: [Value; 1] = [query.into()];
        if are_few_on_sqlite(db, &rows, &values).await? || !self.is_soon_met(table, db).await? {
            return Ok(Expr::cust_with_values(format!("{table}.search_number IN ({rows})"), values));
        }
        Ok(self.contained_in(table, DbBackend::Sqlite))
    }

    async fn condition_on_postgres(&self, table: &str, db: &Db) -> Result<Expr> {
        let (function, values): (_, Vec<Value>) = if has_trigram(&self.0) {
            (format!("{table}_like($1"), vec![like_pattern(&self.0).into()])
        } else {
            (
                format!("{table}_with_grams(CAST($1 AS text[]), $2"),
                vec![array(&grams(&self.0)).into(), self.0.clone().into()],
            )
        };
        let probe = format!("SELECT {function}, {FEW})");
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, probe, values.clone());
        let Ids(ids) = db.reads().run(statement, Ids(Some(Vec::new()))).await?;
        Ok(match ids {
            Some(ids) if ids.len() < FEW => {
                let ids = format!("{{{}}}", ids.join(","));
                Expr::cust_with_values(format!("{table}.id = ANY(CAST($1 AS uuid[]))"), [ids])
            }
            Some(_) if !self.is_soon_met(table, db).await? => {
                Expr::cust_with_values(format!("{table}.id IN (SELECT {function}, NULL))"), values)
            }
            _ => self.contained_in(table, DbBackend::Postgres),
        })
    }

    /// True when walking the live records by name meets a page of them within the first few. A term in another
    /// script than most names is met only near the end, however many contain it.
    async fn is_soon_met(&self, table: &str, db: &Db) -> Result<bool> {
        let contains = if db.backend() == DbBackend::Sqlite { "instr" } else { "strpos" };
        let head = if self.0.chars().count() < 3 { HEAD_FOR_SHORT } else { HEAD };
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM (SELECT search_key FROM {table} WHERE status <> 'trashed' \
             ORDER BY name_key, id LIMIT {head}) head WHERE {contains}(head.search_key, $1) > 0 LIMIT {PAGE}) met"
        );
        let statement = Statement::from_sql_and_values(db.backend(), sql, [self.0.clone().into()]);
        let Count(count) = db.reads().run(statement, Count::default()).await?;
        Ok(count >= PAGE)
    }
}

/// True when a statement on SQLite yields so few rows that they are collected and sorted without a second thought.
async fn are_few_on_sqlite(db: &Db, rows: &str, values: &[Value]) -> Result<bool> {
    let probe = format!("SELECT count(*) FROM ({rows} LIMIT {FEW})");
    let probe = Statement::from_sql_and_values(DbBackend::Sqlite, probe, values.iter().cloned());
    let Count(count) = db.reads().run(probe, Count::default()).await?;
    Ok(usize::try_from(count).is_ok_and(|count| count < FEW))
}

/// The tables whose search keys are indexed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Indexed {
    Contacts,
    Companies,
}

impl Indexed {
    fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
        }
    }
}

#[derive(Default)]
struct Numbers(Vec<i64>);

impl Visit for Numbers {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0.extend(row.int(0));
        Ok(())
    }
}

#[derive(Default)]
struct Count(i64);

impl Visit for Count {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0 = row.int(0).unwrap_or_default();
        Ok(())
    }
}

/// The ids found; none when the database says that they are many, and soon met.
struct Ids(Option<Vec<String>>);

impl Visit for Ids {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        match (row.id(0), &mut self.0) {
            (Some(id), Some(ids)) => ids.push(Uuid::to_string(&id)),
            _ => self.0 = None,
        }
        Ok(())
    }
}

/// True where the column contains the text, byte for byte.
pub(crate) fn contains(column: Expr, text: &str, backend: DbBackend) -> Expr {
    let position = if backend == DbBackend::Sqlite { "instr" } else { "strpos" };
    Expr::expr(Func::cust(position).arg(column).arg(text)).gt(0)
}

/// True when PostgreSQL's trigrams know of the term whatever the database's locale: it keeps only what it takes for
/// letters and digits, and in some locales these are ASCII's.
fn has_trigram(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_alphanumeric))
}

/// What the index of short grams knows of a term: its only letter, or its pairs of letters.
fn grams(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() == 1 {
        vec![text.to_owned()]
    } else {
        letters.windows(2).map(|pair| pair.iter().collect()).collect()
    }
}

/// A PostgreSQL array of texts.
fn array(texts: &[String]) -> String {
    let quoted: Vec<String> =
        texts.iter().map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))).collect();
    format!("{{{}}}", quoted.join(","))
}

fn like_pattern(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
