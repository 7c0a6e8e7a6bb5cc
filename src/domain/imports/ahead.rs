//! Reading ahead: the next chunk is read and prepared while the one before it is written.

use std::collections::VecDeque;

use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{plan::Wanted, stage};
use crate::{
    domain::{Context, error::Result},
    entity::import_job::{ImportSubject, Model},
};

/// Rows that wait, after the number of the last one of their chunk; none where no chunk is left.
type Waiting = Option<(i32, VecDeque<Wanted>)>;

/// The chunks of a job that wait to be written.
pub(super) struct Chunks<'a> {
    ctx: &'a Context,
    of: (Uuid, ImportSubject),
    next: JoinHandle<Result<Waiting>>,
}

impl<'a> Chunks<'a> {
    /// Begins to read from where the job stands.
    pub(super) fn begin(ctx: &'a Context, job: &Model) -> Self {
        let of = (job.id, job.subject);
        Self { ctx, of, next: read(ctx, of, job.next_row) }
    }

    /// The next chunk. It is not called again after the last.
    pub(super) async fn take(&mut self) -> Result<Waiting> {
        let waiting = (&mut self.next).await.map_err(|cause| sea_orm::DbErr::Custom(cause.to_string()))??;
        if let Some((last, _)) = &waiting {
            self.next = read(self.ctx, self.of, last.saturating_add(1));
        }
        Ok(waiting)
    }
}

fn read(ctx: &Context, of: (Uuid, ImportSubject), from: i32) -> JoinHandle<Result<Waiting>> {
    let ctx = ctx.clone();
    tokio::spawn(async move { stage::next(&ctx, of, from).await })
}
