//! Subscriptions: from an operation to its answers, whatever carries them to the client.

mod group;
mod operation;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use async_graphql::parser::types::ExecutableDocument;
use axum::body::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::task::AbortOnDropHandle;

pub use self::group::Groups;
use self::{
    group::{Group, Said},
    operation::Operation,
};
use super::{request::GraphqlRequest, response::Reply};
use crate::{
    domain::{
        self, Actor,
        changes::{self, Position, Wanted},
    },
    graphql::error::{ApiError, ErrorCode},
    http::{Shared, held::Held},
};

/// Changes read from the table at once.
const PAGE: u64 = 50;
/// How long to wait when the database is away.
const RETRY: Duration = Duration::from_secs(1);

/// Opens a subscription, whose document is valid: its answers as JSON, without end unless one is an error. That is the
/// last: the client has to load the records again.
pub(super) async fn open(
    shared: &Arc<Shared>,
    graphql: GraphqlRequest,
    document: ExecutableDocument,
    actor: &Actor,
) -> Result<BoxStream<'static, Result<Bytes, Reply>>, Reply> {
    let (operation, arguments) = Operation::open(shared, graphql, document, actor).await?;
    if let Some(after) = arguments.after {
        changes::check_place(shared.domain.db.reads(), after).await.map_err(refused)?;
    }
    let held = shared.groups.hold(actor, operation.bytes, shared.limits.subscriptions_max).ok_or_else(too_many)?;
    let group = shared.groups.join(shared, operation, &arguments.wanted);
    let (said, position) = group.listen().await;
    let subscriber = Subscriber {
        shared: Arc::clone(shared),
        _held: held,
        wanted: arguments.wanted,
        group,
        said,
        position: arguments.after.unwrap_or(position),
        is_behind: arguments.after.is_some(),
        missed: VecDeque::new(),
    };
    let answers = stream::unfold(Some(subscriber), |subscriber| async move {
        let mut subscriber = subscriber?;
        match subscriber.next().await {
            Ok(body) => Some((Ok(body), Some(subscriber))),
            Err(error) => Some((Err(refused(error)), None)),
        }
    });
    Ok(answers.boxed())
}

fn too_many() -> Reply {
    let message = "Too many subscriptions are running, or too large ones; end some first.";
    Reply::refused(&ApiError::new(ErrorCode::RateLimited, message))
}

fn refused(error: domain::Error) -> Reply {
    Reply::refused(&ApiError::from(error))
}

/// One subscriber. It takes the answers of its group as they come; what it missed it reads from the table, and has
/// answered for itself.
struct Subscriber {
    shared: Arc<Shared>,
    /// Its place among the subscriptions of its caller.
    _held: Held,
    wanted: Wanted,
    group: Arc<Group>,
    said: Receiver<Said>,
    /// Up to where it has seen everything, or will have with what it missed.
    position: Position,
    is_behind: bool,
    missed: VecDeque<Bytes>,
}

impl Subscriber {
    /// The next answer; an error when what comes next is not there any more.
    async fn next(&mut self) -> domain::Result<Bytes> {
        loop {
            if let Some(body) = self.missed.pop_front() {
                return Ok(body);
            }
            if self.is_behind {
                self.catch_up().await?;
                continue;
            }
            match self.said.recv().await {
                Ok(Said::Answer(answer)) if answer.position > self.position => {
                    self.position = answer.position;
                    return Ok(answer.body);
                }
                // Seen already.
                Ok(Said::Answer(_)) => {}
                Ok(Said::Gap) | Err(RecvError::Lagged(_)) => self.is_behind = true,
                Err(RecvError::Closed) => {
                    (self.said, _) = self.group.listen().await;
                    self.is_behind = true;
                }
            }
        }
    }

    /// Reads what was missed. What the group says meanwhile holds all that comes after it, and is told by its places.
    async fn catch_up(&mut self) -> domain::Result<()> {
        // What the feed holds by now, the table does.
        let known = self.shared.domain.feed.now();
        let operation = Arc::clone(&self.group.operation);
        let reading = read(Arc::clone(&self.shared), operation, self.wanted.clone(), self.position);
        // A task of its own: it must not stand still, with a connection to the database, while the client takes its time.
        match AbortOnDropHandle::new(tokio::spawn(reading)).await {
            Ok(Ok(Missed { answers, position, is_all })) => {
                self.is_behind = !is_all;
                self.position = position;
                if !self.is_behind {
                    // So that it is not taken for one who has yet to see what it never wanted.
                    self.position = self.position.max(known);
                }
                self.missed.extend(answers);
            }
            Ok(Err(error @ domain::Error::BadRequest(_))) => return Err(error),
            Ok(Err(error)) => {
                tracing::warn!(%error, "A subscriber could not be told what it missed; trying again");
                tokio::time::sleep(RETRY).await;
            }
            Err(cause) => {
                tracing::error!(%cause, "A subscriber could not be told what it missed; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
        Ok(())
    }
}

/// A page of the answers after a place, up to where, and whether there are no more.
struct Missed {
    answers: Vec<Bytes>,
    position: Position,
    is_all: bool,
}

async fn read(
    shared: Arc<Shared>,
    operation: Arc<Operation>,
    wanted: Wanted,
    position: Position,
) -> domain::Result<Missed> {
    let missed = changes::after(shared.domain.db.reads(), &wanted, position, PAGE).await?;
    // Each time, because a slow client's replay goes on while changes are pruned.
    changes::check_place(shared.domain.db.reads(), position).await?;
    let is_all = (missed.len() as u64) < PAGE;
    let position = missed.last().map_or(position, |last| last.position);
    let mut answers = Vec::new();
    for change in missed.into_iter().filter_map(|row| row.change) {
        answers.push(operation.answer(&shared, Arc::new(change)).await);
    }
    Ok(Missed { answers, position, is_all })
}
