//! State that the tasks of all endpoints share.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{Semaphore, watch};

use super::client::Client;
use crate::{domain::Context, engine::Engine};

/// Pages of the feed that are read at once, because each may be many megabytes before it is cut.
const READS_AT_ONCE: usize = 4;

/// Database, client and limits of all endpoints.
pub(super) struct Shared {
    pub(super) engine: Arc<Engine>,
    pub(super) ctx: Context,
    pub(super) client: Client,
    pub(super) reads: Semaphore,
    /// Time until which the leases of this process certainly last.
    pub(super) leased_until: watch::Sender<Instant>,
}

impl Shared {
    pub(super) fn new(engine: Arc<Engine>, ctx: Context, timeout: Duration) -> Self {
        let client = Client::new(Arc::clone(&ctx.outbound), timeout);
        let leased_until = watch::Sender::new(Instant::now());
        Self { engine, ctx, client, reads: Semaphore::new(READS_AT_ONCE), leased_until }
    }
}
