//! `/graphql` as a WebSocket that speaks `graphql-transport-ws`.

use futures_util::SinkExt;
use liaison::{config::Limits, entity::role::Role};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use crate::support::{Listening, TestApp, both_databases, socket::Client};

const CHANGES: &str = "subscription { changes { cursor } }";

#[both_databases]
async fn queries_and_mutations_are_answered(app: TestApp) {
    let server = Listening::start(app.guarded().await).await;
    let key = server.app.key(Role::Member).await;
    let mut client = Client::signed_in(&server, &key).await;
    client.subscribe("a", "mutation { createContact(input: { name: \"Ann\" }) { contact { name } } }").await;
    let data = json!({ "data": { "createContact": { "contact": { "name": "Ann" } } } });
    assert_eq!(client.hear().await, json!({ "id": "a", "type": "next", "payload": data }));
    assert_eq!(client.hear().await, json!({ "id": "a", "type": "complete" }));
    // The same id again, and a document that is known by then.
    for _ in 0..3 {
        client.subscribe("a", "{ contacts { nodes { name } } }").await;
        let data = json!({ "data": { "contacts": { "nodes": [{ "name": "Ann" }] } } });
        assert_eq!(client.hear().await, json!({ "id": "a", "type": "next", "payload": data }));
        assert_eq!(client.hear().await, json!({ "id": "a", "type": "complete" }));
    }
    client.subscribe("b\"\\", "{ nonsense }").await;
    let refused = client.hear().await;
    assert_eq!((&refused["id"], &refused["type"]), (&json!("b\"\\"), &json!("error")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    client.subscribe("c", "mutation { deleteContact(id: \"x\") { deletedContactId } }").await;
    assert_eq!(client.hear().await["payload"][0]["extensions"]["code"], "FORBIDDEN");
    client.say(json!({ "type": "ping" })).await;
    assert_eq!(client.hear().await, json!({ "type": "pong" }));
    client.say(json!({ "id": "unknown", "type": "complete" })).await;
    client.say(json!({ "id": "d", "type": "subscribe", "payload": { "query": 1 } })).await;
    assert_eq!(client.hear().await["payload"][0]["extensions"]["code"], "BAD_USER_INPUT");
}

#[both_databases]
async fn nobody_comes_in_without_a_login(app: TestApp) {
    let server = Listening::start(app.guarded().await).await;
    let nonsense = json!({ "Authorization": "Bearer nonsense" });
    for payload in [json!(null), json!({}), nonsense, json!({ "authorization": 1 })] {
        let mut client = Client::open(&server, &[]).await.unwrap();
        client.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(client.hear().await, 4403, "{payload}");
    }
    let mut early = Client::open(&server, &[]).await.unwrap();
    early.subscribe("a", "{ viewer { role } }").await;
    assert_eq!(early.hear().await, 4401);
}

#[both_databases]
async fn a_session_brings_its_cookie_and_ends_its_connections(app: TestApp) {
    let server = Listening::start(app.guarded().await).await;
    let token = server.app.user("ada@example.com", Role::Viewer).await;
    let cookie = format!("__Host-liaison={token}");
    // The tests' public URL is https, so that a page without encryption is none of its own.
    let (host, in_clear) = (format!("https://{}", server.address), format!("http://{}", server.address));
    for foreign in ["https://evil.example", &in_clear] {
        assert_eq!(Client::open(&server, &[("cookie", &cookie), ("origin", foreign)]).await.err(), Some(403));
    }
    // A proxy may have put its own `Host` in place of the public one.
    let public = "https://contacts.example.com";
    assert!(Client::open(&server, &[("cookie", &cookie), ("origin", public)]).await.is_ok());
    let mut client = Client::open(&server, &[("cookie", &cookie), ("origin", &host)]).await.unwrap();
    client.say(json!({ "type": "connection_init" })).await;
    assert_eq!(client.hear().await, json!({ "type": "connection_ack" }));
    client.subscribe("a", "{ viewer { user { email } } }").await;
    assert_eq!(client.hear().await["payload"]["data"]["viewer"]["user"]["email"], "ada@example.com");
    assert_eq!(client.hear().await["type"], "complete");
    let mut idle = Client::signed_in(&server, &token).await;
    server.app.ask(Some(&token), "mutation { signOut }", json!({})).await;
    client.subscribe("b", "{ viewer { role } }").await;
    assert_eq!(client.hear().await, 4403);
    assert_eq!(idle.hear().await, 4403, "without another message, too");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_the_protocol_ends_the_connection() {
    let server = Listening::start(TestApp::on_sqlite().await).await;
    for (message, code) in [
        (Message::text("nonsense"), 4400),
        (Message::text("{}"), 4400),
        (Message::text(r#"{"type":"subscribe","payload":{}}"#), 4400),
        (Message::text(r#"{"type":"connection_init","payload":1}"#), 4400),
        (Message::binary(b"{}".to_vec()), 4400),
    ] {
        let mut client = Client::open(&server, &[]).await.unwrap();
        client.0.send(message.clone()).await.unwrap();
        assert_eq!(client.hear().await, code, "{message}");
    }
    let mut twice = Client::open(&server, &[]).await.unwrap();
    twice.say(json!({ "type": "connection_init" })).await;
    assert_eq!(twice.hear().await["type"], "connection_ack", "with --dev nobody needs to sign in");
    twice.say(json!({ "type": "connection_init" })).await;
    assert_eq!(twice.hear().await, 4429);
    let unknown = Client::open(&server, &[("sec-websocket-protocol", "mqtt")]).await;
    assert_eq!(unknown.err(), Some(400));
    let mut silent = Client::open(&server, &[]).await.unwrap();
    assert_eq!(silent.hear().await, 4408);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_of_the_legacy_protocol_are_told_that_it_is_one() {
    let server = Listening::start(TestApp::on_sqlite().await).await;
    for message in [
        json!({ "type": "start", "id": "1", "payload": { "query": CHANGES } }),
        json!({ "type": "stop", "id": "1" }),
        json!({ "type": "connection_terminate" }),
    ] {
        // As Python's gql does: it offers both protocols, and takes the wrong one.
        let offered = [("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")];
        let mut client = Client::open(&server, &offered).await.unwrap();
        client.say(json!({ "type": "connection_init", "payload": {} })).await;
        assert_eq!(client.hear().await, json!({ "type": "connection_ack" }));
        client.say(message.clone()).await;
        let (code, reason) = client.end().await;
        assert!(code == 4400 && reason.contains("legacy") && reason.contains("graphql-transport-ws"), "{message}");
    }
    let mut client = Client::open(&server, &[("sec-websocket-protocol", "graphql-ws")]).await.unwrap();
    let (code, reason) = client.end().await;
    assert!(code == 4400 && reason.contains("legacy"), "{reason}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_are_limited_and_end_with_the_server() {
    let server = Listening::start(TestApp::on_sqlite().await).await;
    let mut clients = Vec::new();
    // As many as the tests' settings allow.
    for _ in 0..10 {
        let mut client = Client::open(&server, &[]).await.unwrap();
        client.say(json!({ "type": "connection_init" })).await;
        assert_eq!(client.hear().await["type"], "connection_ack");
        clients.push(client);
    }
    assert_eq!(Client::open(&server, &[]).await.err(), Some(503));
    drop(clients.pop());
    let (stopped, codes) = tokio::join!(server.stop(), async {
        let mut codes = Vec::new();
        for client in &mut clients {
            codes.push(client.hear().await);
        }
        codes
    });
    assert_eq!((stopped, codes), ((), vec![json!(1012); 9]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_and_their_ids_are_limited() {
    let server = Listening::start(TestApp::on_sqlite().await).await;
    let mut client = Client::anyone(&server).await;
    let longest = "x".repeat(128);
    client.subscribe(&longest, "{ __typename }").await;
    assert_eq!(client.hear().await["id"], json!(longest));
    assert_eq!(client.hear().await["type"], "complete");
    client.subscribe(&"x".repeat(129), "{ __typename }").await;
    assert_eq!(client.hear().await, 4400);
    let mut client = Client::anyone(&server).await;
    for number in 0..100 {
        client.subscribe(&number.to_string(), CHANGES).await;
    }
    client.subscribe("99", CHANGES).await;
    assert_eq!(client.hear().await, 4409);
    let mut client = Client::anyone(&server).await;
    for number in 0..101 {
        client.subscribe(&number.to_string(), CHANGES).await;
    }
    assert_eq!(client.hear().await, 4429);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_of_a_caller_are_limited_in_size_and_number() {
    let app = TestApp::on_sqlite_with(Limits { subscriptions_max: 3, ..Limits::default() }).await;
    app.contact("Ann").await;
    app.contact("Ben").await;
    // Each is told of Ben at once, which is how to know that it stands.
    let changes =
        format!("subscription {{ changes(after: {}) {{ cursor }} }}", app.feed(json!({}), 2).await[0]["cursor"]);
    let server = Listening::start(app.guarded().await).await;
    let (key, other) = (server.app.key(Role::Viewer).await, server.app.key(Role::Viewer).await);
    let mut client = Client::signed_in(&server, &key).await;
    let too_large = [
        json!({ "query": format!("{changes} # {}", "x".repeat(16_384)) }),
        json!({ "query": changes, "variables": { "unused": "x".repeat(16_384) } }),
    ];
    for payload in too_large {
        client.say(json!({ "id": "a", "type": "subscribe", "payload": payload })).await;
        assert_eq!(client.hear().await["payload"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX");
    }
    // One of more than a KiB counts twice.
    client.subscribe("a", &format!("{changes} # {}", "x".repeat(1024))).await;
    assert_eq!(client.hear().await["type"], "next");
    client.subscribe("b", &changes).await;
    assert_eq!(client.hear().await["type"], "next");
    let mut second = Client::signed_in(&server, &key).await;
    second.subscribe("a", &changes).await;
    assert_eq!(second.hear().await["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    let mut others = Client::signed_in(&server, &other).await;
    others.subscribe("a", &changes).await;
    assert_eq!(others.hear().await["type"], "next", "each caller has its own");
    client.say(json!({ "id": "b", "type": "complete" })).await;
    // Nothing says when one has ended.
    for attempt in 0.. {
        second.subscribe("a", &changes).await;
        if second.hear().await["type"] == "next" {
            break;
        }
        assert!(attempt < 1000, "it has not ended");
    }
}
