//! Secrets of webhooks, and the signatures that receivers check with them.

use base64::{Engine, prelude::BASE64_STANDARD};
use ring::hmac;

/// Prefix of secrets in the Standard Webhooks specification.
const PREFIX: &str = "whsec_";
/// Length of a secret, in bytes; the specification asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// Secret of a webhook, in clear. It is printed only where it is handed out.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret([u8; SECRET_BYTES]);

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(…)")
    }
}

impl WebhookSecret {
    /// Makes a secret from the generator that the operating system seeds.
    pub(super) fn new() -> Self {
        Self(rand::random())
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the secret as receivers' libraries take it.
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}", BASE64_STANDARD.encode(self.0))
    }

    /// Signs a delivery by the symmetric scheme of the Standard Webhooks specification.
    pub(super) fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        context.update(format!("{id}.{timestamp}.").as_bytes());
        context.update(body);
        format!("v1,{}", BASE64_STANDARD.encode(context.sign()))
    }
}

#[cfg(test)]
mod tests {
    use super::WebhookSecret;

    // Computed with Python's hmac over the same text.
    #[test]
    fn a_signature_is_that_of_the_specification() {
        let secret = WebhookSecret::from_bytes(&[7; 32]).unwrap();
        assert_eq!(secret.expose(), "whsec_BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        let signature = secret.sign("msg_1", 1_700_000_000, br#"{"a":1}"#);
        assert_eq!(signature, "v1,LInk7lWC3DLGgRP3k/Xpm933fgj/SEGrik4mpkLgnKE=");
        assert!(!format!("{secret:?}").contains('7'));
        assert_ne!(WebhookSecret::new(), WebhookSecret::new());
    }
}
