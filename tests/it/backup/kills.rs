//! `kill -9` in the middle of a backup and of a restore.

use std::{fs, time::Duration};

use super::{command, done};
use crate::support::{TestApp, both_databases};

/// Kills a command after a while; true if it had not ended by itself.
fn kill_after(mut command: std::process::Command, time: Duration) -> bool {
    let mut child = command.spawn().unwrap();
    std::thread::sleep(time);
    let was_running = child.try_wait().unwrap().is_none();
    drop(child.kill());
    child.wait().unwrap();
    was_running
}

#[both_databases]
async fn a_killed_backup_leaves_no_file_or_a_whole_one(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.contact("Ann").await;
    let mut delay = Duration::from_millis(10);
    loop {
        let was_running = kill_after(command(folder.path(), &app.config.url, &["backup", "--directory", "."]), delay);
        let files: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        for file in files.iter().filter(|file| file.extension().is_some_and(|suffix| suffix == "tar")) {
            let other = super::EmptyDatabase::like(&app).await;
            done(folder.path(), &other.url, &["restore", file.to_str().unwrap()]).await;
        }
        if !was_running {
            break;
        }
        delay = delay * 5 / 4;
    }
    // The next one removes what the killed ones have left.
    let hidden = || {
        fs::read_dir(folder.path())
            .unwrap()
            .filter(|entry| entry.as_ref().unwrap().file_name().to_str().unwrap().starts_with('.'))
    };
    std::thread::sleep(Duration::from_secs(1));
    done(folder.path(), &app.config.url, &["backup", "--directory", "."]).await;
    assert_eq!(hidden().count(), 0);
    assert_eq!(app.contact_names().await, ["Ann"]);
}

#[both_databases]
async fn a_killed_restore_leaves_the_old_state_or_the_new_one(app: TestApp) {
    let folder = tempfile::tempdir().unwrap();
    app.contact("Ann").await;
    done(folder.path(), &app.config.url, &["backup", "one.tar"]).await;
    app.contact("Ben").await;
    app.close().await;
    let mut delay = Duration::from_millis(20);
    loop {
        let restore = command(folder.path(), &app.config.url, &["restore", "one.tar", "--force"]);
        let was_running = kill_after(restore, delay);
        let now = TestApp::over(app.config.url.clone()).await;
        let names = now.contact_names().await;
        assert!(names == ["Ann", "Ben"] || names == ["Ann"], "{names:?}");
        let epochs = now.texts("SELECT CAST(count(*) AS text) FROM feed_epochs").await;
        assert_eq!(epochs, [if names.len() == 2 { "0" } else { "1" }]);
        now.close().await;
        if names.len() == 1 {
            break;
        }
        assert!(was_running, "a restore that ended by itself has restored");
        delay = delay * 5 / 4;
    }
}
