//! `liaison healthcheck`.

use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::config::ListenAddress;

/// Ask a running server whether it is ready; exits with 0 when it is
#[derive(Debug, Args)]
pub(super) struct Healthcheck {
    /// Address of the server: `127.0.0.1:4000`, `localhost:4000`, `:4000` or `4000`
    #[arg(long, env = "LIAISON_LISTEN", default_value = ListenAddress::DEFAULT)]
    listen: ListenAddress,

    /// Longest wait for the answer, in milliseconds
    #[arg(long, default_value_t = 3000)]
    timeout_ms: u64,
}

impl Healthcheck {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let asking = tokio::time::timeout(Duration::from_millis(self.timeout_ms), ask(&self.listen));
        let status = asking.await.context("The server did not answer in time")??;
        if !status.starts_with("HTTP/1.1 200") {
            bail!("The server is not ready: {}", status.lines().last().unwrap_or_default());
        }
        Ok(())
    }
}

/// Sends one fixed request, which needs no HTTP client.
async fn ask(address: &ListenAddress) -> anyhow::Result<String> {
    let found = address.resolve().await.with_context(|| format!("The host of {address} was not found"))?;
    let connecting = TcpStream::connect(found.as_slice()).await;
    let mut stream = connecting.with_context(|| format!("Nothing listens on {address}"))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.take(10_000).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
