//! Lists of the records that belong to a record, page by page, for many records in one statement.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, DbBackend, DbErr, FromQueryResult, QueryTrait, Select,
    sea_query::{Expr, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    condition::is_one_of,
    described::Described,
    error::Result,
    filter::join_live,
    order,
    page::{self, Page, PageRequest},
};
use crate::resources::{Many, Resource};

/// One page of the list of each of these records, of those for which the condition holds. `E` is the table of the
/// list's records.
pub async fn pages<E: Described<Model: FromQueryResult>>(
    db: &impl ConnectionTrait,
    many: &Many,
    ids: &[Uuid],
    condition: Option<Expr>,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<E::Model>>> {
    let mut select = select::<E>(db.get_database_backend(), many, ids);
    QueryTrait::query(&mut select).and_where_option(condition);
    let order = order::keys(E::RESOURCE, many.order);
    // For a single record the index gives the page as it is; the window would number the whole list.
    if let [id] = ids {
        return Ok(HashMap::from([(*id, page::fetch(db, select, order, request).await?)]));
    }
    let group = format!("{}.{}", E::RESOURCE.table, many.by);
    page::fetch_grouped(db, select, &group, &order, request).await
}

/// How many records the list of each of these has for which the condition holds; those without any are left out. `of`
/// is the resource of the list's records.
pub async fn counts(
    db: &impl ConnectionTrait,
    of: &'static Resource,
    many: &Many,
    ids: &[Uuid],
    condition: Option<Expr>,
) -> Result<HashMap<Uuid, i64>> {
    let owner = Expr::col((of.table, many.by));
    let mut counts = Query::select();
    counts.expr(owner.clone()).expr(Expr::cust("count(*)")).from(of.table).add_group_by([owner]);
    restrict(&mut counts, of, many, ids, db.get_database_backend());
    counts.and_where_option(condition);
    let rows = db.query_all(&counts).await?;
    let rows = rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)));
    rows.collect::<std::result::Result<_, DbErr>>().map_err(Into::into)
}

/// The page of an empty list.
pub fn empty<E: Described>(many: &Many, request: &PageRequest) -> Page<E::Model> {
    Page::empty(order::keys(E::RESOURCE, many.order), request)
}

/// The records of the lists.
fn select<E: Described>(backend: DbBackend, many: &Many, ids: &[Uuid]) -> Select<E> {
    let mut select = E::find();
    restrict(QueryTrait::query(&mut select), E::RESOURCE, many, ids, backend);
    select
}

/// Leaves the records that are in the lists of these owners.
pub(crate) fn restrict(
    query: &mut SelectStatement,
    resource: &'static Resource,
    many: &Many,
    ids: &[Uuid],
    backend: DbBackend,
) {
    query.and_where(is_one_of(Expr::col((resource.table, many.by)), ids, backend));
    join_live(query, resource, many);
}
