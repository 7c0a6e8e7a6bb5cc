//! Background tasks: sending mails, following the change feed, and removing expired records.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    config::ChangeArgs,
    domain::{access, batches, changes, duplicates, imports, merging, rekey},
    http::Shared,
    mail::{self, Mailer},
    telemetry,
    webhooks::Deliverer,
};

/// Interval for closing idle connections and for forgetting callers that have not tried for a while.
const TIDY_INTERVAL: Duration = Duration::from_mins(1);
/// Interval at which recorded times are moved into their buckets, because until then each takes memory.
const METRICS_INTERVAL: Duration = Duration::from_secs(5);
/// Rounds of tidying between two removals of expired sessions and old changes.
const TIDY_ROUNDS_PER_CLEANING: u64 = 60;

/// Runs until asked to stop. Most of the tasks go on with what a process that has ended began.
pub async fn run(shared: Arc<Shared>, mailer: Mailer, settings: ChangeArgs, stop: watch::Receiver<bool>) {
    let domain = &shared.domain;
    let deliverer = Deliverer::new(Arc::clone(&shared.engine), domain.clone());
    tokio::join!(
        deliverer.run(stop.clone()),
        mail::run(domain, &mailer, stop.clone()),
        follow(&shared, stop.clone()),
        until_stopped(rekey::keep_up(&domain.db), stop.clone()),
        until_stopped(batches::keep_up(domain), stop.clone()),
        until_stopped(merging::keep_up(domain), stop.clone()),
        until_stopped(imports::keep_up(domain), stop.clone()),
        until_stopped(duplicates::keep_up(domain), stop.clone()),
        until_stopped(tidy_metrics(), stop.clone()),
        clean(&shared, settings, stop)
    );
}

/// Sends changes to subscribers, signals changes made here to other replicas, and checks the subscribers' logins.
pub async fn follow(shared: &Shared, stop: watch::Receiver<bool>) {
    tokio::join!(
        until_stopped(shared.domain.feed.run(&shared.domain.db), stop.clone()),
        until_stopped(access::check_open_logins(&shared.domain), stop)
    );
}

async fn until_stopped(task: impl Future<Output = ()>, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = task => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Moves recorded times into their buckets.
async fn tidy_metrics() {
    loop {
        tokio::time::sleep(METRICS_INTERVAL).await;
        telemetry::tidy();
    }
}

async fn clean(shared: &Shared, settings: ChangeArgs, mut stop: watch::Receiver<bool>) {
    for round in 0_u64.. {
        shared.throttle.tidy();
        shared.domain.db.reads().close_idle();
        if round % TIDY_ROUNDS_PER_CLEANING == 0 {
            let domain = &shared.domain;
            if let Err(error) = access::remove_expired(&domain.db, &domain.clock, domain.token_cache.lifetimes()).await
            {
                tracing::warn!(?error, "Ended sessions could not be removed; trying again later");
            }
            if let Some(days) = settings.keep_changes_days
                && let Err(error) = changes::prune(&domain.db, &domain.clock, days).await
            {
                tracing::warn!(%error, "Old changes could not be removed; trying again later");
            }
        }
        tokio::select! {
            () = tokio::time::sleep(TIDY_INTERVAL) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}
