//! Subscribers with the same operation: each change is answered once for all of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use axum::body::Bytes;
use tokio::{
    sync::{broadcast, watch},
    task::JoinHandle,
};

use super::operation::{Fingerprint, Operation};
use crate::{
    domain::{
        Actor,
        changes::{Position, Tail, Wanted},
    },
    http::{
        Shared,
        held::{Held, Holdings},
    },
};

/// Answers that wait for a subscriber; one that is further behind reads from the table.
const ANSWERS_WAITING: usize = 256;
/// How long to wait when the database is away.
const RETRY: Duration = Duration::from_secs(1);

/// The groups of this process, each for as long as it has members, and how many subscriptions each caller has.
#[derive(Debug, Default)]
pub struct Groups {
    groups: Mutex<HashMap<(Fingerprint, Wanted), Weak<Group>>>,
    subscriptions: Holdings,
}

/// Subscribers with the same operation.
pub(super) struct Group {
    /// What all of them sent, kept once.
    pub(super) operation: Arc<Operation>,
    answers: broadcast::Sender<Answer>,
    /// From where on everything is answered, once that is known.
    begun: watch::Receiver<Option<Position>>,
    answering: JoinHandle<()>,
}

/// The answer to a change.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) position: Position,
    pub(super) body: Bytes,
}

impl Groups {
    /// The group of an operation, which may be new.
    pub(super) fn join(&self, shared: &Arc<Shared>, operation: Operation, wanted: &Wanted) -> Arc<Group> {
        let key = (operation.fingerprint(), wanted.clone());
        let mut groups = self.groups.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(group) = groups.get(&key).and_then(Weak::upgrade) {
            return group;
        }
        groups.retain(|_, group| group.strong_count() > 0);
        let group = Arc::new(Group::start(Arc::clone(shared), Arc::new(operation), wanted.clone()));
        groups.insert(key, Arc::downgrade(&group));
        group
    }

    /// A subscription for a caller; none when it has as many as one may have. Large ones count several times, because
    /// parsed, as they are kept, they take up to a hundred times their text.
    pub(super) fn hold(&self, actor: &Actor, bytes: usize, most: u32) -> Option<Held> {
        let weight = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        self.subscriptions.hold(actor, weight.max(1), most)
    }
}

impl Group {
    fn start(shared: Arc<Shared>, operation: Arc<Operation>, wanted: Wanted) -> Self {
        let answers = broadcast::Sender::new(ANSWERS_WAITING);
        let (start, begun) = watch::channel(None);
        let answering = tokio::spawn(answer_all(shared, Arc::clone(&operation), wanted, answers.clone(), start));
        Self { operation, answers, begun, answering }
    }

    /// All answers from here on, once the group has begun.
    pub(super) async fn listen(&self) -> broadcast::Receiver<Answer> {
        let answers = self.answers.subscribe();
        // It ends only with the group.
        drop(self.begun.clone().wait_for(Option::is_some).await);
        answers
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

async fn answer_all(
    shared: Arc<Shared>,
    operation: Arc<Operation>,
    wanted: Wanted,
    answers: broadcast::Sender<Answer>,
    start: watch::Sender<Option<Position>>,
) {
    let mut tail = loop {
        match Tail::open(&shared.domain, wanted.clone(), None).await {
            Ok(tail) => break tail,
            Err(error) => away(&error).await,
        }
    };
    start.send_replace(Some(tail.position()));
    loop {
        match tail.next().await {
            Ok(changes) => {
                for change in changes {
                    let position = change.position();
                    let body = operation.answer(&shared, Arc::new(change)).await;
                    // With nobody there the group ends.
                    drop(answers.send(Answer { position, body }));
                }
            }
            Err(error) => away(&error).await,
        }
    }
}

async fn away(error: &crate::domain::Error) {
    tracing::warn!(%error, "Subscribers could not be answered; trying again");
    tokio::time::sleep(RETRY).await;
}
