//! Search on SQLite, whose indexes hold contacts in the order of their names' beginnings, and companies below zero.
//!
//! A row of an index of contacts with a number above zero is a contact's. One below zero is a company's: the words of
//! its name are found by the same look into the index, and `company_contacts` has its people in the order of their
//! names.

mod base;
mod first;
mod several;

use sea_orm::{DbBackend, sea_query::Expr};

pub(super) use self::base::phrase;
use self::{base::Search, several::Counts};
use super::{Extent, Term};
use crate::{domain::error::Result, storage::Db};

impl Term {
    /// True of the records that match, for a list of live ones by name that is read no further than `most`: of the
    /// first ones.
    pub(super) async fn first_on_sqlite(&self, table: &'static str, db: &Db, most: u64) -> Result<Expr> {
        let search = Search { words: &self.words, table };
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        match &self.words[..] {
            [word] if word.digits.is_none() => {}
            _ if search.has_companies() => return self.condition_on_sqlite(table, db, Extent::Page).await,
            _ => {}
        }
        let found = db.reads().run(search.stream(), search.first(most)).await?;
        let condition = if found.is_too_much() { search.head_or_all(most) } else { found.into_condition(table) };
        Ok(condition.into_expr(DbBackend::Sqlite))
    }

    /// True of the records that match.
    pub(super) async fn condition_on_sqlite(&self, table: &'static str, db: &Db, extent: Extent) -> Result<Expr> {
        let search = Search { words: &self.words, table };
        let counts = db.reads().run(search.probe(extent), Counts::default()).await?;
        Ok(search.chosen(&counts, extent).into_expr(DbBackend::Sqlite))
    }
}
