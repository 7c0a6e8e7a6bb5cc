//! Substring search over the folded search keys.
//!
//! A term that few records contain is found through an index: of trigrams, or of letters and pairs for terms that have
//! none. For one that many contain, an index would collect them all only to sort them; walking the list in its own order
//! soon meets as many as a page holds. So the index is asked first, for no more than [`FEW`].

use sea_orm::{
    DbBackend, DbErr, Statement,
    sea_query::{Expr, ExprTrait, Func},
};
use uuid::Uuid;

use super::{error::Result, folding::fold};
use crate::{
    db::Db,
    read::{Row, Visit},
};

/// Records that are worth collecting and sorting.
const FEW: usize = 1000;

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
        let found = match db.backend() {
            DbBackend::Sqlite => self.few_on_sqlite(table, db).await?,
            _ => self.few_on_postgres(table, db).await?,
        };
        Ok(found.unwrap_or_else(|| self.contained_in(table.name(), db.backend())))
    }

    async fn few_on_sqlite(&self, table: Indexed, db: &Db) -> Result<Option<Expr>> {
        let table = table.name();
        let (rows, query) = match self.0.chars().count() {
            0..3 => (format!("SELECT rowid FROM {table}_short WHERE {table}_short MATCH hex(?)"), self.0.clone()),
            _ => (
                format!("SELECT rowid FROM {table}_search WHERE {table}_search MATCH ?"),
                format!("\"{}\"", self.0.replace('"', "\"\"")),
            ),
        };
        let probe = format!("SELECT count(*) FROM ({rows} LIMIT {FEW})");
        let statement = Statement::from_sql_and_values(DbBackend::Sqlite, probe, [query.clone().into()]);
        let Count(count) = db.reads().run(statement, Count::default()).await?;
        let is_few = usize::try_from(count).is_ok_and(|count| count < FEW);
        Ok(is_few.then(|| Expr::cust_with_values(format!("{table}.row_number IN ({rows})"), [query])))
    }

    async fn few_on_postgres(&self, table: Indexed, db: &Db) -> Result<Option<Expr>> {
        let table = table.name();
        let statement = if has_trigram(&self.0) {
            let sql = format!("SELECT {table}_like($1, {FEW})");
            Statement::from_sql_and_values(DbBackend::Postgres, sql, [like_pattern(&self.0).into()])
        } else {
            let sql = format!("SELECT {table}_with_grams(CAST($1 AS text[]), $2, {FEW})");
            let values = [array(&grams(&self.0)).into(), self.0.clone().into()];
            Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
        };
        let Ids(ids) = db.reads().run(statement, Ids(Some(Vec::new()))).await?;
        let few = ids.filter(|ids| ids.len() < FEW);
        let of_ids = |ids: Vec<String>| {
            Expr::cust_with_values(format!("{table}.id = ANY(CAST($1 AS uuid[]))"), [format!("{{{}}}", ids.join(","))])
        };
        Ok(few.map(of_ids))
    }
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
struct Count(i64);

impl Visit for Count {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0 = row.int(0).unwrap_or_default();
        Ok(())
    }
}

/// The ids found; none when the database says that they are many.
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
