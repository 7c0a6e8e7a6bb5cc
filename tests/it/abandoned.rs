//! Work whose client has gone: reads end in the database too, mutations come to their end.

use std::time::{Duration, Instant};

use liaison::storage::{Row, RowVisitor};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use serde_json::json;
use tokio::{io::AsyncWriteExt, net::TcpStream, time::timeout};

use crate::support::{Listening, TestApp, both_databases, until};

/// Looks at no row.
struct Nothing;

impl RowVisitor for Nothing {
    fn row(&mut self, _: &impl Row) -> Result<(), DbErr> {
        Ok(())
    }
}

/// A read that ends by itself after hours.
fn endless(app: &TestApp) -> Statement {
    let sql = "WITH RECURSIVE numbers (number) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT number + 1 FROM numbers \
               WHERE number < 100000000000) SELECT count(*) FROM numbers WHERE number % 7 = 8";
    Statement::from_string(app.shared.domain.db.backend(), sql)
}

/// How many statements of the application run on PostgreSQL, beside the one that asks.
async fn running(app: &TestApp, state: &str) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = '{state}' \
         AND pid <> pg_backend_pid()"
    );
    let db = &app.shared.domain.db;
    let row = db.writer().query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

/// Waits until nothing is in this state any more.
async fn none_left(app: &TestApp, state: &str) {
    until(&format!("an end of what is {state}"), || async { running(app, state).await == 0 }).await;
}

#[both_databases]
async fn reads_that_nobody_waits_for_end(app: TestApp) {
    let id = app.contact("Ada").await;
    let db = &app.shared.domain.db;
    // More than there are readers or connections, by either way of reading.
    for _ in 0..3 {
        let by_visit = (0..12).map(|_| timeout(Duration::from_millis(100), db.reads().run(endless(&app), Nothing)));
        let by_rows = (0..12).map(|_| timeout(Duration::from_millis(100), db.reads().query_all_raw(endless(&app))));
        let (visits, rows) =
            tokio::join!(futures_util::future::join_all(by_visit), futures_util::future::join_all(by_rows));
        assert!(visits.iter().all(Result::is_err) && rows.iter().all(Result::is_err));
    }
    let asked = Instant::now();
    for query in [
        "query($id: ID!) { contact(id: $id) { name } }",
        "query($id: ID!) { contact(id: $id) { name history(first: 1) { nodes { at } } } }",
    ] {
        assert_eq!(app.run(query, json!({ "id": id })).await["contact"]["name"], "Ada");
    }
    assert!(asked.elapsed() < Duration::from_secs(3), "waited {:?} for reads of nobody", asked.elapsed());
    if db.backend() == sea_orm::DbBackend::Postgres {
        none_left(&app, "active").await;
    }
}

// The client has gone before the database has taken the first statement.
#[both_databases]
async fn mutations_come_to_their_end_whoever_hangs_up(app: TestApp) {
    let server = Listening::start(app).await;
    let db = server.app.shared.domain.db.clone();
    let lock = db.begin().await.unwrap();
    if db.backend() == sea_orm::DbBackend::Postgres {
        lock.execute_unprepared("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE").await.unwrap();
    }
    for number in 0..5 {
        let body = json!({ "query": format!("mutation {{ createContact(input: {{ name: \"Contact {number}\" }}) {{
            contact {{ id }} }} }}") })
        .to_string();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(stream);
    }
    tokio::time::sleep(Duration::from_millis(200)).await;
    lock.rollback().await.unwrap();
    until("five contacts", || async { server.app.run("{ contactCount }", json!({})).await["contactCount"] == 5 }).await;
    server.stop().await;
}

/// Those who begin a transaction and hang up at any moment leave none behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_begin_that_is_given_up_leaves_no_transaction() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let (contact, company) = (app.contact("Ada").await, app.company("Acme").await);
    app.membership(&contact, &company).await;
    let db = &app.shared.domain.db;
    for number in 0..300 {
        let begun = timeout(Duration::from_micros(number * 5), db.begin()).await;
        drop(begun);
    }
    let mutation = "mutation($contact: ID!, $company: ID!) {
        setPrimaryCompany(contactId: $contact, companyId: $company) { userErrors { code } } }";
    for number in 0..300 {
        let variables = json!({ "contact": contact, "company": company });
        drop(timeout(Duration::from_micros(number * 20), app.send(mutation, variables)).await);
    }
    none_left(&app, "idle in transaction").await;
    none_left(&app, "idle in transaction (aborted)").await;
    // Each of the pool's connections begins a transaction of its own now, not a second in an older one.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let begun = futures_util::future::join_all((0..app.config.pool_size).map(|_| db.begin())).await;
    for transaction in begun {
        let transaction = transaction.unwrap();
        let sql = "SELECT transaction_timestamp() > clock_timestamp() - interval '1 second'";
        let row = transaction.query_one_raw(Statement::from_string(db.backend(), sql)).await.unwrap().unwrap();
        assert!(row.try_get_by_index::<bool>(0).unwrap(), "an older transaction was open");
        transaction.rollback().await.unwrap();
    }
}
