//! Tokens: random, shown to their owner once, and kept as hashes.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::{Rng, distr::Alphanumeric};
use sha2::{Digest, Sha256};

/// What API keys begin with, so that people and scanners recognise one that got out.
const KEY_PREFIX: &str = "lsn_";
/// 62^43 is more than 2^256.
const KEY_LETTERS: usize = 43;
/// The prefix and as many letters more as tell the keys of a team apart.
const SHOWN_LETTERS: usize = KEY_PREFIX.len() + 8;

/// A token in clear. It is printed only where it is handed out.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// A new token of a session or of a link: 256 random bits from a generator that the operating system seeds.
    pub(super) fn token() -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// A new API key: the prefix, 256 random bits as letters and digits, and a checksum in hexadecimal.
    pub(super) fn api_key() -> Self {
        let letters: String = rand::rng().sample_iter(Alphanumeric).take(KEY_LETTERS).map(char::from).collect();
        let key = format!("{KEY_PREFIX}{letters}");
        let checksum = checksum(&key);
        Self(key + &checksum)
    }

    /// What somebody brought.
    pub fn given(token: &str) -> Self {
        Self(token.to_owned())
    }

    /// The token itself, for its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is kept of it. A plain hash will do: nobody guesses 256 random bits.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// True of what looks like an API key.
    pub(super) fn is_api_key(&self) -> bool {
        self.0.starts_with(KEY_PREFIX)
    }

    /// False for an API key with a typing error, which needs no look into the database.
    pub(super) fn has_valid_checksum(&self) -> bool {
        let split = self.0.len().checked_sub(8).and_then(|place| self.0.split_at_checked(place));
        split.is_some_and(|(key, given)| checksum(key) == given)
    }

    /// The first letters of an API key, by which its owner recognises it.
    pub(super) fn shown(&self) -> String {
        self.0.chars().take(SHOWN_LETTERS).collect()
    }
}

fn checksum(key: &str) -> String {
    format!("{:08x}", crc32fast::hash(key.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn keys_are_recognised_and_typing_errors_noticed() {
        let key = Secret::api_key();
        assert!(key.is_api_key() && key.has_valid_checksum());
        assert_eq!(key.expose().len(), 4 + 43 + 8);
        let mut wrong = key.expose().to_owned();
        wrong.replace_range(10..11, if wrong.get(10..11) == Some("a") { "b" } else { "a" });
        assert!(!Secret::given(&wrong).has_valid_checksum());
        for text in ["", "lsn_", "lsn_ä", "ääääääää"] {
            assert!(!Secret::given(text).has_valid_checksum(), "{text}");
        }
    }

    #[test]
    fn tokens_differ_and_are_not_printed() {
        let (one, other) = (Secret::token(), Secret::token());
        assert_ne!(one, other);
        assert_eq!(one.expose().len(), 43);
        assert!(!format!("{one:?}").contains(one.expose()));
    }
}
