//! Groups of all pairs, which are kept in memory until pairs or vetoes are written: a number in the database, which grows
//! with each write, says whether they are still right. Nothing is lost with them.

use std::{collections::HashSet, sync::Arc};

use tokio::sync::Mutex;
use uuid::Uuid;

use super::{Certainty, Group, groups, pairs, state::State, vetoed};
use crate::{domain::error::Result, storage::Db};

/// Place of a group among all: certain ones first, then by their best pairs, then by their oldest contacts.
pub(super) type Rank = (bool, i32, Uuid);

impl Group {
    pub(super) fn rank(&self) -> Rank {
        let best = self.pairs.first().map(|pair| pair.likeness.rank().1).unwrap_or_default();
        (self.certainty != Certainty::Certain, best, self.contacts.first().copied().unwrap_or_default())
    }
}

/// All groups, in the order in which they are listed.
#[derive(Debug)]
pub(super) struct Groups {
    revision: i64,
    /// The certain ones first.
    pub(super) ranked: Vec<Group>,
    pub(super) vetoed: HashSet<(Uuid, Uuid)>,
}

/// Groups that were made lately.
#[derive(Debug, Default)]
pub struct GroupCache(Mutex<Option<Arc<Groups>>>);

impl GroupCache {
    /// All groups as of the last write of pairs. Whoever asks while they are made waits for them.
    pub(super) async fn current(&self, db: &Db) -> Result<Arc<Groups>> {
        let mut made = self.0.lock().await;
        let revision = State::read(db.reads()).await?.revision;
        if let Some(groups) = made.as_ref().filter(|groups| groups.revision == revision) {
            return Ok(Arc::clone(groups));
        }
        let vetoed = vetoed::all(db.reads()).await?.into_iter().collect();
        let mut ranked = groups(pairs::all(db).await?);
        ranked.sort_by_key(Group::rank);
        Ok(Arc::clone(made.insert(Arc::new(Groups { revision, ranked, vetoed }))))
    }
}
