//! Queries that are read from a standby: what goes there, that nobody misses his own write, and a standby that is late,
//! ends, is promoted or is not one.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use liaison::storage::Role;
use serde_json::{Value, json};

use crate::support::{
    Listening, TestApp, both_databases, json_body,
    process::{liaison, printed},
    socket::Client,
    standby::{Pair, ready},
    until,
};

const UPDATE: &str = "mutation($id: ID!, $phone: String) {
    updateContact(id: $id, input: { phone: $phone }) { contact { phone } userErrors { code } } }";
const READ: &str = "query($id: ID!) { contact(id: $id) { phone } }";
const READ_AFTER: &str = "liaison-read-after";
/// A read from the primary that does not wait.
const FROM_PRIMARY: &str = "FFFFFFFF/FFFFFFFF";
/// A position that this test's primary does not come to.
const FAR: &str = "FFFFFFF0/0";

/// Sends a request with headers; returns the answer's headers and its body.
async fn send(app: &TestApp, body: Value, headers: &[(&str, &str)]) -> (HeaderMap, Value) {
    let mut request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app.request(request.body(Body::from(body.to_string())).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers().clone();
    let answer = json_body(response).await;
    assert_eq!(answer["errors"], Value::Null, "{answer}");
    (headers, answer)
}

/// Writes a phone number; returns the position of the write.
async fn write(app: &TestApp, id: &str, phone: &str) -> String {
    let (headers, answer) = send(app, json!({ "query": UPDATE, "variables": { "id": id, "phone": phone } }), &[]).await;
    assert_eq!(answer["data"]["updateContact"]["contact"]["phone"], phone, "{answer}");
    headers[READ_AFTER].to_str().unwrap().to_owned()
}

/// Reads the phone number after a position.
async fn read(app: &TestApp, id: &str, headers: &[(&str, &str)]) -> Value {
    let (told, answer) = send(app, json!({ "query": READ, "variables": { "id": id } }), headers).await;
    assert!(!told.contains_key(READ_AFTER) && !told.contains_key(header::SET_COOKIE), "{told:?}");
    answer["data"]["contact"]["phone"].clone()
}

/// The number of statements that standbys have answered.
fn on_standbys(app: &TestApp) -> u64 {
    app.shared.domain.db.statements_of(Role::Standby).0
}

/// Writes a new number, and waits until the standby shows it without being asked to wait.
async fn contact(app: &TestApp, phone: &str) -> String {
    let id = app.contact("Ann").await;
    write(app, &id, phone).await;
    until("the number on the standby", || async { read(app, &id, &[]).await == phone }).await;
    id
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_after_a_write_sees_it_on_the_standby() {
    let Some(pair) = Pair::start() else { return };
    let app = pair.app().await;
    let id = contact(&app, "1").await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    app.shared.domain.db.on_statement(move |statement| noted.lock().unwrap().push(statement.sql.clone()));
    let mut from_standby = 0;
    for number in 0..100 {
        let phone = number.to_string();
        let before = on_standbys(&app);
        let position = write(&app, &id, &phone).await;
        assert_eq!(on_standbys(&app), before, "a mutation reads from the primary");
        seen.lock().unwrap().clear();
        assert_eq!(read(&app, &id, &[(READ_AFTER, &position)]).await, phone);
        let reads = seen.lock().unwrap().iter().filter(|sql| sql.contains("contacts")).count() as u64;
        let there = on_standbys(&app) - before;
        assert!(reads > 0 && (there == 0 || there == reads), "{there} of {reads} statements");
        from_standby += u64::from(there > 0);
    }
    assert!(from_standby >= 90, "{from_standby} of 100");
}

/// Fails where each of some reads takes as long as the wait for a standby. On a busy machine one may.
async fn at_once(read: impl AsyncFn()) {
    for _ in 0..10 {
        let begun = Instant::now();
        read().await;
        if begun.elapsed() < Duration::from_millis(400) {
            return;
        }
    }
    panic!("each read waits");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_standby_is_waited_for_and_then_passed_over() {
    let Some(pair) = Pair::start() else { return };
    let app = pair.app().await;
    let id = contact(&app, "old").await;
    pair.pause_replay().await;
    let position = write(&app, &id, "new").await;
    // Without a position the standby answers, as long as its lag is not too long.
    assert_eq!(read(&app, &id, &[]).await, "old");
    let cookie = format!("a=b; {READ_AFTER}={position}");
    for headers in [[(READ_AFTER, &*position)], [("cookie", &*cookie)], [(READ_AFTER, FAR)]] {
        let begun = Instant::now();
        assert_eq!(read(&app, &id, &headers).await, "new", "{headers:?}");
        assert!((500..5000).contains(&begun.elapsed().as_millis()), "{headers:?}: {:?}", begun.elapsed());
    }
    let after = json!({ "query": READ, "variables": { "id": id }, "extensions": { "readAfter": position } });
    assert_eq!(send(&app, after, &[]).await.1["data"]["contact"]["phone"], "new");
    at_once(async || assert_eq!(read(&app, &id, &[(READ_AFTER, FROM_PRIMARY)]).await, "new")).await;
    // What is no position is ignored.
    let long = "F".repeat(1000);
    for malformed in ["", "x", "-1/0", "0/0/0", "0x1/0", "123456789/0", &long] {
        assert_eq!(read(&app, &id, &[(READ_AFTER, malformed)]).await, "old", "{malformed}");
        let after = json!({ "query": READ, "variables": { "id": id }, "extensions": { "readAfter": [malformed] } });
        assert_eq!(send(&app, after, &[]).await.1["data"]["contact"]["phone"], "old");
    }
    // The later of several counts.
    assert_eq!(read(&app, &id, &[(READ_AFTER, "0/0"), ("cookie", &cookie)]).await, "new");
    pair.resume_replay().await;
    let before = on_standbys(&app);
    assert_eq!(read(&app, &id, &[(READ_AFTER, &position)]).await, "new");
    assert!(on_standbys(&app) > before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_lags_for_too_long_is_not_read_from() {
    let Some(pair) = Pair::start() else { return };
    let app = pair.app_with(&[&pair.standby_url()], Duration::from_secs(1)).await;
    until("a standby to read from", || ready(&app, 1)).await;
    let id = contact(&app, "old").await;
    pair.pause_replay().await;
    write(&app, &id, "new").await;
    until("the primary's answer", || async { read(&app, &id, &[]).await == "new" }).await;
    assert_eq!(app.shared.domain.db.standby_counts().unwrap().late, 1);
    at_once(async || assert_eq!(read(&app, &id, &[(READ_AFTER, FAR)]).await, "new")).await;
    pair.resume_replay().await;
    until("a standby that caught up", || ready(&app, 1)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_ends_gives_no_error() {
    let Some(pair) = Pair::start() else { return };
    let app = Arc::new(pair.app().await);
    let id = contact(&app, "old").await;
    let is_over = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (app, id, is_over) = (Arc::clone(&app), id.clone(), Arc::clone(&is_over));
            tokio::spawn(async move {
                while !is_over.load(Ordering::Relaxed) {
                    assert_eq!(read(&app, &id, &[]).await, "old");
                }
            })
        })
        .collect();
    let before = on_standbys(&app);
    until("reads on the standby", || async { on_standbys(&app) > before + 100 }).await;
    // One whose connections the server ends answers again at once.
    let end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'liaison'";
    for _ in 0..5 {
        pair.on_standby(end_all).await;
        until("reads on the standby", || ready(&app, 1)).await;
    }
    pair.kill_standby();
    until("a lost standby", || async { app.shared.domain.db.standby_counts().unwrap().away == 1 }).await;
    let alone = on_standbys(&app);
    let ready_answer = app.request(Request::get("/readyz").body(Body::empty()).unwrap()).await;
    assert_eq!(ready_answer.status(), StatusCode::OK);
    let position = write(&app, &id, "old").await;
    at_once(async || assert_eq!(read(&app, &id, &[(READ_AFTER, &position)]).await, "old")).await;
    assert!(on_standbys(&app) <= alone + 4, "only what had begun");
    pair.start_standby();
    until("reads on the standby again", || async { on_standbys(&app) > alone + 100 }).await;
    is_over.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_that_the_standby_does_not_have_are_read_from_the_primary() {
    let Some(pair) = Pair::start() else { return };
    let app = pair.app().await;
    let id = contact(&app, "old").await;
    pair.on_primary("ALTER TABLE contacts RENAME TO contacts_of_another_version").await;
    let is_renamed = "SELECT to_regclass('contacts') IS NULL";
    until("the other name on the standby", || pair.standby_says(is_renamed)).await;
    pair.pause_replay().await;
    pair.on_primary("ALTER TABLE contacts_of_another_version RENAME TO contacts").await;
    for _ in 0..20 {
        let before = on_standbys(&app);
        assert_eq!(read(&app, &id, &[]).await, "old");
        assert!(on_standbys(&app) > before, "it was tried there");
    }
    pair.resume_replay().await;
    until("the table on the standby", || async { !pair.standby_says(is_renamed).await }).await;
    assert_eq!(read(&app, &id, &[]).await, "old");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_no_standby_of_this_database_is_not_read_from() {
    let Some(pair) = Pair::start() else { return };
    let urls = [&*pair.primary_url(), &*pair.other_database_url(), "postgres://liaison@127.0.0.1:1/postgres"];
    let app = pair.app_with(&urls, Duration::from_hours(1)).await;
    let id = app.contact("Ann").await;
    let position = write(&app, &id, "new").await;
    // Longer than connecting takes.
    for _ in 0..20 {
        assert_eq!(read(&app, &id, &[(READ_AFTER, &position)]).await, "new");
        assert_eq!(app.shared.domain.db.standby_counts().unwrap().away, 3);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(on_standbys(&app), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promoted_standby_is_not_read_from() {
    let Some(pair) = Pair::start() else { return };
    let app = pair.app().await;
    let id = contact(&app, "old").await;
    pair.on_standby("SELECT pg_promote()").await;
    until("a promoted standby", || async { app.shared.domain.db.standby_counts().unwrap().away == 1 }).await;
    let before = on_standbys(&app);
    write(&app, &id, "new").await;
    assert_eq!(read(&app, &id, &[]).await, "new");
    assert_eq!(on_standbys(&app), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_feed_and_a_list_that_is_loaded_after_it_fit() {
    let Some(pair) = Pair::start() else { return };
    let app = pair.app().await;
    let id = contact(&app, "old").await;
    pair.pause_replay().await;
    write(&app, &id, "new").await;
    let before = on_standbys(&app);
    let feed = json!({ "query": "{ changes(first: 200) { edges { node { subjectId } } pageInfo { endCursor } } }" });
    let (headers, answer) = send(&app, feed, &[]).await;
    assert_eq!(answer["data"]["changes"]["edges"].as_array().unwrap().len(), 3, "{answer}");
    assert_eq!(on_standbys(&app), before);
    assert_eq!(read(&app, &id, &[]).await, "old");
    assert_eq!(read(&app, &id, &[(READ_AFTER, headers[READ_AFTER].to_str().unwrap())]).await, "new");
}

/// Sends an operation over a WebSocket; returns its first answer.
async fn over(client: &mut Client, id: &str, query: &str, variables: Value) -> Value {
    let payload = json!({ "query": query, "variables": variables });
    client.say(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    let next = client.hear().await;
    assert_eq!((&next["id"], &next["type"]), (&json!(id), &json!("next")), "{next}");
    assert_eq!(client.hear().await, json!({ "id": id, "type": "complete" }));
    next["payload"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_sees_its_own_writes() {
    let Some(pair) = Pair::start() else { return };
    let server = Listening::start(pair.app().await).await;
    let id = contact(&server.app, "old").await;
    let mut first = Client::anyone(&server).await;
    let mut watching = Client::anyone(&server).await;
    watching.subscribe("w", "subscription { changes { cursor } }").await;
    until("a subscriber", || async { server.app.shared.engine.listeners() == 1 }).await;
    pair.pause_replay().await;
    let written = over(&mut first, "1", UPDATE, json!({ "id": id, "phone": "new" })).await;
    let position = written["extensions"]["readAfter"].as_str().unwrap();
    let phone = |answer: Value| answer["data"]["contact"]["phone"].clone();
    let seen = over(&mut first, "2", READ, json!({ "id": id })).await;
    assert_eq!(seen["extensions"], Value::Null, "{seen}");
    assert_eq!(phone(seen), "new");
    // Others see it when they say so: by the header or the cookie of the upgrade, or the payload of `connection_init`.
    let mut other = Client::anyone(&server).await;
    assert_eq!(phone(over(&mut other, "1", READ, json!({ "id": id })).await), "old");
    let cookie = format!("{READ_AFTER}={position}");
    for headers in [(READ_AFTER, position), ("cookie", &*cookie)] {
        let mut other = Client::open(&server, &[headers]).await.unwrap();
        other.say(json!({ "type": "connection_init" })).await;
        other.hear().await;
        assert_eq!(phone(over(&mut other, "1", READ, json!({ "id": id })).await), "new", "{headers:?}");
    }
    let mut other = Client::open(&server, &[]).await.unwrap();
    other.say(json!({ "type": "connection_init", "payload": { "Liaison-Read-After": position } })).await;
    other.hear().await;
    assert_eq!(phone(over(&mut other, "1", READ, json!({ "id": id })).await), "new");
    // An event tells the position at which queries see what it is about.
    let event = watching.hear().await;
    let told = event["payload"]["extensions"]["readAfter"].as_str().unwrap_or_else(|| panic!("{event}"));
    assert_eq!(read(&server.app, &id, &[(READ_AFTER, told)]).await, "new");
    drop((first, watching, other));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_position_of_a_write_comes_as_header_and_cookie() {
    let Some(pair) = Pair::start() else { return };
    let app = pair.app().await;
    let create = json!({ "query": "mutation { createContact(input: { name: \"Ann\" }) { contact { id } } }" });
    let (headers, _) = send(&app, create.clone(), &[]).await;
    let position = headers[READ_AFTER].to_str().unwrap();
    let cookie = headers[header::SET_COOKIE].to_str().unwrap();
    // The bound of the lag, one hour, and ten seconds.
    assert_eq!(cookie, format!("{READ_AFTER}={position}; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=3610"));
    let (events, _) = {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "text/event-stream");
        let response = app.request(request.body(Body::from(create.to_string())).unwrap()).await;
        (response.headers().clone(), response.status())
    };
    assert!(events.contains_key(READ_AFTER) && events.contains_key(header::SET_COOKIE), "{events:?}");
}

#[both_databases]
async fn without_standbys_no_position_is_told(app: TestApp) {
    let create = json!({ "query": "mutation { createContact(input: { name: \"Ann\" }) { contact { id } } }" });
    let (headers, _) = send(&app, create, &[(READ_AFTER, FAR)]).await;
    assert!(!headers.contains_key(READ_AFTER) && !headers.contains_key(header::SET_COOKIE), "{headers:?}");
    let count = json!({ "query": "{ contacts { totalCount } }" });
    at_once(async || drop(send(&app, count.clone(), &[(READ_AFTER, FAR)]).await)).await;
    let preflight = Request::options("/graphql")
        .header(header::ORIGIN, "https://app.example.com")
        .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
        .header(header::ACCESS_CONTROL_REQUEST_HEADERS, READ_AFTER);
    let allowed = app.request(preflight.body(Body::empty()).unwrap()).await;
    assert!(allowed.headers()["access-control-allow-headers"].to_str().unwrap().contains(READ_AFTER));
    let query = Request::post("/graphql").header(header::ORIGIN, "https://app.example.com");
    let exposed = app.request(query.body(Body::empty()).unwrap()).await;
    assert!(exposed.headers()["access-control-expose-headers"].to_str().unwrap().contains(READ_AFTER));
}

#[test]
fn standbys_of_sqlite_and_wrong_urls_are_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = format!("sqlite://{}", folder.path().join("test.db").display());
    for (database, standbys, part) in [
        (&*file, "postgres://ann:s3cret@127.0.0.1:1/none", "SQLite has no standbys"),
        ("postgres://127.0.0.1:1/none", "postgres://ann:s3cret@127.0.0.1:0/none", "port"),
        ("postgres://127.0.0.1:1/none", "postgres://ann@h/none s3cret", "URL 2"),
    ] {
        let mut command = liaison(&["serve", "--listen", "127.0.0.1:0"]);
        let output = command.env("DATABASE_URL", database).env("LIAISON_READ_URL", standbys).output().unwrap();
        let said = printed(&output);
        assert!(!output.status.success() && said.contains("LIAISON_READ_URL") && said.contains(part), "{said}");
        assert!(!said.contains("s3cret"), "{said}");
    }
    assert!(!folder.path().join("test.db").exists());
}
