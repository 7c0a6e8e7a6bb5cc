//! Permits for WebSockets and event streams, in total and per caller.

use std::sync::Arc;

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
    room: Arc<Semaphore>,
    most: u32,
    callers: Quotas,
}

impl Sockets {
    /// Allows the given number of connections.
    pub fn new(most: u32) -> Self {
        Self { room: Arc::new(Semaphore::new(most as usize)), most, callers: Quotas::default() }
    }

    /// Waits until all connections have closed.
    pub(super) async fn ended(&self) {
        drop(self.room.acquire_many(self.most).await);
    }

    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.room).try_acquire_owned().ok()
    }

    /// Returns a permit within the caller's quota. `None` when the quota is used up.
    pub(super) fn acquire(&self, actor: &Actor) -> Option<Permit> {
        self.callers.acquire(actor, 1, PER_CALLER_MAX)
    }
}
