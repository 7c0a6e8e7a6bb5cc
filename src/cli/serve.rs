//! `liaison serve`.

use std::{
    io::{self, Write},
    net::SocketAddr,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, ensure};
use clap::Args;
use metrics::gauge;
use tokio::{net::TcpListener, task::JoinHandle};

use super::{VERSION, logging, stop, systemd, version::parts};
use crate::{
    app::App,
    background,
    clock::Clock,
    config::{Config, HttpArgs, oidc_providers},
    domain::{access, webhooks::Outbound},
    http::{BundledPage, server},
    mail::Mailer,
    outbound::check_authorities,
    public_url::PublicUrl,
    telemetry,
};

/// Time for background tasks to end, after the requests have ended.
const BACKGROUND_MAX: Duration = Duration::from_secs(5);

/// Serve the API; migrates the database first
#[derive(Debug, Args)]
#[command(
    after_help = "RUST_LOG sets what is logged, such as debug or warn,liaison::access=info. NO_COLOR=1 turns colours off."
)]
pub(super) struct Serve {
    #[command(flatten)]
    config: Config,
}

impl Serve {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Config { database, standbys, mut http, mut access, limits, changes, webhooks } = self.config;
        logging::start(http.log_format);
        http.metrics = http.metrics.resolve().map_err(anyhow::Error::msg)?;
        if http.metrics.are_wanted() {
            // Before anything is counted.
            telemetry::start().map_err(anyhow::Error::msg)?;
        }
        let mut stopped = stop::signals()?;
        let listen = http.listen.clone();
        let addresses = listen.resolve().await.with_context(|| format!("LIAISON_LISTEN (--listen): {listen}"))?;
        ensure!(
            !http.dev || addresses.iter().all(|address| address.ip().is_loopback()),
            "With --dev nobody needs to sign in, so LIAISON_LISTEN (--listen) must be a loopback address, such as \
             127.0.0.1:4000"
        );
        ensure!(
            !http.documents.only_trusted || http.documents.trusted_documents.is_some() || BundledPage::Console.exists(),
            "LIAISON_ONLY_TRUSTED (--only-trusted) needs LIAISON_TRUSTED_DOCUMENTS (--trusted-documents), because this \
             build has no console whose documents it could answer"
        );
        let environment = std::env::vars_os();
        let texts = environment.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        access.oidc = oidc_providers(texts).map_err(anyhow::Error::msg)?;
        ensure!(
            access.oidc.is_empty() || access.public_url.is_some(),
            "LIAISON_OIDC_… needs LIAISON_PUBLIC_URL (--public-url), to which providers send browsers back"
        );
        ensure!(
            access.passwords || !access.oidc.is_empty(),
            "LIAISON_PASSWORDS=off (--passwords) needs a provider, by which users sign in instead (LIAISON_OIDC_…)"
        );
        let mut database = database.config().map_err(anyhow::Error::msg)?;
        database.standbys = standbys.config(&database).map_err(anyhow::Error::msg)?;
        let (version, commit) = parts();
        let kind = if database.is_sqlite() { "sqlite" } else { "postgresql" };
        gauge!("liaison_build_info", "version" => version, "commit" => commit, "database" => kind).set(1);
        database.statement_timeout = Some(Duration::from_millis(http.request_timeout_ms));
        check_authorities().map_err(anyhow::Error::msg)?;
        let outbound = Arc::new(Outbound::new(&webhooks).map_err(anyhow::Error::msg)?);
        let opening = App::open(&database, http.clone(), access.clone(), limits, outbound, Clock::default());
        // Opening may take long: while a server starts, while another replica migrates, and while this one does.
        let app = tokio::select! {
            app = opening => app.context("The database could not be opened (see DATABASE_URL, --database-url)")?,
            _ = stopped.wait_for(|stopped| *stopped) => {
                tracing::info!("Stopped before the database was open");
                return Ok(());
            }
        };
        let listener = TcpListener::bind(addresses.as_slice())
            .await
            .with_context(|| format!("Could not listen on {listen} (see LIAISON_LISTEN, --listen)"))?;
        let address = listener.local_addr()?;
        let metrics = listen_for_metrics(&http).await?;
        let url = access.public_url.clone().unwrap_or_else(|| PublicUrl::of_listener(address));
        let mailer = Mailer::open(&access, url.clone()).map_err(anyhow::Error::msg)?;
        if access.smtp_url.is_none() {
            let folder = access.mail_dir.display();
            tracing::info!("No mail server is configured (LIAISON_SMTP_URL): mails are written to files in {folder}/");
        }
        if !http.dev {
            if !url.keeps_sessions() {
                tracing::warn!(
                    "Nobody can stay signed in at {url}: browsers keep a session's cookie only over https, or on the \
                     server's own machine. LIAISON_PUBLIC_URL (--public-url) should begin with https:// (docs/deploy.md)"
                );
            }
            offer_setup(&app, &url).await?;
        }
        tracing::info!(%address, dev = http.dev, version = VERSION, "{}", greeting(&app, address));
        access::warm_up();
        let background = tokio::spawn(background::run(Arc::clone(&app.shared), mailer, changes, stopped.clone()));
        tokio::spawn(systemd::report(stopped.clone()));
        let serving_metrics = async {
            if let Some(listener) = metrics {
                server::serve_metrics(listener, &app.shared, stopped.clone()).await;
            }
        };
        tokio::join!(server::serve(listener, app.service, &app.shared, stopped.clone()), serving_metrics);
        finish(background).await?;
        app.shared.domain.db.clone().close().await?;
        tracing::info!("Stopped");
        #[cfg(feature = "otlp")]
        telemetry::otlp::stop();
        Ok(())
    }
}

/// Opens the address for metrics, if there is one.
async fn listen_for_metrics(http: &HttpArgs) -> anyhow::Result<Option<TcpListener>> {
    let Some(listen) = &http.metrics.metrics_listen else { return Ok(None) };
    let setting = "LIAISON_METRICS_LISTEN (--metrics-listen)";
    let addresses = listen.resolve().await.with_context(|| format!("{setting}: {listen}"))?;
    let listener = TcpListener::bind(addresses.as_slice()).await;
    let listener = listener.with_context(|| format!("Could not listen on {listen} (see {setting})"))?;
    tracing::info!(metrics.address = %listener.local_addr()?, "Serving metrics");
    Ok(Some(listener))
}

/// Returns the URL at which people open the server. With `--dev` it is a loopback address, because the server answers
/// to no other.
fn greeting(app: &App, address: SocketAddr) -> String {
    let public_url = app.shared.access.public_url.clone().filter(|_| !app.shared.http.dev);
    let url = public_url.unwrap_or_else(|| PublicUrl::of_listener(address));
    if BundledPage::Console.exists() {
        format!("Serving; the console is at {url}/")
    } else {
        format!("Serving at {url}/")
    }
}

/// Waits for the background tasks, within a timeout. A process that does not end would be killed in the middle.
async fn finish(mut background: JoinHandle<()>) -> anyhow::Result<()> {
    if let Ok(ended) = tokio::time::timeout(BACKGROUND_MAX, &mut background).await {
        return Ok(ended?);
    }
    tracing::warn!("Stopped with something still running beside the requests");
    background.abort();
    Ok(())
}

/// Prints the link that creates the first admin, to the terminal and nowhere else.
async fn offer_setup(app: &App, url: &PublicUrl) -> anyhow::Result<()> {
    if !access::needs_first_admin(app.shared.domain.db.reads()).await? {
        return Ok(());
    }
    if !app.shared.access.passwords {
        tracing::warn!(
            "There is no admin yet. A provider's claim makes one (LIAISON_OIDC_…_ROLES), or `liaison user create --role \
             admin` invites the address of an account there"
        );
        return Ok(());
    }
    let token = access::make_link(&app.shared.domain, None).await?;
    let minutes = access::LINK_MINUTES;
    let token = token.expose();
    writeln!(
        io::stdout(),
        "There is no admin yet. Make one here, within {minutes} minutes:\n\n    {url}/setup#{token}\n"
    )?;
    Ok(())
}
