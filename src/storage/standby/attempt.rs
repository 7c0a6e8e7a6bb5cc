//! Reads of one request on a standby.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use sea_orm::DbErr;

use super::{super::error::is_unavailable, state::State};

/// Attempt to answer a request from a standby. When a read fails, whatever the reason, the request is answered from the
/// primary instead.
#[derive(Debug)]
pub(crate) struct Attempt {
    state: Arc<State>,
    has_failed: AtomicBool,
}

impl Attempt {
    pub(super) fn on(state: Arc<State>) -> Self {
        Self { state, has_failed: AtomicBool::new(false) }
    }

    /// Notes that a read has failed. Where that is not about the statement, no further request goes to the standby until
    /// it has answered again.
    pub(in crate::storage) fn failed(&self, cause: &DbErr) {
        tracing::debug!(%cause, "A read on a standby failed");
        self.has_failed.store(true, Ordering::Release);
        if is_unavailable(cause) {
            self.state.suspect();
        }
    }

    /// Returns true when any read has failed.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.load(Ordering::Acquire)
    }

    /// Waits until the standby does not answer any more.
    pub(crate) async fn lost(&self) {
        self.state.gone().await;
    }
}
