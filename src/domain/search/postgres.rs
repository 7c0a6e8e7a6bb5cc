//! Search on PostgreSQL, through functions that settle the plan; see the migration that makes them.
//!
//! Ids that were collected first go back as an array, into a part of the statement that is planned by itself. Beside an
//! order, the planner would otherwise walk along its index, past every record that is not among them.

use sea_orm::{
    DbBackend, DbErr, EntityTrait, QueryFilter, QueryTrait, Select, Statement, Value,
    sea_query::{Alias, Expr, Query},
};
use uuid::Uuid;

use super::{Extent, SORT_IN_MEMORY_MAX, Term, words::Word};
use crate::{
    domain::{condition::is_one_of, error::Result},
    storage::Db,
    storage::{Row, RowVisitor},
};

impl Term {
    /// True of the first `most` live records by name that match, without the excluded ones.
    pub(super) fn first_on_postgres(&self, table: &str, most: u64, excluded: &[Uuid]) -> Expr {
        let mut values = self.arguments();
        values.extend([excluded.to_vec().into(), i32::try_from(most).unwrap_or(i32::MAX).into()]);
        let call = find_by_trigrams(table, "find_first", &values, &[]);
        Expr::cust_with_values(format!("{table}.id IN (SELECT {call})"), values)
    }

    /// Leaves those of a selection's records that match.
    pub(super) async fn restrict_on_postgres<E: EntityTrait>(
        &self,
        select: Select<E>,
        table: &str,
        db: &Db,
        extent: Extent,
    ) -> Result<Select<E>> {
        let (values, is_whole) = (self.arguments(), (extent == Extent::Whole).to_string());
        let find = |most: &str| find_by_trigrams(table, "find", &values, &[most, &is_whole]);
        let probe = format!("SELECT {}", find(&SORT_IN_MEMORY_MAX.to_string()));
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, probe, values.clone());
        Ok(match db.reads().run(statement, Found::default()).await? {
            Found { is_everywhere: true, .. } => select.filter(self.contained_in(table, DbBackend::Postgres)),
            Found { ids, .. } if ids == [Uuid::nil()] => {
                let found = format!("{table}.id IN (SELECT {})", find("NULL"));
                from_these(select, table, Expr::cust_with_values(found, values))
            }
            Found { ids, .. } => {
                let id = Expr::col((Alias::new(table), Alias::new("id")));
                from_these(select, table, is_one_of(id, &ids, DbBackend::Postgres))
            }
        })
    }

    /// Arguments of the functions: the words, their patterns, which of them the index of trigrams knows, their digits,
    /// and the digits to look up.
    fn arguments(&self) -> Vec<Value> {
        let words = &self.words;
        let patterns: Vec<String> = words.iter().map(|word| like_pattern(&word.text)).collect();
        let has_trigrams: Vec<bool> = words.iter().map(|word| has_trigram(&word.text)).collect();
        let digits: Vec<String> = words.iter().map(|word| word.digits.clone().unwrap_or_default()).collect();
        let texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
        let dialed = Word::numbers(words);
        vec![texts.into(), patterns.into(), has_trigrams.into(), digits.into(), dialed.into()]
    }
}

/// Calls a function of the schema that finds a table's ids by trigrams, with parameters for values and then constants. No
/// other place asks an index of trigrams, because engines that are like PostgreSQL refuse them.
pub(super) fn find_by_trigrams(table: &str, name: &str, values: &[Value], constants: &[&str]) -> String {
    let parameters = (1..=values.len()).map(|number| format!("${number}"));
    let arguments: Vec<String> = parameters.chain(constants.iter().map(|&text| text.to_owned())).collect();
    format!("{table}_{name}({})", arguments.join(", "))
}

/// Selects from those of a table's records of which a condition is true, found before anything else is looked at.
pub(super) fn from_these<E: EntityTrait>(mut select: Select<E>, table: &str, condition: Expr) -> Select<E> {
    let mut these = Query::select();
    these.expr(Expr::cust(format!("{table}.*"))).from(Alias::new(table)).and_where(condition);
    // An offset keeps the planner from merging the two.
    these.offset(0);
    QueryTrait::query(&mut select).from_clear().from_subquery(these, Alias::new(table));
    select
}

/// The ids found, or that it is best to look at every record.
#[derive(Default)]
struct Found {
    ids: Vec<Uuid>,
    is_everywhere: bool,
}

impl RowVisitor for Found {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        match row.id(0) {
            Some(id) => self.ids.push(id),
            None => self.is_everywhere = true,
        }
        Ok(())
    }
}

/// True when PostgreSQL's trigrams know of the word whatever the database's locale: it keeps only what it takes for
/// letters and digits, and in some locales these are ASCII's.
pub(super) fn has_trigram(text: &str) -> bool {
    text.as_bytes().windows(3).any(|three| three.iter().all(u8::is_ascii_alphanumeric))
}

pub(super) fn like_pattern(text: &str) -> String {
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
