//! Statements without names, with which Liaison works through poolers that give each transaction another connection.
//! With `TEST_POOLER` all tests run through one; see `support::postgres`.

use std::time::Duration;

use liaison::{
    app,
    config::{DatabaseConfig, StatementNames},
};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::json;

use crate::support::{TestApp, postgres::TestDatabase};

/// Number of statements that the connection at hand keeps.
async fn kept(connection: &impl ConnectionTrait) -> i64 {
    let statement = Statement::from_string(DbBackend::Postgres, "SELECT count(*) FROM pg_prepared_statements");
    connection.query_one_raw(statement).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}

/// Reads and writes by all kinds of statements; then the numbers that connections of both pools keep.
async fn kept_after_requests(app: &TestApp) -> [i64; 2] {
    let id = app.contact("Ada Lovelace").await;
    let company = app.company("Engines").await;
    app.membership(&id, &company).await;
    let update = "mutation($id: ID!) { updateContact(id: $id, input: { phone: \"555\" }) { contact { phone } } }";
    app.run(update, json!({ "id": id })).await;
    let list = "{ contacts(search: \"love\") { nodes { name primaryMembership { company { name } } } totalCount } }";
    for _ in 0..3 {
        let listed = app.run(list, json!({})).await;
        assert_eq!(listed["contacts"]["nodes"][0]["primaryMembership"]["company"]["name"], "Engines");
    }
    let db = &app.shared.domain.db;
    let tx = db.begin().await.unwrap();
    let of_transaction = kept(&tx).await;
    tx.rollback().await.unwrap();
    [kept(db.reads()).await, of_transaction]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statements_without_names_leave_nothing_on_their_connections_on_postgres() {
    let Some(database) = TestDatabase::create().await else { return };
    assert_eq!(kept_after_requests(&TestApp::unnamed(&database.url).await).await, [0, 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_values_pass_in_both_directions_on_postgres() {
    let Some(database) = TestDatabase::create().await else { return };
    let app = TestApp::unnamed(&database.url).await;
    let values: serde_json::Map<_, _> =
        (0..40).map(|key| (format!("k{key}"), json!("\u{1f5c3}".repeat(200)))).collect();
    for number in 0..20 {
        app.contact_with(json!({ "name": format!("Large {number}"), "metadata": values })).await;
    }
    let listed = app.run("{ contacts { nodes { metadata } } }", json!({})).await;
    let nodes = listed["contacts"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 20);
    assert!(nodes.iter().all(|node| node["metadata"] == json!(values)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_is_not_there_is_named_on_postgres() {
    let Some(database) = TestDatabase::create().await else { return };
    let config = DatabaseConfig {
        url: "postgres://liaison@127.0.0.1:1/liaison".to_owned(),
        direct_url: Some(database.url.clone()),
        statements: StatementNames::Unnamed,
        acquire_timeout: Duration::from_millis(300),
        ..DatabaseConfig::default()
    };
    let refused = app::open_database(&config).await.unwrap_err().to_string();
    assert!(refused.contains("127.0.0.1:1") && refused.contains("the pooler cannot be reached"), "{refused}");
}
