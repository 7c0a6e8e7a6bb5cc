//! Settings of metrics.

use std::path::PathBuf;

use clap::Args;

use super::{Hidden, ListenAddress, secret::read_secret};

/// Fewest characters of the token, because anybody may try it.
const TOKEN_CHARS_MIN: usize = 32;

/// Settings of metrics.
#[derive(Clone, Debug, Default, Args)]
pub struct MetricsArgs {
    /// Address on which `GET /metrics` answers, apart from the API: `127.0.0.1:9464`; no login is needed there
    #[arg(long, env = "LIAISON_METRICS_LISTEN")]
    pub metrics_listen: Option<ListenAddress>,

    /// Token with which `GET /metrics` answers, as `Authorization: Bearer`; at least 32 random characters. Without an address
    /// of its own it is on the address of the API
    #[arg(long, env = "LIAISON_METRICS_TOKEN", hide_env_values = true, conflicts_with = "metrics_token_file")]
    pub metrics_token: Option<Hidden>,

    /// File of that token
    #[arg(long, env = "LIAISON_METRICS_TOKEN_FILE", value_name = "FILE")]
    pub metrics_token_file: Option<PathBuf>,
}

impl MetricsArgs {
    /// Reads the token's file, if there is one, and checks the token. The error does not quote it.
    pub fn resolve(mut self) -> Result<Self, String> {
        self.metrics_token = read_secret(
            (self.metrics_token.as_ref(), "LIAISON_METRICS_TOKEN (--metrics-token)"),
            (self.metrics_token_file.as_deref(), "LIAISON_METRICS_TOKEN_FILE (--metrics-token-file)"),
            TOKEN_CHARS_MIN,
        )?;
        Ok(self)
    }

    /// Returns true when somebody may ask for metrics.
    pub fn are_wanted(&self) -> bool {
        self.metrics_listen.is_some() || self.metrics_token.is_some()
    }
}
