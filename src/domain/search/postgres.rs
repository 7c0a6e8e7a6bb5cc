//! Search on PostgreSQL, through functions that settle the plan; see the migration that makes them.
//!
//! Ids that were collected first go back as an array, into a part of the statement that is planned by itself. Beside an
//! order, the planner would otherwise walk along its index, past every record that is not among them.

use sea_orm::{
    DbBackend, DbErr, EntityTrait, QueryFilter, QueryTrait, Select, Statement, Value,
    sea_query::{Alias, Expr, Query},
};
use uuid::Uuid;

use super::{SORT_IN_MEMORY_MAX, Term};
use crate::{
    domain::{condition::is_one_of, error::Result},
    storage::Db,
    storage::{Row, RowVisitor},
};

impl Term {
    /// True of the first `most` live records by name that contain the term, without the excluded ones.
    pub(super) fn first_on_postgres(&self, table: &str, most: u64, excluded: &[Uuid]) -> Expr {
        let mut values = self.arguments();
        values.extend([excluded.to_vec().into(), i32::try_from(most).unwrap_or(i32::MAX).into()]);
        Expr::cust_with_values(format!("{table}.id IN (SELECT {table}_first($1, $2, $3, $4, $5))"), values)
    }

    /// Leaves those of a selection's records that contain the term.
    pub(super) async fn restrict_on_postgres<E: EntityTrait>(
        &self,
        select: Select<E>,
        table: &str,
        db: &Db,
    ) -> Result<Select<E>> {
        let probe = format!("SELECT {table}_matching($1, $2, $3, {SORT_IN_MEMORY_MAX})");
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, probe, self.arguments());
        let Ids(ids) = db.reads().run(statement, Ids(Some(Vec::new()))).await?;
        Ok(match ids {
            Some(ids) if ids.len() < SORT_IN_MEMORY_MAX => {
                let id = Expr::col((Alias::new(table), Alias::new("id")));
                from_these(select, table, is_one_of(id, &ids, DbBackend::Postgres))
            }
            _ if self.is_soon_met(table, db).await? => select.filter(self.contained_in(table, DbBackend::Postgres)),
            _ => {
                let found = format!("{table}.id IN (SELECT {table}_matching($1, $2, $3, NULL))");
                from_these(select, table, Expr::cust_with_values(found, self.arguments()))
            }
        })
    }

    /// Arguments of the functions: the term, a pattern where the index of trigrams has it, otherwise its grams.
    fn arguments(&self) -> Vec<Value> {
        let (pattern, grams) =
            if has_trigram(&self.0) { (Some(like_pattern(&self.0)), Vec::new()) } else { (None, grams(&self.0)) };
        vec![self.0.clone().into(), pattern.into(), grams.into()]
    }
}

/// Selects from those of a table's records of which a condition is true, found before anything else is looked at.
fn from_these<E: EntityTrait>(mut select: Select<E>, table: &str, condition: Expr) -> Select<E> {
    let mut these = Query::select();
    these.expr(Expr::cust(format!("{table}.*"))).from(Alias::new(table)).and_where(condition);
    // An offset keeps the planner from merging the two.
    these.offset(0);
    QueryTrait::query(&mut select).from_clear().from_subquery(these, Alias::new(table));
    select
}

/// The ids found; none when the database says that they are many.
struct Ids(Option<Vec<Uuid>>);

impl RowVisitor for Ids {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        match (row.id(0), &mut self.0) {
            (Some(id), Some(ids)) => ids.push(id),
            _ => self.0 = None,
        }
        Ok(())
    }
}

/// True when PostgreSQL's trigrams know of the term whatever the database's locale: it keeps only what it takes for
/// letters and digits, and in some locales these are ASCII's.
fn has_trigram(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_alphanumeric))
}

/// Grams of a term in the index of short grams: its only letter, or its pairs of letters.
fn grams(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() == 1 {
        vec![text.to_owned()]
    } else {
        letters.windows(2).map(|pair| pair.iter().collect()).collect()
    }
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
