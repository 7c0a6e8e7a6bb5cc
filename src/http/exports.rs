//! Permits for exports, in total and per caller.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    domain::Actor,
    quota::{Permit, Quotas},
};

/// Exports at once. Each has a connection to the database of its own.
const EXPORTS_MAX: usize = 8;
/// Exports of one caller at once.
const EXPORTS_PER_CALLER_MAX: u32 = 2;

/// Permits for exports, in total and per caller.
#[derive(Debug)]
pub struct Exports {
    running: Arc<Semaphore>,
    callers: Quotas,
}

impl Default for Exports {
    fn default() -> Self {
        Self { running: Arc::new(Semaphore::new(EXPORTS_MAX)), callers: Quotas::default() }
    }
}

impl Exports {
    /// Returns a permit. `None` when all are in use, or all of the caller's.
    pub(super) fn acquire(&self, actor: &Actor) -> Option<ExportPermit> {
        let caller = self.callers.acquire(actor, 1, EXPORTS_PER_CALLER_MAX)?;
        Some(ExportPermit { _running: Arc::clone(&self.running).try_acquire_owned().ok()?, _caller: caller })
    }
}

/// Permit for one export. Dropping it returns it.
pub(super) struct ExportPermit {
    _running: OwnedSemaphorePermit,
    _caller: Permit,
}
