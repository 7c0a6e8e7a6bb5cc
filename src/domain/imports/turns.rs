//! The second phase of a job: writing the rows that wait, in turns of one transaction each.

use metrics::counter;

use super::{
    ahead::Ahead,
    apply,
    ending::{cancelled, cause, fail},
    job::{self, LEASE},
    options::Options,
    pace::Pace,
};
use crate::{
    domain::{Context, error::Result, search},
    entity::import_job::{ImportState, Model},
};

/// Records from which on the search indexes are merged after an import.
const SETTLED_FROM: i32 = 5_000;

/// Writes the rows that wait, from where the job stands.
pub(super) async fn write_all(ctx: &Context, mut job: Model, tell: &(impl Fn(&Model) + Send + Sync)) -> Result<Model> {
    let (options, mut pace) = (Options::of(&job), Pace::new(&ctx.db));
    let mut ahead = Ahead::begin(ctx, &job);
    loop {
        let before = job.clone();
        match write_turn(ctx, &mut job, &options, &mut ahead, &mut pace).await {
            Ok(true) => tell(&job),
            Ok(false) => {
                tell(&job);
                settle(ctx, &job).await;
                return Ok(job);
            }
            Err(error) => return fail(ctx, before, error).await,
        }
    }
}

/// Writes rows in one transaction, for as long as the pace allows; false where the job is not to go on.
async fn write_turn(
    ctx: &Context,
    job: &mut Model,
    options: &Options,
    ahead: &mut Ahead<'_>,
    pace: &mut Pace,
) -> Result<bool> {
    // The rows are read before the transaction begins: nobody waits for that.
    let mut rows = ahead.take(pace.step()).await?;
    if rows.is_empty() {
        return write_end(ctx, job).await;
    }
    let mut write = ctx.begin().await?;
    let before = (ImportState::Writing, job.next_row);
    job.lease_until = write.now + LEASE;
    pace.begin(&write).await?;
    apply::join(&mut write, job);
    while !rows.is_empty() {
        apply::rows(ctx, &write, job, options, &mut rows).await?;
        if pace.has_written(&ctx.db, rows.len()) {
            break;
        }
        rows = ahead.take_read(pace.step()).await?;
    }
    job.next_row = ahead.next_row();
    apply::end_turn(&write, job).await?;
    if !job::save(&write, job, before).await? {
        drop(write);
        return cancelled(ctx, job).await;
    }
    write.commit().await?;
    let written = u64::try_from(job.next_row - before.1).unwrap_or_default();
    counter!("liaison_import_rows_total", "phase" => "written").increment(written);
    pace.end(&ctx.db).await;
    Ok(true)
}

/// Ends the job after its last row.
async fn write_end(ctx: &Context, job: &mut Model) -> Result<bool> {
    let write = ctx.begin().await?;
    (job.state, job.finished_at) = (ImportState::Done, Some(write.now));
    apply::forget_all(&write, job).await?;
    apply::end_batch(&write, job).await?;
    if !job::save(&write, job, (ImportState::Writing, job.next_row)).await? {
        drop(write);
        return cancelled(ctx, job).await;
    }
    write.commit().await?;
    Ok(false)
}

/// Merges the search indexes after many rows. The job is over, whatever becomes of it.
async fn settle(ctx: &Context, job: &Model) {
    if job.created + job.updated + job.restored < SETTLED_FROM {
        return;
    }
    if let Err(error) = search::settle(&ctx.db).await {
        tracing::warn!(cause = %cause(&error), "The search indexes could not be merged after an import");
    }
}
