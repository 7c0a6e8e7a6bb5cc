//! Leases: of all processes one delivers to a webhook at a time.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use crate::{
    domain::{Context, Result},
    entity::webhook::{Column, Entity, Model},
};

/// Time after which the webhooks of a process that says nothing are taken over by another.
pub const LEASE: TimeDelta = TimeDelta::seconds(30);

/// True of a webhook that no process delivers to.
pub fn is_claimable(webhook: &Model, now: DateTime<Utc>) -> bool {
    webhook.lease_until.is_none_or(|until| until < now)
}

/// Takes all webhooks that no process delivers to, and keeps those that this one has. Returns them.
pub async fn claim(ctx: &Context, holder: Uuid) -> Result<Vec<Model>> {
    let now = ctx.clock.now();
    let is_free = Column::LeaseUntil.is_null().or(Column::LeaseUntil.lt(now)).or(Column::LeaseHolder.eq(holder));
    let claimed = Entity::update_many()
        .col_expr(Column::LeaseHolder, Expr::val(holder))
        .col_expr(Column::LeaseUntil, Expr::val(now + LEASE))
        .filter(Expr::col(Column::IsEnabled).eq(true).and(is_free))
        .exec_with_returning(ctx.db.writer())
        .await?;
    Ok(claimed)
}

/// Gives back all webhooks of a process that stops, so that another takes them at once.
pub async fn release(ctx: &Context, holder: Uuid) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::LeaseHolder, Expr::val(Option::<Uuid>::None))
        .col_expr(Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(Column::LeaseHolder.eq(holder))
        .exec(ctx.db.writer())
        .await?;
    Ok(())
}
