//! `liaison healthcheck`.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, bail};
use clap::Args;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Ask a running server whether it is ready; exits with 0 when it is
#[derive(Debug, Args)]
pub(super) struct Healthcheck {
    /// Address and port of the server
    #[arg(long, env = "LIAISON_LISTEN", default_value = "127.0.0.1:4000")]
    listen: SocketAddr,

    /// How long to wait for the answer, in milliseconds
    #[arg(long, default_value_t = 3000)]
    timeout_ms: u64,
}

impl Healthcheck {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let asking = tokio::time::timeout(Duration::from_millis(self.timeout_ms), ask(self.listen));
        let status = asking.await.context("The server did not answer in time")??;
        if !status.starts_with("HTTP/1.1 200") {
            bail!("The server is not ready: {}", status.lines().last().unwrap_or_default());
        }
        Ok(())
    }
}

/// One fixed request needs no HTTP client.
async fn ask(address: SocketAddr) -> anyhow::Result<String> {
    let mut stream = TcpStream::connect(address).await.with_context(|| format!("Nothing listens on {address}"))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.take(10_000).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
