//! The key that encrypts secrets.

use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf,
};
use uuid::Uuid;

use super::secret::WebhookSecret;

/// First byte of an encrypted secret: the key that it is encrypted with.
pub(super) const BY_DATABASE: u8 = 1;
pub(super) const BY_OPERATOR: u8 = 2;

/// Key that encrypts secrets.
pub struct SecretKey(Option<LessSafeKey>);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl SecretKey {
    /// Derives the key from the operator's text.
    pub(super) fn of_text(text: &str) -> Self {
        Self::of(text.as_bytes())
    }

    /// Derives the key from bytes.
    pub(super) fn of(material: &[u8]) -> Self {
        let extracted = hkdf::Salt::new(hkdf::HKDF_SHA256, b"liaison").extract(material);
        let expanded = extracted.expand(&[b"secrets of webhooks"], &CHACHA20_POLY1305);
        // Both lengths are constants that fit.
        Self(expanded.ok().map(|key| LessSafeKey::new(UnboundKey::from(key))))
    }

    /// Encrypts a webhook's secret. The result cannot be moved to another webhook.
    pub(super) fn seal(&self, by: u8, id: Uuid, secret: &WebhookSecret) -> Vec<u8> {
        let nonce: [u8; NONCE_LEN] = rand::random();
        let mut sealed = secret.as_bytes().to_vec();
        let Some(Ok(())) = self.0.as_ref().map(|key| {
            key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(id.as_bytes()), &mut sealed)
        }) else {
            return Vec::new();
        };
        [[by].as_slice(), &nonce, &sealed].concat()
    }

    /// Decrypts a webhook's secret; none where it was encrypted with another key, or for another webhook.
    pub(super) fn open(&self, id: Uuid, sealed: &[u8]) -> Option<WebhookSecret> {
        let (_, rest) = sealed.split_first()?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_LEN)?;
        let mut bytes = sealed.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self.0.as_ref()?.open_in_place(nonce, Aad::from(id.as_bytes()), &mut bytes).ok()?;
        WebhookSecret::from_bytes(opened)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{BY_OPERATOR, SecretKey, WebhookSecret};

    #[test]
    fn a_sealed_secret_is_opened_by_its_key_and_for_its_webhook_alone() {
        let (key, id, secret) = (SecretKey::of_text("a key"), Uuid::from_u128(1), WebhookSecret::new());
        let sealed = key.seal(BY_OPERATOR, id, &secret);
        assert!(!sealed.windows(8).any(|part| secret.as_bytes().starts_with(part)));
        assert_ne!(sealed, key.seal(BY_OPERATOR, id, &secret));
        assert_eq!(key.open(id, &sealed), Some(secret));
        assert_eq!(key.open(Uuid::from_u128(2), &sealed), None);
        assert_eq!(SecretKey::of_text("another").open(id, &sealed), None);
        for length in 0..sealed.len() {
            assert_eq!(key.open(id, &sealed[..length]), None);
        }
    }
}
