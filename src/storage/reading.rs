//! The database as one query reads it: from a standby, where one is far enough.

use std::sync::Arc;

use super::{
    Db,
    pool::PoolState,
    reads::ReadStore,
    standby::{Attempt, Lsn, StandbyCounts, Standbys},
};

impl Db {
    /// Returns true when the settings name standbys.
    pub(crate) fn has_standbys(&self) -> bool {
        self.0.standbys.is_some()
    }

    /// Returns the same database with a standby to read from, which has replayed the primary's log to a position. Waits
    /// for that shortly. `None` when the primary has to answer.
    pub(crate) async fn at_standby(&self, after: Option<Lsn>) -> Option<(Self, Arc<Attempt>)> {
        let (reads, attempt) = self.0.standbys.as_ref()?.choose(after).await?;
        Some((Self(Arc::clone(&self.0), Some(Arc::new(reads))), attempt))
    }

    /// Returns a position in the primary's log that comes after everything that is committed by now. `None` without
    /// standbys, because nobody needs it then.
    pub(crate) async fn written_to(&self) -> Option<Lsn> {
        Some(self.0.standbys.as_ref()?.written_to().await)
    }

    /// Counts the standbys by their states. `None` without any.
    pub fn standby_counts(&self) -> Option<StandbyCounts> {
        self.0.standbys.as_ref().map(Standbys::counts)
    }

    /// Returns the state of the pools of all standbys, as one.
    pub(super) fn standby_pools(&self) -> Option<PoolState> {
        let pools = self.0.standbys.as_ref()?.reads().flat_map(ReadStore::pools);
        pools
            .reduce(|sum, pool| PoolState {
                name: sum.name,
                size: sum.size + pool.size,
                idle: sum.idle + pool.idle,
                max: sum.max + pool.max,
                waiting: sum.waiting + pool.waiting,
            })
            .map(|sum| PoolState { name: "standbys", ..sum })
    }
}
