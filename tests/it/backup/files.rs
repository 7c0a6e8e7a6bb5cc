//! The files of backups: names, pipes, folders with the newest ones, and other tools.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use serde_json::Value;

use super::{EmptyDatabase, command, done, refused};
use crate::support::{TestApp, both_databases};

#[both_databases]
async fn a_backup_goes_through_a_pipe(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.contact("Ann").await;
    let other = EmptyDatabase::like(&app).await;
    let output = command(folder.path(), &app.config.url, &["backup", "-"]).output().unwrap();
    assert!(output.status.success());
    fs::write(folder.path().join("piped"), &output.stdout).unwrap();
    let piped = fs::File::open(folder.path().join("piped")).unwrap();
    let status = command(folder.path(), &other.url, &["restore", "-"]).stdin(piped).status().unwrap();
    assert!(status.success());
    let restored = TestApp::over(other.url.clone()).await;
    assert_eq!(restored.contact_names().await, ["Ann"]);
    restored.close().await;
}

#[both_databases]
async fn other_tools_take_a_backup_apart(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.contact("Ann").await;
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    let mode = fs::metadata(folder.path().join("one.tar")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let shell = "tar -xf one.tar && sha256sum --strict -c SHA256SUMS";
    assert!(Command::new("sh").args(["-c", shell]).current_dir(folder.path()).output().unwrap().status.success());
    let manifest = fs::read(folder.path().join("manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    assert_eq!(manifest["counts"]["contacts"], 1);
    assert_eq!(manifest["feed"]["epoch"], 0);
    let database = if app.config.is_sqlite() { "sqlite" } else { "postgres" };
    assert_eq!(manifest["database"], database);
}

#[both_databases]
async fn a_file_is_replaced_only_by_force(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("one.tar"), "precious").unwrap();
    let said = refused(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    assert!(said.contains("exists already"), "{said}");
    assert_eq!(fs::read(folder.path().join("one.tar")).unwrap(), b"precious");
    done(folder.path(), &app.config.url, &["backup", "one.tar", "--force"]).await;
    assert_ne!(fs::read(folder.path().join("one.tar")).unwrap(), b"precious");
    // Nothing is left over.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[both_databases]
async fn a_folder_keeps_the_newest_backups(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    let others = ["liaison-20010101T000000Z.tar", "liaison-20020101T000000Z.tar"];
    let foreign = ["liaison-.tar", "liaison-20010101T000000Z.tar.old", "notes.txt"];
    for name in others.iter().chain(&foreign) {
        fs::write(folder.path().join(name), "").unwrap();
    }
    fs::create_dir(folder.path().join(".liaison-backup-killed")).unwrap();
    done(folder.path(), &app.config.url, &["backup", "--directory", ".", "--keep", "2"]).await;
    let mut names: Vec<String> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.contains(&others[1].to_owned()) && !names.contains(&others[0].to_owned()), "{names:?}");
    assert!(foreign.iter().all(|name| names.contains(&(*name).to_owned())), "{names:?}");
    assert_eq!(names.len(), foreign.len() + 2, "{names:?}");
}
