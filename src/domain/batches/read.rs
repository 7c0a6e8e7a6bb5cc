//! Reading batches, and what undoing has left of them.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use uuid::Uuid;

use crate::{
    domain::{
        condition::is_one_of,
        error::Result,
        page::{self, Page, PageRequest, SortKey},
    },
    entity::{
        batch::{Column, Entity, Model},
        kept_change,
    },
    resources::{ColumnKind, Direction, SortBy},
};

/// A page of the batches, newest first.
pub async fn list(db: &impl ConnectionTrait, request: &PageRequest) -> Result<Page<Model>> {
    let by = SortBy::new("batch", "id", ColumnKind::Id).direction(Direction::Descending);
    let order = vec![SortKey { by, expr: Expr::col((Entity, Column::Id)), beyond: None, descending: true }];
    page::fetch(db, Entity::find(), order, request).await
}

/// A batch by its id.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// Batches by their ids; unknown ids are left out.
pub async fn get_many(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let these = is_one_of(Expr::col(Column::Id), ids, db.get_database_backend());
    let rows = Entity::find().filter(these).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The order in which kept changes are listed: as undoing has come upon them.
fn as_kept() -> Vec<SortKey> {
    let by = SortBy::new("kept", "position", ColumnKind::Int);
    let expr = Expr::col((kept_change::Entity, kept_change::Column::Position));
    vec![SortKey { by, expr, beyond: None, descending: false }]
}

/// A page of the kept changes of each batch; batches without any are left out.
pub async fn kept(
    db: &impl ConnectionTrait,
    ids: &[Uuid],
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<kept_change::Model>>> {
    let column = kept_change::Column::BatchId;
    let these = is_one_of(Expr::col((kept_change::Entity, column)), ids, db.get_database_backend());
    let select = kept_change::Entity::find().filter(these);
    if let [id] = ids {
        return Ok(HashMap::from([(*id, page::fetch(db, select, as_kept(), request).await?)]));
    }
    page::fetch_grouped(db, select, "kept_changes.batch_id", &as_kept(), request).await
}

/// The page of a batch that undoing has left nothing of.
pub fn no_kept(request: &PageRequest) -> Page<kept_change::Model> {
    Page::empty(as_kept(), request)
}

/// The number of kept changes of each batch; batches without any are left out.
pub async fn kept_counts(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    let column = kept_change::Column::BatchId;
    let counts = kept_change::Entity::find()
        .select_only()
        .column(column)
        .column_as(column.count(), "kept")
        .filter(is_one_of(Expr::col(column), ids, db.get_database_backend()))
        .group_by(column);
    Ok(counts.into_tuple::<(Uuid, i64)>().all(db).await?.into_iter().collect())
}
