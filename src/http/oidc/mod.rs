//! Signing in at a provider of OpenID Connect: to the provider, back from it, and signing out there as well.

mod cookie;
mod return_to;

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Serialize;

use self::{cookie::Begun, return_to::checked_path};
use super::{
    Shared,
    credentials::{Credentials, Refusal},
    middleware::not_found,
    query::parameter,
    transport::read_json,
};
use crate::{
    domain::{self, access},
    oidc::Provider,
};

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/oidc/{provider}", get(begin))
        .route("/oidc/{provider}/callback", get(come_back))
        .route("/sign-out", post(sign_out))
}

/// Reason why somebody is back at the page for signing in. The page has the words.
#[derive(Clone, Copy)]
enum Failure {
    /// The provider cannot be reached, or its answer is not valid.
    Provider,
    /// The provider did not let the user in.
    Denied,
    /// The browser has not begun this sign-in, or too long ago, or has come back before.
    Stale,
    /// The provider tells no address that it has verified.
    Unverified,
    /// There is no account here.
    Unknown,
    /// The database is unavailable.
    Unavailable,
}

impl Failure {
    fn code(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Denied => "denied",
            Self::Stale => "stale",
            Self::Unverified => "unverified",
            Self::Unknown => "unknown",
            Self::Unavailable => "unavailable",
        }
    }

    fn response(self, shared: &Shared) -> Response {
        redirect(&address(shared, &format!("/sign-in?failed={}", self.code())))
    }
}

impl From<access::ProviderRefusal> for Failure {
    fn from(refusal: access::ProviderRefusal) -> Self {
        match refusal {
            access::ProviderRefusal::NoEmail | access::ProviderRefusal::Unverified => Self::Unverified,
            // The page does not tell that there is an account.
            access::ProviderRefusal::Unknown | access::ProviderRefusal::Deactivated => Self::Unknown,
        }
    }
}

/// Returns the address of a path of this server.
fn address(shared: &Shared, path: &str) -> String {
    shared.access.public_url.as_ref().map_or_else(|| path.to_owned(), |url| format!("{url}{path}"))
}

fn redirect(address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else { return StatusCode::BAD_REQUEST.into_response() };
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // The address of the page that came back has the code.
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

/// Counts the request as an attempt to sign in. Returns the caller's context.
fn admitted(shared: &Shared, credentials: &Credentials) -> Result<domain::Context, Refusal> {
    let actor = credentials.unauthenticated();
    let counted = shared.throttle.request(&actor).and_then(|()| shared.throttle.attempt(actor.address));
    counted.map_err(Refusal::Throttled)?;
    Ok(domain::Context { actor, ..shared.domain.clone() })
}

async fn begin(State(shared): State<Arc<Shared>>, Path(name): Path<String>, request: Request) -> Response {
    let Some(provider) = shared.providers.get(&name) else { return not_found(State(Arc::clone(&shared))).await };
    let ctx = match admitted(&shared, &Credentials::of_visitor(&shared, &request)) {
        Ok(ctx) => ctx,
        Err(refused) => return refused.response(None),
    };
    match provider.begin().await {
        Ok((url, pending)) => {
            let mut response = redirect(&url);
            let begun = Begun::new(pending, checked_path(parameter(request.uri(), "return")), ctx.clock.now());
            begun.write(response.headers_mut(), &shared.cookie, provider);
            response
        }
        Err(error) => failed(&shared, &ctx, provider, &error.to_string(), Failure::Provider).await,
    }
}

/// Records a failure, and sends the browser back to the page for signing in.
async fn failed(
    shared: &Shared,
    ctx: &domain::Context,
    provider: &Provider,
    reason: &str,
    failure: Failure,
) -> Response {
    tracing::info!(provider = provider.name(), reason, "A sign-in at a provider failed");
    match access::note_failed_provider(ctx, provider.name(), reason).await {
        Ok(()) => failure.response(shared),
        Err(_) => Failure::Unavailable.response(shared),
    }
}

/// Parameters with which a provider sends the browser back.
struct ComingBack {
    code: Option<String>,
    state: Option<String>,
    issuer: Option<String>,
    is_error: bool,
}

impl ComingBack {
    fn of(uri: &Uri) -> Self {
        Self {
            code: parameter(uri, "code"),
            state: parameter(uri, "state"),
            issuer: parameter(uri, "iss"),
            is_error: parameter(uri, "error").is_some(),
        }
    }
}

async fn come_back(State(shared): State<Arc<Shared>>, Path(name): Path<String>, request: Request) -> Response {
    let Some(provider) = shared.providers.get(&name) else { return not_found(State(Arc::clone(&shared))).await };
    let credentials = Credentials::of_visitor(&shared, &request);
    let ctx = match admitted(&shared, &credentials) {
        Ok(ctx) => ctx,
        Err(refused) => return refused.response(None),
    };
    let begun = Begun::read(request.headers(), &shared.cookie, provider, ctx.clock.now());
    let mut response = match checked(&ctx, provider, begun, ComingBack::of(request.uri())).await {
        Ok((code, begun)) => finish(&shared, &ctx, provider, &credentials, code, begun).await,
        Err((reason, failure)) => failed(&shared, &ctx, provider, reason, failure).await,
    };
    shared.cookie.end_sign_in(response.headers_mut());
    response
}

/// Returns the code, if the browser has begun this sign-in and comes back with it for the first time.
async fn checked(
    ctx: &domain::Context,
    provider: &Provider,
    begun: Option<Begun>,
    coming: ComingBack,
) -> Result<(String, Begun), (&'static str, Failure)> {
    let begun = begun.ok_or(("no sign-in was begun by this browser", Failure::Stale))?;
    if coming.state.as_ref() != Some(&begun.pending.state) {
        return Err(("another state", Failure::Stale));
    }
    if coming.issuer.is_some_and(|issuer| !provider.is_issuer(&issuer)) {
        return Err(("an answer of another issuer", Failure::Provider));
    }
    match access::use_provider_sign_in(ctx, &begun.pending.state).await {
        Ok(true) => {}
        Ok(false) => return Err(("an answer that had come before", Failure::Stale)),
        Err(_) => return Err(("the database is unavailable", Failure::Unavailable)),
    }
    if coming.is_error {
        return Err(("the provider did not let the user in", Failure::Denied));
    }
    let code = coming.code.ok_or(("an answer without a code", Failure::Provider))?;
    Ok((code, begun))
}

async fn finish(
    shared: &Arc<Shared>,
    ctx: &domain::Context,
    provider: &Provider,
    credentials: &Credentials,
    code: String,
    begun: Begun,
) -> Response {
    let Begun { pending, return_to, .. } = begun;
    let (account, rules) = match provider.redeem(code, pending).await {
        Ok(redeemed) => redeemed,
        Err(error) => return failed(shared, ctx, provider, &error.to_string(), Failure::Provider).await,
    };
    let context = ctx.clone();
    let signing_in = async move { access::sign_in_by_provider(&context, &account, rules).await };
    match shared.engine.finish(signing_in).await {
        Ok(Ok(signed_in)) => {
            let mut response = redirect(&address(shared, &return_to));
            credentials.begin_session(response.headers_mut(), &signed_in, shared);
            response
        }
        Ok(Err(refusal)) => Failure::from(refusal).response(shared),
        Err(error) => {
            tracing::warn!(?error, "A sign-in at a provider could not be finished");
            Failure::Unavailable.response(shared)
        }
    }
}

#[derive(Serialize)]
struct SignedOut {
    /// Address at the provider that ends the browser's session there.
    location: Option<String>,
}

/// Ends the caller's session, and tells where the browser is signed out at the provider.
async fn sign_out(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let credentials = Credentials::of(&shared, &request);
    let actor = match credentials.admit(&shared).await {
        Ok(actor) => actor,
        Err(refused) => return refused.response(None),
    };
    if let Err(response) = read_json(&shared, request, None).await {
        return response;
    }
    let ctx = domain::Context { actor, ..shared.domain.clone() };
    let ending = async move {
        let provider = access::provider_of_session(&ctx).await?;
        access::sign_out(&ctx).await?;
        Ok::<_, domain::Error>(provider)
    };
    let began = match shared.engine.finish(ending).await {
        Ok(began) => began,
        Err(error) => return Refusal::Failed(error.into()).response(None),
    };
    let location = match began.and_then(|began| Some((shared.providers.get(&began.name)?, began.sign_out_hint))) {
        Some((provider, hint)) => provider.sign_out_url(hint).await,
        None => None,
    };
    let mut response = ([(header::CACHE_CONTROL, "no-store")], Json(SignedOut { location })).into_response();
    shared.cookie.end(response.headers_mut());
    response
}
