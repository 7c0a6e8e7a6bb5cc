//! What a connection is doing, and how long it may.

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

/// Bodies longer than this keep their connection busy until they are sent; shorter ones fit into the system's buffers.
const SHORT_BYTES: u64 = 64 * 1024;

/// The time limits of a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    /// From the first byte of a request's head to its last.
    pub(super) head: Duration,
    /// Without a request.
    idle: Duration,
    /// For a client that takes nothing of what is sent to it.
    pub(super) write: Duration,
}

impl Times {
    pub(super) fn new(http: &HttpArgs) -> Self {
        let millis = Duration::from_millis;
        Self {
            head: millis(http.read_timeout_ms),
            idle: millis(http.keep_alive_timeout_ms),
            write: millis(http.write_timeout_ms),
        }
    }
}

/// The limit that a connection has run into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expired {
    /// There was no request for too long: it is shut down, which may take as long as writing may.
    Idle,
    /// A head has begun and does not end.
    Head,
    /// Shutting it down took too long.
    Shutdown,
}

/// What a connection is doing.
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
    /// The client may still be sending what nobody reads.
    is_unread: bool,
    since: Instant,
}

impl Activity {
    /// Of a connection whose first bytes have come.
    pub(super) fn new(is_http2: bool) -> Self {
        Self {
            is_http2,
            state: Mutex::new(State { requests: 0, is_head: !is_http2, is_unread: false, since: Instant::now() }),
        }
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Notes that bytes have come.
    pub(super) fn heard(&self) {
        if !self.is_http2 {
            self.change(|state| {
                if state.requests == 0 && !state.is_head {
                    (state.is_head, state.since) = (true, Instant::now());
                }
            });
        }
    }

    /// Notes that a request has come; it is done when the value is dropped.
    pub(super) fn begin(self: &Arc<Self>) -> Busy {
        self.change(|state| (state.requests, state.is_head) = (state.requests + 1, false));
        Busy(Arc::clone(self))
    }

    /// Notes that the connection ends before its last request is read to its end.
    pub(super) fn leave_unread(&self) {
        self.change(|state| state.is_unread = true);
    }

    pub(super) fn is_unread(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_unread
    }

    fn deadline(&self, times: Times) -> Option<(Instant, Expired)> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match (state.requests, state.is_head) {
            (0, true) => Some((state.since + times.head, Expired::Head)),
            (0, false) => Some((state.since + times.idle, Expired::Idle)),
            _ => None,
        }
    }

    /// Returns when a limit is reached; after [`Expired::Idle`] once more, when the connection should have ended.
    ///
    /// To be polled whenever the connection was: only then may a deadline have come nearer.
    pub(super) fn expiry(&self, times: Times) -> impl Future<Output = Expired> {
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

/// A request that is not done.
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
        if is_short { response } else { response.map(|body| Body::new(Held { body, _busy: self })) }
    }
}

/// A body that keeps its connection busy.
struct Held {
    body: Body,
    _busy: Busy,
}

impl HttpBody for Held {
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
