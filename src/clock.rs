//! The only source of time and of new ids.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::{Builder, Uuid};

/// Tells the time and makes ids; tests put a stepping one in its place.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    steps: Option<Arc<AtomicU64>>,
}

impl Clock {
    /// A clock that starts at 2026-01-01 and moves on by one millisecond at each look, so that what a test
    /// writes is the same each time.
    #[must_use]
    pub fn stepping() -> Self {
        Self { steps: Some(Arc::default()) }
    }

    /// The time in UTC, cut to microseconds: PostgreSQL keeps no more, and both databases must agree.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one module that may ask the system")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.steps {
            None => Utc::now(),
            Some(steps) => stepped(steps.fetch_add(1, Ordering::Relaxed)),
        };
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }

    /// A new UUIDv7: in the order of creation, within this process.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one module that may make ids")]
    pub fn new_id(&self) -> Uuid {
        match &self.steps {
            None => Uuid::now_v7(),
            Some(steps) => {
                let step = steps.fetch_add(1, Ordering::Relaxed);
                let millis = u64::try_from(stepped(step).timestamp_millis()).unwrap_or_default();
                let mut random = [0; 10];
                for (place, byte) in random.iter_mut().zip(step.to_be_bytes()) {
                    *place = byte;
                }
                Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
            }
        }
    }
}

fn stepped(step: u64) -> DateTime<Utc> {
    let start = 1_767_225_600_000;
    DateTime::from_timestamp_millis(start + i64::try_from(step).unwrap_or_default()).unwrap_or_default()
}
