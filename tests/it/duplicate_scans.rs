//! When a scan is made by itself, and what it tells of itself.

use std::{pin::pin, sync::Mutex};

use liaison::{
    domain::duplicates,
    entity::duplicate_scan::{Model, ScanState, ScanStep},
};
use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use crate::{
    imports,
    support::{TestApp, both_databases, until},
};

impl TestApp {
    /// The last scan, after everything is compared.
    async fn scan(&self) -> Uuid {
        self.compared().await;
        duplicates::last_scan(&self.operator().db).await.unwrap().unwrap().id
    }

    /// Creates contacts by an import.
    async fn import_many(&self, name: &str, count: usize) {
        let rows: Vec<String> =
            (0..count).map(|number| format!("{name} {number},{name}{number}@example.com\n")).collect();
        let job = imports::csv(self, &format!("Name,Email\n{}", rows.concat())).await;
        assert_eq!(usize::try_from(job.created).unwrap(), count);
    }

    /// Makes the last scan one that took so many seconds.
    async fn last_scan_took(&self, seconds: u32) {
        let started = if self.config.is_sqlite() {
            format!("strftime('%Y-%m-%dT%H:%M:%f+00:00', finished_at, '-{seconds} seconds')")
        } else {
            format!("finished_at - interval '{seconds} seconds'")
        };
        self.sql(&format!("UPDATE duplicate_scans SET started_at = {started}")).await;
    }
}

#[both_databases]
async fn a_scan_is_made_when_a_quarter_was_compared_and_the_last_one_is_long_ago(app: TestApp) {
    let first = app.scan().await;
    app.contact("Ann").await;
    assert_eq!(app.scan().await, first, "one contact is compared alone");
    app.sql("UPDATE duplicate_upkeep SET compared = 500").await;
    app.last_scan_took(24 * 60 * 60).await;
    assert_eq!(app.scan().await, first, "a day's work is not repeated at once");
    app.last_scan_took(0).await;
    let second = app.scan().await;
    assert_ne!(second, first);
    app.sql("UPDATE duplicate_upkeep SET compared = 500, records = 4000").await;
    app.last_scan_took(0).await;
    assert_eq!(app.scan().await, second, "an eighth of the directory");
    app.sql("UPDATE duplicate_upkeep SET scoring = 1").await;
    assert_ne!(app.scan().await, second, "after an upgrade");
}

#[both_databases]
async fn after_a_large_import_a_scan_is_made_instead_of_comparing(app: TestApp) {
    let first = app.scan().await;
    app.import_many("Person", 1_999).await;
    app.last_scan_took(24 * 60 * 60).await;
    assert_eq!(app.scan().await, first, "few are compared one by one");
    app.import_many("Other", 2_001).await;
    assert_ne!(app.scan().await, first);
    assert_eq!(app.texts("SELECT CAST(compared AS text) FROM duplicate_upkeep").await, ["0"]);
}

#[both_databases]
async fn a_scan_tells_how_far_it_is(app: TestApp) {
    app.import_many("Person", 300).await;
    let told: Mutex<Vec<Model>> = Mutex::new(Vec::new());
    let made = duplicates::scan(app.operator(), &|scan| told.lock().unwrap().push(scan.clone())).await.unwrap();
    let told = told.into_inner().unwrap();
    let last = told.last().unwrap();
    assert_eq!((last.state, last.contact_count, last.id), (ScanState::Done, 300, made.id));
    assert!(last.finished_at.is_some() && told.iter().all(|scan| scan.done_count <= scan.total_count), "{told:?}");
    let stored = duplicates::last_scan(&app.operator().db).await.unwrap();
    assert_eq!(stored.as_ref(), Some(last));
    let groups = app.run("{ duplicateGroups { totalCount } }", json!({})).await;
    assert_eq!(groups["duplicateGroups"]["totalCount"], 0);
}

#[tokio::test]
async fn a_scan_tells_its_step_while_it_waits() {
    let Some(app) = TestApp::on_postgres().await else { return };
    app.import_many("Person", 300).await;
    let blocking = app.another().await;
    let tx = blocking.operator().db.begin().await.unwrap();
    tx.execute_unprepared("LOCK TABLE duplicate_keys IN EXCLUSIVE MODE").await.unwrap();
    let told: Mutex<Vec<Model>> = Mutex::new(Vec::new());
    let tell = |scan: &Model| told.lock().unwrap().push(scan.clone());
    let mut scan = pin!(duplicates::scan(app.operator(), &tell));
    let is_told = async || !told.lock().unwrap().is_empty();
    tokio::select! {
        ended = &mut scan => panic!("{ended:?}"),
        () = until("what a running scan tells", is_told) => {}
    }
    let running = told.lock().unwrap().last().unwrap().clone();
    assert_eq!((running.state, running.step, running.contact_count), (ScanState::Running, ScanStep::Indexing, 300));
    assert!(running.total_count > 0 && running.done_count < running.total_count, "{running:?}");
    // Others see the same, and wait for it.
    let stored = duplicates::last_scan(&blocking.operator().db).await.unwrap().unwrap();
    assert_eq!((stored.id, stored.step, stored.total_count), (running.id, running.step, running.total_count));
    tx.rollback().await.unwrap();
    let done = scan.await.unwrap();
    assert_eq!((done.state, done.id), (ScanState::Done, running.id));
}
