//! Search by words in any order, over the folded search keys.
//!
//! Each word must occur, as a substring, in one of the texts that are looked at. A word that few records contain is
//! found through an index: of trigrams, or of letters and pairs for words that have none. For a word that many contain,
//! an index would collect all of them only to sort them. Walking the list in its own order soon meets as many as a page
//! holds. How each database chooses is in its own file; decision 0020 has the reasons.

mod check;
mod postgres;
mod settle;
mod sql;
mod sqlite;
mod users;
mod words;

use sea_orm::{
    DbBackend, EntityTrait, QueryFilter, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

pub(crate) use self::settle::settle;
use self::words::Word;
use super::{
    condition::is_one_of,
    error::Result,
    folding::forms,
    text::trim,
    trash::{self, Trashable},
};
use crate::{resources::Resource, storage::Db};

/// Up to this many matches are sorted in memory.
const SORT_IN_MEMORY_MAX: usize = 1000;

/// How much of what is found will be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// One page of a list, in whichever order.
    Page,
    /// All of it, as a count does.
    Whole,
}

/// The words to look for, folded, and another form that they may have in a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    words: Vec<Word>,
    other: Vec<Vec<Word>>,
}

impl Term {
    /// Folds what the user typed and splits it into words; none when it is blank. Of more than ten different words the
    /// first ten count.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.replace('\0', "");
        let text = trim(&text);
        if text.is_empty() {
            return None;
        }
        let mut forms = forms(text).into_iter().map(|form| words::split(&form));
        Some(Self { words: forms.next().unwrap_or_default(), other: forms.collect() })
    }

    /// True of a term that folds to nothing, such as an accent without a letter: it is found nowhere.
    fn is_nothing(&self) -> bool {
        self.words.is_empty()
    }

    /// True of a term that the indexes can find: not empty, and in one form.
    fn is_indexed(&self) -> bool {
        !self.is_nothing() && self.other.is_empty()
    }

    /// True of the rows of `table` that match, however they are found.
    pub(crate) fn contained_in(&self, table: &str, backend: DbBackend) -> Expr {
        let others = self.other.iter().filter(|_| !self.is_nothing());
        let matches = |words: &[Word]| check::has_words_expr(words, table, backend);
        others.fold(matches(&self.words), |either, other| either.or(matches(other)))
    }

    /// Restricts a selection of an indexed table's records to those that match, found in the fastest way.
    pub(crate) async fn restrict<E: EntityTrait>(
        &self,
        select: Select<E>,
        resource: &Resource,
        db: &Db,
        extent: Extent,
    ) -> Result<Select<E>> {
        match db.backend() {
            _ if !self.is_indexed() => Ok(select.filter(self.contained_in(resource.table, db.backend()))),
            DbBackend::Sqlite => Ok(select.filter(self.condition_on_sqlite(resource.table, db, extent).await?)),
            _ => self.restrict_on_postgres(select, resource.table, db, extent).await,
        }
    }

    /// The live records that match, except some, for a list by name of at most `limit`.
    pub(crate) async fn matching<E: Trashable>(&self, db: &Db, limit: u64, exclude: &[Uuid]) -> Result<Select<E>> {
        let live = E::find().filter(trash::live::<E>());
        // One more tells whether there are more.
        let most = limit.saturating_add(1);
        if self.is_indexed() && db.backend() != DbBackend::Sqlite {
            return Ok(live.filter(self.first_on_postgres(E::RESOURCE.table, most, exclude)));
        }
        let most = most.saturating_add(exclude.len() as u64);
        let select = if self.is_indexed() {
            live.filter(self.first_on_sqlite(E::RESOURCE.table, db, most).await?)
        } else {
            live.filter(self.contained_in(E::RESOURCE.table, db.backend()))
        };
        if exclude.is_empty() {
            return Ok(select);
        }
        Ok(select.filter(is_one_of(Expr::col((E::default(), E::trash_columns().id)), exclude, db.backend()).not()))
    }
}
