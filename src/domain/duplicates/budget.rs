//! How much of a processor work beside the requests takes.

use std::{
    cmp,
    time::{Duration, Instant},
};

/// Share of one processor that is worked in the long run: a tenth.
const SHARE: u32 = 10;
/// Most work that is done at once after a time of rest.
const SAVED_MAX: Duration = Duration::from_secs(1);

/// Time that may be worked. It grows while nothing is done, so that a few writes are compared at once, and many do not keep
/// processors from the requests.
#[derive(Debug)]
pub(super) struct Budget {
    saved: Duration,
    since: Instant,
}

impl Default for Budget {
    fn default() -> Self {
        Self { saved: SAVED_MAX, since: Instant::now() }
    }
}

impl Budget {
    /// Takes off what was worked just now, and returns how long to pause after it.
    pub(super) fn pause(&mut self, worked: Duration) -> Duration {
        let now = Instant::now();
        let earned = now.duration_since(self.since) / SHARE;
        self.since = now;
        let saved = cmp::min(self.saved + earned, SAVED_MAX).checked_sub(worked);
        self.saved = saved.unwrap_or_default();
        // With something left, half of a processor.
        if saved.is_some() { worked } else { worked * (SHARE - 1) }
    }
}
