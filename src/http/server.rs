//! Connections: accepting them, timing out slow ones, and finishing what runs when asked to stop.

use std::{sync::Arc, time::Duration};

use axum::Router;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{net::TcpListener, sync::watch};

use super::Shared;

/// Serves until `stop` turns true, then takes no more connections, finishes what runs within the time allowed, and
/// returns.
pub async fn serve(listener: TcpListener, router: Router, shared: &Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // Axum's own server waits for a request's head for ever.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(shared.http.read_timeout_ms))
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_mins(1));
    let graceful = GracefulShutdown::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    // An answer is written whole, so waiting for more to fill a packet only delays it.
                    if let Err(cause) = stream.set_nodelay(true) {
                        tracing::debug!(%cause, "Could not set TCP_NODELAY");
                    }
                    let service = TowerToHyperService::new(router.clone());
                    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
                    let connection = graceful.watch(connection);
                    tokio::spawn(async move {
                        if let Err(cause) = connection.await {
                            tracing::debug!(%cause, "A connection ended early");
                        }
                    });
                }
                Err(cause) => {
                    // Out of file descriptors, most likely: running requests will free some.
                    tracing::warn!(%cause, "Could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            () = stopped(&mut stop) => break,
        }
    }
    shared.drain();
    drop(listener);
    let time = Duration::from_millis(shared.http.shutdown_timeout_ms);
    if tokio::time::timeout(time, graceful.shutdown()).await.is_err() {
        tracing::warn!("Stopped with requests still running");
    }
}

/// Returns when the value has turned true, or nobody is left to turn it.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    while !*stop.borrow_and_update() {
        if stop.changed().await.is_err() {
            return;
        }
    }
}
