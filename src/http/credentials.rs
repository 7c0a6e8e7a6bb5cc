//! From a request's headers to who asks, and back: bearer tokens and the browser's cookie.

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, uri::Authority},
    response::Response,
};

use super::{Shared, client, cookie::SessionCookie, media, message, middleware::is_allowed_origin};
use crate::{
    domain::{
        self, Actor,
        access::{self, Secret, SignedIn},
    },
    entity::role::Role,
    graphql::{
        context::{ResponseHeaders, SessionChange},
        error::ApiError,
    },
    public_url::{PublicUrl, is_kept_in_clear},
    throttle::Refused,
};

/// A header that a simple cross-site request cannot send: on GET it stands for what a JSON body is on POST.
pub(super) const NOT_SIMPLE: HeaderName = HeaderName::from_static("liaison-csrf");

/// Why a request goes no further.
pub(super) enum Refusal {
    Throttled(Refused),
    Failed(ApiError),
}

impl Refusal {
    pub(super) fn response(self, accepted: Option<media::MediaType>) -> Response {
        match self {
            Self::Throttled(refused) => {
                let status = StatusCode::TOO_MANY_REQUESTS;
                let mut response = message::error_response(status, &refused.into(), accepted);
                response.headers_mut().insert(header::RETRY_AFTER, refused.retry_after_seconds().into());
                response
            }
            Self::Failed(error) => message::error_response(StatusCode::SERVICE_UNAVAILABLE, &error, accepted),
        }
    }
}

/// What a request says of who asks.
pub(super) struct Credentials {
    address: Option<IpAddr>,
    pub(super) token: Option<Secret>,
    /// The origin of a page of this server's that a browser has opened over plain http. It will drop the cookie.
    origin_in_clear: Option<HeaderValue>,
}

impl Credentials {
    /// Those of a request to the API.
    pub(super) fn of(shared: &Shared, request: &Request) -> Self {
        Self::read(shared, request, cookie_counts(shared, request))
    }

    /// Those of somebody who opens a page. It holds nothing but itself, so that the cookie may come from anywhere.
    pub(super) fn of_visitor(shared: &Shared, request: &Request) -> Self {
        Self::read(shared, request, true)
    }

    fn read(shared: &Shared, request: &Request, cookie_counts: bool) -> Self {
        let peer = request.extensions().get::<client::Peer>().map(|peer| peer.0.ip());
        let address = client::address(peer, request.headers(), &shared.access.trusted_proxies);
        let token = token(&shared.cookie, request.headers(), cookie_counts);
        Self { address, token, origin_in_clear: origin_in_clear(shared, request) }
    }

    /// Those of a connection that becomes a WebSocket; none for a page that may not. Browsers send no headers of a page's
    /// choice there, but always the page's origin.
    pub(super) fn of_websocket(shared: &Shared, request: &Request) -> Option<Self> {
        is_from_here(shared, request).then(|| Self::read(shared, request, true))
    }

    /// Whoever it is, as long as nobody has looked.
    pub(super) fn stranger(&self) -> Actor {
        Actor { address: self.address, ..Actor::default() }
    }

    /// Who it is, if that one has not asked too often. A look-up counts against the address: otherwise whoever makes up
    /// tokens had one for each.
    pub(super) async fn admit(&self, shared: &Shared) -> Result<Actor, Refusal> {
        let count = |actor: &Actor| shared.throttle.request(actor).map_err(Refusal::Throttled);
        let (nobody, ctx) = (self.stranger(), self.context(shared));
        let remembered = self.token.as_ref().and_then(|token| access::remembered(&ctx, token));
        if let Some(actor) = remembered {
            count(&actor)?;
            return Ok(actor);
        }
        count(&nobody)?;
        let actor = self.identify(shared).await?;
        if actor.user_id.is_some() || actor.key_id.is_some() {
            count(&actor)?;
        }
        Ok(actor)
    }

    /// Gives a browser the token of a new session. One that will drop it is written down, because it does not say so.
    pub(super) fn begin_session(&self, headers: &mut HeaderMap, signed_in: &SignedIn, shared: &Shared) {
        shared.cookie.set(headers, signed_in, shared.domain.gate.lifetimes().longest.as_secs());
        let Some(origin) = self.origin_in_clear.as_ref().filter(|_| shared.throttle.is_insecure_page_news()) else {
            return;
        };
        tracing::warn!(
            ?origin,
            "Somebody signed in on a page that was opened over plain http. Browsers drop the session's cookie there, and \
             show the form again. Open the server by https (docs/deploy.md), or on its own machine as http://localhost"
        );
    }

    fn context(&self, shared: &Shared) -> domain::Context {
        domain::Context { actor: self.stranger(), ..shared.domain.clone() }
    }

    /// Who it is. A token that is unknown, expired or revoked is as good as none.
    pub(super) async fn identify(&self, shared: &Shared) -> Result<Actor, Refusal> {
        let nobody = self.stranger();
        let known = match &self.token {
            Some(token) => access::authenticate(&self.context(shared), token)
                .await
                .map_err(|error| Refusal::Failed(error.into()))?,
            None => None,
        };
        let unknown = if shared.http.dev { Actor { role: Some(Role::Admin), ..nobody } } else { nobody };
        Ok(known.unwrap_or(unknown))
    }
}

fn token(cookie: &SessionCookie, headers: &HeaderMap, cookie_counts: bool) -> Option<Secret> {
    if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = authorization.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| Secret::given(token.trim()));
    }
    if cookie_counts { cookie.token(headers) } else { None }
}

/// True when the page behind the request is one that may use the browser's cookie: it could send what a form or an
/// image of another site cannot (a JSON body is checked for every POST), and its origin is this server's or listed.
fn cookie_counts(shared: &Shared, request: &Request) -> bool {
    let is_simple = request.method() == Method::GET && !request.headers().contains_key(NOT_SIMPLE);
    !is_simple && is_from_here(shared, request)
}

fn is_from_here(shared: &Shared, request: &Request) -> bool {
    match request.headers().get(header::ORIGIN) {
        None => true,
        Some(origin) => is_same_origin(shared, origin, request) || is_allowed_origin(&shared.http, origin),
    }
}

/// True of a page of this server's own. Behind a proxy its scheme is that of the public URL.
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

/// True of the public URL's origin. A proxy may pass on a `Host` of its own instead of the browser's.
fn is_public_origin(shared: &Shared, origin: &HeaderValue) -> bool {
    shared.access.public_url.as_ref().is_some_and(|url| origin == url.origin())
}

/// The request's origin, where it is this server's own under a name over plain http: a secure cookie is dropped there,
/// unless the name is a loopback one.
fn origin_in_clear(shared: &Shared, request: &Request) -> Option<HeaderValue> {
    let origin = request.headers().get(header::ORIGIN)?;
    let authority = origin.to_str().ok()?.strip_prefix("http://")?;
    let host = authority.parse::<Authority>().ok()?;
    let is_own = is_public_origin(shared, origin) || is_host_of(request, authority);
    (is_own && !is_kept_in_clear(host.host())).then(|| origin.clone())
}

fn is_host_of(request: &Request, authority: &str) -> bool {
    // HTTP/2 has it in the target.
    let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = named.or_else(|| request.uri().authority().map(Authority::as_str));
    host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
}

/// Tells the client what the execution asked for beside its answer.
pub(super) fn write(headers: &mut HeaderMap, changes: &ResponseHeaders, shared: &Shared, credentials: &Credentials) {
    if let Some(seconds) = changes.retry_after_seconds() {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    match changes.session() {
        Some(SessionChange::Begun(signed_in)) => credentials.begin_session(headers, &signed_in, shared),
        Some(SessionChange::Ended) => shared.cookie.end(headers),
        None => {}
    }
}
