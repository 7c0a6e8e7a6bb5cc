//! The console at `/`, and GraphiQL at `/graphiql`, for users who are signed in.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::HeaderMap,
    response::Response,
    routing::get,
};

use super::{
    Shared,
    bundle::{self, BundledPage},
    credentials::Credentials,
    middleware::not_found,
    page::{Page, text},
};

/// Policy with `--dev`: GraphiQL without a bundle may load from one CDN.
const FALLBACK_POLICY: &str = "default-src 'none'; script-src 'self' https://esm.sh; \
     style-src 'self' 'unsafe-inline' https://esm.sh; worker-src 'self' blob:; font-src https://esm.sh data:; \
     img-src 'self' data:; connect-src 'self' https://esm.sh; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(console))
        .route("/graphiql", get(graphiql))
        .route("/assets/{*path}", get(asset))
        .route("/graphiql-fallback.js", get(fallback_script))
}

async fn console(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let visitor = Credentials::of_visitor(&shared, &request);
    if let Some(instead) = instead_of_page(&shared, visitor).await {
        return instead;
    }
    BundledPage::Console.response(request.headers()).unwrap_or_else(|| Page::NoConsole.response(&shared))
}

/// Answers with GraphiQL. Without a bundle it comes from the CDN with `--dev` only, because foreign scripts must not
/// run beside a session. Otherwise a page says why there is no GraphiQL.
async fn graphiql(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let visitor = Credentials::of_visitor(&shared, &request);
    if let Some(instead) = instead_of_page(&shared, visitor).await {
        return instead;
    }
    BundledPage::Graphiql.response(request.headers()).unwrap_or_else(|| {
        if shared.http.dev {
            return text("text/html; charset=utf-8", FALLBACK_POLICY, include_str!("pages/graphiql.html"));
        }
        Page::NoConsole.response(&shared)
    })
}

/// Answers visitors who are not signed in with the sign-in page.
async fn instead_of_page(shared: &Shared, visitor: Credentials) -> Option<Response> {
    match visitor.admit(shared).await {
        Ok(actor) if actor.role.is_some() => None,
        Ok(_) => Some(Page::SignIn.response(shared)),
        Err(refused) => Some(refused.response(None)),
    }
}

async fn fallback_script() -> Response {
    text("text/javascript; charset=utf-8", FALLBACK_POLICY, include_str!("pages/graphiql.js"))
}

async fn asset(State(shared): State<Arc<Shared>>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    match bundle::asset(&path, &headers) {
        Some(response) => response,
        None => not_found(State(shared)).await,
    }
}
