//! Waiting for a request's body, before its answer reserves memory.
//!
//! A stream of an HTTP/2 connection may send its head and withhold its body. A few such streams would block all others
//! of the connection if each had a reservation. So the beginning of the body is read first, and passed on with the
//! rest.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    BoxError,
    body::{Bytes, HttpBody},
};
use http_body_util::BodyExt;
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, timeout};

/// Bytes of a body to wait for. The service reads the rest as it arrives.
const BEGINNING_BYTES: usize = 64 * 1024;

/// Remaining time for a body to arrive, as an extension of its request. Waiting for a reservation afterwards does not
/// use it up.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeLeft(pub(super) Duration);

/// Body whose beginning has arrived.
#[derive(Debug)]
pub(super) struct Arrived<B> {
    /// Beginning, in one buffer. Frames of a single byte each would take a hundred times the memory.
    beginning: Vec<u8>,
    /// Trailers or an error that came after the beginning.
    last: Option<Result<Frame<Bytes>, BoxError>>,
    rest: B,
    /// The rest has ended.
    is_over: bool,
}

impl<B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Unpin> Arrived<B> {
    /// Waits until the body is complete, its beginning has arrived, it has failed, or the time is over. Returns the
    /// remaining time.
    pub(super) async fn wait(body: B, time: Duration) -> (Self, TimeLeft) {
        let is_over = body.is_end_stream();
        let mut arrived = Self { beginning: Vec::new(), last: None, rest: body, is_over };
        if is_over {
            return (arrived, TimeLeft(time));
        }
        let begun = Instant::now();
        let left = match timeout(time, arrived.fill()).await {
            Ok(()) => time.saturating_sub(begun.elapsed()),
            // The service answers with the timeout.
            Err(_elapsed) => Duration::ZERO,
        };
        (arrived, TimeLeft(left))
    }

    async fn fill(&mut self) {
        while !self.is_over && self.beginning.len() < BEGINNING_BYTES {
            match self.rest.frame().await.map(|frame| frame.map(Frame::into_data)) {
                Some(Ok(Ok(data))) => {
                    self.beginning.extend_from_slice(&data);
                    self.is_over = self.rest.is_end_stream();
                }
                Some(Ok(Err(trailers))) => (self.last, self.is_over) = (Some(Ok(trailers)), true),
                Some(Err(cause)) => (self.last, self.is_over) = (Some(Err(cause.into())), true),
                None => self.is_over = true,
            }
        }
    }
}

impl<B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Unpin> HttpBody for Arrived<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if !self.beginning.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(mem::take(&mut self.beginning).into()))));
        }
        if self.last.is_some() || self.is_over {
            return Poll::Ready(self.last.take());
        }
        Pin::new(&mut self.rest).poll_frame(cx).map_err(Into::into)
    }

    fn is_end_stream(&self) -> bool {
        self.beginning.is_empty() && self.last.is_none() && (self.is_over || self.rest.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let beginning = self.beginning.len() as u64;
        if self.is_over && !matches!(self.last, Some(Err(_))) {
            return SizeHint::with_exact(beginning);
        }
        let mut hint = self.rest.size_hint();
        if let Some(upper) = hint.upper() {
            hint.set_upper(upper.saturating_add(beginning));
        }
        hint.set_lower(hint.lower().saturating_add(beginning));
        hint
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use futures_util::{StreamExt, stream};
    use http_body_util::StreamBody;

    use super::*;

    type Sent = Result<Frame<Bytes>, BoxError>;

    fn data(bytes: usize) -> Frame<Bytes> {
        Frame::data(vec![b'x'; bytes].into())
    }

    /// Waits for a body of these frames as long as the test runs.
    async fn waited(frames: Vec<Sent>) -> (Arrived<impl HttpBody<Data = Bytes, Error = BoxError>>, TimeLeft) {
        Arrived::wait(StreamBody::new(stream::iter(frames)), Duration::from_mins(10)).await
    }

    #[tokio::test]
    async fn bodies_are_handed_on_whole() {
        let (body, left) =
            waited(vec![Ok(data(3)), Ok(data(0)), Ok(data(4)), Ok(Frame::trailers(HeaderMap::new()))]).await;
        assert_eq!((body.size_hint().exact(), left.0.is_zero()), (Some(7), false));
        let read = body.collect().await.unwrap();
        assert!(read.trailers().is_some());
        assert_eq!(read.to_bytes().len(), 7);

        let (body, _) = waited((0..200).map(|_| Ok(data(1000))).collect()).await;
        assert_eq!((body.size_hint().lower(), body.size_hint().upper()), (66_000, None));
        assert_eq!(body.collect().await.unwrap().to_bytes().len(), 200_000);
    }

    #[tokio::test]
    async fn errors_come_after_what_was_read() {
        let (mut body, left) = waited(vec![Ok(data(3)), Err("reset".into())]).await;
        assert!(!left.0.is_zero() && !body.is_end_stream() && body.size_hint().exact().is_none());
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap().len(), 3);
        assert_eq!(body.frame().await.unwrap().unwrap_err().to_string(), "reset");
        assert!(body.frame().await.is_none() && body.is_end_stream());
    }

    #[tokio::test]
    async fn bodies_that_do_not_come_are_given_up() {
        let open = |bytes| StreamBody::new(stream::iter([Ok::<_, BoxError>(data(bytes))]).chain(stream::pending()));
        let (mut body, left) = Arrived::wait(open(3), Duration::ZERO).await;
        assert!(left.0.is_zero() && !body.is_end_stream());
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap().len(), 3);
        // The beginning has arrived.
        let (body, left) = Arrived::wait(open(70_000), Duration::from_mins(10)).await;
        assert!(!left.0.is_zero() && !body.is_end_stream());

        let (body, _) = Arrived::wait(http_body_util::Empty::<Bytes>::new(), Duration::ZERO).await;
        assert!(body.is_end_stream());
        assert_eq!(body.size_hint().exact(), Some(0));
    }
}
