//! Background tasks: sending mails, following the change feed, and removing expired records.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    config::ChangeArgs,
    domain::{access, batches, changes, duplicates, imports, merging, rekey},
    http::Shared,
    mail::{self, Mailer},
};

/// Interval for closing idle connections and for forgetting callers that have not tried for a while.
const TIDY_INTERVAL: Duration = Duration::from_mins(1);
/// Rounds of tidying between two removals of expired sessions and old changes.
const TIDY_ROUNDS_PER_CLEANING: u64 = 60;

/// Runs until asked to stop.
pub async fn run(shared: Arc<Shared>, mailer: Mailer, settings: ChangeArgs, stop: watch::Receiver<bool>) {
    tokio::join!(
        mail::run(&shared.domain, &mailer, stop.clone()),
        follow(&shared, stop.clone()),
        rebuild_keys(&shared, stop.clone()),
        undo(&shared, stop.clone()),
        merge(&shared, stop.clone()),
        take_up_imports(&shared, stop.clone()),
        compare(&shared, stop.clone()),
        clean(&shared, settings, stop)
    );
}

/// Sends changes to subscribers, and signals changes made here to other replicas.
pub async fn follow(shared: &Shared, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = shared.domain.feed.run(&shared.domain.db) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn rebuild_keys(shared: &Shared, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = rekey::keep_up(&shared.domain.db) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Goes on with undos of batches whose process has ended.
async fn undo(shared: &Shared, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = batches::keep_up(&shared.domain) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Goes on with merges of duplicates whose process has ended.
async fn merge(shared: &Shared, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = merging::keep_up(&shared.domain) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Goes on with imports whose process has ended.
async fn take_up_imports(shared: &Shared, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = imports::keep_up(&shared.domain) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

/// Keeps likely duplicates up to date.
async fn compare(shared: &Shared, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = duplicates::keep_up(&shared.domain) => {}
        _ = stop.wait_for(|stop| *stop) => {}
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
