//! Session cookie of browsers.

use axum::http::{HeaderMap, HeaderValue, header};
use cookie::{Cookie, SameSite, time::Duration};

use crate::{
    domain::access::{Secret, SignedIn},
    public_url::PublicUrl,
};

/// Name and path of the cookie.
///
/// On its own host the server uses the `__Host-` prefix, with which browsers refuse a cookie that a neighbouring host
/// has set. Under a path that prefix is not possible. There the path matters more, because it separates the session
/// from other servers on the host, and from other instances of this server.
#[derive(Debug)]
pub struct SessionCookie {
    name: &'static str,
    path: String,
}

impl SessionCookie {
    /// Returns the cookie of a server with this address.
    pub fn new(public_url: Option<&PublicUrl>) -> Self {
        match public_url.map(PublicUrl::path).filter(|path| !path.is_empty()) {
            Some(path) => Self { name: "__Secure-liaison", path: path.to_owned() },
            None => Self { name: "__Host-liaison", path: "/".to_owned() },
        }
    }

    /// Returns the token that a browser has sent. The first of several counts, because its path is the longest.
    pub(super) fn token(&self, headers: &HeaderMap) -> Option<Secret> {
        let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut cookies = values.flat_map(Cookie::split_parse).filter_map(Result::ok);
        cookies.find(|cookie| cookie.name() == self.name).map(|cookie| Secret::from_input(cookie.value()))
    }

    /// Sets the cookie to the token of a new session, with a lifetime in seconds.
    pub(super) fn set(&self, headers: &mut HeaderMap, signed_in: &SignedIn, seconds: u64) {
        self.put(headers, signed_in.token.expose(), seconds);
    }

    /// Deletes the cookie.
    pub(super) fn end(&self, headers: &mut HeaderMap) {
        self.put(headers, "", 0);
    }

    fn put(&self, headers: &mut HeaderMap, token: &str, seconds: u64) {
        let cookie = Cookie::build((self.name, token))
            .path(&self.path)
            .max_age(Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX)))
            .secure(true)
            .http_only(true)
            .same_site(SameSite::Lax);
        if let Ok(mut cookie) = HeaderValue::from_str(&cookie.to_string()) {
            cookie.set_sensitive(true);
            headers.append(header::SET_COOKIE, cookie);
        }
    }
}
