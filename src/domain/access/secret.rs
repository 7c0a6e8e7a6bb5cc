//! Tokens: random, shown to their owner once, and stored as hashes.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::{Rng, distr::Alphanumeric};
use sha2::{Digest, Sha256};

/// Prefix of API keys, by which people and scanners recognise a leaked one.
const KEY_PREFIX: &str = "lsn_";
/// Letters of an API key: 62^43 is more than 2^256.
const KEY_LETTERS: usize = 43;
/// Length of the part that is stored in clear: the prefix, and as many letters as distinguish the keys of a team.
const PREFIX_LETTERS: usize = KEY_PREFIX.len() + 8;

/// Token in clear. It is printed only where it is handed out.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    /// Makes a token of a session or a link: 256 random bits from a generator that the operating system seeds.
    pub(super) fn token() -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// Makes an API key: the prefix, 256 random bits as letters and digits, and a checksum in hexadecimal.
    pub(super) fn api_key() -> Self {
        let letters: String = rand::rng().sample_iter(Alphanumeric).take(KEY_LETTERS).map(char::from).collect();
        let key = format!("{KEY_PREFIX}{letters}");
        let checksum = checksum(&key);
        Self(key + &checksum)
    }

    /// Takes a token from a request.
    pub fn from_input(token: &str) -> Self {
        Self(token.to_owned())
    }

    /// Returns the token itself, for its owner.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Returns the hash to store. A plain hash is enough, because nobody guesses 256 random bits.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }

    /// Returns true for a text in the form of an API key.
    pub(super) fn is_api_key(&self) -> bool {
        self.0.starts_with(KEY_PREFIX)
    }

    /// Returns false for an API key with a typing error, which needs no look-up in the database.
    pub(super) fn has_valid_checksum(&self) -> bool {
        let split = self.0.len().checked_sub(8).and_then(|at| self.0.split_at_checked(at));
        split.is_some_and(|(key, sum)| checksum(key) == sum)
    }

    /// Returns the first letters of an API key, by which its owner recognises it.
    pub(super) fn prefix(&self) -> String {
        self.0.chars().take(PREFIX_LETTERS).collect()
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
        assert!(!Secret::from_input(&wrong).has_valid_checksum());
        for text in ["", "lsn_", "lsn_ä", "ääääääää"] {
            assert!(!Secret::from_input(text).has_valid_checksum(), "{text}");
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
