//! A receiver of deliveries, which answers as a test wants it.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Request, Response, StatusCode, header},
    routing::any,
};
use serde_json::Value;
use tokio::{net::TcpListener, task::AbortHandle};

/// Way in which a receiver answers.
#[derive(Clone, Debug)]
pub(super) enum Manner {
    Status(u16),
    RetryAfter(u16, u32),
    Redirect(String),
    /// It never answers.
    Hang,
    /// So many bytes, with a status.
    Long(u16, usize),
}

/// A request as it came.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) headers: HeaderMap,
    pub(super) raw: Bytes,
    pub(super) body: Value,
}

impl Delivery {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    /// The changes of the body.
    pub(super) fn changes(&self) -> &[Value] {
        self.body["changes"].as_array().unwrap_or_else(|| panic!("no changes: {}", self.body))
    }
}

#[derive(Clone, Default)]
struct Shared {
    seen: Arc<Mutex<Vec<Delivery>>>,
    manners: Arc<Mutex<VecDeque<Manner>>>,
}

/// An HTTP server on a port of its own, which ends with the value.
pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    shared: Shared,
    serving: AbortHandle,
}

impl Receiver {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared::default();
        let routes = Router::new().route("/{*path}", any(take)).with_state(shared.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() }).abort_handle();
        Self { address, shared, serving }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Answers the next requests in these ways, and later ones with 204.
    pub(super) fn answer(&self, manners: impl IntoIterator<Item = Manner>) {
        self.shared.manners.lock().unwrap().extend(manners);
    }

    /// True once there has been a request for each of the ways in which to answer.
    pub(super) fn has_answered_all(&self) -> bool {
        self.shared.manners.lock().unwrap().is_empty()
    }

    /// All requests so far.
    pub(super) fn seen(&self) -> Vec<Delivery> {
        self.shared.seen.lock().unwrap().clone()
    }

    /// All changes so far, in the order in which they came.
    pub(super) fn changes(&self) -> Vec<Value> {
        self.seen().iter().flat_map(|delivery| delivery.changes().to_vec()).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn take(State(shared): State<Shared>, request: Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let raw = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let body = serde_json::from_slice(&raw).unwrap();
    shared.seen.lock().unwrap().push(Delivery { headers: head.headers, raw, body });
    let manner = shared.manners.lock().unwrap().pop_front();
    let answer = |status| Response::builder().status(StatusCode::from_u16(status).unwrap());
    match manner.unwrap_or(Manner::Status(204)) {
        Manner::Status(status) => answer(status).body(Body::empty()),
        Manner::RetryAfter(status, seconds) => answer(status).header(header::RETRY_AFTER, seconds).body(Body::empty()),
        Manner::Redirect(to) => answer(302).header(header::LOCATION, to).body(Body::empty()),
        Manner::Hang => {
            tokio::time::sleep(Duration::from_hours(1)).await;
            answer(200).body(Body::empty())
        }
        Manner::Long(status, bytes) => answer(status).body(Body::from(vec![b'x'; bytes])),
    }
    .unwrap()
}
