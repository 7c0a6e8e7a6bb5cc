//! The client that posts to endpoints. It connects only to addresses that are allowed, follows no redirect, knows no
//! proxy, and waits for nobody longer than a few seconds.

use std::{error::Error as StdError, io, net::SocketAddr, sync::Arc, task, time::Duration};

use axum::http::{HeaderMap, Request, StatusCode, Uri, header, uri::Scheme};
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy,
    rt::{TokioExecutor, TokioIo, TokioTimer},
};
use tokio::{
    net::{TcpStream, lookup_host},
    time::{Instant, timeout, timeout_at},
};
use tokio_util::bytes::Bytes;
use tower::Service;

use crate::{domain::webhooks::Outbound, outbound::https};

/// Longest time to connect to one of a name's addresses.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Addresses of a name that are tried.
const ADDRESSES_MAX: usize = 4;
/// Most bytes of an answer that are read, and again of its head.
const ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Time for which an unused connection stays open. It is shorter than that of usual servers (Node's is five seconds), because a
/// delivery on a connection that the server closes at that moment fails.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// Longest description of why there is no answer, in characters.
const CAUSE_CHARS_MAX: usize = 300;

/// Posts bodies.
pub(super) struct Client {
    http: legacy::Client<HttpsConnector<Connector>, Full<Bytes>>,
    /// Longest time of a delivery, from looking the name up to the end of the answer.
    timeout: Duration,
}

/// Answer of an endpoint. What it says beside is not kept.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Seconds after which the endpoint wants to be tried again.
    pub(super) retry_after: Option<u32>,
}

impl Client {
    pub(super) fn new(outbound: Arc<Outbound>, timeout: Duration) -> Self {
        let http = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(2)
            .http1_max_buf_size(ANSWER_BYTES_MAX)
            .build(https(Connector(outbound)));
        Self { http, timeout }
    }

    /// Returns the longest time of a delivery.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Posts a body. The error says why there is no answer, without the URL, which may have a secret.
    pub(super) async fn post(&self, url: &str, headers: HeaderMap, body: Vec<u8>) -> Result<Answer, String> {
        let deadline = Instant::now() + self.timeout;
        let mut request = Request::post(url).body(Full::new(body.into())).map_err(|cause| format!("{cause}."))?;
        *request.headers_mut() = headers;
        let answer = timeout_at(deadline, self.http.request(request)).await;
        let answer = answer.map_err(|_elapsed| format!("There was no answer within {:?}.", self.timeout))?;
        let (head, body) = answer.map_err(|cause| explain(&cause))?.into_parts();
        // The status is all that counts. The rest is read so that the connection can be used again; one with a longer
        // answer is closed.
        drop(timeout_at(deadline, Limited::new(body, ANSWER_BYTES_MAX).collect()).await);
        let retry_after = head.headers.get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Answer { status: head.status, retry_after })
    }
}

/// Tells the first cause of an error.
fn explain(error: &legacy::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let what = if error.is_connect() { "The connection failed" } else { "The request failed" };
    // A certificate that is refused is described with all its names, which may be thousands.
    let cause: String = cause.to_string().chars().take(CAUSE_CHARS_MAX).collect();
    format!("{what}: {cause}.")
}

/// Connects to addresses that are allowed. The address that is checked is the one that is connected to, also where a name
/// has another one a moment later.
#[derive(Clone)]
struct Connector(Arc<Outbound>);

/// Reason why there is no connection.
#[derive(Debug, thiserror::Error)]
enum ConnectError {
    #[error("the URL has no host")]
    NoHost,
    #[error("the name could not be looked up: {0}")]
    Lookup(io::Error),
    #[error("the address is not public, and is not allowed by LIAISON_WEBHOOK_ALLOW")]
    NotAllowed,
    #[error("the address is not allowed without TLS by LIAISON_WEBHOOK_ALLOW")]
    InClear,
    #[error("{0}")]
    Tcp(io::Error),
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = ConnectError;
    type Future = BoxFuture<'static, Result<Self::Response, ConnectError>>;

    fn poll_ready(&mut self, _cx: &mut task::Context<'_>) -> task::Poll<Result<(), ConnectError>> {
        task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let outbound = Arc::clone(&self.0);
        Box::pin(async move { connect(&outbound, &uri).await.map(TokioIo::new) })
    }
}

async fn connect(outbound: &Outbound, uri: &Uri) -> Result<TcpStream, ConnectError> {
    let with_tls = uri.scheme() == Some(&Scheme::HTTPS);
    let host = uri.host().ok_or(ConnectError::NoHost)?.trim_start_matches('[').trim_end_matches(']');
    let port = uri.port_u16().unwrap_or(if with_tls { 443 } else { 80 });
    let found: Vec<SocketAddr> = lookup_host((host, port)).await.map_err(ConnectError::Lookup)?.collect();
    let may_reach = |address: &&SocketAddr| outbound.may_reach(address.ip(), with_tls);
    let is_public = found.iter().any(|address| outbound.may_reach(address.ip(), true));
    let mut last = if is_public { ConnectError::InClear } else { ConnectError::NotAllowed };
    for address in found.iter().filter(may_reach).take(ADDRESSES_MAX) {
        match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                drop(stream.set_nodelay(true));
                return Ok(stream);
            }
            Ok(Err(cause)) => last = ConnectError::Tcp(cause),
            Err(_elapsed) => last = ConnectError::Tcp(io::ErrorKind::TimedOut.into()),
        }
    }
    Err(last)
}
