//! Secrets: rotation, and what the database holds of them.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use liaison::domain::webhooks;
use serde_json::{Value, json};

use super::{Hook, deliver, receiver::Receiver, signature};
use crate::support::{TestApp, both_databases, webhook_settings};

const KEY: &str = "vJzHcTqS1vHN7cJ0m3uWm2pTq8ZxYc5d";
const OTHER_KEY: &str = "another key of the operator, which is long enough";

/// All that the database holds, as one text in lower case.
async fn dump(app: &TestApp) -> String {
    app.whole_database().await.into_iter().collect::<Vec<_>>().join("\n").to_lowercase()
}

fn bytes(secret: &str) -> String {
    let bytes = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

async fn rotate(app: &TestApp, hook: &Hook) -> String {
    let rotate = "mutation($id: ID!) { rotateWebhookSecret(id: $id) { webhook { id } secret userErrors { code } } }";
    let payload = app.run(rotate, json!({ "id": hook.id })).await["rotateWebhookSecret"].clone();
    assert_eq!(payload["webhook"]["id"], json!(hook.id));
    payload["secret"].as_str().unwrap().to_owned()
}

#[both_databases]
async fn both_secrets_sign_for_a_day_after_rotation(app: TestApp) {
    let receiver = Receiver::start().await;
    let hook = app.hook(json!({ "url": receiver.url() })).await;
    let second = rotate(&app, &hook).await;
    assert_ne!(second, hook.secret);
    app.contact("Ann").await;
    let deliverer = app.deliverer();
    deliver(&deliverer, &receiver, 1).await;
    let delivery = &receiver.seen()[0];
    let both = format!("{} {}", signature(&second, delivery), signature(&hook.secret, delivery));
    assert_eq!(delivery.header("webhook-signature"), both);
    app.shared.domain.clock.advance(TimeDelta::hours(24));
    app.contact("Bob").await;
    deliver(&deliverer, &receiver, 2).await;
    let delivery = &receiver.seen()[1];
    assert_eq!(delivery.header("webhook-signature"), signature(&second, delivery));
    // Of three secrets the last two count.
    let third = rotate(&app, &hook).await;
    rotate(&app, &hook).await;
    app.contact("Cyd").await;
    deliver(&deliverer, &receiver, 3).await;
    let delivery = &receiver.seen()[2];
    let signatures = delivery.header("webhook-signature");
    assert!(signatures.contains(&signature(&third, delivery)) && !signatures.contains(&signature(&second, delivery)));
}

#[both_databases]
async fn a_backup_tells_no_secret_where_the_operator_has_set_a_key(app: TestApp) {
    let receiver = Receiver::start().await;
    let app = app.delivering(webhook_settings(&["127.0.0.0/8"], Some(KEY))).await;
    let hook = app.hook(json!({ "url": receiver.url() })).await;
    let second = rotate(&app, &hook).await;
    let dump = dump(&app).await;
    for secret in [&hook.secret, &second] {
        assert!(!dump.contains(&bytes(secret)) && !dump.contains(&secret.to_lowercase()));
    }
    assert!(!dump.contains("webhook_keys:"), "no key is kept beside them");
    app.contact("Ann").await;
    deliver(&app.deliverer(), &receiver, 1).await;
    let delivery = &receiver.seen()[0];
    assert!(delivery.header("webhook-signature").starts_with(&signature(&second, delivery)));
}

#[both_databases]
async fn secrets_from_before_the_key_are_encrypted_with_it(app: TestApp) {
    let receiver = Receiver::start().await;
    let hook = app.hook(json!({ "url": receiver.url() })).await;
    assert!(dump(&app).await.contains("webhook_keys:"));
    assert!(!dump(&app).await.contains(&bytes(&hook.secret)));
    let app = app.delivering(webhook_settings(&["127.0.0.0/8"], Some(KEY))).await;
    for _ in 0..2 {
        webhooks::seal_again(app.operator()).await.unwrap();
        assert!(!dump(&app).await.contains("webhook_keys:"));
    }
    app.contact("Ann").await;
    deliver(&app.deliverer(), &receiver, 1).await;
    let delivery = &receiver.seen()[0];
    assert_eq!(delivery.header("webhook-signature"), signature(&hook.secret, delivery));
}

#[both_databases]
async fn with_another_key_nothing_is_sent_and_a_new_secret_helps(app: TestApp) {
    let receiver = Receiver::start().await;
    let app = app.delivering(webhook_settings(&["127.0.0.0/8"], Some(KEY))).await;
    let hook = app.hook(json!({ "url": receiver.url() })).await;
    app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    let app = app.delivering(webhook_settings(&["127.0.0.0/8"], Some(OTHER_KEY))).await;
    let deliverer = app.deliverer();
    deliverer.deliver_due().await.unwrap();
    assert_eq!(receiver.seen().len(), 0);
    let failure = app.the_webhook().await["lastFailure"].as_str().unwrap().to_owned();
    assert!(failure.contains("LIAISON_SECRET_KEY"), "{failure}");
    let secret = rotate(&app, &hook).await;
    deliver(&deliverer, &receiver, 1).await;
    let delivery = &receiver.seen()[0];
    assert_eq!(delivery.header("webhook-signature"), signature(&secret, delivery));
    assert_eq!(app.the_webhook().await["lastFailure"], Value::Null);
}
