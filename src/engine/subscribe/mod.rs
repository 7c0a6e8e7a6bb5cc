//! Subscriptions: from an operation to its answers, whatever carries them to the client.

mod answering;
mod group;
mod operation;

use std::{collections::VecDeque, sync::Arc, time::Duration};

use async_graphql::parser::types::ExecutableDocument;
use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio_util::bytes::Bytes;
use tokio_util::task::AbortOnDropHandle;

pub(crate) use self::group::Groups;
use self::{
    group::{Group, GroupEvent},
    operation::Operation,
};
use super::{
    Answer, Engine, GraphqlRequest, answer,
    execute::{Checked, in_time, validate},
};
use crate::{
    domain::{
        self, Actor,
        changes::{self, Position, Wanted},
    },
    graphql::error::{ApiError, ErrorCode},
    quota::Permit,
};

/// Changes read from the table at once.
const PAGE: u64 = 50;
/// How long to wait when the database is away.
const RETRY: Duration = Duration::from_secs(1);

/// The answers to a subscription as JSON, without end unless one is an error. That is the last: the client has to load
/// the records again.
pub(crate) type Answers = BoxStream<'static, Result<Bytes, Answer>>;

/// Opens a subscription; the outer error says that it took too long.
pub(crate) async fn open(
    engine: &Arc<Engine>,
    graphql: GraphqlRequest,
    checked: Checked,
    actor: Actor,
    request_id: Option<&str>,
) -> Result<Result<Answers, Answer>, ApiError> {
    let opening = async {
        validate(engine, &graphql, &checked.document, &actor)
            .await
            .map_err(|refused| answer::complete(refused, graphql.had_variables, request_id))?;
        open_valid(engine, graphql, checked.document.parsed.clone(), &actor).await
    };
    in_time(engine, opening).await
}

async fn open_valid(
    engine: &Arc<Engine>,
    graphql: GraphqlRequest,
    document: ExecutableDocument,
    actor: &Actor,
) -> Result<Answers, Answer> {
    let (operation, arguments) = answering::open(engine, graphql, document, actor).await?;
    if let Some(after) = arguments.after {
        changes::check_place(engine.domain.db.reads(), after).await.map_err(refused)?;
    }
    let permit = engine.groups.acquire(actor, operation.bytes, engine.limits.subscriptions_max).ok_or_else(too_many)?;
    let group = engine
        .groups
        .join(operation, &arguments.wanted, |operation, wanted| answering::start(engine, operation, wanted));
    let (events, position) = group.listen().await;
    let subscriber = Subscriber {
        engine: Arc::clone(engine),
        _permit: permit,
        wanted: arguments.wanted,
        group,
        events,
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

fn too_many() -> Answer {
    let message = "Too many subscriptions are running, or too large ones; end some first.";
    Answer::refused(&ApiError::new(ErrorCode::RateLimited, message))
}

fn refused(error: domain::Error) -> Answer {
    Answer::refused(&ApiError::from(error))
}

/// One subscriber. It takes the answers of its group as they come; what it missed it reads from the table, and has
/// answered for itself.
struct Subscriber {
    engine: Arc<Engine>,
    /// Its place among the subscriptions of its caller.
    _permit: Permit,
    wanted: Wanted,
    group: Arc<Group>,
    events: Receiver<GroupEvent>,
    /// The newest change that is delivered, or queued in `missed`.
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
            match self.events.recv().await {
                Ok(GroupEvent::Answer(answer)) if answer.position > self.position => {
                    self.position = answer.position;
                    return Ok(answer.body);
                }
                // Seen already.
                Ok(GroupEvent::Answer(_)) => {}
                Ok(GroupEvent::Lagged) | Err(RecvError::Lagged(_)) => self.is_behind = true,
                Err(RecvError::Closed) => {
                    (self.events, _) = self.group.listen().await;
                    self.is_behind = true;
                }
            }
        }
    }

    /// Reads what was missed. What the group says meanwhile holds all that comes after it, and is told by its places.
    async fn catch_up(&mut self) -> domain::Result<()> {
        // What the feed holds by now, the table does.
        let known = self.engine.domain.feed.now();
        let operation = Arc::clone(&self.group.operation);
        let reading = read(Arc::clone(&self.engine), operation, self.wanted.clone(), self.position);
        // A task of its own: it must not stand still, with a connection to the database, while the client takes its time.
        match AbortOnDropHandle::new(tokio::spawn(reading)).await {
            Ok(Ok(Missed { answers, position, is_all })) => {
                self.is_behind = !is_all;
                self.position = position;
                if !self.is_behind {
                    // Changes that the filter excludes are skipped; otherwise the subscriber would look lagged.
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
    engine: Arc<Engine>,
    operation: Arc<Operation>,
    wanted: Wanted,
    position: Position,
) -> domain::Result<Missed> {
    let missed = changes::after(engine.domain.db.reads(), &wanted, position, PAGE).await?;
    // Each time, because a slow client's replay goes on while changes are pruned.
    changes::check_place(engine.domain.db.reads(), position).await?;
    let is_all = (missed.len() as u64) < PAGE;
    let position = missed.last().map_or(position, |last| last.position);
    let mut answers = Vec::new();
    for change in missed.into_iter().filter_map(|row| row.change) {
        answers.push(answering::answer_change(&engine, &operation, change).await);
    }
    Ok(Missed { answers, position, is_all })
}
