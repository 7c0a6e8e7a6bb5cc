//! Servers of PostgreSQL that do not answer: one that hangs, or whose machine has vanished.
//!
//! The system notices such a server after a quarter of an hour, if at all, and a time limit of the server does not help.
//! So every statement has a limit here too, after which its connection is closed.

use std::{
    io,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::config::DatabaseConfig;

/// Time for the message that a statement was stopped to arrive.
const ANSWER_GRACE: Duration = Duration::from_secs(1);

/// Time within which the connection of a transaction that was given up is back in the pool.
const RETURNED_WITHIN: Duration = Duration::from_secs(5);

/// The last time that a server did not answer BEGIN.
///
/// The driver does not know then whether the connection is in a transaction. If the server goes on later, the
/// connection's next user would be inside that transaction. So the pool closes what is returned about that time.
#[derive(Debug, Default)]
pub(super) struct GivenUp(Mutex<Option<Instant>>);

impl GivenUp {
    /// Notes that a server did not answer.
    pub(super) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Returns true when a connection that is returned now may be in a transaction that the driver does not know of.
    pub(super) fn is_recent(&self) -> bool {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.is_some_and(|last| last.elapsed() < RETURNED_WITHIN)
    }
}

/// Returns the time after which a server that has not answered counts as gone. It would have stopped the statement itself
/// by then, and said so. SQLite is no server.
pub(super) fn answer_timeout(config: &DatabaseConfig) -> Option<Duration> {
    config.statement_timeout.filter(|_| !config.is_sqlite()).map(|limit| limit + ANSWER_GRACE)
}

/// Builds the error for a server that does not answer.
pub(super) fn silence() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "the server does not answer"))
}
