//! The only source of time and of new ids.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use uuid::{Builder, Uuid};

/// Reads the time and makes ids. Tests use a stepping one instead.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    steps: Option<Arc<AtomicU64>>,
}

impl Clock {
    /// Makes a clock that starts at 2026-01-01 and advances one millisecond per reading, so that tests write the same
    /// each time.
    #[must_use]
    pub fn stepping() -> Self {
        Self { steps: Some(Arc::default()) }
    }

    /// Moves a stepping clock forward.
    pub fn advance(&self, time: TimeDelta) {
        if let Some(steps) = &self.steps {
            steps.fetch_add(time.num_milliseconds().unsigned_abs(), Ordering::Relaxed);
        }
    }

    /// Returns the time in UTC, truncated to microseconds. PostgreSQL stores no more, and both databases must agree.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one module that may ask the system")]
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &self.steps {
            None => Utc::now(),
            Some(steps) => stepped(steps.fetch_add(1, Ordering::Relaxed)),
        };
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }

    /// Makes a UUIDv7. Within this process ids are in the order of creation.
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
