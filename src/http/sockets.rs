//! Room for WebSockets and event streams, in all and for each caller.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    domain::Actor,
    quota::{Permit, Quotas},
};

/// Connections of one user, one key, or one address without either.
const PER_CALLER_MAX: u32 = 100;

/// Room for connections, which is also how stopping waits for them.
#[derive(Debug)]
pub struct Sockets {
    room: Arc<Semaphore>,
    most: u32,
    callers: Quotas,
}

impl Sockets {
    /// Room for so many.
    pub fn new(most: u32) -> Self {
        Self { room: Arc::new(Semaphore::new(most as usize)), most, callers: Quotas::default() }
    }

    /// Returns when all have ended.
    pub(super) async fn ended(&self) {
        drop(self.room.acquire_many(self.most).await);
    }

    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.room).try_acquire_owned().ok()
    }

    /// A connection for a caller; none when it has as many as one may have.
    pub(super) fn acquire(&self, actor: &Actor) -> Option<Permit> {
        self.callers.acquire(actor, 1, PER_CALLER_MAX)
    }
}
