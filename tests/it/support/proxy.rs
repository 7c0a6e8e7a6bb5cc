//! A proxy in front of PostgreSQL, whose connections become silent on demand: nothing comes, and nothing is closed.

use std::net::SocketAddr;

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split},
    net::{TcpListener, TcpStream, UnixStream},
    sync::watch,
    task::JoinSet,
};

use super::postgres::TestDatabase;

/// The proxy, which is closed with the value.
pub(crate) struct Proxy {
    pub(crate) url: String,
    gate: watch::Sender<Gate>,
    _serving: JoinSet<()>,
}

/// Connections that pass bytes on.
#[derive(Clone, Copy, Default)]
struct Gate {
    is_frozen: bool,
    /// Connections so far, of which only those from `first` on pass anything.
    count: usize,
    first: usize,
}

impl Proxy {
    /// Begins to pass connections on to the server of a database.
    pub(crate) async fn before(database: &TestDatabase) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = url_at(&database.url, listener.local_addr().unwrap());
        let server: PgConnectOptions = database.url.parse().unwrap();
        let gate = watch::Sender::new(Gate::default());
        let mut serving = JoinSet::new();
        serving.spawn(serve(listener, server, gate.clone()));
        Self { url, gate, _serving: serving }
    }

    /// Has the server hang, with all that arrives at it.
    pub(crate) fn freeze(&self) {
        self.gate.send_modify(|gate| gate.is_frozen = true);
    }

    /// Has the server go on.
    pub(crate) fn thaw(&self) {
        self.gate.send_modify(|gate| gate.is_frozen = false);
    }

    /// Has another server take over: the connections of now are silent for ever, and later ones are not.
    pub(crate) fn replace_server(&self) {
        self.gate.send_modify(|gate| gate.first = gate.count);
    }
}

/// The same URL with another host.
fn url_at(url: &str, address: SocketAddr) -> String {
    let options: PgConnectOptions = url.parse().unwrap();
    let (user, _) = url.rsplit_once('@').unwrap();
    format!("{user}@{address}/{}", options.get_database().unwrap())
}

async fn serve(listener: TcpListener, server: PgConnectOptions, gate: watch::Sender<Gate>) {
    let mut passing = JoinSet::new();
    loop {
        let (client, _) = listener.accept().await.unwrap();
        let number = gate.borrow().count;
        gate.send_modify(|gate| gate.count += 1);
        let gate = gate.subscribe();
        if let Some(folder) = server.get_socket() {
            let file = folder.join(format!(".s.PGSQL.{}", server.get_port()));
            passing.spawn(pass(client, UnixStream::connect(file).await.unwrap(), gate, number));
        } else {
            let server = TcpStream::connect((server.get_host(), server.get_port())).await.unwrap();
            passing.spawn(pass(client, server, gate, number));
        }
    }
}

async fn pass(client: TcpStream, server: impl AsyncRead + AsyncWrite, gate: watch::Receiver<Gate>, number: usize) {
    let ((from_client, to_client), (from_server, to_server)) = (split(client), split(server));
    // The first end ends both.
    tokio::select! {
        () = pump(from_client, to_server, gate.clone(), number) => {}
        () = pump(from_server, to_client, gate, number) => {}
    }
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut gate: watch::Receiver<Gate>,
    number: usize,
) {
    let mut bytes = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut bytes).await.unwrap_or_default();
        if gate.wait_for(|gate| !gate.is_frozen && number >= gate.first).await.is_err() || count == 0 {
            return;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
