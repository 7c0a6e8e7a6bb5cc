//! Looks at the database for metrics, which are cached, because anybody with the token may ask at any rate.

use std::time::{Duration, Instant};

use tokio::{sync::Mutex, time::timeout};

use crate::domain::{
    Context,
    backlog::{self, Backlog},
};

/// Time for which a look is cached.
const CACHED_FOR: Duration = Duration::from_secs(5);
/// Longest time of a look.
const LOOK_TIMEOUT: Duration = Duration::from_secs(2);

/// Cached look at the database.
#[derive(Debug, Default)]
pub struct Looks(Mutex<Option<(Instant, Option<Backlog>)>>);

impl Looks {
    /// Returns the work that waits in the database. `None` when the database does not answer. Of concurrent calls, one
    /// asks it.
    pub(super) async fn backlog(&self, ctx: &Context) -> Option<Backlog> {
        let mut last = self.0.lock().await;
        if let Some((at, backlog)) = *last
            && at.elapsed() < CACHED_FOR
        {
            return backlog;
        }
        let backlog = match timeout(LOOK_TIMEOUT, backlog::read(ctx)).await {
            Ok(Ok(backlog)) => Some(backlog),
            Ok(Err(error)) => {
                tracing::warn!(?error, "The database could not be looked at for metrics");
                None
            }
            Err(_elapsed) => {
                tracing::warn!("The database did not answer in time for metrics");
                None
            }
        };
        *last = Some((Instant::now(), backlog));
        backlog
    }
}
