//! Watching one standby: how far it has replayed the primary's log.

use std::{sync::Arc, time::Duration};

use sea_orm::DbErr;
use sqlx::{ConnectOptions as _, PgConnection};
use tokio::time::{Instant, sleep, timeout};

use super::{
    super::{
        error::{connection_error, driver_error},
        options::postgres_options,
        reads::ReadStore,
    },
    primary::{IDENTITY, Primary},
    state::{Look, State, unfit},
};
use crate::config::DatabaseConfig;

/// Interval of looks while nobody waits. It bounds how long reads wait for a server that hangs.
const LOOK_INTERVAL: Duration = Duration::from_millis(500);
/// Pause between two looks while somebody waits. It doubles while the standby does not move on.
const PAUSE_MIN: Duration = Duration::from_millis(2);
const PAUSE_MAX: Duration = Duration::from_millis(16);
/// Longest time of a look.
const LOOK_TIMEOUT: Duration = Duration::from_secs(1);
/// Longest time for connecting.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// Pause before a standby that does not answer is tried again.
const RETRY_INTERVAL: Duration = Duration::from_millis(500);
/// Interval for closing idle connections.
const TIDY_INTERVAL: Duration = Duration::from_mins(1);

/// Watches a standby.
pub(super) struct Watcher {
    /// Its number in the setting, for the log.
    pub(super) number: usize,
    pub(super) config: DatabaseConfig,
    pub(super) reads: ReadStore,
    pub(super) state: Arc<State>,
    pub(super) primary: Arc<Primary>,
}

impl Watcher {
    /// Watches until it is aborted.
    pub(super) async fn run(self) {
        let mut is_news = true;
        loop {
            // It ends only by an error.
            let Err(cause) = self.watch().await;
            let was_there = self.state.lost();
            if was_there || is_news {
                let standby = self.number;
                tracing::warn!(standby, %cause, "A standby cannot be read from; queries go elsewhere until it can");
            }
            is_news = false;
            sleep(RETRY_INTERVAL).await;
        }
    }

    /// Looks until something fails.
    async fn watch(&self) -> Result<std::convert::Infallible, DbErr> {
        let (mut connection, look) = in_time(CONNECT_TIMEOUT, self.connect()).await?;
        self.state.connected(&look);
        self.state.note(&look).map_err(driver_error)?;
        tracing::info!(standby = self.number, "Queries are read from a standby");
        let (mut pause, mut tidied_at) = (PAUSE_MIN, Instant::now());
        loop {
            if self.pause(pause).await {
                pause = PAUSE_MIN;
            }
            let looking = async { Look::at(&mut connection).await.map_err(driver_error) };
            let look = in_time(LOOK_TIMEOUT, looking).await?;
            let has_moved = self.state.note(&look).map_err(driver_error)?;
            pause = if has_moved { PAUSE_MIN } else { (pause * 2).min(PAUSE_MAX) };
            if tidied_at.elapsed() > TIDY_INTERVAL {
                self.reads.close_idle();
                tidied_at = Instant::now();
            }
        }
    }

    /// Waits for the next look. Returns false while somebody has been waiting since before the last one.
    async fn pause(&self, pause: Duration) -> bool {
        if self.state.is_awaited() {
            sleep(pause).await;
            return false;
        }
        tokio::select! {
            () = sleep(LOOK_INTERVAL) => {}
            () = self.state.wanted() => {}
        }
        true
    }

    /// Connects to the server, which must have the primary's database.
    async fn connect(&self) -> Result<(PgConnection, Look), DbErr> {
        let identity = self.primary.identity().await?;
        let options = postgres_options(&self.config, Some(LOOK_TIMEOUT))?;
        let mut connection = options.connect().await.map_err(connection_error)?;
        let own: String = sqlx::raw_sql(IDENTITY)
            .fetch_one(&mut connection)
            .await
            .and_then(|row| sqlx::Row::try_get(&row, 0))
            .map_err(driver_error)?;
        if own != identity {
            return Err(driver_error(unfit("it has another database than the primary")));
        }
        let look = Look::at(&mut connection).await.map_err(driver_error)?;
        Ok((connection, look))
    }
}

async fn in_time<T>(time: Duration, asking: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    timeout(time, asking).await.unwrap_or_else(|_elapsed| Err(DbErr::Custom("it did not answer in time".to_owned())))
}
