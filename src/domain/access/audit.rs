//! The record of who was let in, who was not, and who was given what.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use crate::{
    domain::{Result, Write},
    entity::audit_event::{ActiveModel, AuditKind, Column, Entity, Model},
};

/// Writes an event into the transaction of what it records.
pub(super) async fn record(write: &Write, kind: AuditKind, subject: Option<&str>) -> Result<()> {
    let event = ActiveModel {
        id: Set(write.clock.new_id()),
        at: Set(write.now),
        kind: Set(kind),
        address: Set(write.actor.address.map(|address| address.to_string())),
        user_id: Set(write.actor.user_id),
        api_key_id: Set(write.actor.key_id),
        subject: Set(subject.map(str::to_owned)),
    };
    Entity::insert(event).exec_without_returning(&write.tx).await?;
    Ok(())
}

/// The newest events, or those before one of them; newest first.
pub async fn list(db: &impl ConnectionTrait, before: Option<Uuid>, limit: u64) -> Result<Vec<Model>> {
    let earlier = before.map(|id| Column::Id.lt(id));
    let events = earlier.into_iter().fold(Entity::find(), QueryFilter::filter);
    Ok(events.order_by_desc(Column::Id).limit(limit).all(db).await?)
}
