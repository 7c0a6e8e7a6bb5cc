//! Connections to the database that are abandoned by requests, or cut by the server.

use std::time::Duration;

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::support::{TestApp, until};

const NAME: &str = "query($id: ID!) { contact(id: $id) { name } }";

/// Asks for each contact at once, many times over; all answers must be the right ones.
async fn ask_for_all(app: &TestApp, ids: &[String]) {
    let asked = ids.iter().cycle().enumerate().take(10 * ids.len()).map(async |(number, id)| {
        let data = app.run(NAME, json!({ "id": id })).await;
        assert_eq!(data["contact"]["name"], format!("Contact {}", number % ids.len()));
    });
    futures_util::future::join_all(asked).await;
}

async fn contacts(app: &TestApp) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..12 {
        ids.push(app.contact(&format!("Contact {number}")).await);
    }
    ids
}

async fn run(app: &TestApp, sql: &str) {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    app.shared.domain.db.writer().query_all_raw(statement).await.unwrap();
}

const CUT_ALL: &str = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                       WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// Whoever hangs up while its statement runs leaves the statement's rows on the connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_abandoned_statement_does_not_answer_the_next() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let ids = contacts(&app).await;
    for _ in 0..3 {
        let lock = app.shared.domain.db.begin().await.unwrap();
        lock.execute_unprepared("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let waiting = ids.iter().map(|id| app.run(NAME, json!({ "id": id })));
        let given_up = tokio::time::timeout(Duration::from_millis(50), futures_util::future::join_all(waiting)).await;
        assert!(given_up.is_err(), "nothing waited for the lock");
        lock.rollback().await.unwrap();
        ask_for_all(&app, &ids).await;
    }
}

/// Nor does the next wait for it while there is room for another connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_an_abandoned_statement() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let id = app.contact("Contact 0").await;
    let company = app.company("Acme").await;
    let lock = app.shared.domain.db.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE").await.unwrap();
    for _ in 0..3 {
        let waiting = app.run(NAME, json!({ "id": id }));
        assert!(tokio::time::timeout(Duration::from_millis(50), waiting).await.is_err());
        let query = "query($id: ID!) { company(id: $id) { name } }";
        assert_eq!(app.run(query, json!({ "id": company })).await["company"]["name"], "Acme");
    }
    lock.rollback().await.unwrap();
    ask_for_all(&app, &[id]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_the_server_cut_are_made_anew() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let ids = contacts(&app).await;
    ask_for_all(&app, &ids).await;
    run(&app, CUT_ALL).await;
    // Those used within the last second are believed to live; each of them fails once, and says that it is not final.
    let mut refused = 0;
    loop {
        let answer = app.send(NAME, json!({ "id": ids[0] })).await;
        match &answer["errors"] {
            Value::Null => break,
            errors => assert_eq!(errors[0]["extensions"]["code"], "SERVICE_UNAVAILABLE", "{answer}"),
        }
        refused += 1;
        assert!(refused <= app.config.pool_size, "the connections did not come back");
    }
    ask_for_all(&app, &ids).await;

    run(&app, CUT_ALL).await;
    tokio::time::sleep(Duration::from_millis(1100)).await;
    // After a while unused they are asked first.
    ask_for_all(&app, &ids).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gets_no_connection_is_told_to_come_back() {
    let Some(mut app) = TestApp::on_postgres().await else { return };
    let id = app.contact("Contact 0").await;
    app.config.acquire_timeout = Duration::from_millis(100);
    let impatient = app.another().await;
    let lock = app.shared.domain.db.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let waiting = (0..=app.config.pool_size).map(|_| impatient.send(NAME, json!({ "id": id })));
    let waiting = futures_util::future::select_all(waiting.map(Box::pin));
    let (answer, ..) = waiting.await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE", "{answer}");
    lock.rollback().await.unwrap();
    ask_for_all(&impatient, &[id]).await;
}

/// Transactions that wait for its locks may have all other connections, as behind a pooler.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_needs_no_second_connection() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let company = app.company("Acme").await;
    let lock = app.shared.domain.db.begin().await.unwrap();
    lock.execute_unprepared("LOCK TABLE companies IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let query = "query($id: ID!) { company(id: $id) { name } }";
    let reading = (0..app.config.pool_size).map(|_| app.run(query, json!({ "id": company })));
    let creating = async {
        let waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'companies'::regclass";
        let waiting = Statement::from_string(DbBackend::Postgres, waiting);
        let all = usize::try_from(app.config.pool_size).unwrap();
        let are_taken = || async { lock.query_all_raw(waiting.clone()).await.unwrap().len() == all };
        until("readers that have all connections", are_taken).await;
        let create =
            "mutation { createContact(input: { name: \"Ann\" }, onDuplicate: REJECT) { userErrors { code } } }";
        let created = tokio::time::timeout(Duration::from_secs(5), app.run(create, json!({}))).await;
        lock.rollback().await.unwrap();
        assert_eq!(created.expect("it waited")["createContact"]["userErrors"], json!([]));
    };
    tokio::join!(futures_util::future::join_all(reading), creating);
}
