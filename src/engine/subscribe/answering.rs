//! Answers of subscriptions: an operation is executed once to read its arguments, and then once for each change.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_graphql::ServerError;
use futures_util::StreamExt;
use sha2::{Digest, Sha256};
use tokio::sync::{broadcast, watch};
use tokio_util::bytes::Bytes;

use super::{
    group::{ANSWERS_WAITING, ChangeAnswer, Group, GroupEvent},
    operation::{Operation, begins_at, no_field, root_field, variables},
};
use crate::{
    domain::{
        self, Actor, Error,
        changes::{Change, Position, Tail, Wanted},
    },
    engine::{
        Answer, Engine, GraphqlRequest,
        answer::complete,
        checks::limits::too_complex,
        documents::find_operation,
        execute::{Checked, request},
        omitted_variables::leave_out,
    },
    graphql::{
        context::RequestState,
        error::{ApiError, ErrorCode},
        loaders::inline::Inline,
        subscription::{Arguments, ExecutionMode},
    },
    storage::Lsn,
};

/// Interval between attempts to read the feed while the database is unavailable.
const READ_RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// Interval between attempts to answer a change while the database is unavailable.
const ANSWER_RETRY_INTERVAL: Duration = Duration::from_millis(500);

/// Takes a checked request, and reads the operation's arguments.
///
/// A cursor to begin at (`after`) is removed when it is a variable of its own. Subscribers that return after an
/// interruption differ in nothing else.
pub(super) async fn open(
    engine: &Engine,
    mut graphql: GraphqlRequest,
    checked: Checked,
    actor: &Actor,
) -> Result<(Operation, Arguments), Answer> {
    let invalid = |error: ApiError| Answer::refused(&error);
    let (text, most) = (std::mem::take(&mut graphql.query), engine.limits.subscription_bytes_max);
    let bytes = text.len().saturating_add(variables(&graphql).len());
    if bytes > most as usize {
        return Err(invalid(too_complex("bytes of a subscription with its variables", most.into())));
    }
    let Checked { document, mut omitted, .. } = checked;
    let document = &document.parsed;
    let operation = find_operation(document, graphql.operation_name.as_deref()).map_err(invalid)?;
    let field = root_field(document, &operation.selection_set.node);
    let begins_at = field.and_then(|field| begins_at(document, field)).cloned();
    let text_hash = Sha256::digest(text.as_bytes()).into();
    let mut operation = Operation { graphql, document: document.clone(), role: actor.role, text_hash, bytes };
    leave_out(&mut operation.document, &omitted);
    let arguments = read_arguments(engine, &operation).await?;
    if let Some(begins_at) = begins_at {
        operation.graphql.variables.remove(&begins_at);
        omitted.push(begins_at);
        operation.document = document.clone();
        leave_out(&mut operation.document, &omitted);
    }
    Ok((operation, arguments))
}

async fn read_arguments(engine: &Engine, operation: &Operation) -> Result<Arguments, Answer> {
    let slot = Arc::new(OnceLock::new());
    if let Some(mut refused) = execute(engine, operation, ExecutionMode::ReadArguments(Arc::clone(&slot))).await {
        // A subscription that was not opened has no field that could fail, so the request as a whole is refused.
        refused.errors.iter_mut().for_each(|error| error.path.clear());
        return Err(complete(refused, None));
    }
    let arguments = Arc::into_inner(slot).and_then(OnceLock::into_inner);
    arguments.ok_or_else(|| Answer::refused(&no_field()))
}

/// Begins to answer an operation for a group.
pub(super) fn start(engine: &Arc<Engine>, operation: Operation, wanted: Wanted) -> Group {
    let operation = Arc::new(operation);
    let events = broadcast::Sender::new(ANSWERS_WAITING);
    let (progress, answered) = watch::channel(None);
    let answering = answer_all(Arc::clone(engine), Arc::clone(&operation), wanted, events.clone(), progress);
    Group { operation, events, answered, answering: tokio::spawn(answering) }
}

async fn answer_all(
    engine: Arc<Engine>,
    operation: Arc<Operation>,
    wanted: Wanted,
    events: broadcast::Sender<GroupEvent>,
    progress: watch::Sender<Option<Position>>,
) {
    loop {
        match Tail::open(&engine.domain, wanted.clone(), None).await {
            Ok(tail) => answer_until_lagged(&engine, &operation, tail, &events, &progress).await,
            Err(error) => wait_after(&error).await,
        }
    }
}

/// Answers all changes that the tail yields, until the tail has lost some.
async fn answer_until_lagged(
    engine: &Engine,
    operation: &Operation,
    mut tail: Tail,
    events: &broadcast::Sender<GroupEvent>,
    progress: &watch::Sender<Option<Position>>,
) {
    progress.send_replace(Some(tail.position()));
    loop {
        match tail.next().await {
            Ok(changes) => {
                let read_after = engine.domain.db.written_to().await;
                for (number, change) in changes.into_iter().enumerate() {
                    let position = change.position();
                    let body = answer_change(engine, operation, change, read_after).await;
                    // A group without members ends.
                    drop(events.send(GroupEvent::Answer(ChangeAnswer { position, body })));
                    if number % (ANSWERS_WAITING / 2) == 0 {
                        // Yields to subscribers, because a burst of changes could otherwise outrun those that read in
                        // time.
                        tokio::task::yield_now().await;
                    }
                }
                progress.send_replace(Some(tail.position()));
            }
            Err(Error::BadRequest(_)) => {
                drop(events.send(GroupEvent::Lagged));
                return;
            }
            Err(error) => wait_after(&error).await,
        }
    }
}

async fn wait_after(error: &Error) {
    tracing::warn!(%error, "Subscribers could not be answered; trying again");
    tokio::time::sleep(READ_RETRY_INTERVAL).await;
}

/// Answers one change, as JSON. Tells the position that a later query must see.
pub(super) async fn answer_change(
    engine: &Engine,
    operation: &Operation,
    change: Change,
    read_after: Option<Lsn>,
) -> Bytes {
    let change = Arc::new(change);
    loop {
        let answer = execute(engine, operation, ExecutionMode::Deliver(Arc::clone(&change))).await.unwrap_or_default();
        // A change is delivered only once, so an incomplete answer would never be repaired.
        if !answer.errors.iter().any(is_temporary) {
            return complete(answer, None).tell(read_after).body.into();
        }
        tokio::time::sleep(ANSWER_RETRY_INTERVAL).await;
    }
}

/// Answers with the progress of a job; true with the job's last, or when it cannot be told.
pub(super) async fn answer_progress(engine: &Engine, operation: &Operation) -> (Answer, bool) {
    loop {
        let has_ended = Arc::new(AtomicBool::new(false));
        let answer = execute(engine, operation, ExecutionMode::Report(Arc::clone(&has_ended))).await;
        let answer = answer.unwrap_or_default();
        if !answer.errors.iter().any(is_temporary) {
            let has_ended = has_ended.load(Ordering::Relaxed) || !answer.errors.is_empty();
            return (complete(answer, None), has_ended);
        }
        tokio::time::sleep(ANSWER_RETRY_INTERVAL).await;
    }
}

async fn execute(engine: &Engine, operation: &Operation, mode: ExecutionMode) -> Option<async_graphql::Response> {
    let queue = Inline::default();
    let actor = Actor { role: operation.role, ..Actor::default() };
    let domain = domain::Context { actor, ..engine.domain.clone() };
    let state = RequestState::new(domain, engine.limits, Arc::clone(&engine.throttle), &queue);
    let request = request(&operation.graphql, operation.document.clone()).data(state).data(mode);
    let mut answers = engine.schema.execute_stream(request);
    queue.run(answers.next()).await
}

/// Returns true for an error that an unavailable database has caused.
fn is_temporary(error: &ServerError) -> bool {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    code == Some(&ErrorCode::ServiceUnavailable.as_str().into())
}
