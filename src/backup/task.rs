//! Work that blocks a thread, and ends when nobody waits for it any more.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::DbErr;

use super::error::Error;

/// Says that nobody waits any more.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Runs `work` on a thread of its own. It may ask whether its outcome is still wanted.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce(&dyn Fn() -> bool) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let stop = StopOnDrop(Arc::default());
    let is_stopped = Arc::clone(&stop.0);
    let working = tokio::task::spawn_blocking(move || work(&|| !is_stopped.load(Ordering::Relaxed)));
    working.await.map_err(|cause| DbErr::Custom(cause.to_string()))?
}
