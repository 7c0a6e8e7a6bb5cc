//! Of several replicas one delivers to an endpoint.

use std::collections::HashSet;

use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::{deliver, receiver::Receiver};
use crate::support::{Listening, TestApp, both_databases, until};

#[both_databases]
async fn a_lease_keeps_others_away_until_it_ends(app: TestApp) {
    let receiver = Receiver::start().await;
    app.hook(json!({ "url": receiver.url() })).await;
    app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    let other = app.another().await;
    let (first, second) = (app.deliverer(), other.deliverer());
    deliver(&first, &receiver, 1).await;
    app.contact("Bob").await;
    app.feed(json!({}), 2).await;
    assert_eq!(second.deliver_due().await.unwrap(), 0);
    // Whoever has the lease keeps it.
    app.shared.domain.clock.advance(TimeDelta::seconds(20));
    deliver(&first, &receiver, 2).await;
    app.contact("Cyd").await;
    app.feed(json!({}), 3).await;
    app.shared.domain.clock.advance(TimeDelta::seconds(20));
    assert_eq!(second.deliver_due().await.unwrap(), 0);
    app.shared.domain.clock.advance(TimeDelta::seconds(11));
    deliver(&second, &receiver, 3).await;
    assert_eq!(first.deliver_due().await.unwrap(), 0);
}

/// Two replicas that run, as `serve` runs them.
#[both_databases]
async fn of_two_replicas_one_delivers_and_the_other_goes_on_when_it_stops(app: TestApp) {
    let receiver = Receiver::start().await;
    let hook = app.hook(json!({ "url": receiver.url() })).await;
    let other = Listening::start(app.another().await).await;
    let server = Listening::start(app).await;
    let running: Vec<_> = [&server, &other]
        .into_iter()
        .map(|replica| {
            let (stop, stopped) = watch::channel(false);
            (stop, tokio::spawn(replica.app.deliverer().run(stopped)))
        })
        .collect();
    let mut expected = HashSet::new();
    for number in 0..150 {
        let replica = if number % 2 == 0 { &server } else { &other };
        expected.insert(json!(replica.app.contact(&format!("{number}")).await));
    }
    until("all changes", || async { receiver.changes().len() >= 150 }).await;
    let delivered = |changes: Vec<Value>| -> HashSet<Value> {
        changes.into_iter().map(|change| change["subjectId"].clone()).collect()
    };
    assert_eq!(receiver.changes().len(), 150, "each once");
    assert_eq!(delivered(receiver.changes()), expected);
    // Whichever has the lease: when it stops, the other takes over without waiting for the lease's end.
    let mut running = running.into_iter();
    let (stop, task) = running.next().unwrap();
    stop.send_replace(true);
    task.await.unwrap();
    let more = server.app.contact("After").await;
    until("the last change", || async { receiver.changes().len() >= 151 }).await;
    assert_eq!(receiver.changes()[150]["subjectId"], more);
    // A webhook that is switched off while its task runs gets nothing more.
    let off = "mutation($id: ID!) { updateWebhook(id: $id, input: { isEnabled: false }) {
        webhook { disabledReason } userErrors { code } } }";
    let off = server.app.run(off, json!({ "id": hook.id })).await["updateWebhook"]["webhook"].clone();
    assert_eq!(off["disabledReason"], "An admin switched it off.");
    for (stop, task) in running {
        stop.send_replace(true);
        task.await.unwrap();
    }
    server.app.sql("UPDATE webhooks SET is_enabled = TRUE").await;
    assert_eq!(server.app.deliverer().deliver_due().await.unwrap(), 1, "all leases were given back");
}
