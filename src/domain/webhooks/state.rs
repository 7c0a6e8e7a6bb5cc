//! Outcomes of deliveries, as they are stored. Nothing is written where another process has the lease by now, or where
//! an admin has written to the webhook meanwhile: false then.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{Expr, ExprTrait},
};

use super::{GIVE_UP_AFTER, retry, url::site};
use crate::{
    domain::{Context, Result, access, changes::Position},
    entity::{
        audit_event::AuditKind,
        webhook::{Column, Entity, Model},
    },
};

/// Outcome of noting a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failed {
    /// It is tried again.
    Later(DateTime<Utc>),
    /// It has failed for so long that it was switched off.
    Off,
    /// The webhook is no longer this process's, or was changed.
    Stale,
}

/// The webhook, so far as it is still as it was read.
fn still(webhook: &Model) -> UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::Id.eq(webhook.id))
        .filter(Expr::col(Column::LeaseHolder).eq(webhook.lease_holder))
        .filter(Column::Revision.eq(webhook.revision))
        .filter(Expr::col(Column::IsEnabled).eq(true))
}

/// True while the webhook is as it was read.
pub async fn is_current(ctx: &Context, webhook: &Model) -> Result<bool> {
    let found = Entity::find_by_id(webhook.id).one(ctx.db.reads()).await?;
    let key = |webhook: &Model| (webhook.is_enabled, webhook.revision, webhook.lease_holder);
    Ok(found.is_some_and(|found| key(&found) == key(webhook)))
}

/// Moves the cursor after a delivery.
pub async fn delivered(ctx: &Context, webhook: &Model, to: Position) -> Result<bool> {
    let (tx, position) = to.parts();
    let moved = still(webhook)
        .col_expr(Column::Tx, Expr::val(tx))
        .col_expr(Column::Position, Expr::val(position))
        .col_expr(Column::LastDeliveredAt, Expr::val(ctx.clock.now()))
        .col_expr(Column::LastFailure, Expr::val(Option::<String>::None))
        .col_expr(Column::FailureCount, Expr::val(0))
        .col_expr(Column::FailingSince, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(Column::NextAttemptAt, Expr::val(Option::<DateTime<Utc>>::None));
    Ok(moved.exec(ctx.db.writer()).await?.rows_affected == 1)
}

/// Moves the cursor beyond changes that the webhook does not want.
pub async fn skipped(ctx: &Context, webhook: &Model, to: Position) -> Result<bool> {
    let (tx, position) = to.parts();
    let moved = still(webhook).col_expr(Column::Tx, Expr::val(tx)).col_expr(Column::Position, Expr::val(position));
    Ok(moved.exec(ctx.db.writer()).await?.rows_affected == 1)
}

/// Notes a failure, and when to try again; after five days of failures the webhook is switched off.
/// `not_before` is what the endpoint asks for, in seconds; six hours at most.
pub async fn failed(ctx: &Context, webhook: &Model, reason: &str, not_before: Option<u32>) -> Result<Failed> {
    let now = ctx.clock.now();
    let since = webhook.failing_since.unwrap_or(now);
    if now - since >= GIVE_UP_AFTER {
        let reason = format!("It has failed for five days. The last time: {reason}");
        return Ok(if switch_off(ctx, webhook, &reason).await? { Failed::Off } else { Failed::Stale });
    }
    let failures = webhook.failure_count.saturating_add(1);
    let next = now + retry::delay(failures, rand::random(), not_before);
    let noted = still(webhook)
        .col_expr(Column::LastFailure, Expr::val(reason))
        .col_expr(Column::FailureCount, Expr::val(failures))
        .col_expr(Column::FailingSince, Expr::val(since))
        .col_expr(Column::NextAttemptAt, Expr::val(next));
    let is_noted = noted.exec(ctx.db.writer()).await?.rows_affected == 1;
    Ok(if is_noted { Failed::Later(next) } else { Failed::Stale })
}

/// Switches a webhook off, and lets the admins know.
pub async fn switch_off(ctx: &Context, webhook: &Model, reason: &str) -> Result<bool> {
    let write = ctx.begin().await?;
    let off = still(webhook)
        .col_expr(Column::IsEnabled, Expr::val(false))
        .col_expr(Column::DisabledReason, Expr::val(reason))
        .col_expr(Column::LastFailure, Expr::val(reason))
        .col_expr(Column::NextAttemptAt, Expr::val(Option::<DateTime<Utc>>::None));
    if off.exec(&write.tx).await?.rows_affected == 0 {
        return Ok(false);
    }
    let subject = format!("{} {}", webhook.id, site(&webhook.url));
    access::audit::record(&write, AuditKind::WebhookSwitchedOff, Some(&subject)).await?;
    access::tell_admins(&write, webhook.id).await?;
    write.commit().await?;
    Ok(true)
}
