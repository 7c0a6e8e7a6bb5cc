//! SQLite files for the tests.

use std::{fs, io::Write, os::unix::fs::OpenOptionsExt, path::PathBuf};

use liaison::{app, config::DatabaseConfig};
use tempfile::TempDir;
use tokio::sync::OnceCell;

const NAME: &str = "test.db";

/// A folder with a copy of a migrated file, because migrating takes longer than most tests.
pub(super) async fn migrated() -> TempDir {
    static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();

    let template = TEMPLATE.get_or_init(make_template).await;
    let directory = tempfile::tempdir().unwrap();
    // Others may not read it, as if the program had made it.
    let mut copy = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file_in(&directory)).unwrap();
    copy.write_all(template).unwrap();
    directory
}

/// The URL of the file in a folder.
pub(super) fn url_in(directory: &TempDir) -> String {
    format!("sqlite://{}", file_in(directory).display())
}

fn file_in(directory: &TempDir) -> PathBuf {
    directory.path().join(NAME)
}

async fn make_template() -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let config = DatabaseConfig { url: url_in(&directory), pool_size: 1, ..DatabaseConfig::default() };
    app::open_database(&config).await.unwrap().close().await.unwrap();
    let log = directory.path().join(format!("{NAME}-wal"));
    assert!(!log.exists(), "the last connection that closes moves the log into the file");
    fs::read(file_in(&directory)).unwrap()
}
