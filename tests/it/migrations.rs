//! The database's tables: up, down and up again, several starts at once, and keys that an older program folded.

use std::time::Duration;

use liaison::{app, config::DatabaseConfig, domain::rekey};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement, TransactionTrait};
use serde_json::json;

use crate::support::{TestApp, both_databases, each, postgres};

async fn up_down_and_up(url: &str) {
    let connection = Database::connect(url).await.unwrap();
    Migrator::up(&connection, None).await.unwrap();
    Migrator::down(&connection, None).await.unwrap();
    Migrator::up(&connection, None).await.unwrap();
    connection.close().await.unwrap();
}

async fn start_together(url: &str) {
    let config = DatabaseConfig {
        url: url.to_owned(),
        pool_size: 2,
        acquire_timeout: Duration::from_secs(30),
        ..DatabaseConfig::default()
    };
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let config = config.clone();
            tokio::spawn(async move { app::open_database(&config).await.unwrap().close().await.unwrap() })
        })
        .collect();
    for start in starts {
        start.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn migrations_go_up_down_and_up_again_on_sqlite() {
    let directory = tempfile::tempdir().unwrap();
    up_down_and_up(&format!("sqlite://{}?mode=rwc", directory.path().join("test.db").display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_they_go_up_and_down_and_replicas_start_together() {
    let Some(database) = postgres::TestDatabase::empty().await else { return };
    up_down_and_up(&database.url).await;
    let Some(database) = postgres::TestDatabase::empty().await else { return };
    start_together(&database.url).await;
}

#[both_databases]
async fn keys_of_an_older_folding_are_rebuilt_at_start(app: TestApp) {
    app.contact_with(json!({ "name": "Łukasz", "email": "Ü@example.com" })).await;
    app.company("Ärzte").await;
    let db = &app.shared.domain.db;
    let tx = db.begin().await.unwrap();
    for sql in [
        "UPDATE contacts SET name_key = 'old', email_key = 'old'",
        "UPDATE companies SET name_key = 'old'",
        "UPDATE folding SET version = 0",
    ] {
        tx.execute_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let query = "{ searchContacts(query: \"lukasz\") { name } searchCompanies(query: \"arzte\") { name }
        other: searchContacts(query: \"u@exam\") { name } }";
    let nothing = json!({ "searchContacts": [], "searchCompanies": [], "other": [] });
    assert_eq!(app.run(query, json!({})).await, nothing);
    let other = app::open_database(&app.config).await.unwrap();
    rekey::finish(&other).await.unwrap();
    other.close().await.unwrap();
    assert_eq!(
        app.run(query, json!({})).await,
        json!({
            "searchContacts": [{ "name": "Łukasz" }], "searchCompanies": [{ "name": "Ärzte" }],
            "other": [{ "name": "Łukasz" }],
        })
    );
}

#[both_databases]
async fn rows_that_are_there_are_found_after_each_step_of_the_search_indexes(app: TestApp) {
    let names = ["Zoë", "anna b", "Anna", "anna b 2", "李", ""].map(|name| format!("{name} Searched"));
    for name in &names {
        app.contact(name).await;
        app.company(name).await;
    }
    let query = "{ searchContacts(query: \"searched\") { name } searchCompanies(query: \"hed\") { name }
        short: searchContacts(query: \"李\") { name } }";
    let found = app.run(query, json!({})).await;
    assert_eq!((each(&found["searchContacts"], "name").len(), each(&found["short"], "name").len()), (6, 1));
    Migrator::down(app.shared.domain.db.writer(), Some(2)).await.unwrap();
    Migrator::up(app.shared.domain.db.writer(), None).await.unwrap();
    let again = app.another().await;
    assert_eq!(again.run(query, json!({})).await, found);
    again.contact("anna searched").await;
    let found = again.run(query, json!({})).await;
    let first = ["anna b 2 Searched", "anna b Searched", "Anna Searched", "anna searched"];
    assert_eq!(each(&found["searchContacts"], "name")[..4], first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_beginning_without_room_behind_its_last_row_has_some_before() {
    let app = TestApp::on_sqlite().await;
    app.contact("Annabella 1").await;
    let last = "UPDATE contacts SET search_number = (name_order << 22) + 4194303";
    app.shared.domain.db.writer().execute_unprepared(last).await.unwrap();
    for number in 2..5 {
        app.contact(&format!("Annabella {number}")).await;
        let found = app.run(&format!("{{ searchContacts(query: \"bella {number}\") {{ name }} }}"), json!({})).await;
        assert_eq!(each(&found["searchContacts"], "name"), [&format!("Annabella {number}")]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_that_deadlocks_with_a_serving_replica_runs_again() {
    let Some(database) = postgres::TestDatabase::empty().await else { return };
    let replica = Database::connect(&database.url).await.unwrap();
    let migrations = Migrator::migrations();
    // It locks the companies, and then its own entry in the list of migrations is written.
    let before = migrations.iter().position(|migration| migration.name().ends_with("website_hosts")).unwrap();
    Migrator::up(&replica, Some(before.try_into().unwrap())).await.unwrap();
    // Whoever waits for longer than this looks for a deadlock, and gives in.
    let patience =
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''3s''', current_database()); END $$";
    replica.execute_unprepared(patience).await.unwrap();
    let write = replica.begin().await.unwrap();
    write.execute_unprepared("SET LOCAL deadlock_timeout = '1min'").await.unwrap();
    write.execute_unprepared("LOCK TABLE seaql_migrations IN SHARE MODE").await.unwrap();
    let config = DatabaseConfig { url: database.url.clone(), ..DatabaseConfig::default() };
    let starting = tokio::spawn(async move { app::open_database(&config).await });
    let waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'seaql_migrations'::regclass";
    while write.query_one_raw(Statement::from_string(DbBackend::Postgres, waiting)).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    write.execute_unprepared("LOCK TABLE companies IN ROW EXCLUSIVE MODE").await.unwrap();
    write.rollback().await.unwrap();
    starting.await.unwrap().unwrap().close().await.unwrap();
    assert!(Migrator::get_pending_migrations(&replica).await.unwrap().is_empty());
    replica.close().await.unwrap();
}
