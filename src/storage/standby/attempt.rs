//! Reads of one request on a standby.

use std::sync::Arc;

use sea_orm::DbErr;
use tokio::sync::Notify;

use super::{super::error::is_unavailable, state::State};

/// Attempt to answer a request from a standby. When a read fails, whatever the reason, the attempt is over, and the request
/// is answered from the primary.
#[derive(Debug)]
pub(crate) struct Attempt {
    state: Arc<State>,
    failed: Notify,
}

impl Attempt {
    pub(super) fn on(state: Arc<State>) -> Self {
        Self { state, failed: Notify::new() }
    }

    /// Ends the attempt, because a read has failed. Where that is not about the statement, no further request goes to the
    /// standby until it has answered again.
    ///
    /// It does not return, and is dropped with the attempt. Otherwise the error would be handled and logged like one that
    /// somebody sees.
    pub(in crate::storage) async fn fail<T>(&self, cause: DbErr) -> T {
        tracing::debug!(%cause, "A read on a standby failed; the primary is asked");
        if is_unavailable(&cause) {
            self.state.suspect();
        }
        self.failed.notify_one();
        std::future::pending().await
    }

    /// Waits until a read has failed, or the standby does not answer any more. What reads is then to be dropped.
    pub(crate) async fn over(&self) {
        tokio::select! {
            () = self.failed.notified() => {}
            () = self.state.gone() => {}
        }
    }
}
