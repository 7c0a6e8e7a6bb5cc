//! Work that blocks a thread, and ends when nobody waits for it any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::DbErr;

use super::error::Error;

/// Tells work whether anybody still waits for it.
#[derive(Clone, Default)]
pub(super) struct Waiter(Arc<AtomicBool>);

impl Waiter {
    /// True when nobody waits any more.
    pub(super) fn is_gone(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Says that nobody waits any more.
struct GoneOnDrop(Waiter);

impl Drop for GoneOnDrop {
    fn drop(&mut self) {
        self.0.0.store(true, Ordering::Relaxed);
    }
}

/// Runs `work` on a thread of its own.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&Waiter) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let waiter = Waiter::default();
    let waiting = GoneOnDrop(waiter.clone());
    let working = tokio::task::spawn_blocking(move || work(&waiter)).await;
    drop(waiting);
    working.map_err(|cause| DbErr::Custom(cause.to_string()))?
}
