//! HTTP: routes, middleware, and the connections under them.

mod access_log;
mod account;
mod activity;
mod arrived;
pub mod audit;
mod client;
mod connection;
mod console;
mod cookie;
mod credentials;
mod health;
mod media;
mod message;
mod middleware;
pub mod server;
mod service;
mod streams;
mod transport;
mod unread;
mod watched;

pub(crate) use console::has_graphiql;
pub use cookie::SessionCookie;
pub use health::Readiness;
pub use service::Service;
pub use transport::websocket::Sockets;

use std::sync::Arc;

use axum::{Router, routing};
use tokio::sync::watch;

use crate::{
    config::{AccessArgs, HttpArgs, Limits},
    domain,
    engine::Engine,
    throttle::Throttle,
};

/// Everything that serving takes, shared by all requests.
pub struct Shared {
    /// The engine that answers requests to the API.
    pub engine: Arc<Engine>,
    /// The domain's context, without an actor.
    pub domain: domain::Context,
    /// Limits of one request.
    pub limits: Limits,
    /// How the server listens and whom it answers.
    pub http: HttpArgs,
    /// How people come in.
    pub access: AccessArgs,
    /// The cookie of browsers' sessions.
    pub cookie: SessionCookie,
    /// How often somebody may try.
    pub throttle: Arc<Throttle>,
    /// Room for WebSockets and event streams.
    pub sockets: Sockets,
    /// Whether the database was there a moment ago.
    pub readiness: Readiness,
    /// True from the moment the server is asked to stop.
    pub stopping: watch::Sender<bool>,
}

impl Shared {
    /// Turns readiness off, so that a load balancer sends no more, and ends the WebSockets.
    pub fn drain(&self) {
        self.stopping.send_replace(true);
    }
}

/// The application over all its routes.
pub fn service(shared: Arc<Shared>) -> Service {
    let router = Router::new()
        .route("/healthz", routing::get(health::live))
        .route("/readyz", routing::get(health::ready))
        .route("/audit", routing::get(audit::list))
        .merge(account::routes())
        .merge(console::routes())
        .fallback(middleware::not_found)
        .with_state(Arc::clone(&shared));
    Service::new(shared, router)
}
