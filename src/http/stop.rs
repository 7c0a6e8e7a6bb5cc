//! Waiting for the server to stop.

use tokio::sync::watch;

/// Waits until the value turns true, or its sender is dropped.
pub(super) async fn wait_until_stopped(stop: &mut watch::Receiver<bool>) {
    while !*stop.borrow_and_update() {
        if stop.changed().await.is_err() {
            return;
        }
    }
}
