//! Messages to systemd, for a unit of `Type=notify`. Without systemd they go nowhere.

use std::{future, time::Duration};

use sd_notify::NotifyState;
use tokio::sync::watch;

/// Tells systemd that the server listens, answers the unit's watchdog if it has one, and tells when the server stops.
pub(super) async fn report(mut stopped: watch::Receiver<bool>) {
    tell(NotifyState::Ready);
    // Three messages within the limit, so that one that comes late does not end the server.
    let pause = sd_notify::watchdog_enabled().map(|limit| limit / 3);
    while !*stopped.borrow() {
        tokio::select! {
            changed = stopped.changed() => if changed.is_err() { return },
            () = passed(pause) => tell(NotifyState::Watchdog),
        }
    }
    tell(NotifyState::Stopping);
}

/// Waits for a time, or for ever.
async fn passed(pause: Option<Duration>) {
    match pause {
        Some(pause) => tokio::time::sleep(pause).await,
        None => future::pending().await,
    }
}

fn tell(state: NotifyState<'_>) {
    if let Err(cause) = sd_notify::notify(&[state]) {
        tracing::warn!(%cause, "Could not tell systemd how the server is");
    }
}
