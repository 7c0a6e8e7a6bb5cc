//! `liaison serve`.

use anyhow::{Context, ensure};
use clap::Args;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::watch,
};

use super::logging;
use crate::{app::App, clock::Clock, config::Config, http::server};

/// Serve the API; migrates the database first
#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    config: Config,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Config { database, http, limits } = self.config;
        logging::start(http.log_format);
        ensure!(
            http.listen.ip().is_loopback(),
            "LIAISON_LISTEN (--listen) must be a loopback address, such as 127.0.0.1:4000: there is no access control \
             yet, so nobody else may reach the server"
        );
        let database = database.config().map_err(anyhow::Error::msg)?;
        let app = App::open(&database, http.clone(), limits, Clock::default())
            .await
            .context("The database could not be opened (see DATABASE_URL, --database-url)")?;
        let listener = TcpListener::bind(http.listen)
            .await
            .with_context(|| format!("Could not listen on {} (see LIAISON_LISTEN, --listen)", http.listen))?;
        let address = listener.local_addr()?;
        tracing::info!(%address, dev = http.dev, "Serving; GraphiQL is at http://{address}/");
        server::serve(listener, app.router, &app.shared, stop_signals()?).await;
        app.shared.domain.db.clone().close().await?;
        tracing::info!("Stopped");
        Ok(())
    }
}

/// Turns true at the first SIGTERM or SIGINT; at the second the process ends at once.
fn stop_signals() -> anyhow::Result<watch::Receiver<bool>> {
    let (stop, stopped) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        for is_second in [false, true] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if is_second {
                end_at_once();
            }
            tracing::info!("Stopping; a second signal stops at once");
            stop.send_replace(true);
        }
    });
    Ok(stopped)
}

#[expect(clippy::exit, reason = "the operator asked twice")]
fn end_at_once() -> ! {
    std::process::exit(130)
}
