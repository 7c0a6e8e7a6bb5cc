//! Settings: flags first, then the environment, then defaults that work.

use std::{net::SocketAddr, time::Duration};

use clap::{Args, builder::PossibleValue};

/// Where the data is.
#[derive(Clone, Debug, Args)]
pub struct DatabaseArgs {
    /// SQLite file or PostgreSQL server: `sqlite://liaison.db` or `postgres://user@host/database`
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite://liaison.db", hide_env_values = true)]
    pub database_url: String,

    /// Connections for reading (SQLite) or for everything (PostgreSQL)
    #[arg(long, env = "LIAISON_POOL_SIZE", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub pool_size: u32,

    /// How long a request waits for a free connection before it is told `SERVICE_UNAVAILABLE`
    #[arg(long, env = "LIAISON_ACQUIRE_TIMEOUT_MS", default_value_t = 3000, value_parser = clap::value_parser!(u64).range(1..))]
    pub acquire_timeout_ms: u64,
}

impl DatabaseArgs {
    /// The settings in the form that the database module takes.
    ///
    /// The URL is checked here and not by clap, whose errors quote the value: it may hold a password.
    pub fn config(&self) -> Result<DatabaseConfig, &'static str> {
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| self.database_url.starts_with(scheme)) {
            return Err("DATABASE_URL (--database-url) must begin with sqlite:, postgres:// or postgresql://");
        }
        if self.database_url.contains(":memory:") || self.database_url.contains("mode=memory") {
            return Err("DATABASE_URL (--database-url) must name a file: a database in memory has one connection only");
        }
        Ok(DatabaseConfig {
            url: self.database_url.clone(),
            pool_size: self.pool_size,
            acquire_timeout: Duration::from_millis(self.acquire_timeout_ms),
        })
    }
}

/// How to reach the database.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// `sqlite:…` or `postgres://…`; it may hold a password and is never printed.
    pub url: String,
    /// Connections in the pool.
    pub pool_size: u32,
    /// The longest wait for one of them.
    pub acquire_timeout: Duration,
}

impl DatabaseConfig {
    /// True for a SQLite file.
    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }
}

impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseConfig").field("pool_size", &self.pool_size).finish_non_exhaustive()
    }
}

/// How the server listens and whom it answers.
#[derive(Clone, Debug, Args)]
pub struct HttpArgs {
    /// Address and port to listen on; only loopback addresses until there is access control
    #[arg(long, env = "LIAISON_LISTEN", default_value = "127.0.0.1:4000")]
    pub listen: SocketAddr,

    /// Development: pages of any origin on loopback may call
    #[arg(long)]
    pub dev: bool,

    /// Origins that browsers may call from, separated by commas
    #[arg(long, env = "LIAISON_ALLOWED_ORIGINS", value_delimiter = ',')]
    pub allowed_origins: Vec<String>,

    /// Longest time for one request, in milliseconds
    #[arg(long, env = "LIAISON_REQUEST_TIMEOUT_MS", default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub request_timeout_ms: u64,

    /// Longest time for a client to send its request's head, and again its body, in milliseconds
    #[arg(long, env = "LIAISON_READ_TIMEOUT_MS", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..))]
    pub read_timeout_ms: u64,

    /// Longest time to finish what runs when asked to stop, in milliseconds
    #[arg(long, env = "LIAISON_SHUTDOWN_TIMEOUT_MS", default_value_t = 10_000)]
    pub shutdown_timeout_ms: u64,

    /// How log lines look: for people on a terminal, JSON otherwise
    #[arg(long, env = "LIAISON_LOG_FORMAT", default_value_t = LogFormat::Auto, value_enum)]
    pub log_format: LogFormat,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, JSON otherwise.
    Auto,
    /// One line of text an event.
    Text,
    /// One JSON object an event.
    Json,
}

impl clap::ValueEnum for LogFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Text, Self::Json]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(match self {
            Self::Auto => "auto",
            Self::Text => "text",
            Self::Json => "json",
        }))
    }
}

impl std::fmt::Display for LogFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// What one request may ask for. Going over is `QUERY_TOO_COMPLEX` for the shape of a document and
/// `BAD_USER_INPUT` for its values.
#[derive(Clone, Copy, Debug, Args)]
pub struct Limits {
    /// Most records on one page of a list
    #[arg(long, env = "LIAISON_MAX_PAGE_SIZE", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub page_size_max: u32,

    /// Most ids in one query
    #[arg(long, env = "LIAISON_MAX_IDS", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub ids_max: u32,

    /// Most records in one bulk mutation
    #[arg(long, env = "LIAISON_MAX_BULK", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub bulk_max: u32,

    /// Most operators and listed values in one filter
    #[arg(long, env = "LIAISON_MAX_FILTER_TERMS", default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=800))]
    pub filter_terms_max: u32,

    /// Deepest nesting of fields
    #[arg(long, env = "LIAISON_MAX_DEPTH", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub depth_max: u32,

    /// Greatest cost of a query: each field counts one, times the size of the pages around it
    #[arg(long, env = "LIAISON_MAX_COMPLEXITY", default_value_t = 50_000)]
    pub complexity_max: u64,

    /// Most fields in a document after its fragments are put in
    #[arg(long, env = "LIAISON_MAX_FIELDS", default_value_t = 2000)]
    pub fields_max: u64,

    /// Most aliases in a document after its fragments are put in
    #[arg(long, env = "LIAISON_MAX_ALIASES", default_value_t = 100)]
    pub aliases_max: u64,

    /// Most directives in a document after its fragments are put in
    #[arg(long, env = "LIAISON_MAX_DIRECTIVES", default_value_t = 50)]
    pub directives_max: u64,

    /// Most top-level fields of a mutation
    #[arg(long, env = "LIAISON_MAX_ROOT_FIELDS", default_value_t = 50)]
    pub root_fields_max: u64,

    /// Most lexical tokens in a document
    #[arg(long, env = "LIAISON_MAX_TOKENS", default_value_t = 10_000)]
    pub tokens_max: u64,

    /// Largest request body, in bytes
    #[arg(long, env = "LIAISON_MAX_BODY_BYTES", default_value_t = 1_048_576, value_parser = clap::value_parser!(u32).range(1..))]
    pub body_bytes_max: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            page_size_max: 200,
            ids_max: 200,
            bulk_max: 1000,
            filter_terms_max: 500,
            depth_max: 20,
            complexity_max: 50_000,
            fields_max: 2000,
            aliases_max: 100,
            directives_max: 50,
            root_fields_max: 50,
            tokens_max: 10_000,
            body_bytes_max: 1_048_576,
        }
    }
}

/// All settings of `serve`.
#[derive(Clone, Debug, Args)]
pub struct Config {
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub database: DatabaseArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub http: HttpArgs,
    #[command(flatten)]
    #[expect(missing_docs, reason = "documented on the type; a doc comment here would become help text")]
    pub limits: Limits,
}
