//! Waiting for the server to be asked to stop.

use tokio::sync::watch;

/// Returns when the value has turned true, or nobody is left to turn it.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    while !*stop.borrow_and_update() {
        if stop.changed().await.is_err() {
            return;
        }
    }
}
