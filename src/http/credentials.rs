//! Credentials of requests: bearer tokens and the browser's cookie.

use std::net::IpAddr;

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};

use super::{
    Shared,
    access_log::Notes,
    client,
    cookie::SessionCookie,
    media, message,
    origin::{NOT_SIMPLE, is_from_here, origin_in_clear},
    read_after,
};
use crate::{
    domain::{
        self, Actor,
        access::{self, OpenLogin, Secret, SignedIn},
    },
    entity::role::Role,
    graphql::{
        context::{ResponseHeaders, SessionChange},
        error::ApiError,
    },
    throttle::Refused,
};

/// Header by which browsers say from what page a request comes: one of this origin, of another, or none, as when the
/// address was typed. No page can set it.
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Reason to refuse a request.
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

/// Credentials that a request carries.
pub(super) struct Credentials {
    address: Option<IpAddr>,
    pub(super) token: Option<Secret>,
    /// Origin of a page of this server that a browser has opened over plain http. The browser will drop the cookie.
    origin_in_clear: Option<HeaderValue>,
    /// Notes for the request's log line, if it has one.
    pub(super) notes: Option<Notes>,
}

impl Credentials {
    /// Reads the credentials of a request to the API.
    pub(super) fn of(shared: &Shared, request: &Request) -> Self {
        Self::read(shared, request, cookie_counts(shared, request))
    }

    /// Reads the credentials of an upload. The cookie counts only with the header that a form of another site cannot send,
    /// because a file has a media type that a form can.
    pub(super) fn of_upload(shared: &Shared, request: &Request) -> Self {
        let cookie_counts = request.headers().contains_key(NOT_SIMPLE) && is_from_here(shared, request);
        Self::read(shared, request, cookie_counts)
    }

    /// Reads the credentials of a download, which may also be a link on a page of this server. Browsers send no custom
    /// header with a link, but the kind of page that it is on.
    pub(super) fn of_download(shared: &Shared, request: &Request) -> Self {
        let is_own_link = request.headers().get(FETCH_SITE).is_some_and(|site| site == "same-origin" || site == "none");
        Self::read(shared, request, cookie_counts(shared, request) || is_own_link && is_from_here(shared, request))
    }

    /// Reads the credentials of a request for a page. The cookie counts from any origin, because the page contains
    /// nothing but itself.
    pub(super) fn of_visitor(shared: &Shared, request: &Request) -> Self {
        Self::read(shared, request, true)
    }

    fn read(shared: &Shared, request: &Request, cookie_counts: bool) -> Self {
        let peer = request.extensions().get::<client::Peer>().map(|peer| peer.0.ip());
        let address = client::address(peer, request.headers(), &shared.access.trusted_proxies);
        let token = token(&shared.cookie, request.headers(), cookie_counts);
        let notes = request.extensions().get::<Notes>().cloned();
        Self { address, token, origin_in_clear: origin_in_clear(shared, request), notes }
    }

    /// Reads the credentials of a WebSocket upgrade. `None` for a page of a forbidden origin. Browsers send no custom
    /// headers with an upgrade, but always the page's origin.
    pub(super) fn of_websocket(shared: &Shared, request: &Request) -> Option<Self> {
        is_from_here(shared, request).then(|| Self::read(shared, request, true))
    }

    /// Returns the caller before authentication.
    pub(super) fn unauthenticated(&self) -> Actor {
        Actor { address: self.address, ..Actor::default() }
    }

    /// Authenticates the caller within the rate limit. A look-up counts against the address, otherwise every invented
    /// token would have its own limit.
    pub(super) async fn admit(&self, shared: &Shared) -> Result<Actor, Refusal> {
        let count = |actor: &Actor| shared.throttle.request(actor).map_err(Refusal::Throttled);
        let (unauthenticated, ctx) = (self.unauthenticated(), self.context(shared));
        let cached = self.token.as_ref().and_then(|token| access::cached(&ctx, token));
        if let Some(actor) = cached {
            self.note_caller(&actor);
            count(&actor)?;
            return Ok(actor);
        }
        count(&unauthenticated)?;
        let actor = self.identify(shared).await?;
        if actor.user_id.is_some() || actor.key_id.is_some() {
            count(&actor)?;
        }
        Ok(actor)
    }

    /// Sets the cookie of a new session. Logs a warning when the browser will drop it, because browsers do not report
    /// that.
    pub(super) fn begin_session(&self, headers: &mut HeaderMap, signed_in: &SignedIn, shared: &Shared) {
        shared.cookie.set(headers, signed_in, shared.domain.token_cache.lifetimes().longest.as_secs());
        let Some(origin) = self.origin_in_clear.as_ref().filter(|_| shared.throttle.is_insecure_page_news()) else {
            return;
        };
        tracing::warn!(
            ?origin,
            "Somebody signed in on a page that was opened over plain http. Browsers drop the session's cookie there, and \
             show the form again. Open the server by https (docs/deploy.md), or on its own machine as http://localhost"
        );
    }

    /// Has the login of an open connection checked; `None` without a token.
    pub(super) fn open_login(&self, shared: &Shared) -> Option<OpenLogin> {
        self.token.as_ref().map(|token| shared.domain.token_cache.open_login(token))
    }

    fn context(&self, shared: &Shared) -> domain::Context {
        domain::Context { actor: self.unauthenticated(), ..shared.domain.clone() }
    }

    /// Authenticates the caller. An unknown, expired or revoked token counts as none.
    pub(super) async fn identify(&self, shared: &Shared) -> Result<Actor, Refusal> {
        let unauthenticated = self.unauthenticated();
        let known = match &self.token {
            Some(token) => access::authenticate(&self.context(shared), token)
                .await
                .map_err(|error| Refusal::Failed(error.into()))?,
            None => None,
        };
        let unknown =
            if shared.http.dev { Actor { role: Some(Role::Admin), ..unauthenticated } } else { unauthenticated };
        let actor = known.unwrap_or(unknown);
        self.note_caller(&actor);
        Ok(actor)
    }

    fn note_caller(&self, actor: &Actor) {
        if let Some(notes) = &self.notes {
            notes.caller(actor);
        }
    }
}

/// Waits for the next check of a login.
pub(super) async fn checked(login: &mut Option<OpenLogin>) {
    match login {
        Some(login) => login.checked().await,
        None => std::future::pending().await,
    }
}

fn token(cookie: &SessionCookie, headers: &HeaderMap, cookie_counts: bool) -> Option<Secret> {
    if let Some(authorization) = headers.get(header::AUTHORIZATION) {
        let (scheme, token) = authorization.to_str().ok()?.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| Secret::from_input(token.trim()));
    }
    if cookie_counts { cookie.token(headers) } else { None }
}

/// Returns true when the page behind the request may use the browser's cookie. The request must be one that a form or
/// an image of another site cannot send. (POST always requires a JSON body.) Its origin must be this server's or a
/// listed one.
fn cookie_counts(shared: &Shared, request: &Request) -> bool {
    let is_simple = request.method() == Method::GET && !request.headers().contains_key(NOT_SIMPLE);
    !is_simple && is_from_here(shared, request)
}

/// Writes the headers that the execution asked for.
pub(super) fn write(headers: &mut HeaderMap, changes: &ResponseHeaders, shared: &Shared, credentials: &Credentials) {
    if let Some(seconds) = changes.retry_after_seconds() {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if let Some(position) = changes.position() {
        read_after::write(headers, position, shared);
    }
    match changes.session() {
        Some(SessionChange::Begun(signed_in)) => credentials.begin_session(headers, &signed_in, shared),
        Some(SessionChange::Ended) => shared.cookie.end(headers),
        None => {}
    }
}
