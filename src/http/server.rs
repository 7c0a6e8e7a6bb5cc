//! Accepting connections, and finishing running requests when the server stops.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use metrics::gauge;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tokio_util::task::TaskTracker;

use super::{Service, Shared, connection, metrics_service, stop::wait_until_stopped};

/// Most connections for metrics.
const METRICS_CONNECTIONS_MAX: usize = 20;

/// Serves until `stop` turns true. Then it accepts no more connections, finishes running requests within the shutdown
/// timeout, and returns.
pub async fn serve(listener: TcpListener, service: Service, shared: &Arc<Shared>, stop: watch::Receiver<bool>) {
    let connections = Arc::new(Semaphore::new(shared.http.max_connections as usize));
    let tasks = accept_all(&listener, &connections, &service, shared, "main", stop).await;
    shared.drain();
    drop(listener);
    tasks.close();
    let timeout = Duration::from_millis(shared.http.shutdown_timeout_ms);
    let all = async { tokio::join!(tasks.wait(), shared.sockets.wait_until_closed(), shared.engine.wait_for_writes()) };
    if tokio::time::timeout(timeout, all).await.is_err() {
        tracing::warn!("Stopped with requests still running");
    }
}

/// Serves metrics alone until `stop` turns true. Nobody waits for their last answer.
pub async fn serve_metrics(listener: TcpListener, shared: &Arc<Shared>, stop: watch::Receiver<bool>) {
    let connections = Arc::new(Semaphore::new(METRICS_CONNECTIONS_MAX));
    accept_all(&listener, &connections, &metrics_service(Arc::clone(shared)), shared, "metrics", stop).await;
}

/// Serves connections until `stop` turns true. Returns those that are still open.
async fn accept_all(
    listener: &TcpListener,
    connections: &Arc<Semaphore>,
    service: &Service,
    shared: &Arc<Shared>,
    name: &'static str,
    mut stop: watch::Receiver<bool>,
) -> TaskTracker {
    let (tasks, open) = (TaskTracker::new(), gauge!("liaison_http_connections", "listener" => name));
    loop {
        let accepted = tokio::select! {
            accepted = accept(listener, connections) => accepted,
            () = wait_until_stopped(&mut stop) => return tasks,
        };
        match accepted {
            Ok(Accepted { stream, peer, permit }) => {
                let serving = connection::serve(stream, peer, service.clone(), Arc::clone(shared), stop.clone());
                let open = open.clone();
                tasks.spawn(async move {
                    open.increment(1);
                    serving.await;
                    open.decrement(1);
                    drop(permit);
                });
            }
            Err(cause) => {
                // Most likely the process has no free file descriptors. Running requests will release some.
                tracing::warn!(%cause, "Could not accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Accepted connection, and its permit.
struct Accepted {
    stream: TcpStream,
    peer: SocketAddr,
    permit: Option<OwnedSemaphorePermit>,
}

/// Accepts the next connection once a permit is free.
async fn accept(listener: &TcpListener, connections: &Arc<Semaphore>) -> io::Result<Accepted> {
    let permit = Arc::clone(connections).acquire_owned().await.ok();
    let (stream, peer) = listener.accept().await?;
    Ok(Accepted { stream, peer, permit })
}
