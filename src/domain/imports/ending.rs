//! Jobs that end before their last row.

use super::{apply, counts::count_nothing, job};
use crate::{
    domain::{
        Context,
        error::{Error, Result},
    },
    entity::import_job::{ImportState, Model},
};

/// Somebody has cancelled the job meanwhile, and its staged rows go; or somebody else goes on with it.
pub(super) async fn cancelled(ctx: &Context, job: &mut Model) -> Result<bool> {
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

/// Ends a job that could not go on. A database that is not there leaves it as it is, to be taken up later.
pub(super) async fn fail(ctx: &Context, mut job: Model, error: Error) -> Result<Model> {
    if let Error::Unavailable(_) = error {
        return Err(error);
    }
    tracing::error!(import.id = %job.id, cause = %cause(&error), "An import stopped");
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
pub(super) fn cause(error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
