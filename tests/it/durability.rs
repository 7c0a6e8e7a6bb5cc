//! The binary itself: what it acknowledged survives `kill -9`, it stops cleanly when asked, and it refuses what is
//! not safe.

use std::{
    collections::HashSet,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use uuid::Builder;

use crate::support::{
    TestApp, both_databases, postgres,
    process::{Process, liaison, printed},
    until,
};

/// A server process on a port of its own.
struct Server {
    process: Process,
    url: String,
}

impl Server {
    fn start(database_url: &str) -> Self {
        let mut command = liaison(&["serve", "--dev", "--listen", "127.0.0.1:0", "--log-format", "json"]);
        command.args(["--database-url", database_url]);
        let process = Process::start(command);
        let url = format!("http://{}/graphql", process.address());
        Self { process, url }
    }
}

async fn post(client: &reqwest::Client, url: &str, query: &str, variables: Value) -> Option<Value> {
    let request = client.post(url).json(&json!({ "query": query, "variables": variables }));
    request.send().await.ok()?.json().await.ok()
}

const CREATE: &str = "mutation($id: ID, $name: String!) { createContact(id: $id, input: { name: $name },
    primaryCompany: { company: { findOrCreateByName: \"Acme\" } }) { contact { id } userErrors { code } } }";

const UPDATE: &str = "mutation($id: ID!) { updateContact(id: $id, input: { phone: \"1\" }) {
    contact { id } userErrors { code } } }";

/// What was acknowledged: the ids of contacts created, and of those updated.
#[derive(Default)]
struct Acknowledged {
    created: Vec<String>,
    updated: HashSet<String>,
}

/// Writers that create and update contacts until the server is gone.
async fn write_until_killed(server: Server, round: u64) -> Acknowledged {
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    let killed = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..8_u64)
        .map(|writer| {
            let (url, acknowledged, killed) = (server.url.clone(), Arc::clone(&acknowledged), Arc::clone(&killed));
            tokio::spawn(async move {
                let client = reqwest::Client::new();
                for number in 0.. {
                    let millis = 1_767_225_600_000 + round * 1_000_000 + number;
                    let id =
                        Builder::from_unix_timestamp_millis(millis, &[u8::try_from(writer).unwrap(); 10]).into_uuid();
                    let answer =
                        post(&client, &url, CREATE, json!({ "id": id, "name": format!("{writer} {number}") })).await;
                    let Some(answer) = answer else { break };
                    let id = answer["data"]["createContact"]["contact"]["id"].as_str().unwrap().to_owned();
                    acknowledged.lock().unwrap().created.push(id.clone());
                    let Some(answer) = post(&client, &url, UPDATE, json!({ "id": id })).await else { break };
                    assert_eq!(answer["data"]["updateContact"]["userErrors"], json!([]));
                    acknowledged.lock().unwrap().updated.insert(id);
                }
                assert!(killed.load(Ordering::Relaxed), "the server did not answer");
            })
        })
        .collect();
    until("a hundred updates", || async { acknowledged.lock().unwrap().updated.len() >= 100 }).await;
    killed.store(true, Ordering::Relaxed);
    server.process.signal("-KILL");
    server.process.end();
    for writer in writers {
        writer.await.unwrap();
    }
    Arc::into_inner(acknowledged).unwrap().into_inner().unwrap()
}

async fn nothing_acknowledged_is_lost(database_url: &str) {
    let mut acknowledged = Acknowledged::default();
    for round in 0..3 {
        let server = Server::start(database_url);
        let Acknowledged { created, updated } = write_until_killed(server, round).await;
        acknowledged.created.extend(created);
        acknowledged.updated.extend(updated);
    }
    let server = Server::start(database_url);
    let client = reqwest::Client::new();
    for ids in acknowledged.created.chunks(200) {
        let query = "query($ids: [ID!]!) { contactsByIds(ids: $ids) {
            id phone primaryMembership { isPrimary company { name } } history(first: 2) { nodes { type } } } }";
        let answer = post(&client, &server.url, query, json!({ "ids": ids })).await.unwrap();
        let found = answer["data"]["contactsByIds"].as_array().unwrap();
        assert_eq!(found.len(), ids.len(), "acknowledged contacts are gone");
        assert!(
            found.iter().all(|contact| contact["primaryMembership"]["company"]["name"] == "Acme"),
            "half a transaction"
        );
        for contact in found {
            let is_recorded = contact["history"]["nodes"][0]["type"] == "UPDATED";
            assert_eq!(contact["phone"] == "1", is_recorded, "an update and its record are not one");
            let was_updated = acknowledged.updated.contains(contact["id"].as_str().unwrap());
            assert!(is_recorded || !was_updated, "an acknowledged update is gone");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_loses_nothing_that_was_acknowledged_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    nothing_acknowledged_is_lost(&format!("sqlite://{}", directory.path().join("test.db").display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_loses_nothing_that_was_acknowledged_on_postgres() {
    let Some(database) = postgres::TestDatabase::create().await else { return };
    nothing_acknowledged_is_lost(&database.url).await;
}

/// Trashes all contacts of a demo as one batch that is large enough to be undone in the background: the batch's id, and
/// the number of contacts.
async fn trash_demo(app: &TestApp) -> (Value, usize) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liaison"));
    let arguments = ["demo", "--contacts", "3000", "--database-url", &app.config.url];
    assert!(command.args(arguments).output().unwrap().status.success());
    let (mut ids, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = "query($after: String) { contacts(first: 200, after: $after) { nodes { id }
            pageInfo { hasNextPage endCursor } } }";
        let page = app.run(page, json!({ "after": after })).await["contacts"].clone();
        ids.extend(page["nodes"].as_array().unwrap().iter().map(|contact| contact["id"].clone()));
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    let mut batch = Value::Null;
    for some in ids.chunks(1000) {
        let trash = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) { batch { id } } }";
        batch = app.run(trash, json!({ "ids": some })).await["trashContacts"]["batch"]["id"].clone();
    }
    app.sql(
        "UPDATE changes SET batch_id = (SELECT id FROM batches ORDER BY id DESC LIMIT 1) WHERE batch_id IS NOT NULL",
    )
    .await;
    app.sql("UPDATE batches SET change_count = 20000").await;
    (batch, ids.len())
}

#[both_databases]
async fn an_undo_survives_kill_9_and_takes_everything_back_once(app: TestApp) {
    let (batch, contacts) = trash_demo(&app).await;
    let client = reqwest::Client::new();
    let server = Server::start(&app.config.url);
    let undo = "mutation($id: ID!) { undoBatch(id: $id) { batch { state } userErrors { code } } }";
    let undoing = post(&client, &server.url, undo, json!({ "id": batch })).await.unwrap();
    assert_eq!(undoing["data"]["undoBatch"], json!({ "batch": { "state": "UNDOING" }, "userErrors": [] }));
    let progress = "query($id: ID!) { node(id: $id) { ... on Batch { state doneCount } } }";
    let progress = async || app.run(progress, json!({ "id": batch })).await["node"].clone();
    until("some of it is taken back", || async { progress().await["doneCount"].as_u64() > Some(100) }).await;
    server.process.signal("-KILL");
    server.process.end();
    let killed = progress().await;
    assert_eq!(killed["state"], "UNDOING", "it was too fast to be killed: {killed}");
    let _server = Server::start(&app.config.url);
    until("all of it is taken back", || async { progress().await["state"] == "UNDONE" }).await;
    let counts = app.run("{ contactStatusCounts { live } }", json!({})).await;
    assert_eq!(counts["contactStatusCounts"]["live"], contacts);
    let restored = "SELECT count(*) AS restored FROM changes WHERE kind = 'restored'";
    let db = app.shared.domain.db.writer();
    let restored = db.query_one_raw(Statement::from_string(db.get_database_backend(), restored)).await.unwrap();
    let restored = restored.unwrap().try_get::<i64>("", "restored").unwrap();
    assert_eq!(usize::try_from(restored), Ok(contacts), "each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_the_server_finishes_and_exits_with_zero() {
    let directory = tempfile::tempdir().unwrap();
    let server = Server::start(&format!("sqlite://{}", directory.path().join("test.db").display()));
    let client = reqwest::Client::new();
    post(&client, &server.url, CREATE, json!({ "name": "A" })).await.unwrap();
    server.process.signal("-TERM");
    assert!(server.process.end().0.success());
    assert!(!directory.path().join("test.db-wal").exists(), "the write-ahead log is folded back into the file");
}

#[test]
fn without_a_login_an_address_that_is_not_loopback_is_refused() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let arguments = ["serve", "--dev", "--listen", address];
        let output = Command::new(env!("CARGO_BIN_EXE_liaison")).args(arguments).output().unwrap();
        assert!(!output.status.success());
        assert!(String::from_utf8_lossy(&output.stderr).contains("LIAISON_LISTEN"), "the setting is named");
    }
}

#[test]
fn a_wrong_setting_is_named_and_a_secret_is_not_shown() {
    let run = |name: &str, value: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_liaison")).arg("serve").env(name, value).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(run("LIAISON_MAX_PAGE_SIZE", "many").contains("--page-size-max"));
    let unreachable = run("DATABASE_URL", "postgres://user:s3cret@127.0.0.1:1/none");
    assert!(unreachable.contains("DATABASE_URL") && !unreachable.contains("s3cret"), "{unreachable}");
    let malformed = run("DATABASE_URL", "mysql://user:s3cret@localhost/x");
    assert!(malformed.contains("DATABASE_URL") && !malformed.contains("s3cret"), "{malformed}");
}

#[both_databases]
async fn demo_data_is_the_same_each_time_and_fills_only_an_empty_database(app: TestApp) {
    let demo = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_liaison"));
        command.args(["demo", "--contacts", "1200", "--database-url", &app.config.url]).output().unwrap()
    };
    let output = demo();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!demo().status.success(), "a filled database is left alone");
    let query = "{ contactCount(includeTrashed: true) companyCount users { totalCount } interactions { totalCount }
        contacts(first: 200) { nodes { id name email primaryMembership { role company { name } } user { email } } } }";
    let first = app.run(query, json!({})).await;
    assert_eq!((&first["contactCount"], &first["companyCount"]), (&json!(1200), &json!(120)));
    assert!(
        first["users"]["totalCount"].as_u64().unwrap() > 100
            && first["interactions"]["totalCount"].as_u64().unwrap() > 500
    );
    let other = TestApp::on_sqlite().await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_liaison"));
    let output = command.args(["demo", "--contacts", "1200", "--database-url", &other.config.url]).output().unwrap();
    assert!(output.status.success());
    assert_eq!(other.run(query, json!({})).await, first);
}

/// An import that is killed while its rows are written goes on where it stopped, and ends as one that was not.
#[both_databases]
async fn an_import_survives_kill_9_and_writes_each_row_once(app: TestApp) {
    let row = |number| format!("k{number},Person {number},p{number}@x.example,Company {}\n", number % 50);
    let content = "External ID,Name,Email,Company\n".to_owned() + &(0..6000).map(row).collect::<String>();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    std::fs::write(&file, content).unwrap();
    let import = |arguments: &[&str], url: &str| {
        let mut command = liaison(&["import", "--database-url", url]);
        command.args(arguments);
        command
    };
    let path = file.to_str().unwrap();
    let mut running = import(&[path], &app.config.url).spawn().unwrap();
    let count = async || app.run("{ contactCount }", json!({})).await["contactCount"].as_u64().unwrap();
    until("the first rows", || async { count().await > 0 }).await;
    running.kill().unwrap();
    running.wait().unwrap();
    let written = count().await;
    assert!(written < 6000, "it was too fast to be killed");
    let output = import(&["--resume"], &app.config.url).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
    assert!(printed(&output).contains("6000 rows: 6000 created, 0 updated"), "{}", printed(&output));
    let counts = "{ contactCount companyCount importJobs { nodes { state created companiesCreated batch { state
        changeCount } } } }";
    let jobs = app.run(counts, json!({})).await;
    let expected = json!({ "contactCount": 6000, "companyCount": 50, "importJobs": { "nodes": [{ "state": "DONE",
        "created": 6000, "companiesCreated": 50, "batch": { "state": "DONE", "changeCount": 12_050 } }] } });
    assert_eq!(jobs, expected);
    let again = import(&[path], &app.config.url).output().unwrap();
    assert!(printed(&again).contains("6000 unchanged"), "{}", printed(&again));
}
