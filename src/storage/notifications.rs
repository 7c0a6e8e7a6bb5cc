//! PostgreSQL's notifications between replicas. Engines that are like PostgreSQL refuse them; the feed then looks for
//! changes by itself, less often.

use sea_orm::{ConnectionTrait, DbErr, Statement};
use sqlx::postgres::{PgListener, PgPoolOptions};

use super::{
    Db,
    error::{connection_error, driver_error},
    options::postgres_options,
};
use crate::config::DatabaseConfig;

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
    pub(crate) async fn heard(&mut self) -> Result<bool, DbErr> {
        Ok(self.0.try_recv().await.map_err(driver_error)?.is_some())
    }
}
