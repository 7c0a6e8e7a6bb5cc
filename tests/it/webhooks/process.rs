//! The binary itself delivers, and goes on after `kill -9`.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::receiver::{Manner, Receiver};
use crate::support::{
    TestApp, both_databases,
    process::{Process, liaison},
    until,
};

fn serve(app: &TestApp) -> Process {
    let mut command = liaison(&["serve", "--dev", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.args(["--webhook-allow", "127.0.0.0/8", "--database-url", &app.config.url]);
    let process = Process::start(command);
    process.address();
    process
}

#[both_databases]
async fn kill_9_loses_no_change_and_repeats_one_batch_at_most(app: TestApp) {
    let receiver = Receiver::start().await;
    let hook = app.hook(json!({ "url": format!("{}/t0ken", receiver.url()) })).await;
    let server = serve(&app);
    let mut expected = HashSet::new();
    for number in 0..150 {
        expected.insert(json!(app.contact(&format!("{number}")).await));
    }
    until("the first changes", || async { !receiver.changes().is_empty() }).await;
    // The next delivery is under way when the process dies.
    receiver.answer([Manner::Hang]);
    for number in 150..400 {
        expected.insert(json!(app.contact(&format!("{number}")).await));
    }
    until("a delivery that hangs", || async { receiver.has_answered_all() }).await;
    server.signal("-KILL");
    let log = server.end().1.join("\n");
    let before = receiver.changes().len();
    let cursor = app.the_webhook().await["cursor"].clone();
    let second = serve(&app);
    app.contact("While the lease lasts").await;
    // Nobody waits half a minute here.
    app.sql("UPDATE webhooks SET lease_until = '2020-01-01T00:00:00+00:00'").await;
    expected.insert(json!(app.contact("Last").await));
    let ids =
        |changes: &[Value]| -> HashSet<Value> { changes.iter().map(|change| change["subjectId"].clone()).collect() };
    until("all changes", || async { ids(&receiver.changes()).is_superset(&expected) }).await;
    let changes = receiver.changes();
    let repeated = changes.len() - ids(&changes).len();
    assert!(repeated <= 100, "{repeated} of {before} were repeated");
    assert_ne!(app.the_webhook().await["cursor"], cursor);
    let log = log + &second.stop();
    for secret in [hook.secret.as_str(), "whsec_", "t0ken"] {
        assert!(!log.contains(secret), "{log}");
    }
}
