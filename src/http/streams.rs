//! Several answers at once on one HTTP/2 connection: how many may wait to be sent, and for how long.
//!
//! A client says how much of each answer it takes. One that takes nothing would have the server keep as many answers as
//! it may ask for at once. So answers are made only as fast as they are taken, and one that is not taken is given up.

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

/// Most of the answers of one connection that may wait beside the one that is being sent, in bytes.
const WAITING_BYTES_MAX: u64 = 1024 * 1024;
/// Room for an answer that is not known yet, in bytes. Each that is taken to its end gives room for one more.
const EXPECTED_BYTES: u64 = 64 * 1024;
/// Room that a connection begins with, in bytes: for four answers, because with room for one a slow query would hold up
/// the others of a new connection. The price is that a client that takes nothing is made four answers.
const FIRST_BYTES: u64 = 4 * EXPECTED_BYTES;
/// What of an answer is given to the library at once: that much it may keep when the client takes a part of it.
const PORTION_BYTES: usize = 8 * 1024;

/// Room for the answers of a connection.
#[derive(Debug)]
pub(super) struct Backlog {
    room: Mutex<Room>,
    freed: Notify,
}

#[derive(Debug)]
struct Room {
    all: u64,
    /// Of the answers that wait, and of those in the making. May be more than all: nobody knows before how long an answer
    /// becomes.
    taken: u64,
}

impl Backlog {
    pub(super) fn new() -> Self {
        Self { room: Mutex::new(Room { all: FIRST_BYTES, taken: 0 }), freed: Notify::new() }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Room) -> T) -> T {
        let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = change(&mut room);
        let is_free = room.taken + EXPECTED_BYTES <= room.all;
        drop(room);
        if is_free {
            self.freed.notify_one();
        }
        changed
    }

    /// Waits for room for one more answer.
    pub(super) async fn admit(self: Arc<Self>) -> Place {
        loop {
            let is_admitted = self.change(|room| {
                let is_free = room.taken + EXPECTED_BYTES <= room.all;
                room.taken += if is_free { EXPECTED_BYTES } else { 0 };
                is_free
            });
            if is_admitted {
                return Place { backlog: self, bytes: EXPECTED_BYTES };
            }
            self.freed.notified().await;
        }
    }
}

/// The room that an answer takes.
pub(super) struct Place {
    backlog: Arc<Backlog>,
    bytes: u64,
}

impl Place {
    /// Takes as much as the answer needs, once that is known. One without an end needs none: it is made as it is sent.
    pub(super) fn resize(&mut self, bytes: Option<u64>) {
        let bytes = bytes.unwrap_or(0);
        self.backlog.change(|room| room.taken = room.taken - self.bytes + bytes);
        self.bytes = bytes;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.backlog.change(|room| room.taken -= self.bytes);
    }
}

/// Runs the streams of a connection, each as a task of its own, and gives up those whose client takes nothing.
#[derive(Clone, Debug)]
pub(super) struct Streams {
    /// How long a client may take nothing of an answer.
    pub(super) stalled: Duration,
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Streams {
    fn execute(&self, stream: F) {
        let sleep = sleep_until(Instant::now() + self.stalled);
        tokio::spawn(Guarded {
            stream: Box::pin(stream),
            pulse: Pulse::default(),
            sleep: Box::pin(sleep),
            stalled: self.stalled,
        });
    }
}

tokio::task_local! {
    /// The pulse of the stream that is being polled.
    static PULSE: Pulse;
}

/// When the client last took something; none while there is nothing to take.
#[derive(Clone, Debug, Default)]
struct Pulse(Arc<Mutex<Option<Instant>>>);

impl Pulse {
    fn set(&self, moved: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = moved;
    }

    fn get(&self) -> Option<Instant> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A stream that ends when its client has taken nothing for too long; dropping it resets it.
struct Guarded<F> {
    stream: Pin<Box<F>>,
    pulse: Pulse,
    sleep: Pin<Box<Sleep>>,
    stalled: Duration,
}

impl<F: Future<Output = ()>> Future for Guarded<F> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let Self { stream, pulse, sleep, stalled } = &mut *self;
        if PULSE.sync_scope(pulse.clone(), || stream.as_mut().poll(cx)).is_ready() {
            return Poll::Ready(());
        }
        while let Some(moved) = pulse.get() {
            let by = moved + *stalled;
            if by <= Instant::now() {
                tracing::debug!("Gave an answer up that its client does not take");
                return Poll::Ready(());
            }
            if sleep.deadline() != by {
                sleep.as_mut().reset(by);
            }
            if sleep.as_mut().poll(cx).is_pending() {
                break;
            }
        }
        Poll::Pending
    }
}

/// Has an answer sent in portions, with the room that it takes until it is.
pub(super) fn portioned(response: Response, place: Place, busy: Busy) -> Response {
    let pulse = PULSE.try_with(Pulse::clone).unwrap_or_default();
    pulse.set(Some(Instant::now()));
    response.map(|body| Body::new(Portions { body, rest: Bytes::new(), pulse, place, _busy: busy }))
}

struct Portions {
    body: Body,
    /// What the body has given and is not sent.
    rest: Bytes,
    pulse: Pulse,
    place: Place,
    _busy: Busy,
}

impl HttpBody for Portions {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        // The library asks for more when the client has taken some of what it has.
        self.pulse.set(Some(Instant::now()));
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => self.rest = data,
                    Err(frame) => return Poll::Ready(Some(Ok(frame))),
                },
                Poll::Pending => {
                    // There is nothing to take.
                    self.pulse.set(None);
                    return Poll::Pending;
                }
                ended @ Poll::Ready(_) => return ended,
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
            self.place.backlog.change(|room| room.all = (room.all + EXPECTED_BYTES).min(WAITING_BYTES_MAX));
        }
    }
}
