//! The order of the change feed and of histories, whoever writes meanwhile.

use std::{collections::HashSet, sync::Arc};

use liaison::entity::role::Role;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::{
    changes::FEED,
    support::{Listening, NOBODY, TestApp, both_databases, each, eventually, socket::Client},
};

// The classic bug: a number is drawn, the transaction takes its time, and a reader is past it when it commits.
#[both_databases]
async fn a_reader_of_the_feed_misses_nothing_and_sees_nothing_twice(app: TestApp) {
    const WRITERS: usize = 8;
    const WRITES: usize = 25;
    let app = Arc::new(app);
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let app = Arc::clone(&app);
            tokio::spawn(async move {
                for number in 0..WRITES {
                    app.contact(&format!("Contact {writer} {number}")).await;
                    if app.shared.domain.db.backend() == DbBackend::Postgres && number % 5 == 0 {
                        write_slowly(&app, 1 + 2 * writer).await;
                    }
                }
            })
        })
        .collect();
    let slow = if app.shared.domain.db.backend() == DbBackend::Postgres { WRITERS * WRITES / 5 } else { 0 };
    let total = WRITERS * WRITES + slow;
    let mut seen = Vec::new();
    let mut after = Value::Null;
    while seen.len() < total {
        let edges = eventually("the next changes", || async {
            let page = app.run(FEED, json!({ "first": 7, "after": after })).await["changes"].clone();
            page["edges"].as_array().cloned().filter(|edges| !edges.is_empty())
        })
        .await;
        after = edges[edges.len() - 1]["cursor"].clone();
        seen.extend(edges);
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let cursors: HashSet<String> = seen.iter().map(|edge| edge["cursor"].to_string()).collect();
    assert_eq!((seen.len(), cursors.len()), (total, total));
    let mut everything = Vec::new();
    let mut after = Value::Null;
    while everything.len() < total {
        let page = app.run(FEED, json!({ "first": 200, "after": after })).await["changes"].clone();
        everything.extend(page["edges"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, everything, "in the order in which it is read afterwards");
}

/// After a crash or a failover PostgreSQL gives the numbers of transactions again of which nothing was durable. So a place
/// in the feed must not count them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_that_are_given_again_hide_no_change_on_postgres() {
    const LOST: &str = "CREATE TEMP TABLE lost (number int) ON COMMIT DROP; DO $$ BEGIN FOR number IN 1..1000 LOOP \
                        BEGIN INSERT INTO lost VALUES (number); RAISE EXCEPTION 'undone'; EXCEPTION WHEN OTHERS THEN NULL; END; \
                        END LOOP; END $$";
    let Some(app) = TestApp::on_postgres().await else { return };
    app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    let tx = app.shared.domain.db.begin().await.unwrap();
    tx.execute_unprepared(LOST).await.unwrap();
    tx.rollback().await.unwrap();
    let end = app.run("{ changes(first: 0) { pageInfo { endCursor } } }", json!({})).await["changes"].clone();
    let end = end["pageInfo"]["endCursor"].clone();
    let server = Listening::start(app).await;
    let mut client = Client::anyone(&server).await;
    client.subscribe("a", "subscription { changes { node { subjectId } } }").await;
    server.listeners(1).await;

    let forget = "UPDATE change_feed SET tx_offset = tx_offset - 1000";
    server.app.shared.domain.db.writer().execute_unprepared(forget).await.unwrap();
    let ben = server.app.contact("Ben").await;
    let after = server.app.feed(json!({ "after": end }), 1).await;
    assert_eq!(after[0]["node"]["subjectId"], ben);
    assert_eq!(client.hear().await["payload"]["data"]["changes"]["node"]["subjectId"], ben);
    drop(client);
    server.stop().await;
}

/// A transaction that records a change at once and commits late: after so many pages have been read.
async fn write_slowly(app: &TestApp, pages: usize) {
    let tx = app.shared.domain.db.begin().await.unwrap();
    let sql = format!(
        "INSERT INTO changes (tx, at, kind, subject_type, subject_id)
         SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint) + tx_offset, now(), 'created', 'company', '{NOBODY}'
         FROM change_feed"
    );
    tx.execute_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    for _ in 0..pages {
        app.run(FEED, json!({ "first": 200 })).await;
    }
    tx.commit().await.unwrap();
}

/// On PostgreSQL a transaction has its number from its first lock on, and may change a record after transactions that
/// came later and have ended: the feed has them in that order, a history in the order of the writes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_history_is_in_the_order_of_the_writes() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let app = Arc::new(app);
    let (ann, mia, zoe) = (app.contact("Ann").await, app.contact("Mia").await, app.contact("Zoe").await);
    let held = app.shared.domain.db.begin().await.unwrap();
    let lock = format!("SELECT id FROM contacts WHERE id = '{mia}' FOR UPDATE");
    held.query_one_raw(Statement::from_string(DbBackend::Postgres, lock)).await.unwrap();
    let all = json!({ "ids": [ann, mia, zoe] });
    let bulk = tokio::spawn({
        let app = Arc::clone(&app);
        let mutation = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) { contacts { id } userErrors { code } } }";
        async move { app.run(mutation, all).await }
    });
    app.until_somebody_waits().await;
    assert_eq!((app.codes("trashContact", &zoe).await, app.codes("restoreContact", &zoe).await), (vec![], vec![]));
    held.commit().await.unwrap();
    assert_eq!(bulk.await.unwrap()["trashContacts"]["contacts"].as_array().unwrap().len(), 3);
    let query = "query($id: ID!, $after: String) { contact(id: $id) { history(first: 1, after: $after) {
        edges { cursor node { type } } pageInfo { hasNextPage } } } }";
    let mut seen = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = app.run(query, json!({ "id": zoe, "after": after })).await["contact"]["history"].clone();
        seen.push(page["edges"][0]["node"]["type"].clone());
        after = page["edges"][0]["cursor"].clone();
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
    }
    assert_eq!(seen, ["TRASHED", "RESTORED", "TRASHED", "CREATED"]);
}

/// A database that was restored on another server, which has not counted as far.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_order_holds_when_a_database_moves() {
    let Some(app) = TestApp::on_postgres().await else { return };
    app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    app.execute("UPDATE changes SET tx = tx + 1000000000").await;
    let app = app.guarded().await;
    let key = app.key(Role::Admin).await;
    let create = "mutation { createContact(input: { name: \"Ben\" }) { contact { id } } }";
    app.ask(Some(&key), create, json!({})).await;
    let names = eventually("both changes in the feed", || async {
        let query = "{ changes { nodes { subject { ... on Contact { name } } } } }";
        let feed = app.ask(Some(&key), query, json!({})).await.body;
        let subjects = each(&feed["data"]["changes"]["nodes"], "subject").into_iter();
        let names: Vec<Value> = subjects.map(|subject| subject["name"].clone()).collect();
        (names.len() == 2).then_some(names)
    })
    .await;
    assert_eq!(names, [json!("Ann"), json!("Ben")]);
}
