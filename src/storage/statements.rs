//! Count of the SQL statements that run, and a listener for tests that show them.

use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use sea_orm::Statement;

type Listener = Box<dyn Fn(&Statement) + Send + Sync>;

/// Statements that ran so far, not counting BEGIN and COMMIT.
#[derive(Default)]
pub(crate) struct Statements {
    count: AtomicU64,
    listener: OnceLock<Listener>,
}

impl Statements {
    /// Notes that a statement runs.
    pub(crate) fn note(&self, statement: &Statement) {
        self.count.fetch_add(1, Ordering::Relaxed);
        if let Some(listener) = self.listener.get() {
            listener(statement);
        }
    }

    pub(crate) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Shows each statement from now on to the first listener that is given.
    pub(crate) fn listen(&self, listener: impl Fn(&Statement) + Send + Sync + 'static) {
        self.listener.get_or_init(|| Box::new(listener));
    }
}

impl fmt::Debug for Statements {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Statements").field(&self.count()).finish()
    }
}
