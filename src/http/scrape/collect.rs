//! Metrics that are read when somebody asks, because they are states and not events.

use metrics::{counter, gauge};

use super::process;
use crate::{
    domain::backlog::Backlog,
    http::Shared,
    storage::{PoolState, Role},
    telemetry::Sample,
};

/// Sets all gauges. Returns the counters of seconds.
pub(super) async fn collect(shared: &Shared) -> Vec<Sample> {
    let db = &shared.domain.db;
    let backlog = shared.looks.backlog(&shared.domain).await;
    gauge!("liaison_database_up").set(if backlog.is_some() { 1.0 } else { 0.0 });
    if let Some(backlog) = &backlog {
        set_backlog(backlog);
    }
    gauge!("liaison_subscribers").set(float(shared.engine.listeners()));
    if let Some(jobs) = db.queued_writes() {
        gauge!("liaison_write_queue_jobs").set(float(jobs));
    }
    if let Some(counts) = db.standby_counts() {
        for (state, count) in [("ready", counts.ready), ("late", counts.late), ("away", counts.away)] {
            gauge!("liaison_standbys", "state" => state).set(float(count));
        }
    }
    db.pools().iter().for_each(set_pool);
    let mut samples = vec![Sample { name: "process_cpu_seconds_total", label: None, seconds: process::observe() }];
    for role in Role::ALL {
        let (statements, time) = db.statements_of(role);
        counter!("liaison_sql_statements_total", "role" => role.as_str()).absolute(statements);
        let label = Some(("role", role.as_str()));
        samples.push(Sample { name: "liaison_sql_seconds_total", label, seconds: time.as_secs_f64() });
    }
    samples
}

fn set_pool(pool: &PoolState) {
    let name = pool.name;
    gauge!("liaison_pool_connections", "pool" => name).set(float(pool.size));
    gauge!("liaison_pool_connections_max", "pool" => name).set(float(pool.max));
    gauge!("liaison_pool_idle_connections", "pool" => name).set(float(pool.idle));
    gauge!("liaison_pool_waiting", "pool" => name).set(float(pool.waiting));
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows are far below 2^53")]
fn set_backlog(backlog: &Backlog) {
    gauge!("liaison_mails_pending").set(backlog.mails as f64);
    gauge!("liaison_mails_retrying").set(backlog.failed_mails as f64);
    gauge!("liaison_webhooks", "state" => "delivering").set(backlog.delivering_webhooks as f64);
    gauge!("liaison_webhooks", "state" => "failing").set(backlog.failing_webhooks as f64);
    gauge!("liaison_webhooks", "state" => "off").set(backlog.disabled_webhooks as f64);
    gauge!("liaison_imports_running").set(backlog.imports as f64);
    gauge!("liaison_feed_lag_seconds").set(backlog.feed_lag.as_seconds_f64());
    gauge!("liaison_webhook_lag_seconds").set(backlog.webhook_lag.as_seconds_f64());
}

#[expect(clippy::cast_precision_loss, reason = "counts of connections are far below 2^53")]
fn float(count: usize) -> f64 {
    count as f64
}
