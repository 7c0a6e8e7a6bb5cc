//! Deliveries that are not taken.

use chrono::TimeDelta;
use liaison::{
    config::AccessArgs,
    domain::{access, changes},
    entity::{audit_event::AuditKind, role::Role},
    mail::{self, Mailer},
    webhooks::Deliverer,
};
use serde_json::{Value, json};

use super::{
    deliver,
    receiver::{Manner, Receiver},
};
use crate::support::{TestApp, access_args, both_databases, until};

impl TestApp {
    fn advance(&self, time: TimeDelta) {
        self.shared.domain.clock.advance(time);
    }

    /// Tries all webhooks that are due; returns how many were tried.
    async fn tries(&self, deliverer: &Deliverer, receiver: &Receiver) -> usize {
        let before = receiver.seen().len();
        deliverer.deliver_due().await.unwrap();
        receiver.seen().len() - before
    }
}

/// A webhook, one change that is in the feed, and a receiver that answers so.
async fn with_change(app: &TestApp, manners: impl IntoIterator<Item = Manner>) -> Receiver {
    let receiver = Receiver::start().await;
    receiver.answer(manners);
    app.hook(json!({ "url": receiver.url() })).await;
    app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    receiver
}

#[both_databases]
async fn a_delivery_is_repeated_later_and_later_until_it_is_taken(app: TestApp) {
    let receiver = with_change(&app, [500, 503, 404, 304, 400].map(Manner::Status)).await;
    let deliverer = app.deliverer();
    for seconds in [5, 10, 20, 40, 80] {
        assert_eq!(app.tries(&deliverer, &receiver).await, 1);
        assert!(app.the_webhook().await["lastFailure"].as_str().unwrap().starts_with("It answered "));
        // Not a moment earlier; the jitter adds a half at most.
        app.advance(TimeDelta::milliseconds(seconds * 1000 - 200));
        assert_eq!(app.tries(&deliverer, &receiver).await, 0);
        app.advance(TimeDelta::milliseconds(seconds * 500 + 200));
    }
    app.contact("Bob").await;
    app.feed(json!({}), 2).await;
    deliver(&deliverer, &receiver, 7).await;
    let seen = receiver.seen();
    assert!(seen[..5].iter().all(|delivery| delivery.raw == seen[0].raw), "each attempt is the same");
    assert_eq!(seen[0].header("webhook-id"), seen[4].header("webhook-id"));
    assert_eq!(app.the_webhook().await["lastFailure"], Value::Null);
    // The next failure begins with the first delay again.
    receiver.answer([Manner::Status(500)]);
    app.contact("Cyd").await;
    app.feed(json!({}), 3).await;
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
    app.advance(TimeDelta::milliseconds(7_500));
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
}

#[both_databases]
async fn an_endpoint_says_when_to_come_back(app: TestApp) {
    let receiver = with_change(&app, [Manner::RetryAfter(429, 3_600)]).await;
    let deliverer = app.deliverer();
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
    app.advance(TimeDelta::minutes(59));
    assert_eq!(app.tries(&deliverer, &receiver).await, 0);
    app.advance(TimeDelta::minutes(1));
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
}

#[both_databases]
async fn what_an_admin_writes_is_tried_at_once(app: TestApp) {
    let receiver = with_change(&app, [Manner::Status(500)]).await;
    let deliverer = app.deliverer();
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
    let hook = app.the_webhook().await["id"].clone();
    let update = "mutation($id: ID!) { updateWebhook(id: $id, input: {}) { userErrors { code } } }";
    app.run(update, json!({ "id": hook })).await;
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
}

#[both_databases]
async fn redirects_are_not_followed(app: TestApp) {
    let other = Receiver::start().await;
    let receiver = with_change(&app, [Manner::Redirect(other.url())]).await;
    app.deliverer().deliver_due().await.unwrap();
    assert_eq!((receiver.seen().len(), other.seen().len()), (1, 0));
    let failure = app.the_webhook().await["lastFailure"].clone();
    assert_eq!(failure, "It answered 302 Found; redirects are not followed.");
}

#[both_databases]
async fn long_answers_count_by_their_status(app: TestApp) {
    let receiver = with_change(&app, [Manner::Long(500, 1 << 20), Manner::Long(200, 1 << 20)]).await;
    let deliverer = app.deliverer();
    deliverer.deliver_due().await.unwrap();
    assert_eq!(app.the_webhook().await["lastFailure"], "It answered 500 Internal Server Error.");
    app.advance(TimeDelta::seconds(8));
    deliverer.deliver_due().await.unwrap();
    let webhook = app.the_webhook().await;
    assert_eq!(webhook["lastFailure"], Value::Null);
    assert_eq!(webhook["cursor"], receiver.seen()[1].body["cursor"]);
}

#[both_databases]
async fn an_endpoint_that_never_answers_is_left(app: TestApp) {
    let receiver = with_change(&app, [Manner::Hang]).await;
    app.hasty_deliverer().deliver_due().await.unwrap();
    assert_eq!(app.the_webhook().await["lastFailure"], "There was no answer within 1s.");
    assert_eq!(receiver.seen().len(), 1);
}

#[both_databases]
async fn an_endpoint_that_is_not_there_is_tried_again(app: TestApp) {
    let receiver = with_change(&app, []).await;
    drop(receiver);
    app.deliverer().deliver_due().await.unwrap();
    let failure = app.the_webhook().await["lastFailure"].as_str().unwrap().to_owned();
    assert!(failure.starts_with("The connection failed: Connection refused"), "{failure}");
}

/// The receiver is no TLS server, and an own certificate would be refused as well.
#[both_databases]
async fn tls_must_be_right(app: TestApp) {
    let receiver = Receiver::start().await;
    app.hook(json!({ "url": receiver.url().replace("http://", "https://") })).await;
    app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    app.deliverer().deliver_due().await.unwrap();
    let failure = app.the_webhook().await["lastFailure"].as_str().unwrap().to_owned();
    assert!(failure.starts_with("The connection failed: "), "{failure}");
    assert_eq!(receiver.seen().len(), 0);
}

/// Other endpoints get everything while ten never answer.
#[both_databases]
async fn slow_endpoints_delay_no_others(app: TestApp) {
    let (slow, quick) = (Receiver::start().await, Receiver::start().await);
    slow.answer(vec![Manner::Hang; 10]);
    for number in 0..100 {
        let receiver = if number % 10 == 0 { &slow } else { &quick };
        app.hook(json!({ "url": format!("{}/{number}", receiver.url()) })).await;
    }
    let ids: Vec<String> = futures_util::future::join_all((0..3).map(|_| app.contact("Ann"))).await;
    app.feed(json!({}), 3).await;
    let deliverer = app.deliverer();
    let delivering = tokio::spawn(async move { deliverer.deliver_due().await.unwrap() });
    until("deliveries to the quick ones", || async { quick.changes().len() == 90 * ids.len() }).await;
    until("attempts at the slow ones", || async { slow.seen().len() == 10 }).await;
    assert!(!delivering.is_finished(), "the slow ones have not been given up yet");
    delivering.abort();
}

fn mails(folder: &tempfile::TempDir) -> Vec<String> {
    let files = std::fs::read_dir(folder.path().join("mail")).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

/// Sends what waits in the outbox; returns all mails.
async fn mails_sent(app: &TestApp, folder: &tempfile::TempDir) -> Vec<String> {
    let settings = AccessArgs { mail_dir: folder.path().join("mail"), ..access_args() };
    let mailer = Mailer::open(&settings, "https://contacts.example.com".parse().unwrap()).unwrap();
    mail::deliver_due(app.operator(), &mailer).await.unwrap();
    mails(folder)
}

#[both_databases]
async fn an_endpoint_that_is_gone_is_switched_off_and_admins_know_why(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.user("ada@example.com", Role::Admin).await;
    app.user("bob@example.com", Role::Member).await;
    let receiver = with_change(&app, [Manner::Status(410)]).await;
    app.sql("UPDATE webhooks SET url = url || '/t0ken?key=s3cret'").await;
    let deliverer = app.deliverer();
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
    let webhook = app.the_webhook().await;
    assert_eq!((&webhook["isEnabled"], &webhook["disabledReason"]), (&json!(false), &json!("It answered 410 Gone.")));
    app.advance(TimeDelta::days(1));
    assert_eq!(app.tries(&deliverer, &receiver).await, 0);
    let mails = mails_sent(&app, &folder).await;
    assert_eq!(mails.len(), 1);
    let site = format!("http://{} ({})", receiver.address, webhook["id"].as_str().unwrap());
    for line in [
        "To: ada@example.com",
        "Subject: A webhook of Liaison at contacts.example.com was switched off",
        &site,
        "410 Gone",
    ] {
        assert!(mails[0].contains(line), "{line}: {}", mails[0]);
    }
    assert!(!mails[0].contains("s3cret") && !mails[0].contains("t0ken"), "{}", mails[0]);
    let events = access::audit::list(app.operator().db.reads(), None, 100).await.unwrap();
    let off = events.iter().find(|event| event.kind == AuditKind::WebhookSwitchedOff).unwrap();
    assert!(!off.subject.as_ref().unwrap().contains("s3cret"));
    // Switched on again it goes on where it stopped.
    let on = "mutation($id: ID!) { updateWebhook(id: $id, input: { isEnabled: true }) {
        webhook { isEnabled disabledReason } userErrors { code } } }";
    let on = app.run(on, json!({ "id": webhook["id"] })).await["updateWebhook"]["webhook"].clone();
    assert_eq!(on, json!({ "isEnabled": true, "disabledReason": null }));
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
    assert_eq!(receiver.seen()[0].raw, receiver.seen()[1].raw);
}

#[both_databases]
async fn after_five_days_of_failures_a_webhook_is_switched_off(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.user("ada@example.com", Role::Admin).await;
    let receiver = with_change(&app, vec![Manner::Status(500); 1000]).await;
    let deliverer = app.deliverer();
    let mut hours = 0;
    while app.the_webhook().await["isEnabled"] == true {
        assert!(hours <= 5 * 24 + 6, "it is still on");
        deliverer.deliver_due().await.unwrap();
        app.advance(TimeDelta::hours(1));
        hours += 1;
    }
    assert!(hours >= 5 * 24, "only {hours} hours");
    assert!((20..60).contains(&receiver.seen().len()), "{}", receiver.seen().len());
    let webhook = app.the_webhook().await;
    let reason = "It has failed for five days. The last time: It answered 500 Internal Server Error.";
    assert_eq!(webhook["disabledReason"], reason);
    assert_eq!(mails_sent(&app, &folder).await.len(), 1);
}

#[both_databases]
async fn values_that_are_erased_before_an_attempt_are_not_sent(app: TestApp) {
    let receiver = Receiver::start().await;
    receiver.answer([Manner::Status(500)]);
    let ann = app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    app.hook(json!({ "url": receiver.url() })).await;
    app.rename(&ann, "Secretive").await;
    app.feed(json!({}), 2).await;
    let deliverer = app.deliverer();
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
    app.codes("deleteContact", &ann).await;
    app.advance(TimeDelta::seconds(8));
    deliver(&deliverer, &receiver, 3).await;
    assert_eq!(receiver.changes()[1]["fields"], json!([]));
}

#[both_databases]
async fn a_webhook_whose_changes_are_gone_is_switched_off(app: TestApp) {
    let receiver = with_change(&app, [Manner::Status(500)]).await;
    let deliverer = app.deliverer();
    assert_eq!(app.tries(&deliverer, &receiver).await, 1);
    app.sql("UPDATE changes SET at = '2020-01-01T00:00:00+00:00'").await;
    let domain = &app.shared.domain;
    until("a change that may be removed", || async {
        changes::prune(&domain.db, &domain.clock, 30).await.unwrap() > 0
    })
    .await;
    app.advance(TimeDelta::seconds(8));
    assert_eq!(app.tries(&deliverer, &receiver).await, 0);
    let webhook = app.the_webhook().await;
    assert_eq!(webhook["isEnabled"], false);
    assert!(webhook["disabledReason"].as_str().unwrap().contains("no longer all kept"), "{webhook}");
}
