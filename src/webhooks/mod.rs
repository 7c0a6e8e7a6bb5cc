//! Deliveries to webhooks: a task for each endpoint, in the process that has the endpoint's lease.

mod body;
mod client;
mod delivery;
mod endpoint;
mod shared;

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    sync::watch,
    task::{AbortHandle, JoinSet},
};
use uuid::Uuid;

use self::{
    delivery::DELIVERY_TIMEOUT,
    endpoint::{Endpoint, Wait},
    shared::Shared,
};
use crate::{
    domain::{Context, Result, webhooks},
    engine::Engine,
    entity::webhook::Model,
};

pub use self::delivery::ping;

/// Interval of looks at the webhooks: a change of one, and an attempt that is due, are noticed within it.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// Interval at which leases are renewed.
const RENEW_INTERVAL: Duration = Duration::from_secs(10);
/// Longest time for deliveries under way to end when the process stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(4);

/// Delivers changes to the webhooks whose leases this process has.
pub struct Deliverer {
    shared: Arc<Shared>,
    /// Name of this process among those that share the database.
    holder: Uuid,
}

impl std::fmt::Debug for Deliverer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deliverer").field("holder", &self.holder).finish_non_exhaustive()
    }
}

/// Task of an endpoint.
struct Running {
    revision: i64,
    task: AbortHandle,
}

impl Deliverer {
    /// Builds a deliverer that has no leases yet.
    pub fn new(engine: Arc<Engine>, ctx: Context) -> Self {
        Self::waiting_for(engine, ctx, DELIVERY_TIMEOUT)
    }

    /// Builds one with another longest time of a delivery, for tests.
    pub fn waiting_for(engine: Arc<Engine>, ctx: Context, timeout: Duration) -> Self {
        let holder = ctx.clock.new_id();
        Self { shared: Arc::new(Shared::new(engine, ctx, timeout)), holder }
    }

    /// Delivers until asked to stop, then lets deliveries under way end, and gives the leases back.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let mut stopping = stop.clone();
        let mut tasks = JoinSet::new();
        tokio::select! {
            () = self.keep_up(&mut tasks, &stop) => {}
            _ = stopping.wait_for(|stop| *stop) => {}
        }
        drop(tokio::time::timeout(STOP_TIMEOUT, async { while tasks.join_next().await.is_some() {} }).await);
        tasks.shutdown().await;
        if let Err(error) = webhooks::release(&self.shared.ctx, self.holder).await {
            tracing::warn!(?error, "Webhooks could not be given back; another process takes them in half a minute");
        }
    }

    async fn keep_up(&self, tasks: &mut JoinSet<()>, stop: &watch::Receiver<bool>) {
        let mut running: HashMap<Uuid, Running> = HashMap::new();
        let mut renewed_at: Option<Instant> = None;
        let mut is_sealed = false;
        loop {
            if !is_sealed {
                is_sealed = self.seal_again().await;
            }
            match self.look(&mut renewed_at).await {
                Ok(own) => self.arrange(own, &mut running, tasks, stop),
                Err(error) => tracing::warn!(?error, "Webhooks could not be read; trying again"),
            }
            while tasks.try_join_next().is_some() {}
            tokio::time::sleep(LOOK_INTERVAL).await;
        }
    }

    async fn seal_again(&self) -> bool {
        let sealed = webhooks::seal_again(&self.shared.ctx).await;
        sealed.inspect_err(|error| tracing::warn!(?error, "Secrets could not be encrypted; trying again")).is_ok()
    }

    /// The webhooks of this process, whose leases it takes and renews.
    async fn look(&self, renewed_at: &mut Option<Instant>) -> Result<Vec<Model>> {
        let enabled = webhooks::enabled(self.shared.ctx.db.reads()).await?;
        let now = self.shared.ctx.clock.now();
        let is_due = renewed_at.is_none_or(|at| at.elapsed() >= RENEW_INTERVAL);
        let has_some = enabled.iter().any(|webhook| webhook.lease_holder == Some(self.holder));
        if enabled.iter().any(|webhook| webhooks::is_claimable(webhook, now)) || (is_due && has_some) {
            return self.claim(renewed_at).await;
        }
        Ok(enabled.into_iter().filter(|webhook| webhook.lease_holder == Some(self.holder)).collect())
    }

    async fn claim(&self, renewed_at: &mut Option<Instant>) -> Result<Vec<Model>> {
        let begun = Instant::now();
        let own = webhooks::claim(&self.shared.ctx, self.holder).await?;
        *renewed_at = Some(begun);
        self.shared.leased_until.send_replace(begun + webhooks::LEASE.to_std().unwrap_or_default());
        Ok(own)
    }

    /// Ends the tasks of webhooks that are no longer this process's or were changed, and begins those that are due.
    fn arrange(
        &self,
        own: Vec<Model>,
        running: &mut HashMap<Uuid, Running>,
        tasks: &mut JoinSet<()>,
        stop: &watch::Receiver<bool>,
    ) {
        let revisions: HashMap<Uuid, i64> = own.iter().map(|webhook| (webhook.id, webhook.revision)).collect();
        running.retain(|id, running| {
            let is_current = revisions.get(id) == Some(&running.revision) && !running.task.is_finished();
            if !is_current {
                running.task.abort();
            }
            is_current
        });
        let now = self.shared.ctx.clock.now();
        let is_due = |webhook: &Model| webhook.next_attempt_at.is_none_or(|at| at <= now);
        for webhook in own.into_iter().filter(is_due) {
            let (id, revision) = (webhook.id, webhook.revision);
            running.entry(id).or_insert_with(|| {
                let endpoint = Endpoint::new(Arc::clone(&self.shared), webhook, stop.clone());
                Running { revision, task: tasks.spawn(endpoint.run(Wait::ForChanges)) }
            });
        }
    }

    /// Delivers all that is due now, and returns the number of webhooks that were tried. Tests call it instead of
    /// [`Self::run`].
    pub async fn deliver_due(&self) -> Result<usize> {
        let own = self.claim(&mut None).await?;
        let now = self.shared.ctx.clock.now();
        let (_keep, stop) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for webhook in own.into_iter().filter(|webhook| webhook.next_attempt_at.is_none_or(|at| at <= now)) {
            tasks.spawn(Endpoint::new(Arc::clone(&self.shared), webhook, stop.clone()).run(Wait::Never));
        }
        let tried = tasks.len();
        while tasks.join_next().await.is_some() {}
        Ok(tried)
    }
}
