//! Signals that ask the program to stop.

use anyhow::bail;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Returns a flag that turns true at the first SIGTERM or SIGINT. The second signal ends the process at once.
///
/// It must be called first, because the first process of a container receives only signals that it listens for.
pub(super) fn signals() -> anyhow::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        for is_second in [false, true] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if is_second {
                end_at_once();
            }
            tracing::info!("Stopping; a second signal stops at once");
            stop.send_replace(true);
        }
    });
    Ok(stopped)
}

/// Runs a command until it is done or a signal comes. The database rolls back uncommitted changes.
pub(super) async fn unless_stopped(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut stopped = signals()?;
    tokio::select! {
        outcome = command => outcome,
        _ = stopped.wait_for(|stopped| *stopped) => bail!("Stopped by a signal before it was done"),
    }
}

#[expect(clippy::exit, reason = "the operator asked twice")]
fn end_at_once() -> ! {
    std::process::exit(130)
}
