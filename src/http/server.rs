//! Connections: accepting them, timing out slow ones, and finishing what runs when asked to stop.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    BoxError,
    body::{Body, Bytes, HttpBody},
    extract::Request,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, watch},
};
use tokio_io_timeout::TimeoutStream;
use tower::ServiceExt;

use super::{Service, Shared, client::Peer};

/// Largest head of a request: headers of more bytes are refused, and by hyper itself those of more than a hundred lines
/// (naming that number would have it clear room for them at every request).
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long a client may take none of what is sent to it.
const WRITE_MAX: Duration = Duration::from_secs(30);
/// Requests at once on one HTTP/2 connection.
const STREAMS_MAX: u32 = 100;

/// Serves until `stop` turns true, then takes no more connections, finishes what runs within the time allowed, and
/// returns.
pub async fn serve(listener: TcpListener, service: Service, shared: &Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    // Axum's own server waits for a request's head for ever.
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(shared.http.read_timeout_ms))
        .max_buf_size(HEAD_BYTES_MAX)
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS_MAX)
        .keep_alive_interval(Duration::from_mins(1));
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(shared.http.max_connections as usize));
    loop {
        tokio::select! {
            (place, accepted) = accept(&listener, &room) => match accepted {
                Ok((stream, peer)) => {
                    // An answer is written whole, so waiting for more to fill a packet only delays it.
                    if let Err(cause) = stream.set_nodelay(true) {
                        tracing::debug!(%cause, "Could not set TCP_NODELAY");
                    }
                    let service = TowerToHyperService::new(service.clone().map_request(move |request| with_peer(request, peer)));
                    let (builder, watcher) = (builder.clone(), graceful.watcher());
                    let time = Duration::from_millis(shared.http.read_timeout_ms);
                    let mut stopped = stop.clone();
                    tokio::spawn(async move {
                        let speaks = tokio::select! {
                            speaks = tokio::time::timeout(time, begins_to_speak(&stream)) => speaks.unwrap_or(false),
                            _ = stopped.wait_for(|stop| *stop) => false,
                        };
                        if !speaks {
                            return;
                        }
                        let mut stream = Box::pin(TimeoutStream::new(stream));
                        stream.as_mut().set_write_timeout_pinned(Some(WRITE_MAX));
                        let connection = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).into_owned();
                        if let Err(cause) = watcher.watch(connection).await {
                            tracing::debug!(%cause, "A connection ended early");
                        }
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
    let time = Duration::from_millis(shared.http.shutdown_timeout_ms);
    let ended = async { tokio::join!(graceful.shutdown(), shared.sockets.ended()) };
    if tokio::time::timeout(time, ended).await.is_err() {
        tracing::warn!("Stopped with requests still running");
    }
}

/// What an HTTP/2 connection begins with. RFC 9113, section 3.4.
const HTTP2_PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Waits until the client has said enough to tell which HTTP it speaks: hyper itself would wait for ever. False when it
/// ends instead.
async fn begins_to_speak(stream: &TcpStream) -> bool {
    let mut begun = [0; HTTP2_PREFACE.len()];
    loop {
        match stream.peek(&mut begun).await {
            Ok(0) | Err(_) => return false,
            Ok(read) if read == begun.len() || !HTTP2_PREFACE.starts_with(begun.get(..read).unwrap_or_default()) => {
                return true;
            }
            // Looking does not take it, so that there is nothing to wait for but time.
            Ok(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
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

fn with_peer<B>(request: Request<B>, peer: SocketAddr) -> Request
where
    B: HttpBody<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(Peer(peer));
    request
}

/// Returns when the value has turned true, or nobody is left to turn it.
pub(super) async fn stopped(stop: &mut watch::Receiver<bool>) {
    while !*stop.borrow_and_update() {
        if stop.changed().await.is_err() {
            return;
        }
    }
}
