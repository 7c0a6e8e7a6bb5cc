//! Cookie of a sign-in at a provider: encrypted, and short-lived.

use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use cookie::{Cookie, CookieJar};
use serde::{Deserialize, Serialize};

use crate::{
    domain::access::PROVIDER_SIGN_IN_SECONDS,
    http::cookie::SessionCookie,
    oidc::{PendingSignIn, Provider},
};

/// Sign-in that a browser has begun.
#[derive(Deserialize, Serialize)]
pub(super) struct Begun {
    pub(super) pending: PendingSignIn,
    /// Path of this server to which the browser goes in the end.
    pub(super) return_to: String,
    at: i64,
}

impl Begun {
    pub(super) fn new(pending: PendingSignIn, return_to: String, now: DateTime<Utc>) -> Self {
        Self { pending, return_to, at: now.timestamp() }
    }

    /// Sets the cookie, which only this server can read.
    pub(super) fn write(&self, headers: &mut HeaderMap, cookie: &SessionCookie, provider: &Provider) {
        let Ok(text) = serde_json::to_string(self) else { return };
        let mut jar = CookieJar::new();
        jar.private_mut(provider.cookie_key()).add(Cookie::new(cookie.sign_in_name(), text));
        if let Some(encrypted) = jar.get(cookie.sign_in_name()) {
            let seconds = PROVIDER_SIGN_IN_SECONDS.unsigned_abs();
            cookie.set_sign_in(headers, encrypted.value(), seconds);
        }
    }

    /// Reads the cookie that a browser has sent. `None` when it is not this provider's, or too old.
    pub(super) fn read(
        headers: &HeaderMap,
        cookie: &SessionCookie,
        provider: &Provider,
        now: DateTime<Utc>,
    ) -> Option<Self> {
        let encrypted = Cookie::new(cookie.sign_in_name(), cookie.sign_in(headers)?);
        let text = CookieJar::new().private(provider.cookie_key()).decrypt(encrypted)?;
        let begun: Self = serde_json::from_str(text.value()).ok()?;
        let is_fresh = (0..=PROVIDER_SIGN_IN_SECONDS).contains(&(now.timestamp() - begun.at));
        is_fresh.then_some(begun)
    }
}
