//! Running import jobs.

use std::{
    io::Read as Input,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{
    apply, job,
    job::{HEARTBEAT, LEASE},
    options::Options,
    read::{self, Part},
    stage::{self, Seen},
};
use crate::{
    domain::{
        Context, Error, Write, batches,
        error::{Result, UserError},
        parse_id,
    },
    entity::{
        batch::BatchKind,
        import_job::{ImportState, Model},
    },
};

/// Rows that are written in the first transaction. The number is then fitted to the time that it takes, so that other
/// writers on SQLite never wait for long.
const ROWS_AT_FIRST: u64 = 200;
/// Fewest and most rows of a transaction.
const ROWS_PER_TRANSACTION: std::ops::RangeInclusive<u64> = 50..=1000;
/// Time that a transaction should take.
const TIME_PER_TRANSACTION: Duration = Duration::from_millis(100);
/// Interval at which a server looks for jobs that nobody runs.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);

/// Reads a file and writes its rows; the job in its last state. `tell` is called as it goes on.
pub async fn run(
    ctx: &Context,
    mut job: Model,
    input: impl Input + Send + 'static,
    tell: impl Fn(&Model) + Send + Sync,
) -> Result<Model> {
    let outcome = read_all(ctx, &mut job, input, &tell).await;
    match outcome {
        Ok(true) => write_all(ctx, job, &tell).await,
        Ok(false) => Ok(job),
        Err(error) => fail(ctx, job, error).await,
    }
}

fn options(job: &Model) -> Options {
    serde_json::from_value(job.options.clone()).unwrap_or_default()
}

/// Reads the file and stages its rows; true where they are to be written.
async fn read_all(
    ctx: &Context,
    job: &mut Model,
    input: impl Input + Send + 'static,
    tell: &(impl Fn(&Model) + Send + Sync),
) -> Result<bool> {
    let (options, mut seen) = (options(job), Seen::default());
    let mut parts = read::begin(input, (job.subject, job.format), &options);
    loop {
        let Ok(part) = tokio::time::timeout(HEARTBEAT, parts.recv()).await else {
            if !job::keep(ctx, job.id).await? {
                return cancelled(ctx, job).await;
            }
            continue;
        };
        let part = part.unwrap_or_else(|| Part::Failed("The file could not be read.".to_owned()));
        let write = ctx.begin().await?;
        job.lease_until = write.now + LEASE;
        let is_over = match part {
            Part::Columns(columns) => {
                job.mapping = json!(columns);
                false
            }
            Part::Rows(rows) => {
                stage::chunk(ctx, &write, job, &options, &mut seen, rows).await?;
                false
            }
            Part::Failed(message) => {
                (job.state, job.error, job.finished_at) = (ImportState::Failed, Some(message), Some(write.now));
                count_nothing(job);
                apply::forget_all(&write, job).await?;
                true
            }
            Part::End if job.is_dry_run => {
                (job.state, job.rows_total, job.finished_at) =
                    (ImportState::Done, Some(job.rows_read), Some(write.now));
                apply::forget_all(&write, job).await?;
                true
            }
            Part::End => {
                job.rows_total = Some(job.rows_read);
                begin_writing(&write, job).await?;
                true
            }
        };
        if !job::save(&write, job, (ImportState::Reading, 1)).await? {
            return cancelled(ctx, job).await;
        }
        write.commit().await?;
        tell(job);
        if is_over {
            return Ok(job.state == ImportState::Writing);
        }
    }
}

/// The counts are counted again as the rows are written; those that failed are known.
async fn begin_writing(write: &Write, job: &mut Model) -> Result<()> {
    let batch = batches::start(write, BatchKind::Import).await?;
    (job.state, job.batch_id, job.next_row) = (ImportState::Writing, Some(batch.id), 1);
    job.lease_until = write.now + LEASE;
    count_nothing(job);
    Ok(())
}

/// Forgets what writing the rows would have counted.
fn count_nothing(job: &mut Model) {
    (job.created, job.updated, job.unchanged, job.restored, job.companies_created) = (0, 0, 0, 0, 0);
}

/// Somebody has cancelled the job meanwhile, and its staged rows go; or somebody else goes on with it.
async fn cancelled(ctx: &Context, job: &mut Model) -> Result<bool> {
    if let Some(stored) = job::get(&ctx.db, job.id).await? {
        *job = stored;
    }
    if job.state != ImportState::Cancelled {
        return Ok(false);
    }
    let write = ctx.begin().await?;
    apply::forget_all(&write, job).await?;
    write.commit().await?;
    Ok(false)
}

/// Writes the rows that wait, from where the job stands.
async fn write_all(ctx: &Context, mut job: Model, tell: &(impl Fn(&Model) + Send + Sync)) -> Result<Model> {
    let (options, mut rows) = (options(&job), ROWS_AT_FIRST);
    loop {
        let (before, begun) = (job.clone(), Instant::now());
        match write_some(ctx, &mut job, &options, rows).await {
            Ok(true) if job.state == ImportState::Writing => {
                rows = fitted(rows, begun.elapsed());
                tell(&job);
            }
            Ok(_) => {
                tell(&job);
                return Ok(job);
            }
            Err(error) => return fail(ctx, before, error).await,
        }
    }
}

/// The number of rows of the next transaction, after one of so many took a time.
fn fitted(rows: u64, took: Duration) -> u64 {
    let fitted = if took > TIME_PER_TRANSACTION + TIME_PER_TRANSACTION / 2 {
        rows / 2
    } else if took < TIME_PER_TRANSACTION / 2 {
        rows * 2
    } else {
        rows
    };
    fitted.clamp(*ROWS_PER_TRANSACTION.start(), *ROWS_PER_TRANSACTION.end())
}

/// Writes the next rows, and ends the job after the last.
async fn write_some(ctx: &Context, job: &mut Model, options: &Options, rows: u64) -> Result<bool> {
    let mut write = ctx.begin().await?;
    let before = (ImportState::Writing, job.next_row);
    job.lease_until = write.now + LEASE;
    let has_more = apply::chunk(ctx, &mut write, job, options, rows).await?;
    if !has_more {
        (job.state, job.finished_at) = (ImportState::Done, Some(write.now));
        apply::forget_all(&write, job).await?;
        apply::end_batch(&write, job).await?;
    }
    if !job::save(&write, job, before).await? {
        return cancelled(ctx, job).await;
    }
    write.commit().await?;
    Ok(has_more)
}

/// Ends a job that could not go on. A database that is not there leaves it as it is, to be taken up later.
async fn fail(ctx: &Context, mut job: Model, error: Error) -> Result<Model> {
    if let Error::Unavailable(_) = error {
        return Err(error);
    }
    tracing::error!(import.id = %job.id, cause = %crate::domain::imports::run::cause(&error), "An import stopped");
    let state = job.state;
    let write = ctx.begin().await?;
    (job.state, job.error, job.finished_at) = (ImportState::Failed, Some(error.to_string()), Some(write.now));
    if state == ImportState::Reading {
        count_nothing(&mut job);
        apply::forget_all(&write, &job).await?;
    }
    job::save(&write, &job, (state, job.next_row)).await?;
    apply::end_batch(&write, &job).await?;
    write.commit().await?;
    Ok(job)
}

/// The innermost cause of an error, for the log.
fn cause(error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

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
        let ctx = Context { actor: crate::domain::Actor::of_record(job.user_id, job.api_key_id), ..ctx.clone() };
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
