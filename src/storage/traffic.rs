//! Requests of others to the database, so that long work can keep out of their way.

use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};

/// Counts of this process. Cloning shares them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traffic(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    statements: AtomicU64,
    waiting: AtomicUsize,
}

/// Somebody who waits for SQLite's connection that writes, until it is dropped.
#[derive(Debug)]
pub(super) struct Waiter(Traffic);

impl Traffic {
    /// Counts a statement of the kinds that requests are made of: rows, and updates known beforehand.
    pub(super) fn note(&self) {
        self.0.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts somebody who waits.
    pub(super) fn wait(&self) -> Waiter {
        self.0.waiting.fetch_add(1, Ordering::Relaxed);
        Waiter(self.clone())
    }

    /// The number of statements so far.
    pub(crate) fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// The number of those who wait for a connection that writes.
    pub(super) fn waiting(&self) -> usize {
        self.0.waiting.load(Ordering::Relaxed)
    }

    /// True while somebody waits for SQLite's connection that writes.
    pub(crate) fn is_writer_wanted(&self) -> bool {
        self.waiting() > 0
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        self.0.0.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}
