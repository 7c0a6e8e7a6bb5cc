//! Reading the records of a described table: lists, counts, searches and look-ups by id.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, EntityTrait, FromQueryResult, ModelTrait, PaginatorTrait, QueryFilter, Select, Value,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    condition::is_one_of,
    counts,
    described::{self, Described},
    error::Result,
    filter::{Filter, Target},
    order::{self, OrderBy},
    page::{self, Page, PageRequest},
    search::{Extent, Term},
    trash::{self, Trashable},
};
use crate::{entity::status::Status, storage::Db};

/// The records that a list or a count is about.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only those for which it is true.
    pub filter: Option<Filter>,
    /// Only those that match it.
    pub search: Option<Term>,
    /// Trashed ones too. A filter that names a status includes them by itself.
    pub include_trashed: bool,
}

impl Selection {
    pub(crate) async fn select<E: Trashable>(&self, db: &Db, extent: Extent) -> Result<Select<E>> {
        let all = self.include_trashed || self.filter.as_ref().is_some_and(Filter::names_status);
        let mut select = E::find();
        if !all {
            select = select.filter(trash::live::<E>());
        }
        if let Some(filter) = &self.filter {
            select = select.filter(filter.condition(E::RESOURCE, Target::of(db)));
        }
        match &self.search {
            Some(term) => term.restrict(select, E::RESOURCE, db, extent).await,
            None => Ok(select),
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct ListRequest {
    /// The records that the list is about.
    pub selection: Selection,
    /// Its order; the resource's own when it is empty.
    pub order: Vec<OrderBy>,
    /// Which page.
    pub page: PageRequest,
}

/// Reads one page of a list.
pub async fn list<E: Trashable>(db: &Db, list: &ListRequest) -> Result<Page<E::Model>> {
    let order = order::asked(E::RESOURCE, &list.order);
    page::fetch(db.reads(), list.selection.select::<E>(db, Extent::Page).await?, order, &list.page).await
}

/// Counts the records selected.
pub async fn count<E: Trashable>(db: &Db, selection: &Selection) -> Result<u64> {
    if selection.filter.is_none() && selection.search.is_none() {
        return counts::total(db, E::RESOURCE, selection.include_trashed).await;
    }
    Ok(selection.select::<E>(db, Extent::Whole).await?.count(db.reads()).await?)
}

/// How many records have each status.
pub async fn status_counts<E: Trashable>(db: &Db) -> Result<Vec<(Status, i64)>> {
    counts::by_status(db, E::RESOURCE).await
}

/// Live records that match the term, in the resource's own order.
pub async fn search<E: Trashable>(db: &Db, term: &Term, limit: u64, exclude: &[Uuid]) -> Result<Vec<E::Model>> {
    let select = term.matching::<E>(db, limit, exclude).await?;
    let request = PageRequest::first(limit);
    Ok(page::fetch(db.reads(), select, order::asked(E::RESOURCE, &[]), &request).await?.rows)
}

/// One record of any status.
pub async fn get<E: Described>(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<E::Model>> {
    Ok(E::find().filter(by_id::<E>().eq(id)).one(db).await?)
}

/// Records of any status by id; unknown ids are left out.
pub async fn get_many<E: Described>(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, E::Model>>
where
    E::Model: FromQueryResult,
{
    let these = is_one_of(by_id::<E>(), ids, db.get_database_backend());
    let rows = E::find().filter(these).all(db).await?;
    Ok(rows.into_iter().filter_map(|row| Some((id_of::<E>(&row)?, row))).collect())
}

fn by_id<E: Described>() -> Expr {
    Expr::col((E::RESOURCE.table, "id"))
}

/// The id of a record.
fn id_of<E: EntityTrait>(row: &E::Model) -> Option<Uuid> {
    match row.get(described::column::<E>("id")?) {
        Value::Uuid(id) => id,
        _ => None,
    }
}
