//! Addresses that deliveries do not go to.

use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{CREATE, deliver, receiver::Receiver};
use crate::support::{TestApp, both_databases, webhook_settings};

#[both_databases]
async fn urls_that_no_delivery_could_reach_are_refused(app: TestApp) {
    let app = app.delivering(webhook_settings(&[], None)).await;
    let refused = async |url: &str| {
        let payload = app.run(CREATE, json!({ "input": { "url": url } })).await["createWebhook"].clone();
        assert_eq!((&payload["webhook"], &payload["secret"]), (&Value::Null, &Value::Null), "{url}");
        let error = payload["userErrors"][0].clone();
        assert_eq!(error["field"], json!(["input", "url"]), "{error}");
        error["code"].as_str().unwrap().to_owned()
    };
    for url in ["https://127.0.0.1/", "https://[::ffff:10.0.0.1]/", "https://localhost/", "http://example.com/", "x"] {
        assert_eq!(refused(url).await, "INVALID", "{url}");
    }
    assert_eq!(refused(" ").await, "BLANK");
    assert_eq!(refused(&format!("https://example.com/{}", "x".repeat(2048))).await, "TOO_LONG");
    let without = app.run(CREATE, json!({ "input": {} })).await["createWebhook"]["userErrors"][0]["code"].clone();
    assert_eq!(without, "BLANK");
    let hook = app.hook(json!({ "url": "https://example.com/hook" })).await;
    let update = "mutation($id: ID!) { updateWebhook(id: $id, input: { url: \"https://10.0.0.1/\" }) {
        webhook { url } userErrors { code } } }";
    let updated = app.run(update, json!({ "id": hook.id })).await["updateWebhook"].clone();
    assert_eq!(updated, json!({ "webhook": null, "userErrors": [{ "code": "INVALID" }] }));
    assert_eq!(app.the_webhook().await["url"], "https://example.com/hook");
}

/// A name may lead to another address later, so the address is checked at each connection. These URLs are written past the
/// check of URLs.
#[both_databases]
async fn the_address_that_is_connected_to_is_checked(app: TestApp) {
    let app = app.delivering(webhook_settings(&[], None)).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    app.hook(json!({ "url": "https://example.com/" })).await;
    app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    let deliverer = app.deliverer();
    for host in [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
    ] {
        for scheme in ["https", "http"] {
            let url = format!("{scheme}://{host}:{port}/");
            app.sql(&format!("UPDATE webhooks SET url = '{url}', next_attempt_at = NULL, last_failure = NULL")).await;
            deliverer.deliver_due().await.unwrap();
            let failure = app.the_webhook().await["lastFailure"].as_str().unwrap().to_owned();
            let is_no_name = scheme == "https" && failure.contains("invalid dns name");
            assert!(is_no_name || failure.contains("the address is not public"), "{url}: {failure}");
        }
    }
    let nobody = tokio::time::timeout(std::time::Duration::ZERO, listener.accept()).await;
    assert!(nobody.is_err(), "somebody has connected");
}

#[both_databases]
async fn networks_that_the_operator_names_are_reached_by_name_and_as_mapped_addresses(app: TestApp) {
    let receiver = Receiver::start().await;
    let port = receiver.address.port();
    for (number, host) in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"].into_iter().enumerate() {
        let hook = app.hook(json!({ "url": format!("http://{host}:{port}/hook") })).await;
        app.contact("Ann").await;
        deliver(&app.deliverer(), &receiver, number + 1).await;
        let delete = "mutation($id: ID!) { deleteWebhook(id: $id) { deletedWebhookId userErrors { code } } }";
        let deleted = app.run(delete, json!({ "id": hook.id })).await["deleteWebhook"].clone();
        assert_eq!(deleted, json!({ "deletedWebhookId": hook.id, "userErrors": [] }));
    }
}

#[both_databases]
async fn without_tls_only_named_networks_are_reached(app: TestApp) {
    let app = app.delivering(webhook_settings(&["10.99.0.0/16"], None)).await;
    app.hook(json!({ "url": "http://example.com/" })).await;
    app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    // A public address, so that no look-up is needed.
    app.sql("UPDATE webhooks SET url = 'http://1.1.1.1/'").await;
    app.deliverer().deliver_due().await.unwrap();
    let failure = app.the_webhook().await["lastFailure"].as_str().unwrap().to_owned();
    assert!(failure.contains("not allowed without TLS"), "{failure}");
}
