//! Subscribers with the same operation: each change is answered once for all of them.

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

/// Answers that wait for a subscriber; one that is further behind reads from the table.
///
/// Room for all of them is taken when the group begins, which is what a subscriber with an operation of its own costs.
pub(super) const ANSWERS_WAITING: usize = 32;

/// The groups of this process, each for as long as it has members, and how many subscriptions each caller has.
#[derive(Debug, Default)]
pub(crate) struct Groups {
    groups: Mutex<HashMap<(Fingerprint, Wanted), Weak<Group>>>,
    subscriptions: Quotas,
}

/// Subscribers with the same operation.
pub(super) struct Group {
    /// What all of them sent, kept once.
    pub(super) operation: Arc<Operation>,
    pub(super) events: broadcast::Sender<GroupEvent>,
    /// The newest change that is answered, once the group has begun.
    pub(super) answered: watch::Receiver<Option<Position>>,
    /// The task that answers; it ends with the group.
    pub(super) answering: JoinHandle<()>,
}

/// An event of a group, for its subscribers.
#[derive(Clone, Debug)]
pub(super) enum GroupEvent {
    /// The answer to the next change.
    Answer(ChangeAnswer),
    /// Changes may be missing from here on; each subscriber has to look by itself.
    Lagged,
}

/// The answer to a change.
#[derive(Clone, Debug)]
pub(super) struct ChangeAnswer {
    pub(super) position: Position,
    pub(super) body: Bytes,
}

impl Groups {
    /// The group of an operation; `start` makes a new one where there is none.
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

    /// A subscription for a caller; none when it has as many as one may have. Large ones count several times, because
    /// parsed, as they are kept, they take up to a hundred times their text.
    pub(super) fn acquire(&self, actor: &Actor, bytes: usize, most: u32) -> Option<Permit> {
        let weight = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        self.subscriptions.acquire(actor, weight.max(1), most)
    }
}

impl Group {
    /// All that is said from here on, once the group has begun, and the place that it follows. What comes after that
    /// place may be partly said already; nothing that is said later comes before it.
    pub(super) async fn listen(&self) -> (broadcast::Receiver<GroupEvent>, Position) {
        let events = self.events.subscribe();
        let mut answered = self.answered.clone();
        // It ends only with the group.
        let position = answered.wait_for(Option::is_some).await.ok().and_then(|position| *position);
        (events, position.unwrap_or_default())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.answering.abort();
    }
}
