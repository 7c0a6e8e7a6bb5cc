//! Subscribers with the same operation: each change is answered once for all of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
};
use tokio_util::bytes::Bytes;

use super::operation::{Fingerprint, Operation};
use crate::{
    domain::{
        Actor, Error,
        changes::{Position, Tail, Wanted},
    },
    engine::Engine,
    quota::{Permit, Quotas},
};

/// Answers that wait for a subscriber; one that is further behind reads from the table.
///
/// Room for all of them is taken when the group begins, which is what a subscriber with an operation of its own costs.
const ANSWERS_WAITING: usize = 32;
/// How long to wait when the database is away.
const RETRY: Duration = Duration::from_secs(1);

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
    said: broadcast::Sender<GroupEvent>,
    /// How far it has answered, once it has begun.
    answered: watch::Receiver<Option<Position>>,
    answering: JoinHandle<()>,
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
    /// The group of an operation, which may be new.
    pub(super) fn join(&self, engine: &Arc<Engine>, operation: Operation, wanted: &Wanted) -> Arc<Group> {
        let key = (operation.fingerprint(), wanted.clone());
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(group) = groups.get(&key).and_then(Weak::upgrade) {
            return group;
        }
        groups.retain(|_, group| group.strong_count() > 0);
        let group = Arc::new(Group::start(Arc::clone(engine), Arc::new(operation), wanted.clone()));
        groups.insert(key, Arc::downgrade(&group));
        group
    }

    /// A subscription for a caller; none when it has as many as one may have. Large ones count several times, because
    /// parsed, as they are kept, they take up to a hundred times their text.
    pub(super) fn acquire(&self, actor: &Actor, bytes: usize, most: u32) -> Option<Permit> {
        let weight = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        self.subscriptions.acquire(actor, weight.max(1), most)
    }
}

impl Group {
    fn start(engine: Arc<Engine>, operation: Arc<Operation>, wanted: Wanted) -> Self {
        let said = broadcast::Sender::new(ANSWERS_WAITING);
        let (progress, answered) = watch::channel(None);
        let answering = tokio::spawn(answer_all(engine, Arc::clone(&operation), wanted, said.clone(), progress));
        Self { operation, said, answered, answering }
    }

    /// All that is said from here on, once the group has begun, and the place that it follows. What comes after that
    /// place may be partly said already; nothing that is said later comes before it.
    pub(super) async fn listen(&self) -> (broadcast::Receiver<GroupEvent>, Position) {
        let said = self.said.subscribe();
        let mut answered = self.answered.clone();
        // It ends only with the group.
        let position = answered.wait_for(Option::is_some).await.ok().and_then(|position| *position);
        (said, position.unwrap_or_default())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

async fn answer_all(
    engine: Arc<Engine>,
    operation: Arc<Operation>,
    wanted: Wanted,
    said: broadcast::Sender<GroupEvent>,
    progress: watch::Sender<Option<Position>>,
) {
    loop {
        match Tail::open(&engine.domain, wanted.clone(), None).await {
            Ok(tail) => answer_until_lagged(&engine, &operation, tail, &said, &progress).await,
            Err(error) => away(&error).await,
        }
    }
}

/// Answers all changes that the tail gives, until it has lost some.
async fn answer_until_lagged(
    engine: &Arc<Engine>,
    operation: &Operation,
    mut tail: Tail,
    said: &broadcast::Sender<GroupEvent>,
    progress: &watch::Sender<Option<Position>>,
) {
    progress.send_replace(Some(tail.position()));
    loop {
        match tail.next().await {
            Ok(changes) => {
                for (number, change) in changes.into_iter().enumerate() {
                    let position = change.position();
                    let body = operation.answer(engine, Arc::new(change)).await;
                    // With nobody there the group ends.
                    drop(said.send(GroupEvent::Answer(ChangeAnswer { position, body })));
                    if number % (ANSWERS_WAITING / 2) == 0 {
                        // Many changes at once must not overtake those who would have taken them in time.
                        tokio::task::yield_now().await;
                    }
                }
                progress.send_replace(Some(tail.position()));
            }
            Err(Error::BadRequest(_)) => {
                drop(said.send(GroupEvent::Lagged));
                return;
            }
            Err(error) => away(&error).await,
        }
    }
}

async fn away(error: &Error) {
    tracing::warn!(%error, "Subscribers could not be answered; trying again");
    tokio::time::sleep(RETRY).await;
}
