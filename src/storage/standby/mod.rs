//! Standbys: PostgreSQL's streaming replicas, from which queries read.
//!
//! - Each standby has a watcher, which knows the position in the primary's log that it has replayed. So a read asks nothing
//!   beside its own statements, unless it has to wait.
//! - A read names the position of the write that it must see, and waits for a standby to get there. Without one the lag is
//!   bounded: a standby must have replayed what the primary had written some seconds ago.
//! - A standby that fails is left alone until it answers again, and what it failed at is read from the primary.
//!
//! **Invariant:** only reads of queries come here. Everything else has a [`super::Db`] that reads from the primary.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use metrics::{Histogram, histogram};
use quanta::Instant;
use sea_orm::{DbErr, RuntimeErr};
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;

use self::{primary::Primary, state::State};
use super::{reads::ReadStore, statements::Statements};
use crate::config::{DatabaseConfig, StatementNames};

pub(crate) mod attempt;
mod lsn;
mod primary;
pub(super) mod state;
mod watch;

pub(crate) use attempt::Attempt;
pub use lsn::Lsn;

/// Longest wait of a read for a standby to replay a position.
const WAIT_MAX: Duration = Duration::from_millis(500);

/// All standbys.
#[derive(Debug)]
pub(super) struct Standbys {
    all: Vec<Standby>,
    primary: Arc<Primary>,
    /// Number of the standby that is tried first.
    next: AtomicUsize,
    waits: Histogram,
    watching: Vec<AbortOnDropHandle<()>>,
}

#[derive(Debug)]
struct Standby {
    reads: ReadStore,
    state: Arc<State>,
}

/// Number of standbys by their states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StandbyCounts {
    /// Queries are read from them.
    pub ready: usize,
    /// They answer, and are too far behind the primary.
    pub late: usize,
    /// They do not answer.
    pub away: usize,
}

impl Standbys {
    /// Begins to watch the standbys of the settings. `None` when there are none.
    pub(super) fn open(
        config: &DatabaseConfig,
        primary: &ReadStore,
        statements: &Arc<Statements>,
    ) -> Result<Option<Self>, DbErr> {
        if config.standbys.urls.is_empty() {
            return Ok(None);
        }
        let primary = Arc::new(Primary::new(primary.clone(), config.standbys.lag_max));
        let (mut all, mut watching) = (Vec::new(), Vec::new());
        for (number, url) in (1..).zip(&config.standbys.urls) {
            // Each URL leads to a server, whatever is before the primary.
            let config = DatabaseConfig {
                url: url.clone(),
                statements: StatementNames::Named,
                direct_url: None,
                ..config.clone()
            };
            let state = Arc::<State>::default();
            let reads = ReadStore::of_standby(&config, statements, &state).map_err(|cause| of_setting(&cause))?;
            let (state_there, primary) = (Arc::clone(&state), Arc::clone(&primary));
            let watcher = watch::Watcher { number, config, reads: reads.clone(), state: state_there, primary };
            watching.push(AbortOnDropHandle::new(tokio::spawn(watcher.run())));
            all.push(Standby { reads, state });
        }
        let noting = Arc::clone(&primary);
        watching.push(AbortOnDropHandle::new(tokio::spawn(async move { noting.watch().await })));
        let waits = histogram!("liaison_standby_wait_seconds");
        Ok(Some(Self { all, primary, next: AtomicUsize::new(0), waits, watching }))
    }

    /// Returns a position that comes after everything that is committed by now. Where it is unknown, that is a position
    /// for which everything is read from the primary.
    pub(super) async fn written_to(&self) -> Lsn {
        self.primary.position().await.unwrap_or_else(|cause| {
            tracing::warn!(%cause, "Reads after a write go to the primary");
            Lsn::UNREACHABLE
        })
    }

    /// Chooses a standby that has replayed the primary's log to a position, or soon has. `None` when the primary has to
    /// answer.
    pub(super) async fn choose(&self, after: Option<Lsn>) -> Option<(ReadStore, Arc<Attempt>)> {
        let floor = self.primary.floor()?;
        let wanted = after.map_or(floor, |after| after.max(floor));
        if wanted == Lsn::UNREACHABLE {
            return None;
        }
        let chosen = match self.find(wanted) {
            Some(standby) => standby,
            None if wanted > floor => self.wait(floor, wanted).await?,
            None => return None,
        };
        let attempt = Arc::new(Attempt::on(Arc::clone(&chosen.state)));
        Some((chosen.reads.attempted_by(&attempt), attempt))
    }

    /// Finds a standby that has replayed a position, each in its turn.
    fn find(&self, wanted: Lsn) -> Option<&Standby> {
        let first = self.next.fetch_add(1, Ordering::Relaxed) % self.all.len().max(1);
        let (before, from) = self.all.split_at_checked(first)?;
        from.iter().chain(before).find(|standby| standby.state.replayed() >= Some(wanted))
    }

    /// Waits for the first standby to reach a position, of those that lag less than they may.
    async fn wait(&self, floor: Lsn, wanted: Lsn) -> Option<&Standby> {
        let begun = Instant::now();
        let fresh = self.all.iter().filter(|standby| standby.state.replayed() >= Some(floor));
        let mut reaching: FuturesUnordered<_> =
            fresh.map(|standby| async move { standby.state.reach(wanted).await.then_some(standby) }).collect();
        let first = async {
            while let Some(reached) = reaching.next().await {
                if reached.is_some() {
                    return reached;
                }
            }
            None
        };
        let found = timeout(WAIT_MAX, first).await.ok().flatten();
        self.waits.record(begun.elapsed().as_secs_f64());
        found
    }

    /// Counts the standbys by their states.
    pub(super) fn counts(&self) -> StandbyCounts {
        let floor = self.primary.floor().unwrap_or(Lsn::UNREACHABLE);
        let mut counts = StandbyCounts::default();
        for standby in &self.all {
            match standby.state.replayed() {
                Some(replayed) if replayed >= floor => counts.ready += 1,
                Some(_) => counts.late += 1,
                None => counts.away += 1,
            }
        }
        counts
    }

    /// Returns the connections for reading of each standby.
    pub(super) fn reads(&self) -> impl Iterator<Item = &ReadStore> {
        self.all.iter().map(|standby| &standby.reads)
    }

    /// Stops watching, and closes the connections.
    pub(super) async fn close(&self) {
        for watcher in &self.watching {
            watcher.abort();
        }
        for reads in self.reads() {
            reads.close().await;
        }
    }
}

/// Says which setting is wrong.
fn of_setting(cause: &DbErr) -> DbErr {
    DbErr::Conn(RuntimeErr::Internal(cause.to_string().replace("DATABASE_URL", "LIAISON_READ_URL")))
}
