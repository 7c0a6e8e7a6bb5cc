//! Settings that are secret.

use std::{fs, path::Path};

/// Setting that may contain a password, and is never printed.
#[derive(Clone)]
pub struct Hidden(String);

impl From<String> for Hidden {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Hidden {
    /// Returns the setting itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// Reads a secret from its setting or from its file, each with its name. The error does not quote it.
pub(super) fn read_secret(
    (secret, name): (Option<&Hidden>, &str),
    (file, file_name): (Option<&Path>, &str),
    chars_min: usize,
) -> Result<Option<Hidden>, String> {
    let (name, secret) = match (secret, file) {
        (Some(secret), _) => (name, secret.clone()),
        (None, Some(file)) => {
            let text = fs::read_to_string(file).map_err(|cause| format!("{file_name} cannot be read: {cause}"))?;
            (file_name, Hidden::from(text.trim().to_owned()))
        }
        (None, None) => return Ok(None),
    };
    if secret.expose().chars().count() < chars_min {
        return Err(format!(
            "{name} must have at least {chars_min} characters; openssl rand -base64 32 makes a good one"
        ));
    }
    Ok(Some(secret))
}
