//! Accepting connections, and finishing what runs when asked to stop.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tokio_util::task::TaskTracker;

use super::{Service, Shared, connection, stop::stopped};

/// Serves until `stop` turns true, then takes no more connections, finishes what runs within the time allowed, and
/// returns.
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
    connections.close();
    let time = Duration::from_millis(shared.http.shutdown_timeout_ms);
    let ended = async { tokio::join!(connections.wait(), shared.sockets.ended(), shared.engine.wait_for_writes()) };
    if tokio::time::timeout(time, ended).await.is_err() {
        tracing::warn!("Stopped with requests still running");
    }
}

/// The next connection, as soon as there is room for one.
async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> (Option<OwnedSemaphorePermit>, io::Result<(TcpStream, SocketAddr)>) {
    let place = Arc::clone(room).acquire_owned().await.ok();
    (place, listener.accept().await)
}
