//! State of one standby, as its watcher and the reads on it know it.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use sqlx::{PgConnection, Row as _};
use tokio::sync::{Notify, watch};

use super::lsn::Lsn;

/// Tells which server answers, and how far it is. The time of its start tells it from any other server.
const LOOK: &str = "SELECT CAST(pg_postmaster_start_time() AS text), pg_is_in_recovery(), \
                    COALESCE(CAST(pg_last_wal_replay_lsn() AS text), '0/0')";

/// State of a standby.
#[derive(Debug)]
pub(in crate::storage) struct State {
    /// Position to which it has replayed the primary's log. `None` while it does not answer or is no standby.
    replayed: watch::Sender<Option<Lsn>>,
    /// Start of the server that the watcher is connected to.
    server: Mutex<String>,
    /// A read has failed, and the watcher has not looked since.
    is_suspect: AtomicBool,
    /// Has the watcher look at once.
    look: Notify,
    waiting: AtomicUsize,
}

impl Default for State {
    fn default() -> Self {
        Self {
            replayed: watch::Sender::new(None),
            server: Mutex::default(),
            is_suspect: AtomicBool::default(),
            look: Notify::new(),
            waiting: AtomicUsize::default(),
        }
    }
}

/// Answer of a server that was looked at.
#[derive(Debug)]
pub(super) struct Look {
    server: String,
    is_standby: bool,
    replayed: Lsn,
}

impl Look {
    /// Asks the server. By the simple protocol, so that nothing is prepared.
    pub(super) async fn at(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let row = sqlx::raw_sql(LOOK).fetch_one(connection).await?;
        let replayed: String = row.try_get(2)?;
        let replayed = replayed.parse().map_err(|_no_lsn| unfit("its position in the log cannot be read"))?;
        Ok(Self { server: row.try_get(0)?, is_standby: row.try_get(1)?, replayed })
    }
}

/// Error for a server that answers and is not the one to read from.
pub(super) fn unfit(reason: &str) -> sqlx::Error {
    sqlx::Error::Protocol(reason.to_owned())
}

impl State {
    /// Returns the position that the standby has replayed, while reads may go there.
    pub(super) fn replayed(&self) -> Option<Lsn> {
        if self.is_suspect.load(Ordering::Acquire) { None } else { *self.replayed.borrow() }
    }

    /// Waits until the standby has replayed the log to a position. Returns false when it is gone.
    pub(super) async fn reach(&self, wanted: Lsn) -> bool {
        let mut replayed = self.replayed.subscribe();
        let _waiting = Waiting::begin(self);
        self.look.notify_one();
        let reached = replayed.wait_for(|replayed| replayed.is_none_or(|replayed| replayed >= wanted)).await;
        reached.is_ok_and(|replayed| replayed.is_some())
    }

    /// Waits until the standby does not answer any more.
    pub(super) async fn gone(&self) {
        // The sender is dropped only with the state.
        drop(self.replayed.subscribe().wait_for(Option::is_none).await);
    }

    /// Keeps further reads away until the watcher has looked again.
    pub(super) fn suspect(&self) {
        self.is_suspect.store(true, Ordering::Release);
        self.look.notify_one();
    }

    /// Checks a new connection for reads: it must lead to the server that is watched, which must not have been set back
    /// by a crash. A look that is older than the connection would otherwise promise too much.
    pub(in crate::storage) async fn check(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let look = Look::at(connection).await?;
        let is_known = *self.server.lock().unwrap_or_else(PoisonError::into_inner) == look.server;
        let is_ahead = (*self.replayed.borrow()).is_none_or(|known| look.replayed >= known);
        if is_known && look.is_standby && is_ahead {
            return Ok(());
        }
        self.suspect();
        Err(unfit("another server answers, or the same after a restart"))
    }

    /// Notes to which server the watcher has connected.
    pub(super) fn connected(&self, look: &Look) {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&look.server);
    }

    /// Notes an answer to the watcher. Returns whether the standby has moved on.
    pub(super) fn note(&self, look: &Look) -> Result<bool, sqlx::Error> {
        if !look.is_standby {
            return Err(unfit("it is no standby (any more)"));
        }
        let has_moved = self.replayed.send_replace(Some(look.replayed)) != Some(look.replayed);
        self.is_suspect.store(false, Ordering::Release);
        Ok(has_moved)
    }

    /// Notes that the standby does not answer. Returns whether it did before.
    pub(super) fn lost(&self) -> bool {
        self.replayed.send_replace(None).is_some()
    }

    /// Returns true while somebody waits for a position.
    pub(super) fn is_awaited(&self) -> bool {
        self.waiting.load(Ordering::Acquire) > 0
    }

    /// Waits until somebody asks for a look.
    pub(super) async fn wanted(&self) {
        self.look.notified().await;
    }
}

/// Somebody who waits for a position, until it is dropped.
struct Waiting<'a>(&'a State);

impl<'a> Waiting<'a> {
    fn begin(state: &'a State) -> Self {
        state.waiting.fetch_add(1, Ordering::AcqRel);
        Self(state)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::AcqRel);
    }
}
