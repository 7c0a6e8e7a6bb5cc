//! Settings of webhooks.

use std::{fs, path::PathBuf};

use clap::Args;
use ipnet::IpNet;

use super::{Hidden, parse_network};

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
        let (name, key) = match (&self.secret_key, &self.secret_key_file) {
            (Some(key), _) => ("LIAISON_SECRET_KEY (--secret-key)", key.clone()),
            (None, Some(file)) => {
                let name = "LIAISON_SECRET_KEY_FILE (--secret-key-file)";
                let text = fs::read_to_string(file).map_err(|cause| format!("{name} cannot be read: {cause}"))?;
                (name, Hidden::from(text.trim().to_owned()))
            }
            (None, None) => return Ok(None),
        };
        if key.expose().chars().count() < KEY_CHARS_MIN {
            return Err(format!(
                "{name} must have at least {KEY_CHARS_MIN} characters; openssl rand -base64 32 makes a good one"
            ));
        }
        Ok(Some(key))
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
