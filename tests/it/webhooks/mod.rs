//! Webhooks: what is delivered, to whom, how often, and what happens when it is not taken.

mod addresses;
mod failures;
mod leases;
mod managing;
mod process;
mod receiver;
mod restores;
mod secrets;
mod shapes;

use std::{sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use liaison::webhooks::Deliverer;
use ring::hmac;
use serde_json::{Value, json};

use self::receiver::{Delivery, Receiver};
use crate::support::{TestApp, both_databases, id_of, until};

const CREATE: &str = "mutation($input: WebhookInput!) { createWebhook(input: $input) {
    webhook { id cursor } secret userErrors { code field message } } }";

/// A webhook as the API shows it.
const WEBHOOKS: &str =
    "{ webhooks { id url subjectTypes isEnabled disabledReason cursor lastDeliveredAt lastFailure } }";

/// A webhook of a test.
struct Hook {
    id: String,
    secret: String,
}

impl TestApp {
    async fn hook(&self, input: Value) -> Hook {
        let payload = self.run(CREATE, json!({ "input": input })).await["createWebhook"].clone();
        assert_eq!(payload["userErrors"], json!([]), "{payload}");
        Hook { id: id_of(&payload["webhook"]), secret: payload["secret"].as_str().unwrap().to_owned() }
    }

    fn deliverer(&self) -> Deliverer {
        Deliverer::new(Arc::clone(&self.shared.engine), self.shared.domain.clone())
    }

    /// A deliverer that waits a second at most.
    fn hasty_deliverer(&self) -> Deliverer {
        let (engine, ctx) = (Arc::clone(&self.shared.engine), self.shared.domain.clone());
        Deliverer::waiting_for(engine, ctx, Duration::from_secs(1))
    }

    /// The only webhook.
    async fn the_webhook(&self) -> Value {
        self.run(WEBHOOKS, json!({})).await["webhooks"][0].clone()
    }

    async fn rename(&self, contact: &str, name: &str) {
        let update = "mutation($id: ID!, $name: String!) {
            updateContact(id: $id, input: { name: $name }) { userErrors { code } } }";
        self.run(update, json!({ "id": contact, "name": name })).await;
    }

    /// The cursor of the feed's present end.
    async fn feed_end(&self) -> String {
        let end = self.run("{ changes(first: 0) { pageInfo { endCursor } } }", json!({})).await;
        end["changes"]["pageInfo"]["endCursor"].as_str().unwrap().to_owned()
    }
}

/// Delivers until so many changes have arrived, and makes sure that there are no more. PostgreSQL's feed waits for the
/// transactions of the tests beside this one.
async fn deliver(deliverer: &Deliverer, receiver: &Receiver, changes: usize) {
    until("deliveries", || async {
        deliverer.deliver_due().await.unwrap();
        receiver.changes().len() >= changes
    })
    .await;
    deliverer.deliver_due().await.unwrap();
    assert_eq!(receiver.changes().len(), changes);
}

/// The signature that the specification asks for, computed without Liaison's code.
fn signature(secret: &str, delivery: &Delivery) -> String {
    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let head = format!("{}.{}.", delivery.header("webhook-id"), delivery.header("webhook-timestamp"));
    let signed = [head.as_bytes(), &delivery.raw].concat();
    format!("v1,{}", BASE64_STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), &signed)))
}

#[both_databases]
async fn changes_arrive_signed_and_in_order(app: TestApp) {
    let receiver = Receiver::start().await;
    app.contact("Before").await;
    app.feed(json!({}), 1).await;
    let hook = app.hook(json!({ "url": receiver.url() })).await;
    let ann = app.contact("Ann").await;
    app.rename(&ann, "Anna").await;
    app.codes("trashContact", &ann).await;
    app.company("Acme").await;
    let deliverer = app.deliverer();
    deliver(&deliverer, &receiver, 4).await;
    let changes = receiver.changes();
    let kinds: Vec<&str> = changes.iter().map(|change| change["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["CREATED", "UPDATED", "TRASHED", "CREATED"]);
    assert_eq!(changes[1]["fields"], json!([{ "field": "name", "before": "Ann", "after": "Anna" }]));
    let seen = receiver.seen();
    for delivery in &seen {
        assert_eq!(delivery.header("content-type"), "application/json");
        assert!(delivery.header("user-agent").starts_with("Liaison/"));
        assert_eq!(delivery.header("webhook-signature"), signature(&hook.secret, delivery));
        assert_eq!(delivery.header("webhook-id"), delivery.body["cursor"]);
        let trace = delivery.header("traceparent");
        assert!(trace.len() == 55 && trace.starts_with("00-") && trace.ends_with("-00"), "{trace}");
        assert_eq!(delivery.body["type"], "changes");
    }
    let webhook = app.the_webhook().await;
    assert_eq!(webhook["cursor"], seen.last().unwrap().body["cursor"]);
    assert_ne!(webhook["lastDeliveredAt"], Value::Null);
}

#[both_databases]
async fn a_delivery_costs_a_few_statements(app: TestApp) {
    let receiver = Receiver::start().await;
    app.hook(json!({ "url": receiver.url() })).await;
    for number in 0..100 {
        app.contact(&format!("{number}")).await;
    }
    app.feed(json!({ "first": 200 }), 100).await;
    let before = app.shared.domain.db.statement_count();
    app.deliverer().deliver_due().await.unwrap();
    // The lease and the key; the page and whether its place is still kept, twice; the webhook once more; the cursor.
    assert_eq!(app.shared.domain.db.statement_count() - before, 8);
    assert_eq!((receiver.seen().len(), receiver.changes().len()), (1, 100));
}
