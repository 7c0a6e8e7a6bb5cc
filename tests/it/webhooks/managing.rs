//! What admins do with webhooks, by the API and on the command line.

use liaison::{domain::access, entity::role::Role};
use serde_json::{Value, json};

use super::{CREATE, WEBHOOKS, deliver, receiver::Receiver};
use crate::support::{
    NOBODY, TestApp, both_databases,
    process::{liaison, printed},
};

#[both_databases]
async fn only_admins_see_webhooks_and_secrets_are_shown_once(app: TestApp) {
    let hook = app.hook(json!({ "url": "https://example.com/hook" })).await;
    let app = app.guarded().await;
    let (admin, member) = (app.key(Role::Admin).await, app.key(Role::Member).await);
    let node = "query($id: ID!) { node(id: $id) { id ... on Webhook { url } } }";
    let found = app.ask(Some(&admin), node, json!({ "id": hook.id })).await;
    assert_eq!(found.body["data"]["node"], json!({ "id": hook.id, "url": "https://example.com/hook" }));
    assert_eq!(app.ask(Some(&member), node, json!({ "id": hook.id })).await.body["data"]["node"], Value::Null);
    assert_eq!(app.ask(Some(&member), WEBHOOKS, json!({})).await.code(), "FORBIDDEN");
    let all = app.ask_for_text(Some(&admin), WEBHOOKS, json!({})).await;
    assert!(!all.contains("whsec_"), "{all}");
}

#[both_databases]
async fn what_is_not_there_is_not_found(app: TestApp) {
    for (field, arguments) in [
        ("updateWebhook", "input: {}"),
        ("replayWebhook", "after: \"Y2hhbmdlOjA6MA\""),
        ("rotateWebhookSecret", ""),
        ("deleteWebhook", ""),
    ] {
        for id in [NOBODY, "nonsense"] {
            let mutation =
                format!("mutation {{ {field}(id: \"{id}\", {arguments}) {{ userErrors {{ code field }} }} }}");
            let errors = app.run(&mutation, json!({})).await[field]["userErrors"].clone();
            assert_eq!(errors, json!([{ "code": "NOT_FOUND", "field": ["id"] }]), "{field}");
        }
    }
}

#[both_databases]
async fn there_are_250_at_most(app: TestApp) {
    let hook = app.hook(json!({ "url": "https://example.com/" })).await;
    let (id, numbers) = if app.config.is_sqlite() {
        (
            "randomblob(16)",
            "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 249) SELECT i FROM n)",
        )
    } else {
        ("gen_random_uuid()", "generate_series(1, 249)")
    };
    let columns = "url, subject_types, is_enabled, secret, tx, position, revision, failure_count, created_at";
    app.sql(&format!(
        "INSERT INTO webhooks (id, {columns}) SELECT {id}, {columns} FROM webhooks, {numbers} AS numbers"
    ))
    .await;
    let payload = app.run(CREATE, json!({ "input": { "url": "https://example.com/" } })).await;
    assert_eq!(payload["createWebhook"]["userErrors"][0]["code"], "TOO_MANY");
    app.codes("deleteWebhook", &hook.id).await;
    app.hook(json!({ "url": "https://example.com/" })).await;
}

#[both_databases]
async fn what_admins_do_is_recorded(app: TestApp) {
    let hook = app.hook(json!({ "url": "https://example.com/t0ken?key=s3cret" })).await;
    let id = &hook.id;
    let end = app.feed_end().await;
    for mutation in [
        format!("updateWebhook(id: \"{id}\", input: {{ isEnabled: false }})"),
        format!("rotateWebhookSecret(id: \"{id}\")"),
        format!("replayWebhook(id: \"{id}\", after: \"{end}\")"),
        format!("deleteWebhook(id: \"{id}\")"),
    ] {
        let payload =
            app.run(&format!("mutation {{ payload: {mutation} {{ userErrors {{ code }} }} }}"), json!({})).await;
        assert_eq!(payload["payload"]["userErrors"], json!([]), "{mutation}");
    }
    let events = access::audit::list(app.operator().db.reads(), None, 100).await.unwrap();
    let kinds: Vec<String> = events.iter().rev().map(|event| format!("{:?}", event.kind)).collect();
    let expected = ["WebhookCreated", "WebhookUpdated", "WebhookSecretRotated", "WebhookReplayed", "WebhookDeleted"];
    assert_eq!(kinds, expected);
    for event in events {
        assert_eq!(event.subject.unwrap(), format!("{id} https://example.com"));
    }
}

#[both_databases]
async fn the_command_line_lists_tests_and_replays(app: TestApp) {
    let receiver = Receiver::start().await;
    let start = app.feed_end().await;
    let hook = app.hook(json!({ "url": receiver.url() })).await;
    app.contact("Ann").await;
    let deliverer = app.deliverer();
    deliver(&deliverer, &receiver, 1).await;
    let run = async |arguments: &[&str]| {
        let mut command = liaison(&["webhook", "--database-url", &app.config.url]);
        command.args(arguments);
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    };
    let listed = printed(&run(&[]).await);
    assert!(listed.contains(&format!("{} on {} delivered 2026-", hook.id, receiver.url())), "{listed}");
    let refused = run(&["--test", &hook.id]).await;
    assert!(!refused.status.success());
    assert!(printed(&refused).contains("the address is not public"), "{}", printed(&refused));
    let tested = run(&["--webhook-allow", "127.0.0.1", "--test", &hook.id]).await;
    assert!(tested.status.success(), "{}", printed(&tested));
    let ping = receiver.seen().pop().unwrap();
    assert_eq!(ping.body, json!({ "type": "ping" }));
    assert_eq!(ping.header("webhook-signature"), super::signature(&hook.secret, &ping));
    let replayed = run(&["--replay", &hook.id, "--after", &start]).await;
    assert!(replayed.status.success(), "{}", printed(&replayed));
    assert!(printed(&replayed).contains(&start), "{}", printed(&replayed));
    app.shared.domain.clock.advance(chrono::TimeDelta::seconds(1));
    crate::support::until("the same again", || async {
        deliverer.deliver_due().await.unwrap();
        receiver.seen().len() == 3
    })
    .await;
    assert_eq!(receiver.seen()[2].raw, receiver.seen()[0].raw);
    for wrong in [["--test", NOBODY].as_slice(), &["--replay", NOBODY, "--after", &start], &["--replay", NOBODY]] {
        assert!(!run(wrong).await.status.success());
    }
}

#[test]
fn a_wrong_key_is_named_and_not_shown() {
    let mut command = liaison(&["serve", "--dev", "--listen", "127.0.0.1:0"]);
    let output = command.env("LIAISON_SECRET_KEY", "s3cret").output().unwrap();
    let said = printed(&output);
    assert!(!output.status.success() && said.contains("LIAISON_SECRET_KEY") && !said.contains("s3cret"), "{said}");
}
