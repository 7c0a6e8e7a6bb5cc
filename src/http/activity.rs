//! Activity of a connection, and its time limits.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    response::Response,
};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, sleep_until};

use crate::config::HttpArgs;

/// Longest body that fits into the system's buffers. Longer bodies keep their connection busy until they are sent.
const SHORT_BYTES: u64 = 64 * 1024;

/// Time limits of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeLimits {
    /// Time from the first byte of a request's head to its last.
    pub(super) head: Duration,
    /// Time without a request.
    idle: Duration,
    /// Time in which a client reads nothing of its answers.
    pub(super) write: Duration,
}

impl TimeLimits {
    pub(super) fn new(http: &HttpArgs) -> Self {
        let millis = Duration::from_millis;
        Self {
            head: millis(http.read_timeout_ms),
            idle: millis(http.keep_alive_timeout_ms),
            write: millis(http.write_timeout_ms),
        }
    }
}

/// Time limit that a connection has exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expired {
    /// No request came for too long. The connection shuts down, for which it has the write timeout.
    Idle,
    /// A head has begun and is not complete.
    Head,
    /// Shutting the connection down took too long.
    Shutdown,
}

/// State of a connection.
#[derive(Debug)]
pub(super) struct Activity {
    is_http2: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    requests: u32,
    /// A head has begun. HTTP/2 has frames that belong to no request.
    is_head: bool,
    /// The client may still be sending a body that is not read.
    is_unread: bool,
    since: Instant,
}

impl Activity {
    /// Starts the state of a connection whose first bytes have arrived.
    pub(super) fn new(is_http2: bool) -> Self {
        Self {
            is_http2,
            state: Mutex::new(State { requests: 0, is_head: !is_http2, is_unread: false, since: Instant::now() }),
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Notes that bytes have arrived.
    pub(super) fn note_bytes(&self) {
        if !self.is_http2 {
            self.change(|state| {
                if state.requests == 0 && !state.is_head {
                    (state.is_head, state.since) = (true, Instant::now());
                }
            });
        }
    }

    /// Notes that a request has arrived. The request ends when the value is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.change(|state| (state.requests, state.is_head) = (state.requests + 1, false));
        Busy(Arc::clone(self))
    }

    /// Notes that the connection closes before its last request is read completely.
    pub(super) fn leave_unread(&self) {
        self.change(|state| state.is_unread = true);
    }

    pub(super) fn is_unread(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_unread
    }

    fn deadline(&self, times: TimeLimits) -> Option<(Instant, Expired)> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match (state.requests, state.is_head) {
            (0, true) => Some((state.since + times.head, Expired::Head)),
            (0, false) => Some((state.since + times.idle, Expired::Idle)),
            _ => None,
        }
    }

    /// Waits until a limit is exceeded. After [`Expired::Idle`] it waits once more, for the end of the shutdown.
    ///
    /// The caller polls it whenever it polls the connection, because only then may a deadline have come nearer.
    pub(super) fn expiry(&self, times: TimeLimits) -> impl Future<Output = Expired> {
        let mut sleep = Box::pin(sleep_until(Instant::now()));
        let mut ends_by = None;
        std::future::poll_fn(move |cx| {
            loop {
                let deadline = ends_by.map(|by| (by, Expired::Shutdown)).or_else(|| self.deadline(times));
                let Some((by, expired)) = deadline else { return Poll::Pending };
                if by > Instant::now() {
                    if sleep.deadline() != by {
                        sleep.as_mut().reset(by);
                    }
                    if sleep.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                } else {
                    ends_by = Some(Instant::now() + times.write);
                    return Poll::Ready(expired);
                }
            }
        })
    }
}

/// Request in progress.
#[derive(Debug)]
pub(super) struct Busy(Arc<Activity>);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.change(|state| {
            state.requests -= 1;
            (state.is_head, state.since) = (false, Instant::now());
        });
    }
}

impl Busy {
    /// Keeps the connection busy until a long body is sent.
    pub(super) fn until_sent(self, response: Response) -> Response {
        let is_short = response.body().size_hint().exact().is_some_and(|bytes| bytes <= SHORT_BYTES);
        if is_short { response } else { response.map(|body| Body::new(BusyBody { body, _busy: self })) }
    }
}

/// Body that keeps its connection busy.
struct BusyBody {
    body: Body,
    _busy: Busy,
}

impl HttpBody for BusyBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
