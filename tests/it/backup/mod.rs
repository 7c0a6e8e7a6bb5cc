//! Backups of databases that are in use, and their restore, by the binary.

mod doctor;
mod epochs;
mod files;
mod kills;
mod moment;
mod refusals;

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use tempfile::TempDir;

use crate::support::{
    TestApp, postgres,
    process::{liaison, printed},
};

/// A database without anything.
pub(crate) struct EmptyDatabase {
    pub(crate) url: String,
    _held: (Option<TempDir>, Option<postgres::TestDatabase>),
}

impl EmptyDatabase {
    /// One of the same kind.
    pub(crate) async fn like(app: &TestApp) -> Self {
        if app.config.is_sqlite() {
            let folder = tempfile::tempdir().unwrap();
            let url = format!("sqlite://{}", folder.path().join("other.db").display());
            return Self { url, _held: (Some(folder), None) };
        }
        let database = postgres::TestDatabase::empty().await.unwrap();
        Self { url: database.url.clone(), _held: (None, Some(database)) }
    }
}

/// The binary with a database and arguments, in a folder.
pub(crate) fn command(folder: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = liaison(arguments);
    command.args(["--database-url", url]).current_dir(folder).env("RUST_BACKTRACE", "0").env("TMPDIR", folder);
    command
}

pub(crate) async fn run(folder: &Path, url: &str, arguments: &[&str]) -> Output {
    let mut command = command(folder, url, arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

/// Runs a command that must succeed; returns all that it has printed.
pub(crate) async fn done(folder: &Path, url: &str, arguments: &[&str]) -> String {
    let output = run(folder, url, arguments).await;
    assert!(output.status.success(), "{arguments:?}: {}", printed(&output));
    printed(&output)
}

/// Runs a command that must fail; returns all that it has printed.
pub(crate) async fn refused(folder: &Path, url: &str, arguments: &[&str]) -> String {
    let output = run(folder, url, arguments).await;
    assert!(!output.status.success(), "{arguments:?}: {}", printed(&output));
    printed(&output)
}

/// Opens a database that another clock has written to. The stepping clock would give its ids again.
pub(crate) async fn later(url: &str, days: i64) -> TestApp {
    let app = TestApp::over(url.to_owned()).await;
    app.shared.domain.clock.advance(chrono::TimeDelta::days(days));
    app
}

impl TestApp {
    /// Closes the database, so that a restore may replace it.
    pub(crate) async fn close(&self) {
        self.shared.domain.db.clone().close().await.unwrap();
    }

    /// Names of all contacts, in their order.
    pub(crate) async fn contact_names(&self) -> Vec<String> {
        self.texts("SELECT name FROM contacts ORDER BY name_key, id").await
    }
}

/// The file that a restore says it has kept.
fn kept(folder: &Path, said: &str) -> PathBuf {
    let line = said.lines().find(|line| line.starts_with("What was there before")).unwrap_or_else(|| panic!("{said}"));
    folder.join(line.rsplit_once(" in ").unwrap().1)
}
