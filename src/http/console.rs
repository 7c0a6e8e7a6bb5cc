//! GraphiQL at `/`: from the bundle in the binary, otherwise from a public CDN.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderValue, header},
    response::Response,
    routing::get,
};

use super::{
    Shared,
    bundle::bundled,
    credentials::Credentials,
    middleware::not_found,
    page::{Page, text},
};

/// Policy with `--dev`: a page without a bundle may load from one CDN.
const FALLBACK_POLICY: &str = "default-src 'none'; script-src 'self' https://esm.sh; \
     style-src 'self' 'unsafe-inline' https://esm.sh; worker-src 'self' blob:; font-src https://esm.sh data:; \
     img-src 'self' data:; connect-src 'self' https://esm.sh; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(page))
        .route("/assets/{*path}", get(asset))
        .route("/graphiql-fallback.js", get(fallback_script))
}

/// Answers with GraphiQL for users who are signed in, and with the sign-in page for others.
async fn page(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match Credentials::of_visitor(&shared, &request).admit(&shared).await {
        Ok(actor) if actor.role.is_some() => graphiql(&shared),
        Ok(_) => Page::SignIn.response(&shared),
        Err(refused) => refused.response(None),
    }
}

/// Answers with GraphiQL. Without a bundle it comes from the CDN with `--dev` only, because foreign scripts must not
/// run beside a session. Otherwise the account page says why there is no GraphiQL.
fn graphiql(shared: &Shared) -> Response {
    bundled("index.html").unwrap_or_else(|| {
        if shared.http.dev {
            return text("text/html; charset=utf-8", FALLBACK_POLICY, include_str!("pages/graphiql.html"));
        }
        Page::Account.response(shared)
    })
}

async fn fallback_script() -> Response {
    text("text/javascript; charset=utf-8", FALLBACK_POLICY, include_str!("pages/graphiql.js"))
}

async fn asset(State(shared): State<Arc<Shared>>, Path(path): Path<String>) -> Response {
    match bundled(&format!("assets/{path}")) {
        Some(mut response) => {
            // The file names contain a hash of the content.
            let forever = HeaderValue::from_static("public, max-age=31536000, immutable");
            response.headers_mut().insert(header::CACHE_CONTROL, forever);
            response
        }
        None => not_found(State(shared)).await,
    }
}
