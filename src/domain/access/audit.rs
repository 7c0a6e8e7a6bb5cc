//! Audit record: sign-ins, refusals, changes of access, and exports.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use crate::{
    domain::{Context, Result, Write},
    entity::audit_event::{ActiveModel, AuditKind, Column, Entity, Model},
};

/// Writes an event in the transaction that it records.
pub(in crate::domain) async fn record(write: &Write, kind: AuditKind, subject: Option<&str>) -> Result<()> {
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

/// Records an export, before it begins.
pub(crate) async fn record_export(ctx: &Context, what: &str) -> Result<()> {
    let write = ctx.begin().await?;
    record(&write, AuditKind::Exported, Some(what)).await?;
    write.commit().await
}

/// Lists events, newest first: all of them, or those before a given one.
pub async fn list(db: &impl ConnectionTrait, before: Option<Uuid>, limit: u64) -> Result<Vec<Model>> {
    let earlier = before.map(|id| Column::Id.lt(id));
    let events = earlier.into_iter().fold(Entity::find(), QueryFilter::filter);
    Ok(events.order_by_desc(Column::Id).limit(limit).all(db).await?)
}
