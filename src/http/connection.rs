//! HTTP connection: its protocol, and a time limit for each of its states.
//!
//! hyper has one timer for an HTTP/1.1 connection, which runs while a head arrives and while there is none. Here an
//! idle connection may stay open longer than proxies keep theirs in their pools, and a head must be complete soon.
//! HTTP/2 connections have an idle timeout too.

use std::{future::Future, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    BoxError,
    body::{Body, Bytes, HttpBody},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::FutureExt;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::conn::auto,
    service::TowerToHyperService,
};
use tokio::{net::TcpStream, sync::watch, time::timeout};
use tokio_io_timeout::TimeoutStream;
use tower::{Service as _, service_fn};

use super::{
    Service, Shared,
    activity::{Activity, Expired, TimeLimits},
    arrived::Arrived,
    client::Peer,
    message::error_response,
    stop::wait_until_stopped,
    streams::{Backlog, Streams, portioned},
    unread::Unread,
    watched::Watched,
};
use crate::graphql::error::{ApiError, ErrorCode};

/// Largest head of a request, in bytes. hyper itself refuses more than a hundred headers. Setting that number
/// explicitly would make it reserve space for them at every request.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// Concurrent requests on one HTTP/2 connection.
const STREAMS_MAX: u32 = 100;

/// Serves a connection until either side closes it, or the server stops.
pub(super) async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    service: Service,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) {
    // An answer is written whole, so Nagle's algorithm would only delay it.
    if let Err(cause) = stream.set_nodelay(true) {
        tracing::debug!(%cause, "Could not set TCP_NODELAY");
    }
    let times = TimeLimits::new(&shared.http);
    let protocol = tokio::select! {
        protocol = timeout(times.head, detect_protocol(&stream)) => protocol.ok().flatten(),
        () = wait_until_stopped(&mut stop) => None,
    };
    let Some(protocol) = protocol else { return };
    let activity = Arc::new(Activity::new(protocol == Protocol::Http2));
    let mut limited = Box::pin(TimeoutStream::new(stream));
    limited.as_mut().set_write_timeout_pinned(Some(times.write));
    let io = TokioIo::new(Watched::new(limited, Arc::clone(&activity)));
    let backlog = (protocol == Protocol::Http2).then(|| Arc::new(Backlog::new()));
    let connection_service = ConnectionService {
        service,
        peer,
        activity: Arc::clone(&activity),
        body_bytes_max: shared.limits.body_bytes_max.into(),
        body_time: Duration::from_millis(shared.http.read_timeout_ms),
        admission_timeout: Duration::from_millis(shared.http.request_timeout_ms),
        backlog,
    };
    let service = TowerToHyperService::new(service_fn(move |request| connection_service.clone().answer(request)));
    let builder = builder(times.write);
    let mut connection = pin!(builder.serve_connection_with_upgrades(io, service));
    let mut expiry = pin!(activity.expiry(times));
    let mut is_stopping = false;
    loop {
        tokio::select! {
            biased;
            outcome = connection.as_mut() => {
                if let Err(cause) = outcome {
                    tracing::debug!(%cause, "A connection ended early");
                }
                return;
            }
            expired = expiry.as_mut() => match expired {
                Expired::Idle => connection.as_mut().graceful_shutdown(),
                Expired::Head | Expired::Shutdown => return,
            },
            () = wait_until_stopped(&mut stop), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

fn builder(write_timeout: Duration) -> auto::Builder<Streams> {
    let mut builder = auto::Builder::new(Streams { timeout: write_timeout });
    builder
        .http1()
        .timer(TokioTimer::new())
        // See the module's documentation.
        .header_read_timeout(None)
        .max_buf_size(HEAD_BYTES_MAX)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS_MAX)
        .keep_alive_interval(Duration::from_mins(1));
    builder
}

/// The service, and the state of the connection that it answers on.
#[derive(Clone)]
struct ConnectionService {
    service: Service,
    peer: SocketAddr,
    activity: Arc<Activity>,
    body_bytes_max: u64,
    /// Time for a body to arrive.
    body_time: Duration,
    /// Timeout for a request that waits to be answered.
    admission_timeout: Duration,
    /// Set for a connection that has several answers at once.
    backlog: Option<Arc<Backlog>>,
}

impl ConnectionService {
    fn answer<B>(mut self, mut request: Request<B>) -> impl Future<Output = Result<Response, std::convert::Infallible>>
    where
        B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + Unpin + 'static,
    {
        let busy = self.activity.begin();
        request.extensions_mut().insert(Peer(self.peer));
        match self.backlog.take() {
            None => async move {
                let (request, unread) = Unread::of(request);
                let mut response = self.service.call(request).await?;
                if let Some(unread) = unread {
                    let is_last = response.headers().contains_key(header::CONNECTION);
                    if is_last || !unread.drain(self.body_bytes_max).await {
                        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
                        self.activity.leave_unread();
                    }
                }
                Ok(busy.until_sent(response))
            }
            .left_future(),
            Some(backlog) => async move {
                let (head, body) = request.into_parts();
                let (body, time_left) = Arrived::wait(body, self.body_time).await;
                let mut request = Request::from_parts(head, Body::new(body));
                request.extensions_mut().insert(time_left);
                let Ok(mut reservation) = timeout(self.admission_timeout, backlog.admit()).await else {
                    let message = "Take the answers that wait on this connection before asking for more.";
                    let error = ApiError::new(ErrorCode::ServiceUnavailable, message);
                    return Ok(error_response(StatusCode::SERVICE_UNAVAILABLE, &error, None));
                };
                let response = self.service.call(request).await?;
                reservation.resize(response.body().size_hint().exact());
                Ok(portioned(response, reservation, busy))
            }
            .right_future(),
        }
    }
}

/// Protocol that the first bytes of a connection show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Protocol {
    Http1,
    Http2,
}

/// RFC 9113, section 3.4.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Waits until the first bytes show the version of HTTP, because hyper itself would wait forever. `None` when the
/// connection ends first.
async fn detect_protocol(stream: &TcpStream) -> Option<Protocol> {
    let mut first = [0; HTTP2_PREFACE.len()];
    loop {
        match stream.peek(&mut first).await {
            Ok(0) | Err(_) => return None,
            Ok(read) if !HTTP2_PREFACE.starts_with(first.get(..read).unwrap_or_default()) => {
                return Some(Protocol::Http1);
            }
            Ok(read) if read == first.len() => return Some(Protocol::Http2),
            // `peek` leaves the bytes in the socket, so `readable()` would return at once. Sleep instead.
            Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}
