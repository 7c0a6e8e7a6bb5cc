//! Cookies of browsers: the session's, that of a sign-in at a provider, and that of the last write.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};

use crate::{
    domain::access::{Secret, SignedIn},
    public_url::PublicUrl,
};

/// Cookie of the position after which queries have to read. It is no secret, so a neighbouring host may set it.
const READ_AFTER: &str = "liaison-read-after";

/// Names and path of the cookies.
///
/// On its own host the server uses the `__Host-` prefix, with which browsers refuse a cookie that a neighbouring host
/// has set. Under a path that prefix is not possible. There the path matters more, because it separates the session
/// from other servers on the host, and from other instances of this server.
#[derive(Debug)]
pub struct SessionCookie {
    name: &'static str,
    sign_in_name: &'static str,
    path: String,
}

impl SessionCookie {
    /// Returns the cookie of a server with this address.
    pub fn new(public_url: Option<&PublicUrl>) -> Self {
        match public_url.map(PublicUrl::path).filter(|path| !path.is_empty()) {
            Some(path) => {
                Self { name: "__Secure-liaison", sign_in_name: "__Secure-liaison-sign-in", path: path.to_owned() }
            }
            None => Self { name: "__Host-liaison", sign_in_name: "__Host-liaison-sign-in", path: "/".to_owned() },
        }
    }

    /// Returns the token that a browser has sent.
    pub(super) fn token(&self, headers: &HeaderMap) -> Option<Secret> {
        sent(headers, self.name).map(|token| Secret::from_input(&token))
    }

    /// Sets the cookie to the token of a new session, with a lifetime in seconds.
    pub(super) fn set(&self, headers: &mut HeaderMap, signed_in: &SignedIn, seconds: u64) {
        put(headers, self.name, &self.path, signed_in.token.expose(), seconds);
    }

    /// Deletes the cookie.
    pub(super) fn end(&self, headers: &mut HeaderMap) {
        put(headers, self.name, &self.path, "", 0);
    }

    /// Returns the position after which a browser's queries have to read.
    pub(super) fn read_after(headers: &HeaderMap) -> Option<String> {
        sent(headers, READ_AFTER)
    }

    /// Sets that position, with a lifetime in seconds.
    pub(super) fn set_read_after(&self, headers: &mut HeaderMap, position: &str, seconds: u64) {
        put(headers, READ_AFTER, &self.path, position, seconds);
    }

    /// Returns the name of the cookie of a sign-in at a provider.
    pub(super) fn sign_in_name(&self) -> &'static str {
        self.sign_in_name
    }

    /// Returns the cookie of a sign-in at a provider that a browser has sent.
    pub(super) fn sign_in(&self, headers: &HeaderMap) -> Option<String> {
        sent(headers, self.sign_in_name)
    }

    /// Sets the cookie of a sign-in at a provider, with a lifetime in seconds.
    pub(super) fn set_sign_in(&self, headers: &mut HeaderMap, value: &str, seconds: u64) {
        put(headers, self.sign_in_name, &self.path, value, seconds);
    }

    /// Deletes the cookie of a sign-in at a provider.
    pub(super) fn end_sign_in(&self, headers: &mut HeaderMap) {
        put(headers, self.sign_in_name, &self.path, "", 0);
    }
}

/// Returns a cookie that a browser has sent. The first of several counts, because its path is the longest.
fn sent(headers: &HeaderMap, name: &str) -> Option<String> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut cookies = values.flat_map(Cookie::split_parse).filter_map(Result::ok);
    cookies.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// Sets a cookie that scripts cannot read, and that other sites send only with links.
fn put(headers: &mut HeaderMap, name: &str, path: &str, value: &str, seconds: u64) {
    let cookie = Cookie::build((name, value))
        .path(path)
        .max_age(Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
        .secure(true)
        .http_only(true)
        .same_site(SameSite::Lax);
    if let Ok(mut cookie) = HeaderValue::from_str(&cookie.to_string()) {
        cookie.set_sensitive(true);
        headers.append(header::SET_COOKIE, cookie);
    }
}
