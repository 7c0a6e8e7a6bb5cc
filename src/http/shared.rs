//! State that all requests share.

use std::sync::Arc;

use tokio::sync::watch;

use super::{Readiness, SessionCookie, Sockets};
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
