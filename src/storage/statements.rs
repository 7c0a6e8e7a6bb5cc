//! Counter of SQL statements, and a listener with which tests record them.

use std::{
    fmt,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use sea_orm::Statement;

type Listener = Box<dyn Fn(&Statement) + Send + Sync>;

/// Number of executed statements, without BEGIN and COMMIT.
#[derive(Default)]
pub(crate) struct Statements {
    count: AtomicU64,
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
