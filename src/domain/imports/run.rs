//! Running import jobs.

use std::{
    io::Read as Input,
    time::{Duration, Instant},
};

use metrics::counter;
use serde_json::json;

use super::{
    apply,
    counts::count_nothing,
    ending::{cancelled, fail},
    job,
    job::{HEARTBEAT, LEASE},
    options::Options,
    pace::Pace,
    read::{self, Part},
    stage::{self, Seen, Staged},
    turns::write_all,
};
use crate::{
    domain::{Context, Write, batches, error::Result},
    entity::{
        batch::BatchKind,
        import_job::{ImportState, Model},
    },
};

/// Longest interval at which a dry run says how far it is.
const SAVE_INTERVAL: Duration = Duration::from_millis(250);

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

/// Reads the file and stages its rows; true where they are to be written.
async fn read_all(
    ctx: &Context,
    job: &mut Model,
    input: impl Input + Send + 'static,
    tell: &(impl Fn(&Model) + Send + Sync),
) -> Result<bool> {
    let (options, mut seen, mut pace) = (Options::of(job), Seen::default(), Pace::new(&ctx.db));
    let mut parts = read::begin(input, (job.subject, job.format), &options);
    let mut saved = Instant::now();
    loop {
        let Ok(part) = tokio::time::timeout(HEARTBEAT, parts.recv()).await else {
            if !job::keep(ctx, job.id).await? {
                return cancelled(ctx, job).await;
            }
            continue;
        };
        let begun = Instant::now();
        let part = part.unwrap_or_else(|| Part::Failed("The file could not be read.".to_owned()));
        let (mut staged, mut end) = (None, None);
        match part {
            Part::Columns(columns) => job.mapping = json!(columns),
            Part::Rows(rows) => {
                counter!("liaison_import_rows_total", "phase" => "read").increment(rows.len() as u64);
                staged = Some(stage::plan(ctx, job, &options, &mut seen, rows).await?);
            }
            Part::Failed(message) => end = Some(Some(message)),
            Part::End => end = Some(None),
        }
        // A dry run stores nothing of most rows; others are told how it goes on from time to time.
        let is_silent = job.is_dry_run && staged.as_ref().is_some_and(Staged::is_silent);
        if is_silent && saved.elapsed() < SAVE_INTERVAL {
            tell(job);
            pace.pause(&ctx.db, begun.elapsed()).await;
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
            drop(write);
            return cancelled(ctx, job).await;
        }
        write.commit().await?;
        tell(job);
        if end.is_some() {
            return Ok(job.state == ImportState::Writing);
        }
        pace.pause(&ctx.db, begun.elapsed()).await;
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
