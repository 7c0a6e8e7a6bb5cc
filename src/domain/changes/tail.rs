//! Following the feed from a place on, without a gap and without a repeat.

use std::sync::Arc;

use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{Change, Feed, Position, Wanted, feed::Batch, read};
use crate::{
    domain::{Context, error::Result},
    storage::Db,
};

/// Changes read from the table at once.
const PAGE: u64 = 100;

/// Follows the feed: from the table until it has caught up, then live. When it falls behind it reads from the table
/// again, so that a slow listener costs no more than a bounded buffer.
#[derive(Debug)]
pub struct Tail {
    db: Db,
    feed: Arc<Feed>,
    wanted: Wanted,
    batches: Receiver<Batch>,
    position: Position,
    is_behind: bool,
}

impl Tail {
    /// Follows from a place on; from now on without one.
    pub async fn open(ctx: &Context, wanted: Wanted, after: Option<Position>) -> Result<Self> {
        let (batches, now) = ctx.feed.listen().await?;
        let (db, feed) = (ctx.db.clone(), Arc::clone(&ctx.feed));
        Ok(Self { db, feed, wanted, batches, position: after.unwrap_or(now), is_behind: after.is_some() })
    }

    /// The last change that was seen.
    pub fn position(&self) -> Position {
        self.position
    }

    /// The next changes, of which there is at least one. A bad request when some that come next are not there any more.
    pub async fn next(&mut self) -> Result<Vec<Change>> {
        loop {
            let changes = if self.is_behind { self.catch_up().await? } else { self.wait().await? };
            if !changes.is_empty() {
                return Ok(changes);
            }
        }
    }

    /// Whatever is in the table and not seen yet. All of it was committed before it was read, and the batches that wait
    /// meanwhile hold all that comes later; what both hold is told by its place.
    async fn catch_up(&mut self) -> Result<Vec<Change>> {
        let rows = read::after(self.db.reads(), &self.wanted, self.position, PAGE).await?;
        read::check_place(self.db.reads(), self.position).await?;
        self.is_behind = rows.len() as u64 == PAGE;
        self.position = rows.last().map_or(self.position, |last| last.position);
        Ok(read::readable(rows))
    }

    async fn wait(&mut self) -> Result<Vec<Change>> {
        match self.batches.recv().await {
            Ok(batch) => {
                let is_new = |change: &&Change| change.position() > self.position && self.wanted.includes(change);
                let changes: Vec<Change> = batch.iter().filter(is_new).cloned().collect();
                let last = batch.last().map(Change::position);
                self.position = last.map_or(self.position, |last| last.max(self.position));
                Ok(changes)
            }
            Err(RecvError::Lagged(_)) => {
                self.is_behind = true;
                Ok(Vec::new())
            }
            Err(RecvError::Closed) => {
                // The feed outlives its listeners: it is held here.
                (self.batches, _) = self.feed.listen().await?;
                self.is_behind = true;
                Ok(Vec::new())
            }
        }
    }
}
