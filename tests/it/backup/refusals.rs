//! Restores that are refused, and leave everything as it was; and what is kept of a database that is replaced.

use std::{fs, path::Path};

use super::{EmptyDatabase, done, kept, refused};
use crate::support::{TestApp, both_databases};

#[both_databases]
async fn a_database_that_is_not_empty_is_replaced_only_by_force_and_kept(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.contact("Ann").await;
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    app.contact("Ben").await;
    app.close().await;
    let said = refused(folder.path(), &app.config.url, &["restore", "one.tar"]).await;
    assert!(said.contains("not empty") && said.contains("--force"), "{said}");
    let said = done(folder.path(), &app.config.url, &["restore", "one.tar", "--force"]).await;
    let restored = TestApp::over(app.config.url.clone()).await;
    assert_eq!(restored.contact_names().await, ["Ann"]);
    restored.close().await;
    // The copy is what was there, and restores by the same means.
    let kept = kept(folder.path(), &said);
    let old = EmptyDatabase::like(&app).await;
    if app.config.is_sqlite() {
        fs::copy(kept, old.url.strip_prefix("sqlite://").unwrap()).unwrap();
    } else {
        done(folder.path(), &old.url, &["restore", kept.to_str().unwrap()]).await;
    }
    let old = TestApp::over(old.url.clone()).await;
    assert_eq!(old.contact_names().await, ["Ann", "Ben"]);
    old.close().await;
}

#[both_databases]
async fn a_database_that_is_in_use_is_not_replaced(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.contact("Ann").await;
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    let said = refused(folder.path(), &app.config.url, &["restore", "one.tar", "--force"]).await;
    assert!(said.contains("in use"), "{said}");
    assert_eq!(app.contact_names().await, ["Ann"]);
    app.contact("Ben").await;
}

/// Any byte: `src/backup/archive.rs` tries each of a small one.
#[both_databases]
async fn a_damaged_backup_is_refused(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.contact("Ann").await;
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    app.close().await;
    let whole = fs::read(folder.path().join("one.tar")).unwrap();
    let damaged = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    let middle = whole.len() / 2;
    let mut flipped = whole.clone();
    flipped[middle] ^= 1;
    damaged("flipped.tar", &flipped);
    damaged("cut.tar", &whole[..middle]);
    damaged("empty.tar", &[]);
    damaged("longer.tar", &[&whole[..], b"x"].concat());
    for name in ["flipped.tar", "cut.tar", "empty.tar", "longer.tar"] {
        let said = refused(folder.path(), &app.config.url, &["restore", name, "--force"]).await;
        assert!(said.contains("The backup is damaged"), "{name}: {said}");
    }
    let same = TestApp::over(app.config.url.clone()).await;
    assert_eq!(same.contact_names().await, ["Ann"]);
    same.close().await;
}

#[both_databases]
async fn the_schema_of_a_newer_program_is_refused(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.execute("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000099_later', 1)").await;
    let said = refused(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    assert!(said.contains("newer program") && said.contains("m20991231_000099_later"), "{said}");
    assert!(!folder.path().join("one.tar").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_the_other_kind_is_refused() {
    let Some(server) = TestApp::on_postgres().await else { return };
    let file = TestApp::on_sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    for (from, to) in [(&server, &file), (&file, &server)] {
        done(folder.path(), &from.config.url, &["backup", "one.tar", "--force"]).await;
        let other = EmptyDatabase::like(to).await;
        let said = refused(folder.path(), &other.url, &["restore", "one.tar"]).await;
        assert!(said.contains("The backup is one of"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_of_something_else_are_left_alone() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    let other = EmptyDatabase::like(&app).await;
    let connection = sea_orm::Database::connect(&other.url).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&connection, "CREATE TABLE theirs (id integer)").await.unwrap();
    let said = refused(folder.path(), &other.url, &["restore", "one.tar", "--force"]).await;
    assert!(said.contains("not Liaison's"), "{said}");
}

/// The old file cannot be opened any more; that is when backups are needed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_damaged_is_replaced_by_force_and_kept() {
    let app = TestApp::on_sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    app.contact("Ann").await;
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    app.close().await;
    let file = app.config.url.strip_prefix("sqlite://").unwrap();
    fs::write(file, "no database").unwrap();
    fs::write(format!("{file}-wal"), "no log").unwrap();
    let said = refused(folder.path(), &app.config.url, &["restore", "one.tar"]).await;
    assert!(said.contains("--force"), "{said}");
    let said = done(folder.path(), &app.config.url, &["restore", "one.tar", "--force"]).await;
    let kept = kept(folder.path(), &said);
    assert_eq!(fs::read(&kept).unwrap(), b"no database");
    assert_eq!(fs::read(format!("{}-wal", kept.display())).unwrap(), b"no log");
    assert!(!Path::new(&format!("{file}-wal")).exists());
    let restored = TestApp::over(app.config.url.clone()).await;
    assert_eq!(restored.contact_names().await, ["Ann"]);
    restored.close().await;
}
