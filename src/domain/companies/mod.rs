//! Companies: reading, creating, changing and deleting the organisations that contacts work for.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Select, sea_query::Expr};
use uuid::Uuid;

use super::{
    counts::{self, Counted},
    error::Result,
    filter::{Filter, Target, is_one_of},
    page::{self, Page, PageRequest},
    search::{Indexed, Term},
    trash,
};
use crate::{
    entity::{
        company::{Column, Entity, Model},
        status::Status,
    },
    storage::Db,
};

mod delete;
mod filter;
mod input;
mod order;
mod write;

pub use delete::{Deleted, delete};
pub use filter::CompanyTest;
pub use input::CompanyInput;
pub(crate) use order::keys;
pub use order::{OrderBy, OrderField};
pub(crate) use write::{check_reference, hold, missing, resolve};
pub use write::{create, update, validate};

/// Which companies a list or a count is about.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only those for which it is true.
    pub filter: Option<Filter<CompanyTest>>,
    /// Only those whose name contains it.
    pub search: Option<Term>,
    /// Trashed ones too. A filter that names a status includes them by itself.
    pub include_trashed: bool,
}

impl Selection {
    pub(crate) async fn select(&self, db: &Db) -> Result<Select<Entity>> {
        let names_status = |test: &CompanyTest| matches!(test, CompanyTest::Status(_));
        let all = self.include_trashed || self.filter.as_ref().is_some_and(|filter| filter.mentions(names_status));
        let mut select = Entity::find();
        if !all {
            select = select.filter(trash::live::<Entity>());
        }
        if let Some(filter) = &self.filter {
            select = select.filter(filter.condition(Target::of(db)));
        }
        match &self.search {
            Some(term) => term.restrict(select, Indexed::Companies, db).await,
            None => Ok(select),
        }
    }
}

/// Reads one page of a list; by name when no order is given.
pub async fn list(db: &Db, selection: &Selection, order: &[OrderBy], request: &PageRequest) -> Result<Page<Model>> {
    page::fetch(db.reads(), selection.select(db).await?, keys(order), request).await
}

/// Counts the companies selected.
pub async fn count(db: &Db, selection: &Selection) -> Result<u64> {
    if selection.filter.is_none() && selection.search.is_none() {
        return counts::total(db, Counted::Companies, selection.include_trashed).await;
    }
    Ok(selection.select(db).await?.count(db.reads()).await?)
}

/// How many companies have each status.
pub async fn status_counts(db: &Db) -> Result<Vec<(Status, i64)>> {
    counts::by_status(db, Counted::Companies).await
}

/// Live companies whose name contains the term, by name.
pub async fn search(db: &Db, term: &Term, limit: u64, exclude: &[Uuid]) -> Result<Vec<Model>> {
    let select = term.matching::<Entity>(Indexed::Companies, db, limit, exclude).await?;
    let request = PageRequest { limit, backwards: false, after: None, before: None };
    Ok(page::fetch(db.reads(), select, keys(&[]), &request).await?.rows)
}

/// One company of any status.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// Companies of any status by id; unknown ids are left out.
pub async fn get_many(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let rows = Entity::find().filter(is_one_of(Expr::col(Column::Id), ids, db.get_database_backend())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}
