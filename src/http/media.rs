//! Media types of requests and answers.

use axum::http::{HeaderValue, header::GetAll};

/// Media types of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    /// Status codes tell whether the request was executed.
    GraphqlResponse,
    /// For older clients: a well-formed request gets status 200, whatever its result.
    Json,
}

impl MediaType {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// Chooses the media type that the client prefers. `None` when it accepts neither. Without an `Accept` header the
/// answer is JSON, which clients from before the specification expect.
pub(super) fn negotiate(accept: &GetAll<'_, HeaderValue>) -> Option<MediaType> {
    let mut best: Option<(f32, MediaType)> = None;
    let mut any = false;
    for range in accept.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(',')) {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let quality = parts.find_map(|part| part.strip_prefix("q=")).and_then(|q| q.parse().ok()).unwrap_or(1.0);
        any |= !name.is_empty();
        let offered = match name.as_str() {
            "application/graphql-response+json" => MediaType::GraphqlResponse,
            "application/json" | "application/*" | "*/*" => MediaType::Json,
            _ => continue,
        };
        if quality > 0.0 && best.is_none_or(|(so_far, _)| quality > so_far) {
            best = Some((quality, offered));
        }
    }
    if any { best.map(|(_, media_type)| media_type) } else { Some(MediaType::Json) }
}

/// Returns true for a client that accepts events and nothing else that could be sent.
pub(super) fn wants_events(accept: &GetAll<'_, HeaderValue>) -> bool {
    let names = || {
        let values = accept.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
        values.map(|range| range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
    };
    names().any(|name| name == "text/event-stream") && !names().any(|name| name.starts_with("application/"))
}

/// Returns true for `application/json` in UTF-8.
pub(super) fn accepts_json_body(content_type: Option<&HeaderValue>) -> bool {
    let Some(content_type) = content_type.and_then(|value| value.to_str().ok()) else { return false };
    let mut parts = content_type.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    let charset = parts.find_map(|part| part.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("charset")));
    is_json && charset.is_none_or(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"))
}
