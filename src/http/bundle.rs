//! GraphiQL's bundle in the binary.

use axum::{
    body::Body,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use super::Shared;

/// Files that `npm run build` in `web/` made, each gzipped.
#[derive(RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Bundle;

/// The bundle is self-contained, so loading anything else is forbidden.
const BUNDLE_POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; \
     style-src 'self' 'unsafe-inline'; font-src 'self' data:; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Returns true when `/` is GraphiQL for users who are signed in.
pub(crate) fn has_graphiql(shared: &Shared) -> bool {
    shared.http.dev || Bundle::get("index.html.gz").is_some()
}

/// Returns a file of the bundle. It stays gzipped, which every browser accepts.
pub(super) fn bundled(path: &str) -> Option<Response> {
    let file = Bundle::get(&format!("{path}.gz"))?;
    let media_type = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("ttf") => "font/ttf",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    };
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_ENCODING, "gzip"),
        (header::CONTENT_SECURITY_POLICY, BUNDLE_POLICY),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Some((StatusCode::OK, headers, Body::from(file.data)).into_response())
}
