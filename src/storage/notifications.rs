//! PostgreSQL's notifications between replicas. Engines that are like PostgreSQL refuse them; the feed then looks for
//! changes by itself, less often.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbErr, Statement};
use sqlx::{
    Executor as _,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::time;

use super::{
    Db,
    error::{connection_error, driver_error},
    options::postgres_options,
    silence::silence,
};
use crate::config::DatabaseConfig;

/// Time without a notification after which the listener's server is asked whether it is there.
const LISTENER_SILENT_MAX: Duration = Duration::from_secs(20);
/// Time for it to answer.
const LISTENER_ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

impl Db {
    /// Notifies the listeners of a channel.
    pub(crate) async fn notify(&self, channel: &'static str) -> Result<(), DbErr> {
        let statement = Statement::from_string(self.backend(), format!("SELECT pg_notify('{channel}', '')"));
        self.writer().query_one_raw(statement).await.map(drop)
    }
}

/// Notifications of a channel, on their own connection, which is never returned to a pool.
pub(crate) struct Listener(PgListener);

impl Listener {
    /// Connects and listens.
    pub(crate) async fn open(config: &DatabaseConfig, channel: &str) -> Result<Self, DbErr> {
        // The listener's own `connect` takes a URL only. This does the same with the options of all connections.
        let pool = PgPoolOptions::new().max_connections(1).max_lifetime(None).idle_timeout(None);
        let pool = pool.connect_with(postgres_options(&config.direct(), None)?).await.map_err(connection_error)?;
        let mut listener = PgListener::connect_with(&pool).await.map_err(connection_error)?;
        listener.listen(channel).await.map_err(driver_error)?;
        Ok(Self(listener))
    }

    /// Waits for a notification. Returns false when the connection was lost and reopened, because notifications may be
    /// lost too.
    ///
    /// A server that has vanished is as silent as one that has nothing to say, so a silent one is asked.
    pub(crate) async fn heard(&mut self) -> Result<bool, DbErr> {
        loop {
            match time::timeout(LISTENER_SILENT_MAX, self.0.try_recv()).await {
                Ok(heard) => return Ok(heard.map_err(driver_error)?.is_some()),
                Err(_elapsed) => {
                    let asked = time::timeout(LISTENER_ANSWER_TIMEOUT, self.0.execute("SELECT 1")).await;
                    asked.unwrap_or_else(|_elapsed| Err(silence())).map_err(driver_error)?;
                }
            }
        }
    }
}
