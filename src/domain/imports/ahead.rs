//! Reading ahead: the next chunk is read and prepared while the one before it is written.

use std::collections::VecDeque;

use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{stage, wanted::Wanted};
use crate::{
    domain::{Context, error::Result},
    entity::import_job::{ImportSubject, Model},
};

/// Rows that wait, after the number of the last one of their chunk; none where no chunk is left.
type Waiting = Option<(i32, VecDeque<Wanted>)>;

/// The rows of a job that wait to be written, in order.
pub(super) struct Ahead<'a> {
    ctx: &'a Context,
    of: (Uuid, ImportSubject),
    waiting: VecDeque<Wanted>,
    /// The number of the last row of the chunk that the rows are of.
    last: i32,
    next: Option<JoinHandle<Result<Waiting>>>,
}

impl<'a> Ahead<'a> {
    /// Begins to read from where the job stands.
    pub(super) fn begin(ctx: &'a Context, job: &Model) -> Self {
        let of = (job.id, job.subject);
        let next = Some(read(ctx, of, job.next_row));
        Self { ctx, of, waiting: VecDeque::new(), last: job.next_row.saturating_sub(1), next }
    }

    /// The next rows, at most so many; none only at the end.
    pub(super) async fn take(&mut self, most: usize) -> Result<Vec<Wanted>> {
        self.take_if(most, |_| true).await
    }

    /// The next rows that are read already, at most so many. The caller's transaction must not wait for another connection:
    /// transactions that wait for its locks may have them all.
    pub(super) async fn take_read(&mut self, most: usize) -> Result<Vec<Wanted>> {
        self.take_if(most, |next| next.is_finished()).await
    }

    async fn take_if(
        &mut self,
        most: usize,
        is_taken: impl Fn(&mut JoinHandle<Result<Waiting>>) -> bool,
    ) -> Result<Vec<Wanted>> {
        while self.waiting.is_empty()
            && let Some(next) = self.next.take_if(&is_taken)
        {
            let read_ahead = next.await.map_err(|cause| sea_orm::DbErr::Custom(cause.to_string()))??;
            if let Some((last, waiting)) = read_ahead {
                (self.last, self.waiting) = (last, waiting);
                self.next = Some(read(self.ctx, self.of, last.saturating_add(1)));
            }
        }
        let most = most.min(self.waiting.len());
        Ok(self.waiting.drain(..most).collect())
    }

    /// The number of the row after those that were taken.
    pub(super) fn next_row(&self) -> i32 {
        self.waiting.front().map_or(self.last.saturating_add(1), |row| row.number)
    }
}

fn read(ctx: &Context, of: (Uuid, ImportSubject), from: i32) -> JoinHandle<Result<Waiting>> {
    let ctx = ctx.clone();
    tokio::spawn(async move { stage::next(&ctx, of, from).await })
}
