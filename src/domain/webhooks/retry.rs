//! Delays after failures.

use chrono::TimeDelta;

/// Time of failures after which a webhook is switched off.
pub const GIVE_UP_AFTER: TimeDelta = TimeDelta::days(5);

/// First delay. It doubles with each failure.
const FIRST_DELAY_MS: i64 = 5_000;
/// Longest delay before the jitter, which adds up to a half: six hours with it.
const LONGEST_DELAY_MS: i64 = 4 * 3_600_000;
/// Longest delay of all.
const LONGEST: TimeDelta = TimeDelta::hours(6);

/// Delay after so many failures in a row. `random` is from 0 to 1: endpoints that failed together do not come back
/// together. It is no shorter than the endpoint asks for, in seconds.
pub(super) fn delay(failures: i32, random: f64, not_before: Option<u32>) -> TimeDelta {
    let doublings = failures.saturating_sub(1).clamp(0, 20).unsigned_abs();
    let base = FIRST_DELAY_MS.saturating_mul(2_i64.pow(doublings)).min(LONGEST_DELAY_MS);
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "it is at most two hours")]
    let jitter = (random.clamp(0.0, 1.0) * (base / 2) as f64) as i64;
    let asked = TimeDelta::seconds(not_before.unwrap_or_default().into());
    TimeDelta::milliseconds(base + jitter).max(asked).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{GIVE_UP_AFTER, delay};

    #[test]
    fn delays_grow_from_five_seconds_to_six_hours() {
        assert_eq!(delay(1, 0.0, None), TimeDelta::seconds(5));
        assert_eq!(delay(2, 0.0, None), TimeDelta::seconds(10));
        assert_eq!(delay(3, 1.0, None), TimeDelta::seconds(30));
        for failures in [0, 1, 5, 11, 13, 40, i32::MAX] {
            for random in [0.0, 0.5, 1.0, f64::NAN] {
                let delay = delay(failures, random, None);
                assert!(delay >= TimeDelta::seconds(5) && delay <= TimeDelta::hours(6), "{failures} {random}: {delay}");
            }
        }
        assert_eq!(delay(1, 0.0, Some(60)), TimeDelta::seconds(60));
        assert_eq!(delay(1, 0.0, Some(u32::MAX)), TimeDelta::hours(6));
        let attempts = (1..).scan(TimeDelta::zero(), |all, failures| {
            *all += delay(failures, 0.5, None);
            Some(*all)
        });
        let attempts = attempts.take_while(|all| *all < GIVE_UP_AFTER).count();
        assert!((30..40).contains(&attempts), "{attempts}");
    }
}
