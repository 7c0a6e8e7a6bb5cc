//! Reading one's own writes where queries go to standbys: the position that an answer tells, and that a request sends back.
//!
//! Scripts use the header. Pages of browsers need do nothing, because the cookie comes and goes by itself. A position is
//! no secret and no right; one that is malformed is ignored.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{Shared, cookie::SessionCookie};
use crate::storage::Lsn;

/// Header of a position, in answers and requests.
pub(super) const READ_AFTER: HeaderName = HeaderName::from_static("liaison-read-after");

/// Life of the cookie beyond the longest lag of a standby. Older writes are on every standby that queries go to, even when
/// the primary's position was last noted some seconds ago.
const COOKIE_SLACK: Duration = Duration::from_secs(10);

/// Reads the position that a request sends, by its header or its cookie: the later one.
pub(super) fn sent(shared: &Shared, headers: &HeaderMap) -> Option<Lsn> {
    if !shared.domain.db.has_standbys() {
        return None;
    }
    let texts = headers.get_all(READ_AFTER).iter().filter_map(|text| text.to_str().ok());
    let in_headers = texts.filter_map(|text| text.trim().parse().ok()).max();
    in_headers.max(SessionCookie::read_after(headers).and_then(|text| text.parse().ok()))
}

/// Tells the position in an answer, by header and cookie.
pub(super) fn write(headers: &mut HeaderMap, position: Lsn, shared: &Shared) {
    let text = position.to_string();
    let life = shared.domain.db.config().standbys.lag_max + COOKIE_SLACK;
    shared.cookie.set_read_after(headers, &text, life.as_secs());
    if let Ok(text) = HeaderValue::from_str(&text) {
        headers.insert(READ_AFTER, text);
    }
}

/// Latest position that a connection has told or was told. Its queries see the writes up to there.
#[derive(Debug, Default)]
pub(super) struct Latest(AtomicU64);

impl Latest {
    /// Begins with the position that the connection's request has sent.
    pub(super) fn new(sent: Option<Lsn>) -> Self {
        let latest = Self::default();
        latest.note(sent);
        latest
    }

    pub(super) fn note(&self, position: Option<Lsn>) {
        self.0.fetch_max(position.unwrap_or_default().number(), Ordering::AcqRel);
    }

    pub(super) fn get(&self) -> Option<Lsn> {
        let number = self.0.load(Ordering::Acquire);
        (number > 0).then(|| Lsn::from_number(number))
    }
}
