//! Settings of webhooks.

use std::path::PathBuf;

use clap::Args;
use ipnet::IpNet;

use super::{Hidden, parse_network, secret::read_secret};

/// Fewest characters of a secret key, because it must not be guessed from what it has encrypted.
const KEY_CHARS_MIN: usize = 32;

/// Settings of webhooks.
#[derive(Clone, Debug, Default, Args)]
pub struct WebhookArgs {
    /// Networks that webhooks may reach although they are private, loopback or link-local, and over plain http: addresses
    /// or networks, separated by commas
    #[arg(long = "webhook-allow", env = "LIAISON_WEBHOOK_ALLOW", value_delimiter = ',', value_parser = parse_network)]
    pub allowed_networks: Vec<IpNet>,

    /// Key that encrypts the secrets of webhooks in the database, the same on all replicas: at least 32 random characters
    #[arg(long, env = "LIAISON_SECRET_KEY", hide_env_values = true, conflicts_with = "secret_key_file")]
    pub secret_key: Option<Hidden>,

    /// File of that key
    #[arg(long, env = "LIAISON_SECRET_KEY_FILE", value_name = "FILE")]
    pub secret_key_file: Option<PathBuf>,
}

impl WebhookArgs {
    /// Returns the key that encrypts secrets, from either setting. The error does not quote it.
    pub fn key(&self) -> Result<Option<Hidden>, String> {
        read_secret(
            (self.secret_key.as_ref(), "LIAISON_SECRET_KEY (--secret-key)"),
            (self.secret_key_file.as_deref(), "LIAISON_SECRET_KEY_FILE (--secret-key-file)"),
            KEY_CHARS_MIN,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::WebhookArgs;

    #[test]
    fn a_key_is_long_and_is_never_quoted() {
        let args = WebhookArgs { secret_key: Some("short-secret".to_owned().into()), ..WebhookArgs::default() };
        let said = args.key().err().unwrap();
        assert!(said.contains("LIAISON_SECRET_KEY") && !said.contains("short-secret"), "{said}");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let args = WebhookArgs { secret_key_file: Some(file.clone()), ..WebhookArgs::default() };
        assert!(args.key().err().unwrap().contains("cannot be read"));
        std::fs::write(&file, format!("{}\n", "k".repeat(32))).unwrap();
        assert_eq!(args.key().unwrap().unwrap().expose(), "k".repeat(32));
    }
}
