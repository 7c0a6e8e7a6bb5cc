//! What an answer leaves unread of its request.
//!
//! An answer may be ready before the request's body has come: too many requests, a wrong media type. When the connection
//! is then closed, the client's system throws away what it sends and with it the answer. So the rest is read, as long as
//! that is little; otherwise the answer says that the connection ends.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::header,
};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};

/// How long the rest may take.
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// The body that a request had, where it was not read to its end.
pub(super) struct Unread<B> {
    left: Arc<Mutex<Option<B>>>,
    /// The client waits to be told to send it, which reading would do.
    is_awaited: bool,
}

impl<B> Unread<B>
where
    B: HttpBody<Data = Bytes, Error: Into<axum::BoxError>> + Send + Unpin + 'static,
{
    /// The request with a body that leaves here what is not read of it; none for a request without a body.
    pub(super) fn of(request: Request<B>) -> (Request, Option<Self>) {
        if request.body().is_end_stream() {
            return (request.map(Body::new), None);
        }
        let left = Arc::new(Mutex::new(None));
        let is_awaited = request.headers().contains_key(header::EXPECT);
        let request = request.map(|body| Body::new(Leaving { body: Some(body), left: Arc::clone(&left) }));
        (request, Some(Self { left, is_awaited }))
    }

    /// Reads what is left, if it is no more than so many bytes. True when nothing remains.
    pub(super) async fn drain(self, bytes_max: u64) -> bool {
        let Some(mut body) = self.left.lock().unwrap_or_else(PoisonError::into_inner).take() else { return true };
        if body.is_end_stream() {
            return true;
        }
        if self.is_awaited || body.size_hint().lower() > bytes_max {
            return false;
        }
        let reading = async {
            let mut room = bytes_max;
            while let Some(frame) = body.frame().await {
                let bytes = frame.ok()?.data_ref().map_or(0, Bytes::len);
                room = room.checked_sub(bytes as u64)?;
            }
            Some(())
        };
        matches!(tokio::time::timeout(DRAIN_TIME, reading).await, Ok(Some(())))
    }
}

/// A body that leaves itself behind.
struct Leaving<B> {
    body: Option<B>,
    left: Arc<Mutex<Option<B>>>,
}

impl<B: HttpBody + Unpin> HttpBody for Leaving<B>
where
    Self: Unpin,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let polled = Pin::new(body).poll_frame(cx);
        if matches!(polled, Poll::Ready(None | Some(Err(_)))) {
            self.body = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(|| SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl<B> Drop for Leaving<B> {
    fn drop(&mut self) {
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = self.body.take();
    }
}
