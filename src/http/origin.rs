//! Origins of web pages: which may use the browser's cookie, and which may call at all.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, header, uri::Authority},
};

use super::Shared;
use crate::{
    config::HttpArgs,
    origin::{is_kept_in_clear, is_loopback_name},
    public_url::PublicUrl,
};

/// Header that a simple cross-site request cannot send. On GET it has the role that a JSON body has on POST.
pub(super) const NOT_SIMPLE: HeaderName = HeaderName::from_static("liaison-csrf");

/// Returns true for a request without an origin, and for a page of this server or of a listed origin.
pub(super) fn is_from_here(shared: &Shared, request: &Request) -> bool {
    match request.headers().get(header::ORIGIN) {
        None => true,
        Some(origin) => is_same_origin(shared, origin, request) || is_allowed_origin(&shared.http, origin),
    }
}

/// Returns true for a page of this server. Behind a proxy its scheme is that of the public URL.
fn is_same_origin(shared: &Shared, origin: &HeaderValue, request: &Request) -> bool {
    let Some((scheme, authority)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else {
        return false;
    };
    let is_public_secure = shared.access.public_url.as_ref().is_some_and(PublicUrl::is_secure);
    if is_public_secure && scheme != "https" {
        return false;
    }
    is_public_origin(shared, origin) || is_host_of(request, authority)
}

/// Returns true for the public URL's origin. A proxy may replace the browser's `Host` by its own.
fn is_public_origin(shared: &Shared, origin: &HeaderValue) -> bool {
    shared.access.public_url.as_ref().is_some_and(|url| origin == url.origin())
}

/// Returns the request's origin when it is this server's own name over plain http. Browsers drop a secure cookie there,
/// unless the name is a loopback one.
pub(super) fn origin_in_clear(shared: &Shared, request: &Request) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    let authority = origin.to_str().ok()?.strip_prefix("http://")?;
    let host = authority.parse::<Authority>().ok()?;
    let is_own = is_public_origin(shared, origin) || is_host_of(request, authority);
    (is_own && !is_kept_in_clear(host.host())).then(|| origin.clone())
}

fn is_host_of(request: &Request, authority: &str) -> bool {
    // HTTP/2 has the host in the target.
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = named.or_else(|| request.uri().authority().map(Authority::as_str));
    host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
}

/// Returns true for listed origins, and with `--dev` for origins on loopback.
pub(super) fn is_allowed_origin(http: &HttpArgs, origin: &HeaderValue) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let host = || origin.split_once("://").and_then(|(_, rest)| rest.parse::<Authority>().ok());
    http.allowed_origins.iter().any(|allowed| allowed == origin)
        || (http.dev && host().is_some_and(|authority| is_loopback_name(authority.host())))
}
