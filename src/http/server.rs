//! Accepting connections, and finishing running requests when the server stops.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tokio_util::task::TaskTracker;

use super::{Service, Shared, connection, stop::wait_until_stopped};

/// Serves until `stop` turns true. Then it accepts no more connections, finishes running requests within the shutdown
/// timeout, and returns.
pub async fn serve(listener: TcpListener, service: Service, shared: &Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let tasks = TaskTracker::new();
    let connections = Arc::new(Semaphore::new(shared.http.max_connections as usize));
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &connections) => accepted,
            () = wait_until_stopped(&mut stop) => break,
        };
        match accepted {
            Ok(Accepted { stream, peer, permit }) => {
                let serving = connection::serve(stream, peer, service.clone(), Arc::clone(shared), stop.clone());
                tasks.spawn(async move {
                    serving.await;
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
    shared.drain();
    drop(listener);
    tasks.close();
    let timeout = Duration::from_millis(shared.http.shutdown_timeout_ms);
    let all = async { tokio::join!(tasks.wait(), shared.sockets.wait_until_closed(), shared.engine.wait_for_writes()) };
    if tokio::time::timeout(timeout, all).await.is_err() {
        tracing::warn!("Stopped with requests still running");
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
