//! Pool whose connections have one user at a time. It recovers the connections of users that hang up.

use std::{fmt, time::Duration};

use deadpool::managed::{Manager, Object, Pool, PoolError, QueueMode, Timeouts};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr};
use tokio::{runtime::Handle, time};

use super::error::connection_error;
use crate::config::DatabaseConfig;

/// Time that an idle connection has to answer a ping.
const PING_TIMEOUT: Duration = Duration::from_millis(500);
/// Idle time after which a connection is closed.
const IDLE_MAX: Duration = Duration::from_mins(10);

/// State of a pool of connections.
#[derive(Clone, Copy, Debug)]
pub struct PoolState {
    /// Name of the pool.
    pub name: &'static str,
    /// Open connections.
    pub size: usize,
    /// Open connections that nobody uses.
    pub idle: usize,
    /// Most connections.
    pub max: usize,
    /// Requests that wait for one.
    pub waiting: usize,
}

/// Opens connections, and stops abandoned statements on them.
pub(super) trait Connect: Manager<Error = sqlx::Error> + Send + Sync {
    /// Stops a running statement. Returns true when the connection is idle and may be used again.
    fn stop_statement(connection: &mut Self::Type) -> impl Future<Output = bool> + Send;

    /// Closes the connection, and returns when it is closed.
    fn close(connection: Self::Type) -> impl Future<Output = ()> + Send;

    /// Returns the reason why connecting failed lately. `None` when it succeeded or was not attempted.
    fn refusal(&self) -> Option<String> {
        None
    }
}

/// Connections for statements that are transactions of their own.
pub(super) struct Connections<C: Connect + 'static> {
    pool: Pool<C>,
    acquire_timeout: Duration,
}

impl<C: Connect> Clone for Connections<C> {
    fn clone(&self) -> Self {
        Self { pool: self.pool.clone(), acquire_timeout: self.acquire_timeout }
    }
}

/// Hand-written, because the manager holds a password.
impl<C: Connect> fmt::Debug for Connections<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").finish_non_exhaustive()
    }
}

impl<C: Connect> Connections<C> {
    pub(super) fn new(config: &DatabaseConfig, connect: C) -> Result<Self, DbErr> {
        let pool = Pool::builder(connect)
            .max_size(config.pool_size as usize)
            // With LIFO, unused connections collect at the end of the queue, where `close_idle` finds them.
            .queue_mode(QueueMode::Lifo)
            .timeouts(Timeouts { recycle: Some(PING_TIMEOUT), ..Timeouts::default() })
            .runtime(deadpool::Runtime::Tokio1)
            .build();
        let pool = pool.map_err(|cause| DbErr::Custom(cause.to_string()))?;
        Ok(Self { pool, acquire_timeout: config.acquire_timeout })
    }

    /// Returns what opens the connections.
    pub(super) fn manager(&self) -> &C {
        self.pool.manager()
    }

    /// Waits for a connection.
    pub(super) async fn lease(&self) -> Result<Lease<C>, DbErr> {
        let failed = |cause| match cause {
            PoolError::Backend(cause) => connection_error(cause),
            PoolError::Closed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
            _ => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        };
        let connection = time::timeout(self.acquire_timeout, self.pool.get()).await;
        let connection = connection.map_err(|_elapsed| self.timed_out())?;
        Ok(Lease { connection: Some(connection.map_err(failed)?), is_finished: false })
    }

    /// Builds the error for an acquire timeout, with the latest message of the server or the system.
    pub(super) fn timed_out(&self) -> DbErr {
        match self.pool.manager().refusal() {
            Some(refusal) => DbErr::Conn(RuntimeErr::Internal(refusal)),
            None => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        }
    }

    /// Returns the state of the pool.
    pub(super) fn state(&self, name: &'static str) -> PoolState {
        let status = self.pool.status();
        PoolState { name, size: status.size, idle: status.available, max: status.max_size, waiting: status.waiting }
    }

    /// Closes connections that were idle for a while.
    pub(super) fn close_idle(&self) {
        drop(self.pool.retain(|_, metrics| metrics.last_used() < IDLE_MAX));
    }

    /// Closes the connections, and refuses new leases. Leased connections are closed when they are returned.
    ///
    /// The pool itself would only drop connections. On SQLite their threads would then close the file some time
    /// after this has returned.
    pub(super) async fn close(&self) {
        let all_are_closed = async {
            loop {
                for connection in self.pool.retain(|_, _| false).removed {
                    C::close(connection).await;
                }
                if self.pool.status().size == 0 {
                    return;
                }
                time::sleep(Duration::from_millis(5)).await;
            }
        };
        // A user that takes longer loses its connection.
        drop(time::timeout(self.acquire_timeout, all_are_closed).await);
        self.pool.close();
    }
}

/// Connection in use.
pub(super) struct Lease<C: Connect + 'static> {
    connection: Option<Object<C>>,
    is_finished: bool,
}

impl<C: Connect> Lease<C> {
    pub(super) fn connection(&mut self) -> Result<&mut C::Type, DbErr> {
        self.connection.as_deref_mut().ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
    }

    /// Notes that the statement's results were read to the end.
    pub(super) fn finish(mut self) {
        self.is_finished = true;
    }
}

/// A cancelled or failed request may leave its statement running. The connection returns to the pool when the statement
/// has ended.
impl<C: Connect> Drop for Lease<C> {
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|_| !self.is_finished) else { return };
        let Ok(runtime) = Handle::try_current() else { return drop(Object::take(connection)) };
        runtime.spawn(async move {
            if !C::stop_statement(&mut connection).await {
                drop(Object::take(connection));
            }
        });
    }
}
