//! Waiting for changes without keeping them.

use std::sync::Arc;

use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{Feed, Position, Wanted, feed::Batch};
use crate::domain::{Context, error::Result};

/// Waits until there are changes to be read. Unlike a [`super::Tail`] it holds no values, which may be erased before they
/// are used.
#[derive(Debug)]
pub struct Watch {
    feed: Arc<Feed>,
    events: Receiver<Batch>,
    wanted: Wanted,
}

impl Watch {
    /// Watches from now on. What was made before is to be read from the table, after this.
    pub async fn open(ctx: &Context, wanted: Wanted) -> Result<Self> {
        let (events, _) = ctx.feed.listen().await?;
        Ok(Self { feed: Arc::clone(&ctx.feed), events, wanted })
    }

    /// Known position of the feed. What is read afterwards holds all changes up to it.
    pub fn now(&self) -> Position {
        self.feed.now()
    }

    /// Waits until there may be a wanted change after a place. The place moves past the others.
    pub async fn wait(&mut self, place: &mut Position) -> Result<()> {
        loop {
            match self.events.recv().await {
                Ok(batch) => {
                    let mut news = batch.iter().filter(|change| change.position() > *place);
                    if news.any(|change| self.wanted.includes(change)) {
                        return Ok(());
                    }
                    *place = batch.last().map_or(*place, |last| last.position().max(*place));
                }
                Err(RecvError::Lagged(_)) => return Ok(()),
                Err(RecvError::Closed) => {
                    (self.events, _) = self.feed.listen().await?;
                    return Ok(());
                }
            }
        }
    }
}
