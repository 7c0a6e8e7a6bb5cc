//! The primary's position in its log: after a write, and over time.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use tokio::{
    sync::OnceCell,
    time::{Instant, sleep, timeout},
};

use super::{super::reads::ReadStore, lsn::Lsn};

/// Interval at which the position is noted.
const NOTE_INTERVAL: Duration = Duration::from_secs(1);
/// Age of the last note from which on nothing is known any more of a standby's lag.
const NOTE_VALID_FOR: Duration = Duration::from_secs(5);
/// Longest wait for the position.
const ASK_TIMEOUT: Duration = Duration::from_secs(1);

/// A commit has written its record to the disk when it returns, unless commits do not wait for the disk. The end of what is
/// written may be beyond any whole record, so that no standby would reach it before the next write.
const POSITION: &str = "SELECT CAST(CASE WHEN current_setting('synchronous_commit') = 'off' \
                        THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END AS text)";
/// Names the cluster, and the database in it. A standby has the same.
pub(super) const IDENTITY: &str = "SELECT CAST(system_identifier AS text) || '/' || CAST(oid AS text) \
                                   FROM pg_control_system(), pg_database WHERE datname = current_database()";

/// The primary, as standbys are compared with it.
#[derive(Debug)]
pub(super) struct Primary {
    reads: ReadStore,
    lag_max: Duration,
    identity: OnceCell<String>,
    /// Number of the last look-up that has begun.
    begun: AtomicU64,
    /// Last look-up that has ended, with its number.
    ended: tokio::sync::Mutex<(u64, Lsn)>,
    notes: Mutex<VecDeque<(Instant, Lsn)>>,
}

impl Primary {
    pub(super) fn new(reads: ReadStore, lag_max: Duration) -> Self {
        Self {
            reads,
            lag_max,
            identity: OnceCell::new(),
            begun: AtomicU64::new(0),
            ended: tokio::sync::Mutex::default(),
            notes: Mutex::default(),
        }
    }

    /// Returns a position that comes after everything that is committed by now.
    ///
    /// Concurrent callers share a look-up, if it begins after they have asked. So there is one at a time, however many
    /// writes there are.
    pub(super) async fn position(&self) -> Result<Lsn, DbErr> {
        let asked_at = self.begun.load(Ordering::SeqCst);
        let mut ended = self.ended.lock().await;
        if ended.0 > asked_at {
            return Ok(ended.1);
        }
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let position = timeout(ASK_TIMEOUT, self.ask(POSITION)).await.map_err(|_elapsed| unreadable("no answer"))??;
        let position = position.parse().map_err(|_no_lsn| unreadable("no position"))?;
        *ended = (number, position);
        Ok(position)
    }

    /// Returns the name of the cluster and the database.
    pub(super) async fn identity(&self) -> Result<&str, DbErr> {
        Ok(self.identity.get_or_try_init(|| self.ask(IDENTITY)).await?)
    }

    async fn ask(&self, sql: &str) -> Result<String, DbErr> {
        let row = self.reads.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
        row.ok_or_else(|| unreadable("no row"))?.try_get_by_index(0)
    }

    /// Returns the position that a standby must have replayed, or it lags too far behind. `None` while that is unknown.
    pub(super) fn floor(&self) -> Option<Lsn> {
        let notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.back().filter(|(noted_at, _)| noted_at.elapsed() < NOTE_VALID_FOR)?;
        notes.front().map(|(_, position)| *position)
    }

    /// Notes the position from time to time.
    pub(super) async fn watch(&self) {
        loop {
            match self.position().await {
                Ok(position) => self.note(position),
                Err(cause) => tracing::debug!(%cause, "The primary's position is unknown"),
            }
            sleep(NOTE_INTERVAL).await;
        }
    }

    /// Adds a note, and forgets all older than the last that is as old as a standby's lag may be.
    fn note(&self, position: Lsn) {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        notes.push_back((Instant::now(), position));
        while notes.get(1).is_some_and(|(noted_at, _)| noted_at.elapsed() >= self.lag_max) {
            notes.pop_front();
        }
    }
}

fn unreadable(reason: &str) -> DbErr {
    DbErr::Custom(format!("the primary's position in its log cannot be read: {reason}"))
}
