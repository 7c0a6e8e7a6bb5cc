//! Signing out at a provider as well.

use std::str::FromStr;

use cookie::{Cookie, CookieJar, Key};
use openidconnect::{ClientId, EndSessionUrl, LogoutRequest, PostLogoutRedirectUrl, core::CoreIdToken};

use crate::{outbound::is_safe, public_url::PublicUrl};

/// Name to which the encryption is bound, so that an ID token is never taken for another encrypted text.
const NAME: &str = "id-token";
/// Longest ID token that is kept, in bytes. It becomes a part of an address, and servers take few longer ones.
const ID_TOKEN_BYTES_MAX: usize = 4096;

/// Encrypts an ID token, which is kept with the session. `None` when it is too long.
pub(super) fn seal(key: &Key, id_token: &str) -> Option<String> {
    if id_token.len() > ID_TOKEN_BYTES_MAX {
        return None;
    }
    let mut jar = CookieJar::new();
    jar.private_mut(key).add(Cookie::new(NAME, id_token.to_owned()));
    jar.get(NAME).map(|sealed| sealed.value().to_owned())
}

/// Decrypts an ID token. `None` when it was encrypted with another key.
pub(super) fn open(key: &Key, sealed: String) -> Option<CoreIdToken> {
    let opened = CookieJar::new().private(key).decrypt(Cookie::new(NAME, sealed))?;
    CoreIdToken::from_str(opened.value()).ok()
}

/// Returns the address at the provider that ends its session of the browser, and sends the browser back.
pub(super) fn url(
    end: EndSessionUrl,
    client_id: &str,
    public_url: &PublicUrl,
    hint: Option<CoreIdToken>,
) -> Option<String> {
    let back = PostLogoutRedirectUrl::new(format!("{public_url}/sign-in")).ok()?;
    let request = LogoutRequest::from(end).set_client_id(ClientId::new(client_id.to_owned()));
    let request = request.set_post_logout_redirect_uri(back);
    let request = match hint {
        Some(id_token) => request.set_id_token_hint(&id_token),
        None => request,
    };
    let url = request.http_get_url();
    is_safe(url.as_str()).then(|| url.into())
}

#[cfg(test)]
mod tests {
    use cookie::Key;

    use super::{open, seal};

    #[test]
    fn only_its_key_opens_an_id_token() {
        // {"alg":"none"} and claims that are just enough.
        let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2EuYiIsInN1YiI6ImEiLCJhdWQiOiJjIiwiZXhwIjoxLCJpYXQiOjF9.";
        let (key, other) = (Key::generate(), Key::generate());
        let sealed = seal(&key, token).unwrap();
        assert!(!sealed.contains("eyJ") && sealed != seal(&key, token).unwrap());
        assert_eq!(open(&key, sealed.clone()).unwrap().to_string(), token);
        assert!(open(&other, sealed.clone()).is_none() && open(&key, sealed.chars().skip(1).collect()).is_none());
        assert!(seal(&key, &"x".repeat(4097)).is_none());
    }
}
