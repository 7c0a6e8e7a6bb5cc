//! Relay between sqlx and a pooler that gives each transaction another connection to the server.
//!
//! sqlx prepares a statement in one step and executes it in the next, and such a pooler may pass the two to different
//! connections. sqlx also gives each statement a name, which another client's statement may have on the same connection.
//! The relay takes sqlx's messages through a socket of this process, and passes each execution on together with its
//! statement, as one step without a name: docs/decisions/0033-unnamed-statements.md.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use sea_orm::{DbErr, RuntimeErr};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader, copy_buf, split},
    net::{UnixListener, UnixStream},
    task::AbortHandle,
    time::timeout,
};

use self::{server::Server, stream::Stream, unnaming::Unnaming};
use crate::config::DatabaseConfig;

mod server;
mod stream;
mod tls;
mod unnaming;

/// Bytes that are read at once, and that a buffer keeps when it is not used.
const BUFFER_SIZE: usize = 32 * 1024;
/// Delay before the next client after one could not be accepted, for lack of file descriptors for example.
const RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// Part of the socket's name. It does not matter which, because the socket has a name of its own.
const PORT: u16 = 5432;

/// Socket of this process that leads to the pooler. Connections end with the process, and new ones with this value.
#[derive(Debug)]
pub(super) struct Relay {
    folder: PathBuf,
    accepting: AbortHandle,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Relay {
    /// Listens on a socket that has no file, so that it needs no folder that can be written.
    pub(super) fn start(config: &DatabaseConfig, options: &PgConnectOptions) -> Result<Self, DbErr> {
        let server = Arc::new(Server::new(config, options)?);
        // A name that begins with NUL is in no folder. Only Linux has such names.
        let folder = format!("\0liaison-{:032x}", rand::random::<u128>());
        let listener = UnixListener::bind(format!("{folder}/.s.PGSQL.{PORT}")).map_err(|cause| {
            DbErr::Conn(RuntimeErr::Internal(format!("LIAISON_STATEMENTS=unnamed works on Linux only: {cause}")))
        })?;
        let acquire_timeout = config.acquire_timeout;
        let accepting = tokio::spawn(async move {
            loop {
                match listener.accept().await {
                    Ok((client, _)) if is_own(&client) => {
                        tokio::spawn(serve(client, Arc::clone(&server), acquire_timeout));
                    }
                    Ok(_somebody_else) => {}
                    Err(cause) => {
                        tracing::warn!(%cause, "A connection to the pooler could not be accepted");
                        tokio::time::sleep(RETRY_INTERVAL).await;
                    }
                }
            }
        });
        Ok(Self { folder: folder.into(), accepting: accepting.abort_handle() })
    }

    /// Leads connections with these options through the relay. TLS is between the relay and the pooler.
    pub(super) fn route(&self, options: PgConnectOptions) -> PgConnectOptions {
        options.socket(&self.folder).port(PORT).ssl_mode(PgSslMode::Disable)
    }
}

/// Returns true for a client in this process. Names of such sockets have no permissions.
fn is_own(client: &UnixStream) -> bool {
    let process = client.peer_cred().ok().and_then(|peer| peer.pid());
    process.is_some_and(|process| process.unsigned_abs() == std::process::id())
}

/// Serves a client until one of both sides closes its connection. Either sees that the other has.
async fn serve(mut client: UnixStream, server: Arc<Server>, acquire_timeout: Duration) {
    let connected = timeout(acquire_timeout, server.connect()).await;
    let outcome = match connected.unwrap_or_else(|_elapsed| Err(io::ErrorKind::TimedOut.into())) {
        Ok(stream) => pass(client, stream).await,
        Err(cause) => refuse(&mut client, &cause).await,
    };
    if let Err(cause) = outcome {
        tracing::debug!(%cause, "A connection to the pooler was lost");
    }
}

async fn pass(client: UnixStream, server: Box<dyn Stream>) -> io::Result<()> {
    let (mut client_reader, mut client_writer) = client.into_split();
    let (server_reader, mut server_writer) = split(server);
    let requests = async {
        let mut unnaming = Unnaming::default();
        let (mut input, mut output) = (Vec::with_capacity(BUFFER_SIZE), Vec::with_capacity(BUFFER_SIZE));
        loop {
            input.reserve(BUFFER_SIZE);
            if client_reader.read_buf(&mut input).await? == 0 {
                return server_writer.shutdown().await;
            }
            let used = unnaming.rewrite(&input, &mut output)?;
            input.drain(..used);
            server_writer.write_all(&output).await?;
            server_writer.flush().await?;
            output.clear();
            // Large values would otherwise be kept for as long as the connection is open.
            output.shrink_to(BUFFER_SIZE);
            if input.is_empty() {
                input.shrink_to(BUFFER_SIZE);
            }
        }
    };
    let mut answers = BufReader::with_capacity(BUFFER_SIZE, server_reader);
    tokio::select! {
        outcome = requests => outcome,
        outcome = copy_buf(&mut answers, &mut client_writer) => outcome.map(drop),
    }
}

/// Answers a client as a server would that takes no connections.
async fn refuse(client: &mut UnixStream, cause: &io::Error) -> io::Result<()> {
    // A client that still sends would not read the answer.
    let mut startup = Vec::with_capacity(BUFFER_SIZE);
    client.read_buf(&mut startup).await?;
    client.write_all(&server::refusal(cause)).await?;
    client.shutdown().await
}
