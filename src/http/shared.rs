//! State that all requests share.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Exports, Looks, Readiness, SessionCookie, Sockets};
use crate::{
    config::{AccessArgs, HttpArgs, Limits},
    domain,
    engine::Engine,
    oidc::Providers,
    throttle::Throttle,
};

/// State of the server, shared by all requests.
pub struct Shared {
    /// Engine that answers requests to the API.
    pub engine: Arc<Engine>,
    /// Context of the domain, without an actor.
    pub domain: domain::Context,
    /// Limits of one request.
    pub limits: Limits,
    /// Settings of the HTTP server.
    pub http: HttpArgs,
    /// Settings of authentication.
    pub access: AccessArgs,
    /// Session cookie of browsers.
    pub cookie: SessionCookie,
    /// Providers by which users may sign in.
    pub providers: Providers,
    /// Rate limits.
    pub throttle: Arc<Throttle>,
    /// Permits for WebSockets and event streams.
    pub sockets: Sockets,
    /// Permits for exports.
    pub exports: Exports,
    /// Cached state of the database.
    pub readiness: Readiness,
    /// Cached look at the database for metrics.
    pub looks: Looks,
    /// True from the moment the server is asked to stop.
    pub stopping: watch::Sender<bool>,
}

impl Shared {
    /// Turns readiness off, so that a load balancer sends no more requests, and closes the WebSockets.
    pub fn drain(&self) {
        self.stopping.send_replace(true);
    }
}
