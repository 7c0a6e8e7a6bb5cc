//! The subscriptions.
//!
//! An operation is executed once to read its arguments, then once per change; subscribers of the same operation share
//! each answer (see `engine::subscribe`). The library's own stream would execute the selection for each of them. The
//! progress of a job is answered from time to time instead.

use std::sync::{
    Arc, OnceLock,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::{Context, ID, Subscription as LibrarySubscription};
use futures_util::{Stream, stream};

use super::{
    context::ContextExt,
    enums::SubjectType,
    error::ApiError,
    query::wanted,
    types::{Batch, Change, ChangeEdge, ImportJob},
};
use crate::{
    domain::{
        batches,
        changes::{self, Cursor, Position, Wanted},
        imports, parse_id,
    },
    entity::{batch::BatchState, import_job::ImportState},
};

/// A subscription, once its arguments are read.
#[derive(Clone, Debug)]
pub enum Arguments {
    /// To changes.
    Changes {
        /// Filter of the changes.
        wanted: Wanted,
        /// From where on; from now on when there is none.
        after: Option<Position>,
    },
    /// To the progress of a job.
    Progress,
}

/// Mode of an execution.
#[derive(Clone, Debug)]
pub enum ExecutionMode {
    /// To read its arguments.
    ReadArguments(Arc<OnceLock<Arguments>>),
    /// To answer with a change.
    Deliver(Arc<changes::Change>),
    /// To answer with the progress of a job. The flag turns true with the job's last.
    Report(Arc<AtomicBool>),
}

/// Operations that stream changes and progress.
#[derive(Default)]
pub struct Subscription;

/// Operations that stream changes and progress.
#[LibrarySubscription]
impl Subscription {
    #[expect(clippy::unused_async, reason = "the library wants it so")]
    /// Each change once, in order; `after` replays the changes that were missed while disconnected.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only changes after this cursor: first those that were missed, then new ones.")] after: Option<
            String,
        >,
        #[graphql(desc = "Only changes of these types of records.")] subject_types: Option<Vec<SubjectType>>,
        #[graphql(desc = "Only changes that this contact's history shows.")] contact_id: Option<ID>,
    ) -> Result<impl Stream<Item = ChangeEdge>, ApiError> {
        let edge = match ctx.data_opt::<ExecutionMode>() {
            Some(ExecutionMode::Deliver(change)) => Some(ChangeEdge(Change(changes::Change::clone(change)))),
            Some(ExecutionMode::ReadArguments(slot)) => {
                let after = after.map(|cursor| Cursor::parse(&cursor)).transpose()?.map(Cursor::resume);
                // There is only one field to fill the slot; see the caller.
                let wanted = wanted(subject_types.as_deref(), contact_id.as_ref());
                drop(slot.set(Arguments::Changes { wanted, after }));
                None
            }
            Some(ExecutionMode::Report(_)) | None => None,
        };
        Ok(stream::iter(edge))
    }

    /// The batch, at least twice a second while it runs or is undone. The subscription ends with it.
    async fn batch_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The batch's id.")] id: ID,
    ) -> Result<impl Stream<Item = Batch>, ApiError> {
        let id = parse_id(&id).ok_or_else(no_batch)?;
        let batch = batches::get(ctx.db().reads(), id).await?.ok_or_else(no_batch)?;
        let is_at_work = matches!(batch.state, BatchState::Running | BatchState::Undoing);
        Ok(stream::iter(report(ctx, is_at_work).then_some(Batch(batch))))
    }

    /// The import, at least twice a second while it runs. The subscription ends with it.
    async fn import_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The import's id.")] id: ID,
    ) -> Result<impl Stream<Item = ImportJob>, ApiError> {
        let no_import = || ApiError::bad_input("There is no such import.");
        let id = parse_id(&id).ok_or_else(no_import)?;
        let job = imports::get(ctx.db(), id).await?.ok_or_else(no_import)?;
        let is_at_work = matches!(job.state, ImportState::Reading | ImportState::Writing);
        Ok(stream::iter(report(ctx, is_at_work).then_some(ImportJob(job))))
    }
}

/// Notes what an execution has to know of a job; true where it answers with the job.
fn report(ctx: &Context<'_>, is_at_work: bool) -> bool {
    match ctx.data_opt::<ExecutionMode>() {
        Some(ExecutionMode::Report(has_ended)) => {
            has_ended.store(!is_at_work, Ordering::Relaxed);
            true
        }
        Some(ExecutionMode::ReadArguments(slot)) => {
            drop(slot.set(Arguments::Progress));
            false
        }
        Some(ExecutionMode::Deliver(_)) | None => false,
    }
}

fn no_batch() -> ApiError {
    ApiError::bad_input("There is no such batch.")
}
