//! Subscriptions: from an operation to its answers, for any transport.

mod answering;
mod group;
mod operation;
mod progress;

use std::{sync::Arc, time::Duration};

use futures_util::stream::{self, BoxStream, StreamExt};
use tokio::sync::broadcast::Receiver;
use tokio_util::bytes::Bytes;
use tokio_util::task::AbortOnDropHandle;

pub(crate) use self::group::Groups;
use self::{
    group::{Group, GroupEvent},
    operation::Operation,
};
use super::{
    Answer, Engine, GraphqlRequest,
    execute::{Checked, in_time},
    operations::Verdict,
};
use crate::{
    domain::{
        self, Actor,
        changes::{self, Follower, Items, Page, Position, Source, Wanted},
    },
    graphql::{
        error::{ApiError, ErrorCode},
        subscription::Arguments,
    },
};

/// Changes read from the table at once.
const CHANGES_PER_READ: u64 = 50;
/// Interval between attempts to read the table while the database is unavailable.
const READ_RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Answers to a subscription as JSON. `Err` is the last of them: the end of a job whose progress was followed, or an error
/// after which the client must load the records again.
pub(crate) type Answers = BoxStream<'static, Result<Bytes, Answer>>;

/// Opens a subscription. The outer error is a timeout.
pub(crate) async fn open(
    engine: &Arc<Engine>,
    graphql: GraphqlRequest,
    checked: Checked,
    actor: Actor,
) -> Result<Result<Answers, Answer>, ApiError> {
    let (metrics, transport) = (Arc::clone(&checked.metrics), graphql.transport);
    let opened = in_time(engine, open_in_time(engine, graphql, checked, &actor)).await;
    let verdict = match &opened {
        Ok(Ok(_)) => Verdict::Ok,
        Ok(Err(refused)) => refused.verdict(),
        Err(timeout) => Verdict::of_code(timeout.code),
    };
    metrics.count(transport, verdict);
    opened
}

async fn open_in_time(
    engine: &Arc<Engine>,
    graphql: GraphqlRequest,
    checked: Checked,
    actor: &Actor,
) -> Result<Answers, Answer> {
    let (operation, arguments) = answering::open(engine, graphql, checked, actor).await?;
    if let Arguments::Changes { after: Some(after), .. } = &arguments {
        changes::check_place(engine.domain.db.reads(), *after).await.map_err(refused)?;
    }
    let permit = engine.groups.acquire(actor, operation.bytes, engine.limits.subscriptions_max).ok_or_else(too_many)?;
    let (wanted, after) = match arguments {
        Arguments::Changes { wanted, after } => (wanted, after),
        Arguments::Progress => return Ok(progress::answers(Arc::clone(engine), operation, permit)),
    };
    let start = |operation, wanted| answering::start(engine, operation, wanted);
    let group = engine.groups.join(operation, &wanted, start);
    let source = GroupSource { engine: Arc::clone(engine), wanted, group };
    let follower = Follower::open(source, after).await.map_err(refused)?;
    let answers = stream::unfold(Some((follower, permit)), |following| async move {
        let (mut follower, permit) = following?;
        match follower.next().await {
            Ok(bodies) => Some((bodies.into_iter().map(Ok).collect(), Some((follower, permit)))),
            Err(error) => Some((vec![Err(refused(error))], None)),
        }
    });
    Ok(answers.fuse().flat_map(stream::iter).boxed())
}

fn too_many() -> Answer {
    let message = "Too many subscriptions are running, or too large ones; end some first.";
    Answer::refused(&ApiError::new(ErrorCode::RateLimited, message))
}

fn refused(error: domain::Error) -> Answer {
    Answer::refused(&ApiError::from(error))
}

/// Answers of a group as a source. A subscriber that lags gets the missed changes answered for itself.
struct GroupSource {
    engine: Arc<Engine>,
    wanted: Wanted,
    group: Arc<Group>,
}

impl Source for GroupSource {
    type Event = GroupEvent;
    type Item = Bytes;

    async fn listen(&self) -> domain::Result<(Receiver<GroupEvent>, Position)> {
        Ok(self.group.listen().await)
    }

    fn take(&self, event: GroupEvent, after: Position) -> Option<Items<Bytes>> {
        match event {
            GroupEvent::Answer(answer) => {
                let items = if answer.position > after { vec![answer.body] } else { Vec::new() };
                Some(Items { items, position: answer.position })
            }
            GroupEvent::Lagged => None,
        }
    }

    async fn read(&self, after: Position) -> domain::Result<Page<Bytes>> {
        loop {
            let (engine, operation) = (Arc::clone(&self.engine), Arc::clone(&self.group.operation));
            let reading = read(engine, operation, self.wanted.clone(), after);
            // In its own task, because otherwise it would stop with a database connection in use while the client reads
            // slowly.
            match AbortOnDropHandle::new(tokio::spawn(reading)).await {
                Ok(Err(error)) if !matches!(error, domain::Error::BadRequest(_)) => {
                    tracing::warn!(%error, "A subscriber could not be told what it missed; trying again");
                }
                Ok(outcome) => return outcome,
                Err(cause) => tracing::error!(%cause, "A subscriber could not be told what it missed; trying again"),
            }
            tokio::time::sleep(READ_RETRY_INTERVAL).await;
        }
    }
}

/// Reads a page of the answers after a position.
async fn read(
    engine: Arc<Engine>,
    operation: Arc<Operation>,
    wanted: Wanted,
    after: Position,
) -> domain::Result<Page<Bytes>> {
    // The table contains all changes up to the feed's present position.
    let known = engine.domain.feed.now();
    let missed = changes::after(engine.domain.db.reads(), &wanted, after, CHANGES_PER_READ).await?;
    // Checked for each page, because changes may be pruned while a slow client's replay goes on.
    changes::check_place(engine.domain.db.reads(), after).await?;
    let is_last = (missed.len() as u64) < CHANGES_PER_READ;
    let mut position = missed.last().map_or(after, |last| last.position);
    if is_last {
        // Changes that the filter excludes are skipped; otherwise the subscriber would look lagged.
        position = position.max(known);
    }
    let read_after = engine.domain.db.written_to().await;
    let mut items = Vec::new();
    for change in missed.into_iter().filter_map(|row| row.change) {
        items.push(answering::answer_change(&engine, &operation, change, read_after).await);
    }
    Ok(Page { read: Items { items, position }, is_last })
}
