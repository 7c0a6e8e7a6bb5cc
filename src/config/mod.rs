//! Settings: flags first, then the environment, then defaults that work.

mod address;
mod database;
mod database_url;
mod documents;
mod metrics;
mod oidc;
mod pooler;
mod secret;
mod standbys;
mod webhooks;

pub use address::ListenAddress;
pub use database::{DatabaseArgs, DatabaseConfig, Standbys};
pub(crate) use database_url::check as check_database_url;
pub use documents::{DocumentArgs, TrustedDocuments};
pub use metrics::MetricsArgs;
pub use oidc::{OidcProvider, RoleSetting, oidc_providers};
pub use pooler::{PoolerArgs, StatementNames};
pub use secret::Hidden;
pub use standbys::StandbyArgs;
pub use webhooks::WebhookArgs;

use std::{net::IpAddr, path::PathBuf, time::Duration};

use axum::http::HeaderName;
use clap::{Args, ValueEnum, builder::BoolishValueParser};
use ipnet::IpNet;

use crate::{origin::parse_origin, public_url::PublicUrl};

/// Settings of the HTTP server.
#[derive(Clone, Debug, Args)]
pub struct HttpArgs {
    /// Address to listen on: `127.0.0.1:4000`, `localhost:4000`, `:4000` or `4000` (on loopback), `0.0.0.0:4000` or `[::]:4000`
    /// (on all addresses)
    #[arg(long, env = "LIAISON_LISTEN", default_value = ListenAddress::DEFAULT)]
    pub listen: ListenAddress,

    /// Development mode: sign-in is not needed, and pages of any loopback origin may call; listens on loopback only
    #[arg(long)]
    pub dev: bool,

    /// Origins that browsers may call from, separated by commas: `https://app.example.com`
    #[arg(long, env = "LIAISON_ALLOWED_ORIGINS", value_delimiter = ',', value_parser = parse_origin)]
    pub allowed_origins: Vec<String>,

    /// Headers that pages of those origins may send in addition to those of usual clients, separated by commas
    #[arg(long, env = "LIAISON_ALLOWED_HEADERS", value_delimiter = ',', value_parser = address::parse_header)]
    pub allowed_headers: Vec<HeaderName>,

    /// Most connections at once; further ones wait to be accepted
    #[arg(long, env = "LIAISON_MAX_CONNECTIONS", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,

    /// Most WebSockets and event streams at once; further ones are refused
    #[arg(long, env = "LIAISON_MAX_WEBSOCKETS", default_value_t = 5000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_websockets: u32,

    /// Longest time for one request, in milliseconds
    #[arg(long, env = "LIAISON_REQUEST_TIMEOUT_MS", default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub request_timeout_ms: u64,

    /// Longest time for a client to send its request's head, and again its body, in milliseconds
    #[arg(long, env = "LIAISON_READ_TIMEOUT_MS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub read_timeout_ms: u64,

    /// Largest file of an import, in bytes
    #[arg(long, env = "LIAISON_IMPORT_BYTES_MAX", default_value_t = 1 << 30, value_parser = clap::value_parser!(u64).range(1..))]
    pub import_bytes_max: u64,

    /// Longest time in which nothing arrives of an import's file, in milliseconds
    #[arg(long, env = "LIAISON_IMPORT_IDLE_TIMEOUT_MS", default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub import_idle_timeout_ms: u64,

    /// Longest time in which a client reads nothing of its answers, in milliseconds
    #[arg(long, env = "LIAISON_WRITE_TIMEOUT_MS", default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub write_timeout_ms: u64,

    /// Longest time that a connection stays open without a request, in milliseconds; it should exceed that of the
    /// proxies' pools
    #[arg(long, env = "LIAISON_KEEP_ALIVE_TIMEOUT_MS", default_value_t = 75_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub keep_alive_timeout_ms: u64,

    /// Longest time to finish running requests when asked to stop, in milliseconds
    #[arg(long, env = "LIAISON_SHUTDOWN_TIMEOUT_MS", default_value_t = 10_000)]
    pub shutdown_timeout_ms: u64,

    /// Format of log lines: text on a terminal, JSON otherwise
    #[arg(long, env = "LIAISON_LOG_FORMAT", default_value_t = LogFormat::Auto, value_enum)]
    pub log_format: LogFormat,

    /// Log a line at level info for each request
    #[arg(long, env = "LIAISON_ACCESS_LOG", value_parser = BoolishValueParser::new())]
    pub access_log: bool,

    /// Settings of documents that clients send by key.
    #[command(flatten)]
    pub documents: DocumentArgs,

    /// Settings of metrics.
    #[command(flatten)]
    pub metrics: MetricsArgs,
}

/// Settings of authentication and mail.
#[derive(Clone, Debug, Args)]
pub struct AccessArgs {
    /// URL at which browsers reach the server: `https://contacts.example.com`, or with a path under which a proxy
    /// serves it, `https://example.com/contacts`
    #[arg(long, env = "LIAISON_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,

    /// Proxies whose `X-Forwarded-For` is trusted: addresses or networks, separated by commas
    #[arg(long, env = "LIAISON_TRUSTED_PROXIES", value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,

    /// Server for outgoing mail: `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`
    #[arg(long, env = "LIAISON_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<Hidden>,

    /// Longest time for the mail server to take one mail, in milliseconds
    #[arg(long, env = "LIAISON_SMTP_TIMEOUT_MS", default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(1..=90_000))]
    pub smtp_timeout_ms: u64,

    /// Sender of mails
    #[arg(long, env = "LIAISON_MAIL_FROM", default_value = "Liaison <liaison@localhost>")]
    pub mail_from: String,

    /// Folder for mails as files when there is no mail server
    #[arg(long, env = "LIAISON_MAIL_DIR", default_value = "mail")]
    pub mail_dir: PathBuf,

    /// Sign-in by password, `on` or `off`; `off` leaves the providers of OpenID Connect alone
    /// (`LIAISON_OIDC_<NAME>_ISSUER` and others, see docs/oidc.md)
    #[arg(
        long,
        env = "LIAISON_PASSWORDS",
        value_name = "ON_OR_OFF",
        default_value = "on",
        hide_possible_values = true
    )]
    #[arg(action = clap::ArgAction::Set, value_parser = BoolishValueParser::new())]
    pub passwords: bool,

    /// Providers of OpenID Connect, read by [`oidc_providers`].
    #[arg(skip)]
    pub oidc: Vec<OidcProvider>,

    /// Longest time for one answer of a provider.
    #[arg(skip = Duration::from_secs(10))]
    pub oidc_timeout: Duration,

    /// Time after its last use at which a session ends, in hours
    #[arg(long, env = "LIAISON_SESSION_IDLE_HOURS", default_value_t = Lifetimes::default().idle.as_secs() / 3600, value_parser = clap::value_parser!(u64).range(1..=87_600))]
    pub session_idle_hours: u64,

    /// Longest life of a session, in hours
    #[arg(long, env = "LIAISON_SESSION_LONGEST_HOURS", default_value_t = Lifetimes::default().longest.as_secs() / 3600, value_parser = clap::value_parser!(u64).range(1..=87_600))]
    pub session_longest_hours: u64,

    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub rates: RateArgs,
}

/// Rate limits. A request beyond them fails with `RATE_LIMITED`.
#[derive(Clone, Copy, Debug, Args)]
pub struct RateArgs {
    /// Requests a second of one user, one API key, or one address without either; five times as many at once; no limit
    /// with `--dev`
    #[arg(long, env = "LIAISON_REQUESTS_PER_SECOND", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    pub requests_per_second: u32,

    /// Attempts a minute of one address to sign in, to request a link, or to use one
    #[arg(long, env = "LIAISON_ATTEMPTS_PER_MINUTE", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..))]
    pub attempts_per_minute: u32,

    /// Attempts a minute to sign in to one account
    #[arg(long, env = "LIAISON_ACCOUNT_ATTEMPTS_PER_MINUTE", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    pub account_attempts_per_minute: u32,

    /// Links an hour to one account
    #[arg(long, env = "LIAISON_LINKS_PER_HOUR", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    pub links_per_hour: u32,
}

impl AccessArgs {
    /// Returns the lifetimes of sessions.
    pub fn lifetimes(&self) -> Lifetimes {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        Lifetimes { idle: hours(self.session_idle_hours), longest: hours(self.session_longest_hours) }
    }
}

/// Lifetimes of a session.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Time since its last use.
    pub idle: Duration,
    /// Time since the sign-in, however often it is used.
    pub longest: Duration,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self { idle: Duration::from_hours(14 * 24), longest: Duration::from_hours(90 * 24) }
    }
}

/// Parses a network, or a single address.
fn parse_network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(address).ok_or_else(|| "must be an address or a network, such as 10.0.0.0/8".to_owned())
}

/// Format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "documented on the setting; a doc comment here would make all help texts long")]
pub enum LogFormat {
    Auto,
    Text,
    Json,
}

/// Limits of one request. A request beyond them fails with `QUERY_TOO_COMPLEX` for the shape of a document, and with
/// `BAD_USER_INPUT` for its values.
#[derive(Clone, Copy, Debug, Args)]
pub struct Limits {
    /// Most records on one page of a list
    #[arg(long, env = "LIAISON_MAX_PAGE_SIZE", default_value_t = Self::default().page_size_max, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub page_size_max: u32,

    /// Most ids in one query
    #[arg(long, env = "LIAISON_MAX_IDS", default_value_t = Self::default().ids_max, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub ids_max: u32,

    /// Most records in one bulk mutation
    #[arg(long, env = "LIAISON_MAX_BULK", default_value_t = Self::default().bulk_max, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub bulk_max: u32,

    /// Most operators and listed values in one filter
    #[arg(long, env = "LIAISON_MAX_FILTER_TERMS", default_value_t = Self::default().filter_terms_max, value_parser = clap::value_parser!(u32).range(1..=800))]
    pub filter_terms_max: u32,

    /// Most tests in the filters of one request that examine each row: `contains`, `endsWith`, `neq`, `notIn`, and any
    /// in `not`
    #[arg(long, env = "LIAISON_MAX_SCANS", default_value_t = Self::default().scans_max)]
    pub scans_max: u64,

    /// Deepest nesting of fields
    #[arg(long, env = "LIAISON_MAX_DEPTH", default_value_t = Self::default().depth_max, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub depth_max: u32,

    /// Highest cost of a query: each field counts one, times the size of the pages around it; each test in a filter
    /// one, and twenty more when it examines each row
    #[arg(long, env = "LIAISON_MAX_COMPLEXITY", default_value_t = Self::default().complexity_max)]
    pub complexity_max: u64,

    /// Most fields in a document after its fragments are expanded
    #[arg(long, env = "LIAISON_MAX_FIELDS", default_value_t = Self::default().fields_max)]
    pub fields_max: u64,

    /// Most aliases in a document after its fragments are expanded
    #[arg(long, env = "LIAISON_MAX_ALIASES", default_value_t = Self::default().aliases_max)]
    pub aliases_max: u64,

    /// Most directives in a document after its fragments are expanded
    #[arg(long, env = "LIAISON_MAX_DIRECTIVES", default_value_t = Self::default().directives_max)]
    pub directives_max: u64,

    /// Most top-level fields of a document after its fragments are expanded
    #[arg(long, env = "LIAISON_MAX_ROOT_FIELDS", default_value_t = Self::default().root_fields_max)]
    pub root_fields_max: u64,

    /// Most lexical tokens in a document
    #[arg(long, env = "LIAISON_MAX_TOKENS", default_value_t = Self::default().tokens_max)]
    pub tokens_max: u64,

    /// Largest request body, in bytes
    #[arg(long, env = "LIAISON_MAX_BODY_BYTES", default_value_t = Self::default().body_bytes_max, value_parser = clap::value_parser!(u32).range(1..))]
    pub body_bytes_max: u32,

    /// Longest text of a subscription with its variables, in bytes, because it is kept as long as the subscription runs
    #[arg(long, env = "LIAISON_MAX_SUBSCRIPTION_BYTES", default_value_t = Self::default().subscription_bytes_max, value_parser = clap::value_parser!(u32).range(1..))]
    pub subscription_bytes_max: u32,

    /// Most concurrent subscriptions of one caller; each counts once per KiB of its text
    #[arg(long, env = "LIAISON_MAX_SUBSCRIPTIONS", default_value_t = Self::default().subscriptions_max, value_parser = clap::value_parser!(u32).range(1..))]
    pub subscriptions_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page_size_max: 200,
            ids_max: 200,
            bulk_max: 1000,
            filter_terms_max: 500,
            scans_max: 2000,
            depth_max: 20,
            complexity_max: 50_000,
            fields_max: 2000,
            aliases_max: 100,
            directives_max: 50,
            root_fields_max: 50,
            tokens_max: 10_000,
            body_bytes_max: 1_048_576,
            subscription_bytes_max: 16_384,
            subscriptions_max: 1000,
        }
    }
}

/// Settings of the change feed.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct ChangeArgs {
    /// Days for which changes are kept; by default all are kept
    #[arg(long, env = "LIAISON_KEEP_CHANGES_DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub keep_changes_days: Option<u32>,
}

/// All settings of `serve`.
#[derive(Clone, Debug, Args)]
pub struct Config {
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub database: DatabaseArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub standbys: StandbyArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub http: HttpArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub access: AccessArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub limits: Limits,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub changes: ChangeArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub webhooks: WebhookArgs,
}
