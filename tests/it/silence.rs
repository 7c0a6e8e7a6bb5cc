//! Servers of PostgreSQL that hang or vanish: nothing answers, and no connection is closed.

use std::time::{Duration, Instant};

use axum::{body::Body, http::Request};
use futures_util::future::join_all;
use liaison::config::HttpArgs;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::support::{
    Listening, TestApp, access_args, http_args, id_of, postgres::TestDatabase, proxy::Proxy, socket::Client, until,
};

/// A statement of its own, and a transaction.
const CREATE: &str = "mutation { createContact(input: { name: \"Ada\" }) { contact { id } userErrors { code } } }";
const TRASH: &str = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) { userErrors { code } } }";

const POOL_SIZE: u32 = 2;
const STATEMENT_TIMEOUT: Duration = Duration::from_millis(500);
/// A statement's, and the second that its message has to arrive.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(1500);

/// An application that reaches its server through a proxy.
async fn behind_a_proxy() -> Option<(TestDatabase, Proxy, TestApp)> {
    let database = TestDatabase::create().await?;
    let proxy = Proxy::before(&database).await;
    let mut app = TestApp::over(proxy.url.clone()).await;
    app.config.pool_size = POOL_SIZE;
    app.config.acquire_timeout = Duration::from_secs(1);
    app.config.statement_timeout = Some(STATEMENT_TIMEOUT);
    let app = app.behind(HttpArgs { request_timeout_ms: 2000, ..http_args() }, access_args()).await;
    Some((database, proxy, app))
}

/// Makes more writes of both kinds at once than there are connections; returns the codes of those that failed.
async fn write(app: &TestApp, id: &str) -> Vec<String> {
    let answers = (0..4 * POOL_SIZE).map(async |number| {
        let query = if number % 2 == 0 { CREATE } else { TRASH };
        app.post(&json!({ "query": query, "variables": { "ids": [id] } })).await.1
    });
    let codes = join_all(answers).await.into_iter().filter_map(|answer| match &answer["errors"] {
        Value::Null => None,
        errors => Some(errors[0]["extensions"]["code"].as_str().unwrap().to_owned()),
    });
    codes.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_vanished_leaves_room_for_its_successor_on_postgres() {
    let Some((_database, proxy, app)) = behind_a_proxy().await else { return };
    let id = app.contact("Ada").await;
    assert_eq!(write(&app, &id).await, Vec::<String>::new());
    let server = Listening::start(app).await;
    let mut client = Client::anyone(&server).await;
    client.subscribe("a", "subscription { changes { node { subjectId } } }").await;
    server.listeners(1).await;

    proxy.replace_server();
    for code in write(&server.app, &id).await {
        assert!(["SERVICE_UNAVAILABLE", "TIMEOUT"].contains(&&*code), "{code}");
    }
    until("room", || async { write(&server.app, &id).await.is_empty() }).await;
    let bob = server.app.contact("Bob").await;
    loop {
        let message = client.hear().await;
        assert_eq!(message["type"], "next", "{message}");
        if message["payload"]["data"]["changes"]["node"]["subjectId"] == bob {
            break;
        }
    }
    drop(client);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readiness_does_not_wait_for_a_server_that_hangs_on_postgres() {
    let Some((_database, proxy, app)) = behind_a_proxy().await else { return };
    let ready = async || app.request(Request::get("/readyz").body(Body::empty()).unwrap()).await.status().as_u16();
    assert_eq!(ready().await, 200);
    proxy.freeze();
    until("readiness off", || async {
        let asked = Instant::now();
        let status = ready().await;
        assert!(asked.elapsed() < ANSWER_TIMEOUT, "after {:?}", asked.elapsed());
        status == 503
    })
    .await;
    proxy.thaw();
    until("readiness on", || async { ready().await == 200 }).await;
}

/// The driver does not know of a transaction whose BEGIN it gave up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_gets_into_a_transaction_that_began_too_late_on_postgres() {
    let Some((_database, proxy, app)) = behind_a_proxy().await else { return };
    let db = &app.shared.domain.db;
    let connections = join_all((0..POOL_SIZE).map(|_| db.begin())).await;
    drop(connections);
    until("the connections", || async {
        let pools = db.pools();
        pools.iter().find(|pool| pool.name == "transactions").unwrap().idle == POOL_SIZE as usize
    })
    .await;
    proxy.freeze();
    let begun = join_all((0..POOL_SIZE).map(|_| db.begin())).await;
    for begun in begun {
        assert!(liaison::storage::is_unavailable(&begun.err().unwrap()));
    }
    proxy.thaw();
    // A transaction that began when the server went on is this old then.
    tokio::time::sleep(Duration::from_secs(1)).await;
    for _ in 0..4 * POOL_SIZE {
        let sql = "SELECT now() > clock_timestamp() - interval '500 milliseconds' AS is_alone, pg_sleep(0.01)";
        let row = db.writer().query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap().unwrap();
        assert!(row.try_get::<bool>("", "is_alone").unwrap(), "inside a transaction that nobody ends");
    }
    let id = app.contact("Ada").await;
    assert_eq!(
        id_of(&app.run("query($id: ID!) { contact(id: $id) { id } }", json!({ "id": id })).await["contact"]),
        id
    );
}
