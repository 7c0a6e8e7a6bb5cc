//! Unread bodies of requests.
//!
//! An answer may be ready before the request's body has arrived: too many requests, a wrong media type. If the
//! connection closes then, the client's system discards the answer together with what it was sending. So a short rest
//! is read. Otherwise the answer says that the connection closes.

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

/// Time to read the rest.
const DRAIN_TIME: Duration = Duration::from_secs(2);

/// Body of a request that was not read completely.
pub(super) struct Unread<B> {
    left: Arc<Mutex<Option<B>>>,
    /// The client waits for `100 Continue`, which reading would send.
    is_awaited: bool,
}

impl<B> Unread<B>
where
    B: HttpBody<Data = Bytes, Error: Into<axum::BoxError>> + Send + Unpin + 'static,
{
    /// Wraps the request's body, so that its unread part comes back here. `None` for a request without a body.
    pub(super) fn of(request: Request<B>) -> (Request, Option<Self>) {
        if request.body().is_end_stream() {
            return (request.map(Body::new), None);
        }
        let left = Arc::new(Mutex::new(None));
        let is_awaited = request.headers().contains_key(header::EXPECT);
        let request = request.map(|body| Body::new(Leaving { body: Some(body), left: Arc::clone(&left) }));
        (request, Some(Self { left, is_awaited }))
    }

    /// Reads the rest, if it has at most so many bytes. Returns true when nothing remains.
    pub(super) async fn drain(self, bytes_max: u64) -> bool {
        let Some(mut body) = self.left.lock().unwrap_or_else(PoisonError::into_inner).take() else { return true };
        if body.is_end_stream() {
            return true;
        }
        if self.is_awaited || body.size_hint().lower() > bytes_max {
            return false;
        }
        let reading = async {
            let mut bytes_left = bytes_max;
            while let Some(frame) = body.frame().await {
                let bytes = frame.ok()?.data_ref().map_or(0, Bytes::len);
                bytes_left = bytes_left.checked_sub(bytes as u64)?;
            }
            Some(())
        };
        matches!(tokio::time::timeout(DRAIN_TIME, reading).await, Ok(Some(())))
    }
}

/// Body that hands its unread part over when it is dropped.
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
