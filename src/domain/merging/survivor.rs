//! Contacts that were merged into others: telling them apart, and finding their survivors.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ModelTrait, QueryFilter, QuerySelect, Value, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    domain::{
        condition::{constant, is_one_of},
        described::{self, Described},
        error::{Result, UserError},
    },
    entity::contact,
};

/// The column of the survivor, where records can be merged.
pub(crate) const MERGED_INTO: &str = "merged_into";
/// The column of the login user, where records can be connected to one.
pub(crate) const USER_ID: &str = "user_id";

/// The record that a record was merged into.
pub(crate) fn survivor_of<E: Described>(record: &E::Model) -> Option<Uuid> {
    id_in::<E>(record, MERGED_INTO)
}

/// The id that a column refers to; none where the table has no such column.
pub(crate) fn id_in<E: Described>(record: &E::Model, column: &str) -> Option<Uuid> {
    match record.get(described::column::<E>(column)?) {
        Value::Uuid(id) => id,
        _ => None,
    }
}

/// True of records that were not merged into others: the one place where this is written.
pub(crate) fn is_unmerged<E: Described>() -> Expr {
    let unmerged = E::RESOURCE.trash.and_then(|trash| trash.unmerged);
    unmerged.map_or_else(|| constant(true), Expr::cust)
}

/// Refuses a write to a contact that was merged into another.
pub(crate) fn check_unmerged(contact: &contact::Model, field: &[&str]) -> Result<()> {
    contact.merged_into.map_or(Ok(()), |survivor| Err(UserError::merged("contact", field, survivor).into()))
}

/// The contacts that were merged into a contact, and the one that it was merged into itself.
pub(crate) async fn merged_with(tx: &impl ConnectionTrait, id: Uuid) -> Result<(Vec<Uuid>, Option<Uuid>)> {
    let merged = contact::Entity::find()
        .select_only()
        .columns([contact::Column::Id, contact::Column::MergedInto])
        .filter(contact::Column::MergedInto.is_not_null())
        .filter(Condition::any().add(contact::Column::MergedInto.eq(id)).add(contact::Column::Id.eq(id)));
    let rows: Vec<(Uuid, Uuid)> = merged.into_tuple().all(tx).await?;
    let survivor = rows.iter().find(|(own, _)| *own == id).map(|(_, survivor)| *survivor);
    Ok((rows.into_iter().map(|(own, _)| own).filter(|own| *own != id).collect(), survivor))
}

/// The survivors of those of these contacts that were merged into others.
pub(crate) async fn survivors(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Uuid>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let merged = contact::Entity::find()
        .select_only()
        .columns([contact::Column::Id, contact::Column::MergedInto])
        .filter(is_one_of(Expr::col(contact::Column::Id), ids, db.get_database_backend()))
        .filter(contact::Column::MergedInto.is_not_null());
    Ok(merged.into_tuple::<(Uuid, Uuid)>().all(db).await?.into_iter().collect())
}
