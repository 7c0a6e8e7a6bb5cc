//! Polling with a deadline, for effects that take a while.

use std::{
    future::Future,
    time::{Duration, Instant},
};

/// Deadline of an effect.
const DEADLINE: Duration = Duration::from_secs(30);

/// Polls until there is a value; fails with the name of the missing effect after half a minute.
pub(crate) async fn eventually<T, Looking>(missing: &str, mut look: impl FnMut() -> Looking) -> T
where
    Looking: Future<Output = Option<T>>,
{
    let waiting = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(waiting.elapsed() < DEADLINE, "after {DEADLINE:?} still without {missing}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The same for a condition.
pub(crate) async fn until<Looking>(missing: &str, mut holds: impl FnMut() -> Looking)
where
    Looking: Future<Output = bool>,
{
    let look = || {
        let holding = holds();
        async move { holding.await.then_some(()) }
    };
    eventually(missing, look).await;
}
