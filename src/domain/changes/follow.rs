//! Following changes from a place on, without a gap and without a repeat.

use std::sync::Arc;

use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{Change, Feed, Position, Wanted, feed::Batch, read};
use crate::{
    domain::{Context, error::Result},
    storage::Db,
};

/// Changes read from the table at once.
const CHANGES_PER_READ: u64 = 100;

/// A source to follow: live events, and a table that holds all of them.
pub(crate) trait Source: Send {
    /// A live event.
    type Event: Clone + Send;
    /// An item for each change.
    type Item;

    /// All events from now on, and the newest change before them.
    fn listen(&self) -> impl Future<Output = Result<(Receiver<Self::Event>, Position)>> + Send;

    /// The items of an event after a place; none when events were lost before it.
    fn take(&self, event: Self::Event, after: Position) -> Option<Items<Self::Item>>;

    /// Reads the first items after a place from the table. A bad request when some of them are not there any more.
    fn read(&self, after: Position) -> impl Future<Output = Result<Page<Self::Item>>> + Send;
}

/// Items, and the newest change that they account for.
pub(crate) struct Items<T> {
    pub(crate) items: Vec<T>,
    pub(crate) position: Position,
}

/// Items of the table, and whether there are no more.
pub(crate) struct Page<T> {
    pub(crate) read: Items<T>,
    pub(crate) is_last: bool,
}

/// Follows a source: from the table until it has caught up, then live. A follower that lags reads from the table again, so
/// that a slow one costs no more than a bounded buffer.
#[derive(Debug)]
pub(crate) struct Follower<S: Source> {
    source: S,
    events: Receiver<S::Event>,
    position: Position,
    is_behind: bool,
}

impl<S: Source> Follower<S> {
    /// Follows from a place on; from now on without one.
    pub(crate) async fn open(source: S, after: Option<Position>) -> Result<Self> {
        let (events, now) = source.listen().await?;
        Ok(Self { source, events, position: after.unwrap_or(now), is_behind: after.is_some() })
    }

    /// The newest change that is accounted for.
    pub(crate) fn position(&self) -> Position {
        self.position
    }

    /// The next items, of which there is at least one. A bad request when some that come next are not there any more.
    pub(crate) async fn next(&mut self) -> Result<Vec<S::Item>> {
        loop {
            let items = if self.is_behind { self.catch_up().await? } else { self.wait().await? };
            if !items.is_empty() {
                return Ok(items);
            }
        }
    }

    /// Reads from the table. All of it was committed before it was read, and the events that wait meanwhile hold all that
    /// comes later; an item of both is recognised by its position.
    async fn catch_up(&mut self) -> Result<Vec<S::Item>> {
        let Page { read, is_last } = self.source.read(self.position).await?;
        self.is_behind = !is_last;
        self.position = read.position;
        Ok(read.items)
    }

    async fn wait(&mut self) -> Result<Vec<S::Item>> {
        let taken = match self.events.recv().await {
            Ok(event) => self.source.take(event, self.position),
            Err(RecvError::Lagged(_)) => None,
            Err(RecvError::Closed) => {
                (self.events, _) = self.source.listen().await?;
                None
            }
        };
        let Some(Items { items, position }) = taken else {
            self.is_behind = true;
            return Ok(Vec::new());
        };
        self.position = self.position.max(position);
        Ok(items)
    }
}

/// The change feed as a source.
#[derive(Debug)]
pub(crate) struct Changes {
    db: Db,
    feed: Arc<Feed>,
    wanted: Wanted,
}

impl Source for Changes {
    type Event = Batch;
    type Item = Change;

    async fn listen(&self) -> Result<(Receiver<Batch>, Position)> {
        self.feed.listen().await
    }

    fn take(&self, batch: Batch, after: Position) -> Option<Items<Change>> {
        let is_new = |change: &&Change| change.position() > after && self.wanted.includes(change);
        let items = batch.iter().filter(is_new).cloned().collect();
        Some(Items { items, position: batch.last().map_or(after, Change::position) })
    }

    async fn read(&self, after: Position) -> Result<Page<Change>> {
        let rows = read::after(self.db.reads(), &self.wanted, after, CHANGES_PER_READ).await?;
        read::check_place(self.db.reads(), after).await?;
        let is_last = (rows.len() as u64) < CHANGES_PER_READ;
        let position = rows.last().map_or(after, |last| last.position);
        Ok(Page { read: Items { items: read::readable(rows), position }, is_last })
    }
}

/// Follows the change feed.
#[derive(Debug)]
pub struct Tail(Follower<Changes>);

impl Tail {
    /// Follows from a place on; from now on without one.
    pub async fn open(ctx: &Context, wanted: Wanted, after: Option<Position>) -> Result<Self> {
        let source = Changes { db: ctx.db.clone(), feed: Arc::clone(&ctx.feed), wanted };
        Follower::open(source, after).await.map(Self)
    }

    /// The newest change that is accounted for.
    pub fn position(&self) -> Position {
        self.0.position()
    }

    /// The next changes, of which there is at least one. A bad request when some that come next are not there any more.
    pub async fn next(&mut self) -> Result<Vec<Change>> {
        self.0.next().await
    }
}
