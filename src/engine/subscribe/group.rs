//! Groups of subscribers with the same operation. Each change is answered once per group.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
};
use tokio_util::bytes::Bytes;

use super::operation::{Fingerprint, Operation};
use crate::{
    domain::{
        Actor,
        changes::{Position, Wanted},
    },
    quota::{Permit, Quotas},
};

/// Most answers that wait for a subscriber. A subscriber that lags further reads from the table.
///
/// The memory for all of them is allocated when the group begins. That is the cost of a subscriber with an operation of
/// its own.
pub(super) const ANSWERS_WAITING: usize = 32;

/// Groups of this process, each while it has members, and the subscription quotas of callers.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    groups: Mutex<HashMap<(Fingerprint, Wanted), Weak<Group>>>,
    subscriptions: Quotas,
}

/// Subscribers with the same operation.
pub(super) struct Group {
    /// Operation that all of them sent, stored once.
    pub(super) operation: Arc<Operation>,
    pub(super) events: broadcast::Sender<GroupEvent>,
    /// Position of the newest answered change, once the group has begun.
    pub(super) answered: watch::Receiver<Option<Position>>,
    /// Task that answers. It ends with the group.
    pub(super) answering: JoinHandle<()>,
}

/// Event of a group, for its subscribers.
#[derive(Clone, Debug)]
pub(super) enum GroupEvent {
    /// Answer to the next change.
    Answer(ChangeAnswer),
    /// Changes may be missing from here on. Each subscriber must read them from the table.
    Lagged,
}

/// Answer to a change.
#[derive(Clone, Debug)]
pub(super) struct ChangeAnswer {
    pub(super) position: Position,
    pub(super) body: Bytes,
}

impl Groups {
    /// Joins the group of an operation. `start` makes a new group when there is none.
    pub(super) fn join(
        &self,
        operation: Operation,
        wanted: &Wanted,
        start: impl FnOnce(Operation, Wanted) -> Group,
    ) -> Arc<Group> {
        let key = (operation.fingerprint(), wanted.clone());
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(group) = groups.get(&key).and_then(Weak::upgrade) {
            return group;
        }
        groups.retain(|_, group| group.strong_count() > 0);
        let group = Arc::new(start(operation, wanted.clone()));
        groups.insert(key, Arc::downgrade(&group));
        group
    }

    /// Number of subscriptions that are told each change from here on.
    pub(crate) fn listeners(&self) -> usize {
        let groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        let standing = groups.values().filter_map(Weak::upgrade).filter(|group| group.answered.borrow().is_some());
        standing.map(|group| group.events.receiver_count()).sum()
    }

    /// Takes a subscription permit for a caller. `None` when the quota is used up. Large operations count several
    /// times, because they are kept parsed, which takes up to a hundred times their text.
    pub(super) fn acquire(&self, actor: &Actor, bytes: usize, most: u32) -> Option<Permit> {
        let weight = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        self.subscriptions.acquire(actor, weight.max(1), most)
    }
}

impl Group {
    /// Returns the events from here on, once the group has begun, and the position that they follow. Changes after that
    /// position may be answered already; later events contain nothing before it.
    pub(super) async fn listen(&self) -> (broadcast::Receiver<GroupEvent>, Position) {
        let events = self.events.subscribe();
        let mut answered = self.answered.clone();
        // The sender is dropped only with the group.
        let position = answered.wait_for(Option::is_some).await.ok().and_then(|position| *position);
        (events, position.unwrap_or_default())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.answering.abort();
    }
}
