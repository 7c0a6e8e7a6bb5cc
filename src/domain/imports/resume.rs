//! Jobs that somebody goes on with: those that failed, and those whose process has ended.

use std::time::Duration;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    apply,
    counts::count_nothing,
    ending::cause,
    job::{self, LEASE},
    turns::write_all,
};
use crate::{
    domain::{
        Actor, Context, batches,
        error::{Result, UserError},
        parse_id,
    },
    entity::import_job::{ImportState, Model},
};

/// Interval at which a server looks for jobs that nobody runs.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);

/// Goes on with a job that failed or was cut off while its rows were written; in the background where `wait` is false.
pub async fn resume(ctx: &Context, id: &str) -> Result<Model> {
    let not_found = || UserError::not_found("import", &["id"]);
    let id = parse_id(id).ok_or_else(not_found)?;
    let mut job = job::get(&ctx.db, id).await?.ok_or_else(not_found)?;
    match job.state {
        ImportState::Failed if job.batch_id.is_some() => {
            let write = ctx.begin().await?;
            if !batches::start_again(&write, job.batch_id.unwrap_or_default()).await? {
                return Err(job::not_resumable("The import was undone."));
            }
            (job.state, job.error, job.finished_at) = (ImportState::Writing, None, None);
            job.lease_until = write.now;
            job::save(&write, &job, (ImportState::Failed, job.next_row)).await?;
            write.commit().await?;
            Ok(job)
        }
        ImportState::Failed => Err(job::not_resumable("Nothing was staged of this import; send the file again.")),
        ImportState::Writing | ImportState::Reading => Ok(job),
        ImportState::Done | ImportState::Cancelled => Err(job::not_resumable("The import is over.")),
    }
}

/// Takes up a job that nobody runs: rows that wait are written, and an upload that was cut off is given up.
async fn take_up(
    ctx: &Context,
    id: Uuid,
    before: DateTime<Utc>,
    tell: &(impl Fn(&Model) + Send + Sync),
) -> Result<Option<Model>> {
    let Some(mut job) = job::claim(ctx, id, before).await? else { return Ok(None) };
    if job.state == ImportState::Writing {
        let ctx = Context { actor: Actor::of_record(job.user_id, job.api_key_id), ..ctx.clone() };
        return write_all(&ctx, job, tell).await.map(Some);
    }
    let write = ctx.begin().await?;
    (job.state, job.finished_at) = (ImportState::Failed, Some(write.now));
    job.error = Some("The upload was cut off.".to_owned());
    count_nothing(&mut job);
    apply::forget_all(&write, &job).await?;
    job::save(&write, &job, (ImportState::Reading, 1)).await?;
    write.commit().await?;
    Ok(Some(job))
}

/// Takes up all jobs that nobody runs, and says what has become of them. With `at_once`, also those whose runner was
/// there a moment ago: the operator knows that it has ended.
pub async fn take_up_all(ctx: &Context, at_once: bool, tell: impl Fn(&Model) + Send + Sync) -> Result<Vec<Model>> {
    let before = if at_once { ctx.clock.now() + LEASE + LEASE } else { ctx.clock.now() };
    let mut jobs = Vec::new();
    for id in job::abandoned(&ctx.db, before).await? {
        jobs.extend(take_up(ctx, id, before, &tell).await?);
    }
    Ok(jobs)
}

/// Takes up jobs that nobody runs, for as long as the server does.
pub async fn keep_up(ctx: &Context) {
    loop {
        if let Err(error) = take_up_all(ctx, false, |_| {}).await {
            tracing::warn!(cause = %cause(&error), "Imports that were cut off could not be taken up; trying again");
        }
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}
