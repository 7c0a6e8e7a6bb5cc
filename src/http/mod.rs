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
mod graphql;
mod health;
mod held;
mod middleware;
pub mod server;
mod service;
mod streams;
mod unread;
mod watched;
mod websocket;

pub(crate) use console::has_graphiql;
pub use cookie::SessionCookie;
pub use graphql::Groups;
pub use health::Readiness;
pub use service::Service;
pub use websocket::Sockets;

use std::sync::Arc;

use axum::{Router, routing};
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use tracing::Instrument;

use crate::{
    config::{AccessArgs, HttpArgs, Limits},
    domain,
    graphql::{documents::Documents, limits::Costs, validator::Schemas},
    throttle::Throttle,
};

/// What all requests share.
pub struct Shared {
    /// The domain's context, without an actor.
    pub domain: domain::Context,
    /// The schema, to validate and to execute.
    pub schemas: Schemas,
    /// The documents that were found valid lately.
    pub documents: Documents,
    /// What its fields cost.
    pub costs: Costs,
    /// What one request may ask for.
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
    /// Those who are subscribed.
    pub groups: Groups,
    /// Whether the database was there a moment ago.
    pub readiness: Readiness,
    /// The mutations that run, which stopping waits for.
    pub mutations: TaskTracker,
    /// True from the moment the server is asked to stop.
    pub stopping: watch::Sender<bool>,
}

impl Shared {
    /// Runs what writes in a task of its own, so that it comes to its end whoever hangs up.
    pub(crate) async fn finish<T: Send + 'static>(&self, writing: impl Future<Output = T> + Send + 'static) -> T {
        match self.mutations.spawn(writing.in_current_span()).await {
            Ok(outcome) => outcome,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The process ends, and this with it.
                Err(_) => std::future::pending().await,
            },
        }
    }

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
