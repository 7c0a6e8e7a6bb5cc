//! Counters of SQL statements and of their time, and a listener with which tests record them.

use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use sea_orm::Statement;

type Listener = Box<dyn Fn(&Statement) + Send + Sync>;

/// Role of the connection that a statement runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It reads, from the primary where there are standbys.
    Read,
    /// It writes, or is part of a transaction.
    Write,
    /// It reads from a standby.
    Standby,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Read, Self::Write, Self::Standby];

    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Standby => "standby",
        }
    }
}

/// Number of statements that have ended, and the time that they took.
#[derive(Debug, Default)]
struct Ended {
    count: AtomicU64,
    nanos: AtomicU64,
}

/// Number of executed statements, without BEGIN and COMMIT.
#[derive(Default)]
pub(crate) struct Statements {
    count: AtomicU64,
    ended: [Ended; Role::ALL.len()],
    listener: OnceLock<Listener>,
}

impl Statements {
    /// Counts a statement, and passes it to the listener.
    pub(crate) fn note(&self, statement: &Statement) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Some(listener) = self.listener.get() {
            listener(statement);
        }
    }

    /// Counts statements that have ended, as many as were sent together, and the time since they were sent.
    pub(crate) fn ended(&self, role: Role, count: usize, time: Duration) {
        if let Some(ended) = self.ended.get(role as usize) {
            ended.count.fetch_add(count as u64, Ordering::Relaxed);
            ended.nanos.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        }
    }

    /// Returns the number of statements of a role that have ended, and their time.
    pub(crate) fn of_role(&self, role: Role) -> (u64, Duration) {
        self.ended.get(role as usize).map_or_else(Default::default, |Ended { count, nanos }| {
            (count.load(Ordering::Relaxed), Duration::from_nanos(nanos.load(Ordering::Relaxed)))
        })
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Passes each statement from now on to `listener`. Only the first listener receives them.
    pub(crate) fn listen(&self, listener: impl Fn(&Statement) + Send + Sync + 'static) {
        self.listener.get_or_init(|| Box::new(listener));
    }
}

impl fmt::Debug for Statements {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Statements").field(&self.count()).finish()
    }
}
