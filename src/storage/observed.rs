//! State of the connections, as operators see it.

use std::time::Duration;

use sea_orm::DbBackend;

use super::{Db, pool::PoolState, statements::Role, writer::Writer};

impl Db {
    /// Returns the states of all pools.
    pub fn pools(&self) -> Vec<PoolState> {
        let mut pools = self.0.reads.pools();
        pools.extend(self.standby_pools());
        let writer = &self.0.writer;
        let (size, idle, max) = if self.backend() == DbBackend::Sqlite {
            let pool = writer.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle(), pool.options().get_max_connections())
        } else {
            let pool = writer.get_postgres_connection_pool();
            (pool.size(), pool.num_idle(), pool.options().get_max_connections())
        };
        let waiting = self.0.traffic.waiting();
        pools.push(PoolState { name: "transactions", size: size as usize, idle, max: max as usize, waiting });
        pools
    }

    /// Returns the number of statements of a role that have ended, and the time that they took.
    pub fn statements_of(&self, role: Role) -> (u64, Duration) {
        self.0.statements.of_role(role)
    }

    /// Returns the number of writes that wait in the write queue. `None` without one.
    pub fn queued_writes(&self) -> Option<usize> {
        self.0.queue.as_ref().map(Writer::waiting)
    }
}
