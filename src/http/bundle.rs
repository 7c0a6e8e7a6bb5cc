//! The console and GraphiQL in the binary.

use std::{borrow::Cow, collections::HashMap};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::Shared;
use crate::config::TrustedDocuments;

/// Files that `npm run build` in `web/` made. All but the documents are there as `.br` and as `.gz`.
#[cfg(feature = "web")]
#[derive(rust_embed::RustEmbed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Bundle;

/// Documents of the account pages, by the keys that their script sends.
const PAGE_DOCUMENTS: &str = include_str!("pages/documents.json");

/// Policy of a bundled file that is no page. It is the policy of GraphiQL's workers.
const ASSET_POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

#[cfg(feature = "web")]
fn stored(path: &str) -> Option<Cow<'static, [u8]>> {
    Bundle::get(path).map(|file| file.data)
}

#[cfg(not(feature = "web"))]
fn stored(_: &str) -> Option<Cow<'static, [u8]>> {
    None
}

/// Page of the bundle.
#[derive(Clone, Copy, Debug)]
pub(crate) enum BundledPage {
    Console,
    Graphiql,
}

impl BundledPage {
    /// Returns true when this build has the page.
    pub(crate) fn exists(self) -> bool {
        stored(&format!("{}.gz", self.file())).is_some()
    }

    fn file(self) -> &'static str {
        match self {
            Self::Console => "index.html",
            Self::Graphiql => "graphiql.html",
        }
    }

    /// Returns the content security policy. The bundle is self-contained, so that loading anything else is forbidden.
    fn policy(self) -> &'static str {
        match self {
            Self::Console => {
                "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"
            }
            // The editor makes styles as it runs, and has its fonts inline.
            Self::Graphiql => {
                "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; \
                 font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                 frame-ancestors 'none'"
            }
        }
    }

    /// Answers with the page, which browsers ask for anew each time.
    pub(super) fn response(self, headers: &HeaderMap) -> Option<Response> {
        file(self.file(), headers, self.policy(), "no-cache")
    }
}

/// Returns true when `/graphiql` is GraphiQL. With `--dev` it comes from a CDN where the build has none.
pub(super) fn has_graphiql(shared: &Shared) -> bool {
    shared.http.dev || BundledPage::Graphiql.exists()
}

/// Answers with a script, a style sheet or the like. Its name has a hash of its content, so that it is cached for ever.
pub(super) fn asset(path: &str, headers: &HeaderMap) -> Option<Response> {
    file(&format!("assets/{path}"), headers, ASSET_POLICY, "public, max-age=31536000, immutable")
}

/// Returns the documents that the pages of this build send by key.
pub(crate) fn documents() -> TrustedDocuments {
    let bundled = stored("documents.json");
    let texts = [Some(PAGE_DOCUMENTS.as_bytes()), bundled.as_deref()];
    let parsed = texts.into_iter().flatten().filter_map(|text| serde_json::from_slice(text).ok());
    parsed.flat_map(HashMap::<String, String>::into_iter).collect()
}

/// Answers with a file as it was compressed: with brotli, or else with gzip, which every browser accepts.
fn file(path: &str, headers: &HeaderMap, policy: &'static str, caching: &'static str) -> Option<Response> {
    let brotli = if accepts_brotli(headers) { stored(&format!("{path}.br")) } else { None };
    let (content, encoding) = match brotli {
        Some(content) => (content, "br"),
        None => (stored(&format!("{path}.gz"))?, "gzip"),
    };
    let headers = [
        (header::CONTENT_TYPE, media_type(path)),
        (header::CONTENT_ENCODING, encoding),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, caching),
        (header::VARY, "accept-encoding"),
    ];
    Some((StatusCode::OK, headers, Body::from(content)).into_response())
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("ttf") => "font/ttf",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("json" | "map") => "application/json",
        _ => "application/octet-stream",
    }
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let lists = headers.get_all(header::ACCEPT_ENCODING);
    let mut encodings =
        lists.iter().filter_map(|list: &HeaderValue| list.to_str().ok()).flat_map(|list| list.split(','));
    encodings.any(|encoding| encoding.trim().eq_ignore_ascii_case("br"))
}
