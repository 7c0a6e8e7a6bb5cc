//! Concurrent answers on one HTTP/2 connection: a limit of bytes that wait to be sent, and a timeout.
//!
//! A client controls how much of each answer it reads. A client that reads nothing would make the server keep as many
//! answers as it may request at once. So answers are produced only as fast as they are read, and an answer that is not
//! read is dropped.

use std::{
    future::Future,
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
use tokio::{
    sync::Notify,
    time::{Instant, Sleep, sleep_until},
};

use super::activity::Busy;

/// Most bytes of one connection that may wait to be sent, beside the answer that is being sent.
const WAITING_BYTES_MAX: u64 = 1024 * 1024;
/// Bytes that an answer of unknown length reserves. Each answer that is read completely raises the budget by as much.
const EXPECTED_BYTES: u64 = 64 * 1024;
/// Bytes that a new connection may reserve: four answers. With one, a slow query would block the others of a new
/// connection. In return a client that reads nothing gets four answers produced.
const INITIAL_BUDGET_BYTES: u64 = 4 * EXPECTED_BYTES;
/// Bytes of an answer that hyper gets at once. It may keep that much when the client reads only a part.
const PORTION_BYTES: usize = 8 * 1024;

/// Budget for the answers of a connection.
#[derive(Debug)]
pub(super) struct Backlog {
    budget: Mutex<Budget>,
    freed: Notify,
}

#[derive(Debug)]
struct Budget {
    total: u64,
    /// Bytes reserved by answers that wait or are being produced. They may exceed the budget, because an answer's
    /// length is unknown beforehand.
    reserved: u64,
}

impl Backlog {
    pub(super) fn new() -> Self {
        Self { budget: Mutex::new(Budget { total: INITIAL_BUDGET_BYTES, reserved: 0 }), freed: Notify::new() }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Budget) -> T) -> T {
        let mut budget = self.budget.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut budget);
        let is_free = budget.reserved + EXPECTED_BYTES <= budget.total;
        drop(budget);
        if is_free {
            self.freed.notify_one();
        }
        changed
    }

    /// Waits until the budget has budget for one more answer.
    pub(super) async fn admit(self: Arc<Self>) -> Reservation {
        loop {
            let is_admitted = self.change(|budget| {
                let is_free = budget.reserved + EXPECTED_BYTES <= budget.total;
                budget.reserved += if is_free { EXPECTED_BYTES } else { 0 };
                is_free
            });
            if is_admitted {
                return Reservation { backlog: self, bytes: EXPECTED_BYTES };
            }
            self.freed.notified().await;
        }
    }
}

/// Bytes that an answer reserves.
pub(super) struct Reservation {
    backlog: Arc<Backlog>,
    bytes: u64,
}

impl Reservation {
    /// Adapts the reservation to the length of the answer, once it is known. A stream needs none, because it is
    /// produced as it is sent.
    pub(super) fn resize(&mut self, bytes: Option<u64>) {
        let bytes = bytes.unwrap_or(0);
        self.backlog.change(|budget| budget.reserved = budget.reserved - self.bytes + bytes);
        self.bytes = bytes;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        self.backlog.change(|budget| budget.reserved -= self.bytes);
    }
}

/// Runs the streams of a connection, each as its own task, and drops those whose client reads nothing.
#[derive(Clone, Debug)]
pub(super) struct Streams {
    /// Time in which a client may read nothing of an answer.
    pub(super) timeout: Duration,
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let sleep = sleep_until(Instant::now() + self.timeout);
        tokio::spawn(Guarded {
            stream: Box::pin(stream),
            pulse: Pulse::default(),
            sleep: Box::pin(sleep),
            timeout: self.timeout,
        });
    }
}

tokio::task_local! {
    /// Pulse of the stream that is being polled.
    static PULSE: Pulse;
}

/// Time when the client last read something. `None` while there is nothing to read.
#[derive(Clone, Debug, Default)]
struct Pulse(Arc<Mutex<Option<Instant>>>);

impl Pulse {
    fn set(&self, read_at: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = read_at;
    }

    fn get(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Stream that ends when its client has read nothing for too long. Dropping it resets it.
struct Guarded<F> {
    stream: Pin<Box<F>>,
    pulse: Pulse,
    sleep: Pin<Box<Sleep>>,
    timeout: Duration,
}

impl<F: Future<Output = ()>> Future for Guarded<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { stream, pulse, sleep, timeout } = &mut *self;
        if PULSE.sync_scope(pulse.clone(), || stream.as_mut().poll(cx)).is_ready() {
            return Poll::Ready(());
        }
        while let Some(read_at) = pulse.get() {
            let deadline = read_at + *timeout;
            if deadline <= Instant::now() {
                tracing::debug!("Gave an answer up that its client does not take");
                return Poll::Ready(());
            }
            if sleep.deadline() != deadline {
                sleep.as_mut().reset(deadline);
            }
            if sleep.as_mut().poll(cx).is_pending() {
                break;
            }
        }
        Poll::Pending
    }
}

/// Sends an answer in portions, and keeps its reservation until it is sent.
pub(super) fn portioned(response: Response, reservation: Reservation, busy: Busy) -> Response {
    let pulse = PULSE.try_with(Pulse::clone).unwrap_or_default();
    pulse.set(Some(Instant::now()));
    response.map(|body| Body::new(Portions { body, rest: Bytes::new(), pulse, reservation, _busy: busy }))
}

struct Portions {
    body: Body,
    /// Bytes that the body has yielded and that are not sent.
    rest: Bytes,
    pulse: Pulse,
    reservation: Reservation,
    _busy: Busy,
}

impl HttpBody for Portions {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // hyper polls for more when the client has read some of what it has.
        self.pulse.set(Some(Instant::now()));
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                Poll::Pending => {
                    // There is nothing to read.
                    self.pulse.set(None);
                    return Poll::Pending;
                }
                end @ Poll::Ready(_) => return end,
            }
        }
        let portion = self.rest.len().min(PORTION_BYTES);
        Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(portion)))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        let rest = self.rest.len() as u64;
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper + rest);
        }
        hint.set_lower(hint.lower() + rest);
        hint
    }
}

impl Drop for Portions {
    fn drop(&mut self) {
        if self.is_end_stream() {
            self.reservation
                .backlog
                .change(|budget| budget.total = (budget.total + EXPECTED_BYTES).min(WAITING_BYTES_MAX));
        }
    }
}
