//! Substring search over the folded search keys.
//!
//! A term that few records contain is found through an index: of trigrams, or of letters and pairs for terms that have
//! none. For a term that many contain, an index would collect all of them only to sort them. Walking the list in its
//! own order soon meets as many as a page holds. How each database chooses is in its own file.

mod postgres;
mod sqlite;

use sea_orm::{
    DbBackend, DbErr, EntityTrait, QueryFilter, Select, Statement,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    condition::{constant, contains, is_one_of},
    error::Result,
    folding::forms,
    text::trim,
    trash::{self, Trashable},
};
use crate::{
    resources::Resource,
    storage::Db,
    storage::{Row, RowVisitor},
};

/// Up to this many matches are sorted in memory.
const SORT_IN_MEMORY_MAX: usize = 1000;
/// Records at the beginning of the order by name that are looked at before more are collected.
const HEAD_ROWS: usize = 2000;
/// The same for single letters and pairs, of which there would be tens of thousands to collect.
const HEAD_ROWS_FOR_SHORT_TERM: usize = 20_000;
/// Matches among those records that make walking fast enough.
const HEAD_MATCHES_MIN: i64 = 8;

/// A text to look for, folded, and other forms that it may have in a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term(String, Vec<String>);

impl Term {
    /// Folds what the user typed; none when that is blank.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace('\0', "");
        let text = trim(&text);
        if text.is_empty() {
            return None;
        }
        let mut forms = forms(text).into_iter();
        let folded = forms.next().filter(|folded| !folded.trim().is_empty()).unwrap_or_default();
        Some(Self(folded, forms.collect()))
    }

    /// True of a term that folds to nothing, such as an accent without a letter: it is found nowhere.
    fn is_nothing(&self) -> bool {
        self.0.is_empty()
    }

    /// True of a term that the indexes can find: not empty, and in one form.
    fn is_indexed(&self) -> bool {
        !self.is_nothing() && self.1.is_empty()
    }

    /// True of the rows of `table` whose search key contains the term, however they are found.
    pub(crate) fn contained_in(&self, table: &str, backend: DbBackend) -> Expr {
        if self.is_nothing() {
            return constant(false);
        }
        let contains = |form| contains(Expr::col((table.to_owned(), "search_key")), form, backend);
        self.1.iter().fold(contains(&self.0), |either, other| either.or(contains(other)))
    }

    /// Restricts a selection of an indexed table's records to those that contain the term, found in the fastest way.
    pub(crate) async fn restrict<E: EntityTrait>(
        &self,
        select: Select<E>,
        resource: &Resource,
        db: &Db,
    ) -> Result<Select<E>> {
        match db.backend() {
            _ if !self.is_indexed() => Ok(select.filter(self.contained_in(resource.table, db.backend()))),
            DbBackend::Sqlite => Ok(select.filter(self.condition_on_sqlite(resource.table, db).await?)),
            _ => self.restrict_on_postgres(select, resource.table, db).await,
        }
    }

    /// The live records that contain the term, except some, for a list by name of at most `limit`.
    pub(crate) async fn matching<E: Trashable>(&self, db: &Db, limit: u64, exclude: &[Uuid]) -> Result<Select<E>> {
        let live = E::find().filter(trash::live::<E>());
        // One more tells whether there are more.
        let most = limit.saturating_add(1);
        if self.is_indexed() && db.backend() != DbBackend::Sqlite {
            return Ok(live.filter(self.first_on_postgres(E::RESOURCE.table, most, exclude)));
        }
        let most = most.saturating_add(exclude.len() as u64);
        let select = if self.is_indexed() {
            live.filter(self.condition_for_first_on_sqlite(E::RESOURCE.table, db, most).await?)
        } else {
            live.filter(self.contained_in(E::RESOURCE.table, db.backend()))
        };
        if exclude.is_empty() {
            return Ok(select);
        }
        Ok(select.filter(is_one_of(Expr::col((E::default(), E::trash_columns().id)), exclude, db.backend()).not()))
    }

    /// True when walking the live records by name meets a page of them within the first few. A term in another
    /// script than most names is met only near the end, however many contain it.
    async fn is_soon_met(&self, table: &str, db: &Db) -> Result<bool> {
        let contains = if db.backend() == DbBackend::Sqlite { "instr" } else { "strpos" };
        let head = if self.0.chars().count() < 3 { HEAD_ROWS_FOR_SHORT_TERM } else { HEAD_ROWS };
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM (SELECT search_key FROM {table} WHERE status <> 'trashed' \
             ORDER BY name_key, id LIMIT {head}) head WHERE {contains}(head.search_key, $1) > 0 LIMIT {HEAD_MATCHES_MIN}) met"
        );
        let statement = Statement::from_sql_and_values(db.backend(), sql, [self.0.clone().into()]);
        let Count(count) = db.reads().run(statement, Count::default()).await?;
        Ok(count >= HEAD_MATCHES_MIN)
    }
}

#[derive(Default)]
struct Count(i64);

impl RowVisitor for Count {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0 = row.int(0).unwrap_or_default();
        Ok(())
    }
}
