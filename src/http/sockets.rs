//! Permits for WebSockets and event streams, in total and per caller.

use std::sync::Arc;

use metrics::{Gauge, gauge};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    domain::Actor,
    quota::{Permit, Quotas},
};

/// Connections of one user, one key, or one address without either.
const PER_CALLER_MAX: u32 = 100;

/// Permits for connections. Stopping waits until all permits are returned.
#[derive(Debug)]
pub struct Sockets {
    connections: Arc<Semaphore>,
    max: u32,
    callers: Quotas,
}

/// Permit of an open WebSocket or event stream, which is counted while it is open.
#[derive(Debug)]
pub(super) struct OpenStream {
    open: Gauge,
    _permit: OwnedSemaphorePermit,
}

impl OpenStream {
    fn new(permit: OwnedSemaphorePermit, open: Gauge) -> Self {
        open.increment(1);
        Self { open, _permit: permit }
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.open.decrement(1);
    }
}

impl Sockets {
    /// Allows the given number of connections.
    pub fn new(max: u32) -> Self {
        Self { connections: Arc::new(Semaphore::new(max as usize)), max, callers: Quotas::default() }
    }

    /// Waits until all connections have closed.
    pub(super) async fn wait_until_closed(&self) {
        drop(self.connections.acquire_many(self.max).await);
    }

    /// Returns a permit within the total. `None` when all are in use.
    pub(super) fn permit(&self, transport: &'static str) -> Option<OpenStream> {
        let permit = Arc::clone(&self.connections).try_acquire_owned().ok()?;
        Some(OpenStream::new(permit, gauge!("liaison_streams", "transport" => transport)))
    }

    /// Returns a permit within the caller's quota. `None` when the quota is used up.
    pub(super) fn acquire(&self, actor: &Actor) -> Option<Permit> {
        self.callers.acquire(actor, 1, PER_CALLER_MAX)
    }
}
