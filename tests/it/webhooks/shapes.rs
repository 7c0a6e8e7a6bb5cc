//! Bodies: the shape of changes, how many there are, and how large they may be.

use serde_json::{Value, json};

use super::{deliver, receiver::Receiver};
use crate::support::{Listening, TestApp, both_databases, socket::Client};

/// A subscription with the fields of a delivery.
const SUBSCRIPTION: &str = "subscription($after: String) { changes(after: $after) { cursor node {
    type subjectType subjectId contactId batchId at actorType actor { id } fields { field before after } } } }";

#[both_databases]
async fn a_change_is_what_a_subscriber_is_told(app: TestApp) {
    let receiver = Receiver::start().await;
    app.hook(json!({ "url": receiver.url() })).await;
    let start = app.feed_end().await;
    let (ann, acme) = (app.contact("Ann").await, app.company("Acme").await);
    app.rename(&ann, "Änne \"quoted\" \u{2028} 🙂").await;
    let metadata = json!({ "b": [1, 2.5, null], "a": { "z": true, "y": 1e30 } });
    let update = "mutation($id: ID!, $metadata: JSON) {
        updateContact(id: $id, input: { metadata: $metadata }) { userErrors { code } } }";
    app.run(update, json!({ "id": ann, "metadata": metadata })).await;
    app.membership(&ann, &acme).await;
    app.connect(&ann, "ann@example.com").await;
    let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: {}) { userErrors { code } } }";
    app.run(log, json!({ "id": ann })).await;
    let trash = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) { userErrors { code } } }";
    app.run(trash, json!({ "ids": [ann] })).await;
    app.codes("restoreContact", &ann).await;
    app.codes("deleteContact", &ann).await;
    let changes = app.feed(json!({ "first": 200 }), 12).await.len();
    let server = Listening::start(app).await;
    deliver(&server.app.deliverer(), &receiver, changes).await;
    let mut client = Client::anyone(&server).await;
    let payload = json!({ "query": SUBSCRIPTION, "variables": { "after": start } });
    client.say(json!({ "id": "a", "type": "subscribe", "payload": payload })).await;
    for delivered in receiver.changes() {
        let told = client.hear().await["payload"]["data"]["changes"]["node"].clone();
        // The same text, not only the same values.
        assert_eq!(delivered.to_string(), told.to_string());
    }
}

#[both_databases]
async fn users_and_batches_are_named(app: TestApp) {
    let receiver = Receiver::start().await;
    app.hook(json!({ "url": receiver.url() })).await;
    let ids = [app.contact("Ann").await, app.contact("Bob").await];
    let app = app.guarded().await;
    let token = app.user("mia@example.com", liaison::entity::role::Role::Member).await;
    let trash = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) { batch { id } userErrors { code } } }";
    let reply = app.ask(Some(&token), trash, json!({ "ids": ids })).await;
    let batch = &reply.body["data"]["trashContacts"]["batch"]["id"];
    let viewer = app.ask(Some(&token), "{ viewer { user { id } } }", json!({})).await;
    let user = &viewer.body["data"]["viewer"]["user"]["id"];
    deliver(&app.deliverer(), &receiver, 4).await;
    for change in &receiver.changes()[2..] {
        assert_eq!((&change["batchId"], &change["actorType"]), (batch, &json!("USER")));
        assert_eq!(&change["actor"]["id"], user);
    }
}

#[both_databases]
async fn only_wanted_types_arrive(app: TestApp) {
    let receiver = Receiver::start().await;
    let types = json!(["COMPANY", "MEMBERSHIP", "COMPANY"]);
    let hook = app.hook(json!({ "url": receiver.url(), "subjectTypes": types })).await;
    assert_eq!(app.the_webhook().await["subjectTypes"], json!(["COMPANY", "MEMBERSHIP"]));
    let (ann, acme) = (app.contact("Ann").await, app.company("Acme").await);
    app.membership(&ann, &acme).await;
    let deliverer = app.deliverer();
    deliver(&deliverer, &receiver, 2).await;
    let update = "mutation($id: ID!) { updateWebhook(id: $id, input: { subjectTypes: [] }) { userErrors { code } } }";
    app.run(update, json!({ "id": hook.id })).await;
    assert_eq!(app.the_webhook().await["subjectTypes"], json!([]));
    app.contact("Bob").await;
    deliver(&deliverer, &receiver, 3).await;
}

#[both_databases]
async fn a_body_has_a_hundred_changes_at_most(app: TestApp) {
    let receiver = Receiver::start().await;
    app.hook(json!({ "url": receiver.url() })).await;
    for number in 0..250 {
        app.contact(&format!("{number}")).await;
    }
    let ids: Vec<Value> = {
        let mut edges = app.feed(json!({ "first": 200 }), 200).await;
        let rest = json!({ "first": 200, "after": edges[199]["cursor"] });
        edges.extend(app.feed(rest, 50).await);
        edges.iter().map(|edge| edge["node"]["subjectId"].clone()).collect()
    };
    app.deliverer().deliver_due().await.unwrap();
    let sizes: Vec<usize> = receiver.seen().iter().map(|delivery| delivery.changes().len()).collect();
    assert_eq!(sizes, [100, 100, 50]);
    let delivered: Vec<Value> = receiver.changes().iter().map(|change| change["subjectId"].clone()).collect();
    assert_eq!(delivered, ids);
}

#[both_databases]
async fn a_body_has_256_kib_at_most(app: TestApp) {
    let receiver = Receiver::start().await;
    let ann = app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    app.hook(json!({ "url": receiver.url() })).await;
    let update = "mutation($id: ID!, $metadata: JSON) {
        updateContact(id: $id, input: { metadata: $metadata }) { userErrors { code message } } }";
    for letter in ["a", "b", "c", "d", "e"] {
        let metadata = json!({ "text": letter.repeat(60_000) });
        let payload = app.run(update, json!({ "id": ann, "metadata": metadata })).await;
        assert_eq!(payload["updateContact"]["userErrors"], json!([]));
    }
    app.feed(json!({}), 6).await;
    app.deliverer().deliver_due().await.unwrap();
    // A change has the values before and after, so all but the first have 120,000 letters.
    let sizes: Vec<(usize, usize)> =
        receiver.seen().iter().map(|delivery| (delivery.changes().len(), delivery.raw.len() / 60_000)).collect();
    assert_eq!(sizes, [(2, 3), (2, 4), (1, 2)]);
}

/// No change that Liaison records now is as large. It must not stop those after it all the same.
#[both_databases]
async fn a_change_that_is_too_large_goes_without_its_values(app: TestApp) {
    let receiver = Receiver::start().await;
    let ann = app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    app.hook(json!({ "url": receiver.url() })).await;
    for name in ["1", "2", "3"] {
        app.rename(&ann, name).await;
    }
    let large = json!({ "name": ["1", "2"], "notes": [null, "x".repeat(300_000)] });
    app.sql(&format!("UPDATE changes SET fields = '{large}' WHERE position = 3")).await;
    app.feed(json!({}), 4).await;
    app.deliverer().deliver_due().await.unwrap();
    let changes = receiver.changes();
    let without = |field| json!({ "field": field, "before": null, "after": null });
    assert_eq!(changes[1]["fields"], json!([without("name"), without("notes")]));
    assert_eq!((&changes[1]["type"], &changes[1]["subjectId"]), (&json!("UPDATED"), &json!(ann)));
    assert_eq!(changes[2]["fields"][0]["after"], "3");
}

/// Subscribers do not see them either.
#[both_databases]
async fn rows_that_cannot_be_read_hold_up_nothing(app: TestApp) {
    let receiver = Receiver::start().await;
    app.hook(json!({ "url": receiver.url() })).await;
    for number in 0..230 {
        app.contact(&format!("{number}")).await;
    }
    app.feed(json!({ "first": 200 }), 200).await;
    // PostgreSQL's types let in no row without sense, but one of a kind that a later program has recorded.
    let without_sense = if app.config.is_sqlite() { "subject_id = 'no id'" } else { "kind = 'unheard_of'" };
    app.sql(&format!("UPDATE changes SET {without_sense} WHERE position <= 120")).await;
    deliver(&app.deliverer(), &receiver, 110).await;
}

#[both_databases]
async fn what_is_replayed_is_what_the_feed_has_now(app: TestApp) {
    let receiver = Receiver::start().await;
    let start = app.feed_end().await;
    let hook = app.hook(json!({ "url": receiver.url() })).await;
    let ann = app.contact("Ann").await;
    app.rename(&ann, "Secretive").await;
    app.contact("Bob").await;
    let deliverer = app.deliverer();
    deliver(&deliverer, &receiver, 3).await;
    assert!(receiver.changes()[1].to_string().contains("Secretive"));
    app.codes("deleteContact", &ann).await;
    deliver(&deliverer, &receiver, 4).await;
    let first = receiver.seen()[0].body["changes"][0]["subjectId"].clone();
    assert_eq!(first, ann);
    let replay = "mutation($id: ID!, $after: String!) { replayWebhook(id: $id, after: $after) {
        webhook { cursor } userErrors { code } } }";
    let replayed = app.run(replay, json!({ "id": hook.id, "after": start })).await;
    assert_eq!(replayed["replayWebhook"], json!({ "webhook": { "cursor": start }, "userErrors": [] }));
    deliver(&deliverer, &receiver, 8).await;
    let again = &receiver.changes()[4..];
    let kinds: Vec<&Value> = again.iter().map(|change| &change["type"]).collect();
    assert_eq!(kinds, ["CREATED", "UPDATED", "CREATED", "DELETED"]);
    assert!(again.iter().all(|change| !change.to_string().contains("Secretive")), "{again:#?}");
    // From the middle on.
    let cursor = receiver.seen().last().unwrap().body["cursor"].clone();
    app.contact("Cyd").await;
    deliver(&deliverer, &receiver, 9).await;
    app.run(replay, json!({ "id": hook.id, "after": cursor })).await;
    deliver(&deliverer, &receiver, 10).await;
    for (after, code) in [("nonsense", "BAD_USER_INPUT"), ("Y2hhbmdlOjk5OTk5OTk5OTk5OTo5", "BAD_USER_INPUT")] {
        assert_eq!(app.error_code(replay, json!({ "id": hook.id, "after": after })).await, code);
    }
}
