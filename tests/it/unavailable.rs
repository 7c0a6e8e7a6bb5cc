//! Conditions of the database that pass: `SERVICE_UNAVAILABLE` and not an internal error, and readiness off where
//! nothing can be written.

use std::process::Command;

use axum::{body::Body, http::Request};
use sea_orm::{ConnectionTrait, Database};
use serde_json::{Value, json};

use crate::support::{
    Listening, TestApp, id_of,
    postgres::TestDatabase,
    process::{Process, liaison},
    until,
};

/// Written by the write queue, and by sqlx.
const CREATE: &str = "mutation { createContact(input: { name: \"Ada\" }) { contact { id } userErrors { code } } }";
const TRASH: &str = "mutation($id: ID!) { trashContact(id: $id) { contact { id } userErrors { code } } }";
const CONNECT: &str = "mutation($id: ID!) {
    connectUser(contactId: $id, email: \"ada@example.com\") { user { id } userErrors { code } } }";

const WRITES: [&str; 3] = [CREATE, TRASH, CONNECT];

async fn readiness(app: &TestApp) -> u16 {
    app.request(Request::get("/readyz").body(Body::empty()).unwrap()).await.status().as_u16()
}

/// The error's code, and what else it says to the client.
async fn code(app: &TestApp, query: &str, id: &str) -> String {
    let answer = app.post(&json!({ "query": query, "variables": { "id": id } })).await.1;
    let error = &answer["errors"][0];
    assert!(!answer.to_string().contains("SQL") && !answer.to_string().contains("disk"), "{answer}");
    error["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no error: {answer}")).to_owned()
}

async fn every_write_is_unavailable(app: &TestApp, id: &str) {
    for query in WRITES {
        assert_eq!(code(app, query, id).await, "SERVICE_UNAVAILABLE", "{query}");
    }
}

/// Runs SQL as somebody else on the server, who may write.
async fn run(database: &TestDatabase, sql: &str) {
    let url = database.url_with("options[default_transaction_read_only]=off");
    let connection = Database::connect(url).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_is_not_given_up_is_unavailable_on_sqlite() {
    let app = TestApp::on_sqlite().await;
    let id = app.contact("Ada").await;
    let file = app.config.url.strip_prefix("sqlite://").unwrap();
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let writes = WRITES.map(|query| code(&app, query, &id));
    for code in futures_util::future::join_all(writes).await {
        assert_eq!(code, "SERVICE_UNAVAILABLE");
    }
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 1);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(readiness(&app).await, 200);
    app.contact("Bob").await;
}

/// On the connection that takes transactions; the test below has the write queue's as well.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_full_or_read_only_is_unavailable_on_sqlite() {
    const LARGE: &str = "mutation($metadata: JSON) { createContact(input: { name: \"Bob\", metadata: $metadata },
        primaryCompany: { company: { findOrCreateByName: \"Acme\" } }) { contact { id } userErrors { code } } }";
    let app = TestApp::on_sqlite().await;
    let writer = app.shared.domain.db.writer();
    let create = async || {
        let variables = json!({ "metadata": { "x": "x".repeat(50_000) } });
        app.post(&json!({ "query": LARGE, "variables": variables })).await.1
    };
    // As many pages as there are, and none of them free.
    for (begin, end) in [
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        ("VACUUM; PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1000000"),
    ] {
        writer.execute_unprepared(begin).await.unwrap();
        let answer = create().await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE", "{begin}: {answer}");
        writer.execute_unprepared(end).await.unwrap();
        let answer = create().await;
        assert_eq!(answer["data"]["createContact"]["userErrors"], json!([]), "{answer}");
    }
}

/// The file cannot grow: the system says that it is too large.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_takes_nothing_is_unavailable_and_turns_readiness_off_until_it_does() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    // The signal that comes with the error would end the process.
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh"]);
    let server = liaison(&["serve", "--dev", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.arg(server.get_program()).args(server.get_args());
    command.env("DATABASE_URL", format!("sqlite://{}", folder.path().join("test.db").display()));
    let process = Process::start(command);
    let address = process.address();
    let client = reqwest::Client::new();
    let send = async |query: &str, id: &str| -> Value {
        let body = json!({ "query": query, "variables": { "id": id } });
        client.post(format!("http://{address}/graphql")).json(&body).send().await.unwrap().json().await.unwrap()
    };
    let ready = async || client.get(format!("http://{address}/readyz")).send().await.unwrap().status().as_u16();
    let limit = |bytes: &str| {
        let limit = format!("--fsize={bytes}:unlimited");
        assert!(Command::new("prlimit").args(["--pid", &process.id(), &limit]).status().unwrap().success());
    };
    let id = id_of(&send(CREATE, "").await["data"]["createContact"]["contact"]);
    assert_eq!(ready().await, 200);
    limit("0");
    // A driver that loses count of its transactions acknowledges the third.
    for query in WRITES.into_iter().cycle().take(12) {
        let answer = send(query, &id).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE", "{query}: {answer}");
    }
    assert_eq!(send("{ contactCount }", "").await["data"]["contactCount"], 1, "reading goes on");
    // An answer holds for a second.
    until("readiness off", || async { ready().await == 503 }).await;
    limit("unlimited");
    until("readiness on", || async { ready().await == 200 }).await;
    for query in WRITES {
        let answer = send(query, &id).await;
        assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
    }
    let told = send("{ contacts(includeTrashed: true) { nodes { name user { email } } } }", "").await["data"].clone();
    process.signal("-KILL");
    drop(process);
    let app = TestApp::over(format!("sqlite://{}", folder.path().join("test.db").display())).await;
    let kept = app.run("{ contacts(includeTrashed: true) { nodes { name user { email } } } }", json!({})).await;
    assert_eq!(kept, told, "what was acknowledged is there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locks_and_statements_that_take_too_long_are_unavailable_on_postgres() {
    for limit in ["lock_timeout", "statement_timeout"] {
        let Some(database) = TestDatabase::create().await else { return };
        let app = TestApp::over(database.url_with(&format!("options[{limit}]=100"))).await;
        let id = app.contact("Ada").await;
        let other = database.connect().await;
        let lock = sea_orm::TransactionTrait::begin(&other).await.unwrap();
        lock.execute_unprepared("LOCK TABLE contacts, users IN SHARE MODE").await.unwrap();
        every_write_is_unavailable(&app, &id).await;
        assert_eq!(readiness(&app).await, 200, "others may still write");
        lock.rollback().await.unwrap();
        app.run(TRASH, json!({ "id": id })).await;
        other.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_takes_no_writes_is_unavailable_and_not_ready_on_postgres() {
    let Some(database) = TestDatabase::create().await else { return };
    let app = TestApp::over(database.url.clone()).await;
    let id = app.contact("Ada").await;
    let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND pid <> pg_backend_pid()";
    let name = database.name();
    run(&database, &format!("ALTER DATABASE {name} SET default_transaction_read_only = on")).await;
    run(&database, others).await;
    let server = Listening::start(app).await;
    let app = &server.app;
    // A connection that the server has ended answers for that first.
    for _ in 0..app.config.pool_size {
        every_write_is_unavailable(app, &id).await;
    }
    until("readiness off", || async { readiness(app).await == 503 }).await;
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 1);
    run(&database, &format!("ALTER DATABASE {name} RESET default_transaction_read_only")).await;
    run(&database, others).await;
    until("readiness on", || async { readiness(app).await == 200 }).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_refuses_new_connections_is_unavailable_on_postgres() {
    let Some(database) = TestDatabase::create().await else { return };
    let app = TestApp::over(database.url.clone()).await;
    let id = app.contact("Ada").await;
    // From another database, because this one lets nobody in.
    let Some(other) = TestDatabase::empty().await else { return };
    let name = database.name();
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    run(&other, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
    run(&other, &end).await;
    // A connection that the server has ended answers for that first.
    for _ in 0..=app.config.pool_size {
        every_write_is_unavailable(&app, &id).await;
        assert_eq!(code(&app, "{ contactCount }", "").await, "SERVICE_UNAVAILABLE");
    }
    run(&other, &format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
    until("readiness on", || async { readiness(&app).await == 200 }).await;
    app.contact("Bob").await;
}
