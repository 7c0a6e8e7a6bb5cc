//! Subscriptions: over a WebSocket and as events, live and from a cursor on, on one replica and on two.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use liaison::{
    domain::{Context, changes},
    entity::role::Role,
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::support::{Listening, TestApp, both_databases, each, socket::Client, until};

const CHANGES: &str = "subscription($after: String, $types: [SubjectType!], $contact: ID) {
    changes(after: $after, subjectTypes: $types, contactId: $contact) {
        cursor node { type subjectType subject { ... on Contact { name } } } } }";

impl Client {
    /// Subscribes, and waits until the subscription stands: there is no message that says so.
    async fn follow(&mut self, server: &Listening, id: &str, variables: Value) {
        let before = server.app.shared.engine.listeners();
        let payload = json!({ "query": CHANGES, "variables": variables });
        self.say(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
        server.listeners(before + 1).await;
    }

    /// The name of the contact that the next change is about.
    async fn name(&mut self) -> String {
        self.change().await["node"]["subject"]["name"].as_str().unwrap().to_owned()
    }

    async fn change(&mut self) -> Value {
        let message = self.hear().await;
        assert_eq!(message["type"], "next", "{message}");
        message["payload"]["data"]["changes"].clone()
    }
}

impl Listening {
    /// Waits until so many subscriptions stand.
    pub(crate) async fn listeners(&self, count: usize) {
        until("a subscription", || async { self.app.shared.engine.listeners() >= count }).await;
    }
}

/// A subscription whose answers have 12 KB.
fn fat(arguments: &str) -> String {
    let ids: Vec<String> = (0..90).map(|number| format!("{}{number}: subjectId", "long".repeat(20))).collect();
    let ids = ids.join(" ");
    format!("subscription {{ changes{arguments} {{ node {{ {ids} subject {{ ... on Contact {{ name }} }} }} }} }}")
}

/// Another replica on the same database.
async fn replica(app: &TestApp) -> Listening {
    Listening::start(app.another().await).await
}

#[both_databases]
async fn changes_arrive_as_they_are_made(app: TestApp) {
    let server = Listening::start(app).await;
    let ann = server.app.contact("Ann").await;
    server.app.feed(json!({}), 1).await;
    let (mut all, mut of_ann, mut companies) =
        (Client::anyone(&server).await, Client::anyone(&server).await, Client::anyone(&server).await);
    all.follow(&server, "a", json!({})).await;
    of_ann.follow(&server, "a", json!({ "contact": ann })).await;
    companies.follow(&server, "a", json!({ "types": ["COMPANY"] })).await;
    server.app.contact("Ben").await;
    server.app.company("Acme").await;
    server.app.codes("trashContact", &ann).await;
    assert_eq!(
        (all.name().await, all.change().await["node"]["subjectType"].clone()),
        ("Ben".to_owned(), json!("COMPANY"))
    );
    assert_eq!(all.change().await["node"]["type"], "TRASHED");
    assert_eq!(
        of_ann.change().await["node"],
        json!({ "type": "TRASHED", "subjectType": "CONTACT", "subject": { "name": "Ann" } })
    );
    assert_eq!(companies.change().await["node"]["subjectType"], "COMPANY");
    all.say(json!({ "id": "a", "type": "complete" })).await;
    all.subscribe("b", "{ __typename }").await;
    assert_eq!(all.hear().await["id"], "b");
}

#[both_databases]
async fn what_was_missed_is_replayed_and_then_it_goes_on(app: TestApp) {
    let server = Listening::start(app).await;
    for number in 0..130 {
        server.app.contact(&format!("{number}")).await;
    }
    let feed = server.app.feed(json!({ "first": 200 }), 130).await;
    let mut client = Client::anyone(&server).await;
    let payload = json!({ "query": CHANGES, "variables": { "after": feed[9]["cursor"] } });
    client.say(json!({ "id": "a", "type": "subscribe", "payload": payload })).await;
    for number in 130..140 {
        server.app.contact(&format!("{number}")).await;
    }
    for number in 10..140 {
        assert_eq!(client.name().await, number.to_string());
    }
    let last = server.app.feed(json!({ "first": 200 }), 140).await[139]["cursor"].clone();
    // From the end on, as somebody else.
    let mut other = Client::anyone(&server).await;
    other.follow(&server, "x", json!({ "after": last })).await;
    server.app.contact("140").await;
    assert_eq!((client.name().await, other.name().await), ("140".to_owned(), "140".to_owned()));
}

// The recipe of docs/live.md. Whatever is written meanwhile is in the list, or comes after the cursor.
#[both_databases]
async fn lists_and_the_changes_after_a_cursor_hold_everything(app: TestApp) {
    let server = Listening::start(app).await;
    let cursor = "{ changes(first: 0) { edges { cursor } pageInfo { endCursor hasNextPage } } }";
    let writer = {
        let (app, done) = (server.app.another().await, Arc::new(AtomicBool::new(false)));
        let is_done = Arc::clone(&done);
        let writing = tokio::spawn(async move {
            let mut count = 0;
            while count < 30 || !is_done.load(Ordering::Relaxed) {
                app.contact(&format!("Contact {count}")).await;
                count += 1;
            }
            count
        });
        (writing, done)
    };
    let page = server.app.run(cursor, json!({})).await["changes"].clone();
    assert_eq!((&page["edges"], &page["pageInfo"]["hasNextPage"]), (&json!([]), &json!(false)));
    let list = server.app.run("{ contacts(first: 200) { nodes { name } } }", json!({})).await;
    let mut names: HashSet<Value> = each(&list["contacts"]["nodes"], "name").into_iter().cloned().collect();
    // What is written now is in neither.
    let listed = names.len() as u64;
    until("contacts that are not in the list", || async {
        server.app.run("{ contactCount }", json!({})).await["contactCount"].as_u64() > Some(listed + 5)
    })
    .await;
    let mut client = Client::anyone(&server).await;
    let payload = json!({ "query": CHANGES, "variables": { "after": page["pageInfo"]["endCursor"] } });
    client.say(json!({ "id": "a", "type": "subscribe", "payload": payload })).await;
    writer.1.store(true, Ordering::Relaxed);
    let count = writer.0.await.unwrap();
    while names.len() < count {
        names.insert(client.change().await["node"]["subject"]["name"].clone());
    }
}

// What the client does not take waits in the table, not in memory, nor in the system's buffers.
#[both_databases]
async fn a_slow_subscriber_misses_nothing(app: TestApp) {
    let server = Listening::start(app).await;
    let mut slow = Client::slow(&server).await;
    slow.subscribe("a", &fat("")).await;
    server.listeners(1).await;
    for number in 0..400 {
        server.app.contact(&format!("{number}")).await;
    }
    for number in 0..400 {
        assert_eq!(slow.name().await, number.to_string());
    }
}

#[both_databases]
async fn a_replay_that_pruning_overtakes_says_so(app: TestApp) {
    let server = Listening::start(app).await;
    for number in 0..400 {
        server.app.contact(&format!("{number}")).await;
    }
    let first = server.app.feed(json!({ "first": 1 }), 1).await[0]["cursor"].as_str().unwrap().to_owned();
    server.app.feed(json!({ "first": 200, "after": first }), 200).await;
    let mut slow = Client::slow(&server).await;
    slow.subscribe("a", &fat(&format!("(after: \"{first}\")"))).await;
    assert_eq!(slow.name().await, "1");
    // The server is stuck by now, in one of the first pages.
    server.app.sql("UPDATE changes SET at = '2020-01-01T00:00:00+00:00' WHERE position <= 390").await;
    let shared = &server.app.shared;
    until("changes that may be removed", || async {
        changes::prune(&shared.domain.db, &shared.domain.clock, 30).await.unwrap() > 0
    })
    .await;
    for number in 2.. {
        let message = slow.hear().await;
        if message["type"] == "error" {
            assert_eq!(message["payload"][0]["extensions"]["code"], "BAD_USER_INPUT", "{message}");
            assert!(message["payload"][0]["message"].as_str().unwrap().contains("Load the records again"));
            return;
        }
        let name = &message["payload"]["data"]["changes"]["node"]["subject"]["name"];
        assert_eq!(name, &json!(number.to_string()));
    }
}

#[both_databases]
async fn subscriptions_are_checked_like_everything_else(app: TestApp) {
    let server = Listening::start(app.guarded().await).await;
    let contact = server.app.user("carl@example.com", Role::Contact).await;
    let mut client = Client::signed_in(&server, &contact).await;
    client.subscribe("a", "subscription { changes { cursor } }").await;
    assert_eq!(client.hear().await["payload"][0]["extensions"]["code"], "FORBIDDEN");
    let viewer = server.app.key(Role::Viewer).await;
    let mut client = Client::signed_in(&server, &viewer).await;
    for (query, code) in [
        ("subscription { changes { nonsense } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { changes { cursor } other: changes { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { changes @skip(if: true) { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription($x: Boolean!) { ... @include(if: $x) { changes { cursor } } }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { ...F } fragment F on Subscription { a: changes { cursor } b: changes { cursor } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { changes(after: \"nonsense\") { cursor } }", "BAD_USER_INPUT"),
        ("subscription($c: Int) { changes(contactId: $c) { cursor } }", "GRAPHQL_VALIDATION_FAILED"),
    ] {
        client.subscribe("a", query).await;
        let message = client.hear().await;
        assert_eq!(message["type"], "error", "{query}: {message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{query}: {message}");
    }
    // Over a plain request it is refused with advice.
    let reply = server.app.ask(Some(&viewer), "subscription { changes { cursor } }", json!({})).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (406, "BAD_USER_INPUT"));
    // Whoever loses the role has to come again, and is refused then.
    let member = server.app.user("mia@example.com", Role::Member).await;
    let mut client = Client::signed_in(&server, &member).await;
    client.follow(&server, "a", json!({})).await;
    server.app.sql("UPDATE users SET role = 'contact' WHERE email = 'mia@example.com'").await;
    assert_eq!(client.hear().await, 1012);
}

#[both_databases]
async fn events_carry_the_same(app: TestApp) {
    let server = Listening::start(app.guarded().await).await;
    let key = server.app.key(Role::Member).await;
    let create = "mutation($name: String!) { createContact(input: { name: $name }) { contact { id } } }";
    let mut events = Events::open(&server, Some(&key), CHANGES, json!({})).await.unwrap();
    server.listeners(1).await;
    for name in ["Ann", "Ben"] {
        server.app.ask(Some(&key), create, json!({ "name": name })).await;
    }
    let mut cursors = Vec::new();
    for name in ["Ann", "Ben"] {
        let (kind, data) = events.next().await.unwrap();
        assert_eq!((kind.as_str(), &data["data"]["changes"]["node"]["subject"]["name"]), ("next", &json!(name)));
        cursors.push(data["data"]["changes"]["cursor"].clone());
    }
    let mut again = Events::open(&server, Some(&key), CHANGES, json!({ "after": cursors[0] })).await.unwrap();
    assert_eq!(again.next().await.unwrap().1["data"]["changes"]["cursor"], cursors[1]);
    // One answer, for those who ask for nothing that goes on.
    let mut query = Events::open(&server, Some(&key), "{ contacts { nodes { name } } }", json!({})).await.unwrap();
    let nodes = json!({ "data": { "contacts": { "nodes": [{ "name": "Ann" }, { "name": "Ben" }] } } });
    assert_eq!(query.next().await, Some(("next".to_owned(), nodes)));
    assert_eq!(query.next().await, Some(("complete".to_owned(), Value::Null)));
    assert_eq!(query.next().await, None);
    let mut wrong = Events::open(&server, Some(&key), "{ nonsense }", json!({})).await.unwrap();
    assert_eq!(wrong.next().await.unwrap().1["errors"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(wrong.next().await.unwrap().0, "complete");
    assert_eq!(Events::open(&server, None, CHANGES, json!({})).await.err(), Some(401));
    let contact = server.app.user("carl@example.com", Role::Contact).await;
    assert_eq!(Events::open(&server, Some(&contact), CHANGES, json!({})).await.err(), Some(403));
    // It ends without a last event when the server stops, so that clients come back.
    let (end, ()) = tokio::join!(async { events.next().await }, server.stop());
    assert_eq!(end, None);
}

#[both_databases]
async fn the_change_is_there_when_it_is_told(app: TestApp) {
    let server = Listening::start(app).await;
    let mut client = Client::anyone(&server).await;
    client.follow(&server, "a", json!({})).await;
    for number in 0..50 {
        server.app.contact(&format!("{number}")).await;
        assert_eq!(client.name().await, number.to_string());
    }
}

// Imports and other processes give no signal; nor does this application, which tells nobody of what it writes.
#[both_databases]
async fn writes_of_other_processes_are_found(app: TestApp) {
    let server = Listening::start(app).await;
    let mut client = Client::anyone(&server).await;
    client.follow(&server, "a", json!({})).await;
    server.app.another().await.contact("Ann").await;
    assert_eq!(client.name().await, "Ann");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_hear_of_each_other_and_do_not_depend_on_it() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let (one, two) = (replica(&app).await, replica(&app).await);
    let mut client = Client::anyone(&two).await;
    client.follow(&two, "a", json!({})).await;
    for round in 0..3 {
        for number in 0..10 {
            one.app.contact(&format!("{round} {number}")).await;
        }
        for number in 0..10 {
            assert_eq!(client.name().await, format!("{round} {number}"));
        }
        // The connection by which it hears is cut, and then all of them are.
        let sql = if round == 0 {
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        } else {
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()"
        };
        let statement = Statement::from_string(DbBackend::Postgres, sql);
        let cut = app.shared.domain.db.writer().query_all_raw(statement).await.unwrap();
        assert!(!cut.is_empty());
        tokio::time::sleep(Duration::from_millis(1500)).await;
    }
}

/// Who would look for itself in an hour only, and is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_tell_each_other() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let server = Listening::start(app).await;
    let feed = Arc::new(changes::Feed::looking_every(Duration::from_hours(1)));
    let context = Context { feed: Arc::clone(&feed), ..server.app.shared.domain.clone() };
    let (db, hearing) = (context.db.clone(), Arc::clone(&feed));
    let hearing = tokio::spawn(async move { hearing.run(&db).await });
    let mut tail = changes::Tail::open(&context, changes::Wanted::default(), None).await.unwrap();
    let mut was_told = false;
    // Other tests' transactions may hold the feed up for longer than it looks again after a signal.
    for number in 0..20 {
        // Until it has stopped looking for what came with the signal before.
        tokio::time::sleep(Duration::from_millis(700)).await;
        server.app.contact(&format!("{number}")).await;
        was_told = tokio::time::timeout(Duration::from_millis(300), tail.next()).await.is_ok();
        if was_told {
            break;
        }
    }
    hearing.abort();
    assert!(was_told);
}

const PROGRESS: &str = "subscription($id: ID!) { batchProgress(id: $id) { state doneCount changeCount } }";

#[both_databases]
async fn the_progress_of_a_batch_is_told_until_it_ends(app: TestApp) {
    let server = Listening::start(app).await;
    let ann = server.app.contact("Ann").await;
    let trash = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) { batch { id } } }";
    let batch = server.app.run(trash, json!({ "ids": [ann] })).await["trashContacts"]["batch"]["id"].clone();
    server.app.sql("UPDATE batches SET state = 'undoing', done_count = 0").await;
    let mut client = Client::anyone(&server).await;
    let payload = json!({ "query": PROGRESS, "variables": { "id": batch } });
    client.say(json!({ "id": "a", "type": "subscribe", "payload": payload })).await;
    let mut events = Events::open(&server, None, PROGRESS, json!({ "id": batch })).await.unwrap();
    let told = |state: &str, done: u32| json!({ "data": { "batchProgress": { "state": state, "doneCount": done, "changeCount": 1 } } });
    for _ in 0..2 {
        let heard = client.hear().await;
        assert_eq!((&heard["type"], &heard["payload"]), (&json!("next"), &told("UNDOING", 0)));
        assert_eq!(events.next().await.unwrap(), ("next".to_owned(), told("UNDOING", 0)));
    }
    server.app.sql("UPDATE batches SET state = 'undone', done_count = 1").await;
    let mut heard = client.hear().await;
    while heard["payload"] == told("UNDOING", 0) {
        heard = client.hear().await;
    }
    assert_eq!(heard["payload"], told("UNDONE", 1));
    assert_eq!(client.hear().await, json!({ "id": "a", "type": "complete" }));
    let mut event = events.next().await.unwrap();
    while event.1 == told("UNDOING", 0) {
        event = events.next().await.unwrap();
    }
    assert_eq!(event, ("next".to_owned(), told("UNDONE", 1)));
    assert_eq!(events.next().await.unwrap().0, "complete");
    assert_eq!(events.next().await, None);
    // One that has ended, and none at all.
    let payload = json!({ "query": PROGRESS, "variables": { "id": batch } });
    client.say(json!({ "id": "b", "type": "subscribe", "payload": payload })).await;
    assert_eq!(client.hear().await["payload"], told("UNDONE", 1));
    assert_eq!(client.hear().await["type"], "complete");
    let payload = json!({ "query": PROGRESS, "variables": { "id": ann } });
    client.say(json!({ "id": "c", "type": "subscribe", "payload": payload })).await;
    let refused = client.hear().await;
    assert_eq!(refused["type"], "error");
    assert_eq!(refused["payload"][0]["extensions"]["code"], "BAD_USER_INPUT");
    server.stop().await;
}

/// A stream of events as graphql-sse has it.
struct Events {
    response: reqwest::Response,
    buffered: String,
}

impl Events {
    /// Opens a stream; the status where it is refused.
    async fn open(server: &Listening, token: Option<&str>, query: &str, variables: Value) -> Result<Self, u16> {
        let mut request = reqwest::Client::new()
            .post(format!("http://{}/graphql", server.address))
            .header("accept", "text/event-stream")
            .json(&json!({ "query": query, "variables": variables }));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let response = request.send().await.unwrap();
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Ok(Self { response, buffered: String::new() })
    }

    /// The next event and its data; none at the end.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            if let Some((event, rest)) = self.buffered.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.buffered = rest;
                if event.starts_with(':') {
                    continue;
                }
                let part = |name: &str| {
                    event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
                };
                return Some((part("event:"), serde_json::from_str(&part("data:")).unwrap_or_default()));
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.response.chunk()).await.unwrap();
            self.buffered.push_str(std::str::from_utf8(&chunk.ok()??).unwrap());
        }
    }
}
