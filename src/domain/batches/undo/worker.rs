//! Undoing in the background: large batches, and those whose process has ended.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use sea_orm::{ActiveEnum, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::step::{LOCKED_RETRY_INTERVAL, Step, Stepped, step};
use crate::{
    domain::{
        Context,
        error::{Error, Result},
    },
    entity::batch::{BatchState, Entity, Model},
};

/// Interval between looks for undos that have stopped.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);
/// Delay before another try while the database is unavailable.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Goes on with the undos that have stopped, as they do when their process ends. Runs until it is dropped.
///
/// An undo has stopped when it has come no further between two looks. At the start every one counts as stopped.
pub async fn keep_up(ctx: &Context) {
    let mut seen: Option<HashMap<Uuid, Option<i64>>> = None;
    loop {
        match being_undone(ctx).await {
            Ok(batches) => {
                for batch in &batches {
                    let has_stopped =
                        seen.as_ref().is_none_or(|seen| seen.get(&batch.id) == Some(&batch.undo_position));
                    if has_stopped {
                        finish(ctx, batch.id).await;
                    }
                }
                seen = Some(batches.into_iter().map(|batch| (batch.id, batch.undo_position)).collect());
            }
            Err(error) => tracing::warn!(%error, "Undos that have stopped could not be looked up; trying again"),
        }
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}

async fn being_undone(ctx: &Context) -> Result<Vec<Model>> {
    // A literal, so that the partial index is found.
    let undoing = Expr::cust(format!("state = '{}'", BatchState::Undoing.to_value()));
    Ok(Entity::find().filter(undoing).all(ctx.db.reads()).await?)
}

/// Takes a batch back to the end, with pauses.
pub(super) async fn finish(ctx: &Context, id: Uuid) {
    loop {
        match go_on(ctx, id, Pace::Beside).await {
            Ok(batch) => {
                if let Some(batch) = batch {
                    tracing::info!(batch.id = %id, changes = batch.change_count, "Undid batch");
                }
                return;
            }
            Err(Error::Unavailable(cause)) => {
                tracing::warn!(batch.id = %id, %cause, "A batch is not undone yet; trying again");
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
            Err(Error::Rejected(_)) => {
                tracing::info!(batch.id = %id, "Stopped undoing a batch: another merge stands on one of its merges");
                return;
            }
            Err(error) => {
                tracing::error!(batch.id = %id, ?error, "A batch could not be undone");
                return;
            }
        }
    }
}

/// Pace of an undo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Without pauses, because somebody waits.
    AtOnce,
    /// With pauses as long as the transactions, so that other writers have half of the time.
    Beside,
}

/// Takes a batch back until nothing is left to do. None when there is no such batch.
pub(super) async fn go_on(ctx: &Context, id: Uuid, pace: Pace) -> Result<Option<Model>> {
    let mut size = Step::default();
    loop {
        let begun = Instant::now();
        match step(ctx, id, size.changes).await? {
            Stepped::Went(batch) if batch.state != BatchState::Undoing => return Ok(Some(batch)),
            Stepped::Gone => return Ok(None),
            Stepped::Ended(batch) => return Ok(Some(batch)),
            Stepped::Went(_) => size.adapt(begun.elapsed()),
            // Another replica is at it.
            Stepped::Locked => tokio::time::sleep(LOCKED_RETRY_INTERVAL).await,
        }
        if pace == Pace::Beside {
            tokio::time::sleep(begun.elapsed()).await;
        }
    }
}
