//! Work that waits in the database, for operators to see.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{DbErr, Statement};

use super::{
    Context,
    changes::{self, Position},
    error::Result,
    webhooks,
};
use crate::storage::{Row, RowVisitor};

/// Most mails that are counted.
const COUNTED_MAX: u32 = 100_000;

/// Work that waits. Times are the ages of the oldest changes that have not been passed on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backlog {
    /// Mails in the outbox.
    pub mails: i64,
    /// Mails in the outbox that have failed at least once.
    pub failed_mails: i64,
    /// Webhooks whose last delivery succeeded, if there was any.
    pub delivering_webhooks: i64,
    /// Enabled webhooks whose last delivery failed.
    pub failing_webhooks: i64,
    /// Webhooks that are switched off.
    pub disabled_webhooks: i64,
    /// Imports that read or write.
    pub imports: i64,
    /// Lag of the subscriptions of this process, or of the feed while there are none.
    pub feed_lag: TimeDelta,
    /// Lag of the enabled webhook that is furthest behind.
    pub webhook_lag: TimeDelta,
}

impl RowVisitor for Backlog {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        let counts = [
            &mut self.mails,
            &mut self.failed_mails,
            &mut self.delivering_webhooks,
            &mut self.failing_webhooks,
            &mut self.disabled_webhooks,
            &mut self.imports,
        ];
        for (column, count) in counts.into_iter().enumerate() {
            *count = row.int(column).unwrap_or_default();
        }
        Ok(())
    }
}

/// Reads the backlog by a few short statements.
pub async fn read(ctx: &Context) -> Result<Backlog> {
    let mails = |which| format!("(SELECT count(*) FROM (SELECT 1 FROM outbox {which} LIMIT {COUNTED_MAX}) AS mails)");
    let webhooks = |which| format!("(SELECT count(*) FROM webhooks WHERE {which})");
    let sql = [
        mails(""),
        mails("WHERE attempts > 0"),
        webhooks("is_enabled AND failure_count = 0"),
        webhooks("is_enabled AND failure_count > 0"),
        webhooks("NOT is_enabled"),
        "(SELECT count(*) FROM import_jobs WHERE state IN ('reading', 'writing'))".to_owned(),
    ];
    let statement = Statement::from_string(ctx.db.backend(), format!("SELECT {}", sql.join(", ")));
    let mut backlog = ctx.db.reads().run(statement, Backlog::default()).await?;
    let read_to = ctx.feed.now();
    let end = if read_to == Position::START { changes::end(ctx.db.reads()).await? } else { read_to };
    backlog.feed_lag = lag(ctx, end).await?;
    let enabled = webhooks::enabled(ctx.db.reads()).await?;
    if let Some(place) = enabled.iter().map(webhooks::place).min() {
        backlog.webhook_lag = lag(ctx, place).await?;
    }
    Ok(backlog)
}

async fn lag(ctx: &Context, place: Position) -> Result<TimeDelta> {
    let waiting: Option<DateTime<Utc>> = changes::first_after(&ctx.db, place).await?;
    Ok(waiting.map_or(TimeDelta::zero(), |since| (ctx.clock.now() - since).max(TimeDelta::zero())))
}
