//! Running import jobs.

use std::{
    collections::VecDeque,
    io::Read as Input,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{
    ahead::Chunks,
    apply,
    counts::count_nothing,
    job,
    job::{HEARTBEAT, LEASE},
    options::Options,
    plan::Wanted,
    read::{self, Part},
    stage::{self, Seen, Staged},
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
const ROWS_AT_FIRST: usize = 200;
/// Fewest and most rows of a transaction.
const ROWS_PER_TRANSACTION: std::ops::RangeInclusive<usize> = 50..=1000;
/// Time that a transaction should take.
const TIME_PER_TRANSACTION: Duration = Duration::from_millis(100);
/// Longest interval at which a dry run says how far it is.
const SAVE_INTERVAL: Duration = Duration::from_millis(250);
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
    let mut saved = Instant::now();
    loop {
        let Ok(part) = tokio::time::timeout(HEARTBEAT, parts.recv()).await else {
            if !job::keep(ctx, job.id).await? {
                return cancelled(ctx, job).await;
            }
            continue;
        };
        let part = part.unwrap_or_else(|| Part::Failed("The file could not be read.".to_owned()));
        let (mut staged, mut end) = (None, None);
        match part {
            Part::Columns(columns) => job.mapping = json!(columns),
            Part::Rows(rows) => staged = Some(stage::plan(ctx, job, &options, &mut seen, rows).await?),
            Part::Failed(message) => end = Some(Some(message)),
            Part::End => end = Some(None),
        }
        // A dry run stores nothing of most rows; others are told how it goes on from time to time.
        let is_silent = job.is_dry_run && staged.as_ref().is_some_and(Staged::is_silent);
        if is_silent && saved.elapsed() < SAVE_INTERVAL {
            tell(job);
            continue;
        }
        saved = Instant::now();
        let write = ctx.begin().await?;
        job.lease_until = write.now + LEASE;
        if let Some(staged) = staged {
            staged.write(&write, job).await?;
        }
        if let Some(failure) = &end {
            end_reading(&write, job, failure.as_deref()).await?;
        }
        if !job::save(&write, job, (ImportState::Reading, 1)).await? {
            return cancelled(ctx, job).await;
        }
        write.commit().await?;
        tell(job);
        if end.is_some() {
            return Ok(job.state == ImportState::Writing);
        }
    }
}

/// Ends the first phase: with a failure, as a dry run, or by beginning to write.
async fn end_reading(write: &Write, job: &mut Model, failure: Option<&str>) -> Result<()> {
    if failure.is_some() {
        job.state = ImportState::Failed;
        count_nothing(job);
    } else {
        job.rows_total = Some(job.rows_read);
        if !job.is_dry_run {
            return begin_writing(write, job).await;
        }
        job.state = ImportState::Done;
    }
    (job.error, job.finished_at) = (failure.map(str::to_owned), Some(write.now));
    apply::forget_all(write, job).await
}

/// The counts are counted again as the rows are written; those that failed are known.
async fn begin_writing(write: &Write, job: &mut Model) -> Result<()> {
    let batch = batches::start(write, BatchKind::Import).await?;
    (job.state, job.batch_id, job.next_row) = (ImportState::Writing, Some(batch.id), 1);
    count_nothing(job);
    Ok(())
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
    let (options, mut most) = (options(&job), ROWS_AT_FIRST);
    let (mut chunks, mut last, mut waiting) = (Chunks::begin(ctx, &job), 0, VecDeque::new());
    loop {
        let before = job.clone();
        let written = async {
            if waiting.is_empty() {
                match chunks.take().await? {
                    Some(chunk) => (last, waiting) = chunk,
                    None => return write_end(ctx, &mut job).await,
                }
            }
            // A little more than fits is better than a transaction for the rest.
            let is_rest = waiting.len() <= most + most / 4;
            let mut rows: Vec<Wanted> = waiting.drain(..if is_rest { waiting.len() } else { most }).collect();
            let next_row = waiting.front().map_or(last.saturating_add(1), |row| row.number);
            let begun = Instant::now();
            let is_written = write_some(ctx, &mut job, &options, &mut rows, next_row).await?;
            // A few rows do not tell how long many take.
            if rows.len() * 2 > most {
                most = fitted(rows.len(), begun.elapsed());
            }
            Ok(is_written)
        };
        match written.await {
            Ok(true) if job.state == ImportState::Writing => tell(&job),
            Ok(_) => {
                tell(&job);
                return Ok(job);
            }
            Err(error) => return fail(ctx, before, error).await,
        }
    }
}

/// The number of rows of the next transaction, after one of so many took a time.
fn fitted(rows: usize, took: Duration) -> usize {
    let fitting = TIME_PER_TRANSACTION.as_micros() * rows as u128 / took.as_micros().max(1);
    let fitting = usize::try_from(fitting).unwrap_or(usize::MAX).clamp(rows / 2, rows * 2);
    fitting.clamp(*ROWS_PER_TRANSACTION.start(), *ROWS_PER_TRANSACTION.end())
}

/// Writes rows; false where the job is not to go on.
async fn write_some(
    ctx: &Context,
    job: &mut Model,
    options: &Options,
    rows: &mut [Wanted],
    next_row: i32,
) -> Result<bool> {
    let mut write = ctx.begin().await?;
    let before = (ImportState::Writing, job.next_row);
    job.lease_until = write.now + LEASE;
    apply::rows(ctx, &mut write, job, options, rows).await?;
    job.next_row = next_row;
    apply::forget(&write, job).await?;
    if !job::save(&write, job, before).await? {
        return cancelled(ctx, job).await;
    }
    write.commit().await?;
    Ok(true)
}

/// Ends the job after its last row.
async fn write_end(ctx: &Context, job: &mut Model) -> Result<bool> {
    let write = ctx.begin().await?;
    (job.state, job.finished_at) = (ImportState::Done, Some(write.now));
    apply::forget_all(&write, job).await?;
    apply::end_batch(&write, job).await?;
    if !job::save(&write, job, (ImportState::Writing, job.next_row)).await? {
        return cancelled(ctx, job).await;
    }
    write.commit().await?;
    Ok(false)
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
