//! WebSocket session: its login, its operations, and its end.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::Bytes,
    extract::ws::{Message, WebSocket},
    http::StatusCode,
};
use futures_util::{
    FutureExt, SinkExt, StreamExt,
    future::{AbortHandle, Abortable},
    stream::{self, BoxStream, SelectAll},
};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::task::AbortOnDropHandle;

use super::messages::{Close, FromClient, about, plain, read};
use crate::{
    domain::{
        Actor,
        access::{OpenLogin, Secret},
    },
    engine::{Answer, GraphqlRequest, Transport},
    graphql::error::{ApiError, ErrorCode},
    http::{
        Shared,
        credentials::{Credentials, Refusal, checked},
        middleware::RequestId,
        read_after::{Latest, READ_AFTER},
        stop::wait_until_stopped,
        transport::open::{Opened, open},
    },
    quota::Permit,
    telemetry::trace,
    throttle::Caller,
};

/// Interval between pings, and between checks that the server can still tell whether the session is valid.
const CHECK_INTERVAL: Duration = Duration::from_secs(10);
/// Longest silence of a client, pongs included.
const SILENT_MAX: Duration = Duration::from_secs(35);
/// Longest time that a connection stays open without an operation.
const IDLE_MAX: Duration = Duration::from_mins(10);
/// Time for a client to read a message.
const SEND_MAX: Duration = Duration::from_secs(20);
/// Concurrent operations of one connection.
const OPERATIONS_MAX: usize = 100;
/// Longest id of an operation, in bytes, because each answer repeats it.
const ID_BYTES_MAX: usize = 128;

/// Message of an operation to the client.
struct OutgoingMessage {
    id: String,
    message: Message,
    is_last: bool,
}

pub(super) struct Session {
    shared: Arc<Shared>,
    credentials: Credentials,
    request_id: Option<RequestId>,
    /// Caller, known once `connection_init` has come.
    actor: Option<Actor>,
    /// The caller's login, which is checked while the connection is open.
    login: Option<OpenLogin>,
    /// Part of the caller's quota that the connection uses.
    permit: Permit,
    /// Position of the last write that the connection knows of.
    latest: Arc<Latest>,
    operations: SelectAll<BoxStream<'static, OutgoingMessage>>,
    running: HashMap<String, AbortHandle>,
    last_received: Instant,
    busy: Instant,
}

impl Session {
    pub(super) fn new(
        shared: Arc<Shared>,
        credentials: Credentials,
        request_id: Option<RequestId>,
        permit: Permit,
        latest: Latest,
    ) -> Self {
        let now = Instant::now();
        Self {
            shared,
            credentials,
            request_id,
            actor: None,
            login: None,
            permit,
            latest: Arc::new(latest),
            operations: SelectAll::new(),
            running: HashMap::new(),
            last_received: now,
            busy: now,
        }
    }

    /// Serves until either side closes it.
    pub(super) async fn run(mut self, socket: WebSocket) {
        let (mut outgoing, mut incoming) = socket.split();
        let mut stopping = self.shared.stopping.subscribe();
        let mut checks = tokio::time::interval(CHECK_INTERVAL);
        let init_by = tokio::time::sleep(Duration::from_millis(self.shared.http.read_timeout_ms));
        tokio::pin!(init_by);
        loop {
            let step = tokio::select! {
                message = incoming.next() => match message {
                    Some(Ok(message)) => self.receive(message).await,
                    Some(Err(_)) | None => return,
                },
                Some(message) = self.operations.next(), if !self.operations.is_empty() => Ok(self.forward(message)),
                _ = checks.tick() => self.check().await,
                () = checked(&mut self.login) => self.renew().await.map(|_| None),
                () = &mut init_by, if self.actor.is_none() => Err(Close::InitialisationTimeout),
                () = wait_until_stopped(&mut stopping) => Err(Close::Restart),
            };
            let (message, is_end) = match step {
                Ok(None) => continue,
                Ok(Some(message)) => (message, false),
                Err(close) => (close.frame(), true),
            };
            let sending = tokio::time::timeout(SEND_MAX, outgoing.send(message));
            if !matches!(sending.await, Ok(Ok(()))) || is_end {
                return;
            }
        }
    }

    /// Handles a message, and returns the reply if there is one.
    async fn receive(&mut self, message: Message) -> Result<Option<Message>, Close> {
        self.last_received = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Close::BadMessage),
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(None),
        };
        match read(text.as_bytes())? {
            FromClient::ConnectionInit { payload } => self.initialise(payload).await.map(Some),
            FromClient::Ping => Ok(Some(plain("pong"))),
            FromClient::Pong => Ok(None),
            FromClient::Subscribe { id, payload } => self.start(id, payload).await,
            FromClient::Complete { id } => {
                if let Some(operation) = self.running.remove(&id) {
                    operation.abort();
                }
                Ok(None)
            }
        }
    }

    /// Authenticates the caller by the payload's `authorization`, or by the headers of the upgrade. The payload may also have
    /// the position of a write, because browsers send no headers of a page's choice with an upgrade.
    async fn initialise(&mut self, payload: Option<Value>) -> Result<Message, Close> {
        if self.actor.is_some() {
            return Err(Close::TooMany);
        }
        match payload {
            None | Some(Value::Null) => {}
            Some(Value::Object(fields)) => {
                let header = |wanted: &str| {
                    let mut named = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
                    named.find_map(|(_, value)| value.as_str())
                };
                self.latest.note(header(READ_AFTER.as_str()).and_then(|position| position.parse().ok()));
                if let Some(authorization) = header("authorization") {
                    let token = authorization.strip_prefix("Bearer ").unwrap_or(authorization);
                    self.credentials.token = Some(Secret::from_input(token.trim()));
                }
            }
            Some(_) => return Err(Close::BadMessage),
        }
        let actor = signed_in(&self.shared, &self.credentials).await?;
        if Caller::of(&actor) != Caller::of(&self.credentials.unauthenticated()) {
            self.permit = self.shared.sockets.acquire(&actor).ok_or(Close::TooMany)?;
        }
        self.actor = Some(actor);
        self.login = self.credentials.open_login(&self.shared);
        Ok(plain("connection_ack"))
    }

    /// Authenticates the caller again. After a change of role the client must reconnect, because running operations
    /// were checked against the old one.
    async fn renew(&mut self) -> Result<Actor, Close> {
        let actor = signed_in(&self.shared, &self.credentials).await?;
        if self.actor.is_some_and(|before| before.role != actor.role) {
            return Err(Close::Restart);
        }
        self.actor = Some(actor);
        Ok(actor)
    }

    async fn start(&mut self, id: String, payload: Value) -> Result<Option<Message>, Close> {
        if self.actor.is_none() {
            return Err(Close::Unauthorized);
        }
        if id.len() > ID_BYTES_MAX {
            return Err(Close::BadMessage);
        }
        if self.running.contains_key(&id) {
            return Err(Close::SubscriberExists);
        }
        if self.running.len() >= OPERATIONS_MAX {
            return Err(Close::TooMany);
        }
        let actor = self.renew().await?;
        let refuse = |reply: Answer| Ok(Some(about(&id, "error", Some(&reply.errors()))));
        if let Err(refused) = self.shared.throttle.request(&actor) {
            return refuse(Answer::refused(&refused.into()));
        }
        let request = match GraphqlRequest::from_value(payload) {
            Ok(request) => request.by(Transport::WebSocket).after(self.latest.get()),
            Err(error) => return refuse(Answer::refused(&error)),
        };
        let (abort, registration) = AbortHandle::new_pair();
        self.running.insert(id.clone(), abort);
        let (shared, request_id) = (Arc::clone(&self.shared), self.request_id.clone());
        let latest = Arc::clone(&self.latest);
        let answering = async move {
            let outgoing = move |kind: &str, payload: Option<&[u8]>, is_last| OutgoingMessage {
                id: id.clone(),
                message: about(&id, kind, payload),
                is_last,
            };
            // In its own task, because otherwise it would stop with a transaction open while the client reads slowly.
            let opening = async move { open(&shared, request, actor, false, request_id.as_ref(), None).await };
            let opening = tokio::spawn(trace::carried(opening));
            let reply = match join_or_abort(opening).await {
                Opened::Answers(answers) => {
                    let messages = move |answer: Result<Bytes, Answer>| {
                        stream::iter(match answer {
                            Ok(body) => vec![outgoing("next", Some(&body), false)],
                            Err(last) => last_messages(&last, &outgoing),
                        })
                    };
                    return answers.flat_map(messages).left_stream();
                }
                Opened::Refused(_, answer) => answer,
                Opened::Answer(answer, position) => {
                    latest.note(position);
                    answer.tell(position)
                }
            };
            stream::iter(last_messages(&reply, &outgoing)).right_stream()
        };
        let answers = Abortable::new(answering.into_stream().flatten(), registration);
        self.operations.push(answers.boxed());
        Ok(None)
    }

    /// Passes on a message of an operation, unless the client has ended the operation meanwhile.
    fn forward(&mut self, outgoing: OutgoingMessage) -> Option<Message> {
        self.busy = Instant::now();
        let is_running = self.running.contains_key(&outgoing.id);
        if outgoing.is_last {
            self.running.remove(&outgoing.id);
        }
        is_running.then_some(outgoing.message)
    }

    /// Closes a connection whose client is gone, that is idle, or whose session has ended.
    async fn check(&mut self) -> Result<Option<Message>, Close> {
        let is_idle = self.running.is_empty() && self.busy.elapsed() > IDLE_MAX;
        if self.last_received.elapsed() > SILENT_MAX || is_idle {
            return Err(Close::Idle);
        }
        if self.actor.is_some() {
            self.renew().await?;
        }
        Ok(Some(Message::Ping(Vec::new().into())))
    }
}

/// Sends the reason for closing a connection that has not begun.
pub(super) async fn refuse(mut socket: WebSocket, close: Close) {
    // A client that does not read it is gone.
    drop(tokio::time::timeout(SEND_MAX, socket.send(close.frame())).await);
}

/// Returns the messages for the only or the last answer of an operation.
fn last_messages(
    reply: &Answer,
    outgoing: &impl Fn(&str, Option<&[u8]>, bool) -> OutgoingMessage,
) -> Vec<OutgoingMessage> {
    if reply.was_executed {
        vec![outgoing("next", Some(&reply.body), false), outgoing("complete", None, true)]
    } else {
        vec![outgoing("error", Some(&reply.errors()), true)]
    }
}

/// Waits for a task, and aborts it when the caller stops waiting.
async fn join_or_abort(task: JoinHandle<Opened>) -> Opened {
    let task = AbortOnDropHandle::new(task);
    task.await.unwrap_or_else(|cause| {
        tracing::error!(%cause, "An operation ended unexpectedly");
        let error = ApiError::new(ErrorCode::Internal, "Internal error.");
        Opened::Refused(StatusCode::INTERNAL_SERVER_ERROR, Answer::refused(&error))
    })
}

async fn signed_in(shared: &Shared, credentials: &Credentials) -> Result<Actor, Close> {
    match credentials.identify(shared).await {
        Ok(actor) if actor.role.is_some() => Ok(actor),
        Ok(_) => Err(Close::Forbidden),
        // The database is unavailable. Another replica may reach it.
        Err(Refusal::Failed(_) | Refusal::Throttled(_)) => Err(Close::Restart),
    }
}
