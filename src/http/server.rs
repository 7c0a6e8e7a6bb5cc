//! Accepting connections, and finishing running requests when the server stops.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tokio_util::task::TaskTracker;

use super::{Service, Shared, connection, stop::stopped};

/// Serves until `stop` turns true. Then it accepts no more connections, finishes running requests within the shutdown
/// timeout, and returns.
pub async fn serve(listener: TcpListener, service: Service, shared: &Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let connections = TaskTracker::new();
    let room = Arc::new(Semaphore::new(shared.http.max_connections as usize));
    loop {
        tokio::select! {
            (place, accepted) = accept(&listener, &room) => match accepted {
                Ok((stream, peer)) => {
                    let serving = connection::serve(stream, peer, service.clone(), Arc::clone(shared), stop.clone());
                    connections.spawn(async move {
                        serving.await;
                        drop(place);
                    });
                }
                Err(cause) => {
                    // Most likely the process has no free file descriptors. Running requests will release some.
                    tracing::warn!(%cause, "Could not accept a connection");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            },
            () = stopped(&mut stop) => break,
        }
    }
    shared.drain();
    drop(listener);
    connections.close();
    let time = Duration::from_millis(shared.http.shutdown_timeout_ms);
    let ended = async { tokio::join!(connections.wait(), shared.sockets.ended(), shared.engine.wait_for_writes()) };
    if tokio::time::timeout(time, ended).await.is_err() {
        tracing::warn!("Stopped with requests still running");
    }
}

/// Accepts the next connection once a permit is free.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, io::Result<(TcpStream, SocketAddr)>) {
    let place = Arc::clone(room).acquire_owned().await.ok();
    (place, listener.accept().await)
}
