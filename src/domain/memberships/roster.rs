//! A company's roster: the memberships of its contacts that are not trashed, page by page, for many companies in one
//! statement.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, JoinType, QueryFilter, QuerySelect, RelationTrait, Select, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    domain::{
        error::Result,
        filter::is_one_of,
        page::{self, Kind, Page, PageRequest, SortKey, SortValue},
        trash,
    },
    entity::{
        contact,
        membership::{Column, Entity, Model, Relation},
    },
};

/// One page of the roster of each company: primary memberships first, then by position.
pub async fn rosters(
    db: &impl ConnectionTrait,
    company_ids: &[Uuid],
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<Model>>> {
    // For a single company the index gives the page as it is; the window would number the whole roster.
    if let [id] = company_ids {
        let page = page::fetch(db, members(db.get_database_backend(), company_ids), roster_order(), request).await?;
        return Ok(HashMap::from([(*id, page)]));
    }
    page::fetch_grouped(
        db,
        members(db.get_database_backend(), company_ids),
        "company_memberships.company_id",
        roster_order,
        request,
    )
    .await
}

/// How many memberships each roster has; companies without any are left out.
pub async fn roster_counts(db: &impl ConnectionTrait, company_ids: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    let counts = members(db.get_database_backend(), company_ids)
        .select_only()
        .column(Column::CompanyId)
        .column_as(Expr::cust("count(*)"), "count")
        .group_by(Column::CompanyId);
    Ok(counts.into_tuple::<(Uuid, i64)>().all(db).await?.into_iter().collect())
}

/// The page of an empty roster.
pub fn empty_roster(request: &PageRequest) -> Page<Model> {
    Page::empty(roster_order(), request)
}

/// The memberships that the companies' rosters show.
pub(crate) fn members(backend: DbBackend, company_ids: &[Uuid]) -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, Relation::Contact.def())
        .filter(is_one_of(Expr::col((Entity, Column::CompanyId)), company_ids, backend))
        .filter(trash::live::<contact::Entity>())
}

/// Primary memberships first, then by position.
pub(crate) fn roster_order() -> Vec<SortKey<Model>> {
    vec![
        SortKey::computed("secondary", Kind::Bool, "(NOT company_memberships.is_primary)", |row: &Model| {
            SortValue::Bool(!row.is_primary)
        }),
        SortKey::column("position", Kind::Int, (Entity, Column::Position), |row: &Model| SortValue::Int(row.position)),
        SortKey::column("id", Kind::Id, (Entity, Column::Id), |row: &Model| SortValue::Id(row.id)),
    ]
}
