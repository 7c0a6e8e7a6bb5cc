//! HTTP client for requests to other servers: bounded in time and size, and without redirects.

use std::{fmt, time::Duration};

use axum::{
    body::Bytes,
    http::{Request, Response, Uri},
};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::HttpsConnector;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use super::tls::https;
use crate::{
    origin::is_loopback_name,
    telemetry::trace::{self, TRACEPARENT, Trace},
};

/// Longest answer, in bytes.
const ANSWER_BYTES_MAX: usize = 256 * 1024;

/// Client for requests to other servers.
pub struct BoundedClient {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    timeout: Duration,
}

impl fmt::Debug for BoundedClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoundedClient").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// Reason why a request got no answer. It quotes neither the request nor the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The address is neither https nor on this machine.
    #[error("the address is not https")]
    InClear,
    /// The server could not be reached, or did not speak HTTP.
    #[error("the server could not be reached")]
    Unreachable,
    /// The server took too long.
    #[error("the server did not answer in time")]
    Timeout,
    /// The answer was too long, or broke off.
    #[error("the answer was too long, or broke off")]
    Unreadable,
}

impl BoundedClient {
    /// Makes a client with this time limit for a whole request.
    pub fn new(timeout: Duration) -> Self {
        let mut connector = HttpConnector::new();
        // TLS comes on top of it.
        connector.enforce_http(false);
        Self { client: Client::builder(TokioExecutor::new()).build(https(connector)), timeout }
    }

    /// Sends a request, and reads the whole answer, whatever its status. Redirects are not followed.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, OutboundError> {
        if !is_allowed(request.uri()) {
            return Err(OutboundError::InClear);
        }
        let mut request = request.map(|body| Full::new(Bytes::from(body)));
        if let Some(trace) = trace::current().and_then(Trace::header) {
            request.headers_mut().insert(TRACEPARENT, trace);
        }
        let exchange = async {
            let response = self.client.request(request).await.map_err(|_cause| OutboundError::Unreachable)?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, ANSWER_BYTES_MAX).collect().await;
            let body = body.map_err(|_cause| OutboundError::Unreadable)?.to_bytes();
            Ok(Response::from_parts(head, body.to_vec()))
        };
        tokio::time::timeout(self.timeout, exchange).await.map_err(|_elapsed| OutboundError::Timeout)?
    }
}

/// Returns true for an address to which secrets may be sent: encrypted, or on this machine.
pub(crate) fn is_safe(address: &str) -> bool {
    address.parse().is_ok_and(|address: Uri| is_allowed(&address))
}

fn is_allowed(address: &Uri) -> bool {
    let is_near = || address.host().is_some_and(is_loopback_name);
    address.scheme_str() == Some("https") || address.scheme_str() == Some("http") && is_near()
}
