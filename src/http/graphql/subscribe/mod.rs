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
    group::{Answer, Group},
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

/// Opens a subscription, whose document is valid: its answers as JSON, without end.
pub(super) async fn open(
    shared: &Arc<Shared>,
    graphql: GraphqlRequest,
    document: ExecutableDocument,
    actor: &Actor,
) -> Result<BoxStream<'static, Bytes>, Reply> {
    let (operation, arguments) = Operation::open(shared, graphql, document, actor).await?;
    if let Some(after) = arguments.after {
        let kept = changes::check_kept(shared.domain.db.reader(), after).await;
        kept.map_err(|error| Reply::refused(&ApiError::from(error)))?;
    }
    let held = shared.groups.hold(actor, operation.bytes, shared.limits.subscriptions_max).ok_or_else(too_many)?;
    let group = shared.groups.join(shared, operation, &arguments.wanted);
    let answers = group.listen().await;
    let subscriber = Subscriber {
        shared: Arc::clone(shared),
        _held: held,
        wanted: arguments.wanted,
        group,
        answers,
        position: arguments.after.unwrap_or_else(|| shared.domain.feed.now()),
        is_behind: arguments.after.is_some(),
        missed: VecDeque::new(),
    };
    let answers = stream::unfold(subscriber, |mut subscriber| async move {
        let body = subscriber.next().await;
        Some((body, subscriber))
    });
    Ok(answers.boxed())
}

fn too_many() -> Reply {
    let message = "Too many subscriptions are running, or too large ones; end some first.";
    Reply::refused(&ApiError::new(ErrorCode::RateLimited, message))
}

/// One subscriber. It takes the answers of its group as they come; what it missed it reads from the table, and has
/// answered for itself.
struct Subscriber {
    shared: Arc<Shared>,
    /// Its place among the subscriptions of its caller.
    _held: Held,
    wanted: Wanted,
    group: Arc<Group>,
    answers: Receiver<Answer>,
    /// The last change that it has seen.
    position: Position,
    is_behind: bool,
    missed: VecDeque<Answer>,
}

impl Subscriber {
    async fn next(&mut self) -> Bytes {
        loop {
            if let Some(answer) = self.missed.pop_front() {
                self.position = answer.position;
                return answer.body;
            }
            if self.is_behind {
                self.catch_up().await;
                continue;
            }
            match self.answers.recv().await {
                Ok(answer) if answer.position > self.position => {
                    self.position = answer.position;
                    return answer.body;
                }
                // Seen already.
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.is_behind = true,
                Err(RecvError::Closed) => {
                    self.answers = self.group.listen().await;
                    self.is_behind = true;
                }
            }
        }
    }

    /// Reads what was missed. The answers that wait meanwhile hold all that comes after it, and are told by their places.
    async fn catch_up(&mut self) {
        let reading =
            read(Arc::clone(&self.shared), Arc::clone(&self.group.operation), self.wanted.clone(), self.position);
        // A task of its own: it must not stand still, with a connection to the database, while the client takes its time.
        match AbortOnDropHandle::new(tokio::spawn(reading)).await {
            Ok(Ok(missed)) => {
                self.is_behind = missed.len() as u64 == PAGE;
                self.missed.extend(missed);
            }
            Ok(Err(error)) => {
                tracing::warn!(%error, "A subscriber could not be told what it missed; trying again");
                tokio::time::sleep(RETRY).await;
            }
            Err(cause) => {
                tracing::error!(%cause, "A subscriber could not be told what it missed; trying again");
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

/// A page of the answers after a place.
async fn read(
    shared: Arc<Shared>,
    operation: Arc<Operation>,
    wanted: Wanted,
    position: Position,
) -> domain::Result<Vec<Answer>> {
    let mut answers = Vec::new();
    for change in changes::after(shared.domain.db.reader(), &wanted, position, PAGE).await? {
        let position = change.position();
        answers.push(Answer { position, body: operation.answer(&shared, Arc::new(change)).await });
    }
    Ok(answers)
}
