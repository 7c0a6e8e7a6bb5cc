//! Connections to the pooler: by TCP or a socket's file, with or without TLS.

use std::{io, net::Ipv6Addr, path::PathBuf};

use sea_orm::DbErr;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UnixStream},
};

use super::{stream::Stream, tls::Tls};
use crate::config::DatabaseConfig;

/// First message of a client that asks for TLS: its length, and the number of the request.
const TLS_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];
/// Code of a server that cannot take a connection now. Whoever connects tries again.
const CANNOT_CONNECT_NOW: &str = "57P03";
/// Code of a client that cannot establish a connection.
const CANNOT_CONNECT: &str = "08001";

#[derive(Debug)]
enum Address {
    Socket(PathBuf),
    Tcp(String, u16),
}

/// Address of a pooler, and TLS to it.
#[derive(Debug)]
pub(super) struct Server {
    address: Address,
    tls: Option<Tls>,
    /// A pooler without TLS is refused.
    needs_tls: bool,
}

impl Server {
    /// Reads the address and TLS from the options and the URL of the pooler.
    pub(super) fn new(config: &DatabaseConfig, options: &PgConnectOptions) -> Result<Self, DbErr> {
        let (host, port) = (options.get_host(), options.get_port());
        let folder = options.get_socket().cloned().or_else(|| host.starts_with('/').then(|| host.into()));
        let address = match folder {
            Some(folder) => Address::Socket(folder.join(format!(".s.PGSQL.{port}"))),
            None => Address::Tcp(host.trim_matches(['[', ']']).to_owned(), port),
        };
        let mode = options.get_ssl_mode();
        let tls = match (&address, mode) {
            // As to PostgreSQL's own programs, nobody can listen to a socket's file.
            (Address::Socket(_), _) | (_, PgSslMode::Disable | PgSslMode::Allow) => None,
            _ => Some(Tls::new(&config.url, mode, host)?),
        };
        Ok(Self { address, tls, needs_tls: !matches!(mode, PgSslMode::Prefer) })
    }

    /// Connects, with TLS where it is wanted and the pooler has it.
    pub(super) async fn connect(&self) -> io::Result<Box<dyn Stream>> {
        match &self.address {
            Address::Socket(path) => self.secure(UnixStream::connect(path).await?).await,
            Address::Tcp(host, port) => {
                let stream = match host.parse::<Ipv6Addr>() {
                    Ok(address) => TcpStream::connect((address, *port)).await?,
                    Err(_name) => TcpStream::connect((host.as_str(), *port)).await?,
                };
                stream.set_nodelay(true)?;
                self.secure(stream).await
            }
        }
    }

    async fn secure<S: Stream + 'static>(&self, mut stream: S) -> io::Result<Box<dyn Stream>> {
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        stream.write_all(&TLS_REQUEST).await?;
        match stream.read_u8().await? {
            b'S' => Ok(Box::new(tls.connect(stream).await?)),
            b'N' if !self.needs_tls => Ok(Box::new(stream)),
            b'N' => Err(io::Error::other("the pooler has no TLS, which sslmode asks for")),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "the pooler does not answer as PostgreSQL")),
        }
    }
}

/// Returns the message of a server that refuses a connection.
pub(super) fn refusal(cause: &io::Error) -> Vec<u8> {
    let is_unresolved = cause.raw_os_error().is_none() && cause.to_string().starts_with("failed to lookup address");
    // A socket's file is made when the pooler starts.
    let will_pass = is_unresolved || matches!(cause.kind(), io::ErrorKind::ConnectionRefused | io::ErrorKind::NotFound);
    let code = if will_pass { CANNOT_CONNECT_NOW } else { CANNOT_CONNECT };
    let message = format!("the pooler cannot be reached: {cause}");
    let fields = [('S', "FATAL"), ('V', "FATAL"), ('C', code), ('M', message.as_str())];
    let body = fields.map(|(letter, text)| format!("{letter}{text}\0")).concat();
    let length = u32::try_from(body.len() + size_of::<u32>() + 1).unwrap_or(u32::MAX);
    [b"E".as_slice(), &length.to_be_bytes()[..], body.as_bytes(), b"\0"].concat()
}
