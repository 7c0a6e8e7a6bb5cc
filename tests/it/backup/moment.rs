//! A backup shows one moment, whatever is written meanwhile.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::json;

use super::{EmptyDatabase, done};
use crate::{
    shapes,
    support::{TestApp, both_databases, tables::difference},
};

const WRITERS: usize = 8;
const CREATE: &str = "mutation($name: String!, $company: String!) { createContact(input: { name: $name },
    primaryCompany: { company: { findOrCreateByName: $company } }) { contact { id } userErrors { code } } }";

/// What each writer has been told is written: how many contacts.
type Acknowledged = Arc<Mutex<BTreeMap<usize, usize>>>;

async fn write(app: Arc<TestApp>, writer: usize, acknowledged: Acknowledged, stop: Arc<AtomicBool>) {
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let (name, company) = (format!("w{writer} {number:06}"), format!("c{writer} {number:06}"));
        let data = app.run(CREATE, json!({ "name": name, "company": company })).await;
        assert!(data["createContact"]["contact"]["id"].is_string(), "{data}");
        acknowledged.lock().unwrap().insert(writer, number + 1);
    }
}

#[both_databases]
async fn a_backup_among_writers_is_one_moment(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let (app, acknowledged) = (Arc::new(app), Acknowledged::default());
    let stop = Arc::new(AtomicBool::new(false));
    let start = |writer| tokio::spawn(write(Arc::clone(&app), writer, Arc::clone(&acknowledged), Arc::clone(&stop)));
    let writers: Vec<_> = (0..WRITERS).map(start).collect();
    let mut known = Vec::new();
    for round in 0..3 {
        crate::support::until("writes of all writers", || async { acknowledged.lock().unwrap().len() == WRITERS })
            .await;
        let before = acknowledged.lock().unwrap().clone();
        let file = format!("{round}.tar");
        done(folder.path(), &app.config.url, &["backup", &file]).await;
        known.push((file, before, acknowledged.lock().unwrap().clone()));
    }
    stop.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    for (file, before, after) in known {
        let other = EmptyDatabase::like(&app).await;
        done(folder.path(), &other.url, &["restore", &file]).await;
        let restored = TestApp::over(other.url.clone()).await;
        let count = |table: &str| format!("SELECT CAST(count(*) AS text) FROM {table}");
        let names = restored.contact_names().await;
        for writer in 0..WRITERS {
            let prefix = format!("w{writer} ");
            let own: Vec<&String> = names.iter().filter(|name| name.starts_with(&prefix)).collect();
            // All that was acknowledged before, nothing that was begun after, and nothing left out between.
            assert!(own.len() >= before[&writer] && own.len() <= after[&writer] + 1, "{writer}: {}", own.len());
            for (number, name) in own.iter().enumerate() {
                assert_eq!(**name, format!("{prefix}{number:06}"));
            }
        }
        // Each transaction is there whole, or not at all.
        let rows = names.len().to_string();
        for table in ["companies", "company_memberships", "company_contacts", "contacts_search"] {
            if table != "contacts_search" && table != "company_contacts" || !app.config.is_sqlite() {
                assert_eq!(restored.texts(&count(table)).await, [rows.as_str()], "{table}");
            }
        }
        let changes = "SELECT CAST(count(*) AS text) FROM changes WHERE kind = 'created' GROUP BY subject_type";
        assert_eq!(restored.texts(changes).await, vec![rows.as_str(); 3]);
        let total = restored.run("{ contacts { totalCount } }", json!({})).await["contacts"]["totalCount"].clone();
        assert_eq!(total, json!(names.len()));
        restored.close().await;
    }
    app.close().await;
}

#[both_databases]
async fn what_is_restored_is_what_was_there(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let ann = app.contact("Ænn O’Hara").await;
    let acme = app.company("Acme").await;
    app.membership(&ann, &acme).await;
    app.connect(&ann, "ann@example.com").await;
    let before = app.whole_database().await;
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    let other = EmptyDatabase::like(&app).await;
    done(folder.path(), &other.url, &["restore", "one.tar"]).await;
    let restored = TestApp::over(other.url.clone()).await;
    let mut after = restored.whole_database().await;
    after.retain(|row| !row.starts_with("feed_epochs"));
    assert_eq!(difference(&before, &after), [""; 0]);
    let found = restored.run("{ searchContacts(query: \"ænn acme\") { name } }", json!({})).await;
    assert_eq!(found["searchContacts"][0]["name"], "Ænn O’Hara");
    restored.close().await;
}

/// Before an upgrade the new program may make the backup, of the old schema.
#[both_databases]
async fn an_older_schema_is_migrated_when_it_is_restored(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    for shape in shapes::shapes(if app.config.is_sqlite() { "sqlite" } else { "postgres" }) {
        let (old, other) = (EmptyDatabase::like(&app).await, EmptyDatabase::like(&app).await);
        let created = if app.config.is_sqlite() { format!("{}?mode=rwc", old.url) } else { old.url.clone() };
        let connection = sea_orm::Database::connect(created).await.unwrap();
        shapes::make(&connection, &shape, app.config.is_sqlite()).await;
        connection.close().await.unwrap();
        done(folder.path(), &old.url, &["backup", "one.tar", "--force"]).await;
        done(folder.path(), &other.url, &["restore", "one.tar"]).await;
        let restored = TestApp::over(other.url.clone()).await;
        assert_eq!(restored.contact_names().await.len(), 40, "{}", shape.display());
        restored.close().await;
    }
}
