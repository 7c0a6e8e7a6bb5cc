//! A PostgreSQL with a standby that streams from it, both for one test alone.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use liaison::config::{DatabaseConfig, Standbys};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

use super::{
    TestApp,
    postgres::{as_user, binaries, unprivileged_user},
    until,
};

const PRIMARY_PORT: u16 = 5432;
const STANDBY_PORT: u16 = 5433;

/// A primary and its standby. Both end with the value, or with the process.
pub(crate) struct Pair {
    folder: PathBuf,
    binaries: PathBuf,
    user: Option<(u32, u32)>,
    _keeper: Child,
}

impl Pair {
    /// Starts both; returns none where there is no PostgreSQL. A server that is given by its URL is not used, because the
    /// tests stop and promote standbys.
    pub(crate) fn start() -> Option<Self> {
        let binaries = binaries()?;
        let folder = tempfile::Builder::new().prefix("liaison-pg-").tempdir().unwrap().keep();
        let user = unprivileged_user();
        if let Some((user, group)) = user {
            std::os::unix::fs::chown(&folder, Some(user), Some(group)).unwrap();
        }
        // The pipe closes when this value or this process ends.
        let script =
            r#"read _; for server in primary standby; do "$1" -D "$2/$server" -m immediate stop; done; rm -rf "$2""#;
        let mut keeper = as_user(Path::new("/bin/sh"), user);
        keeper.args(["-c", script, "sh"]).arg(binaries.join("pg_ctl")).arg(&folder);
        let keeper = keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let pair = Self { folder, binaries, user, _keeper: keeper };
        let initdb = ["--auth=trust", "--username=liaison", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"];
        run(pair.program("initdb").args(initdb).arg(pair.folder.join("primary")));
        pair.control("primary", PRIMARY_PORT);
        let copy = ["-U", "liaison", "-R", "-c", "fast", "-X", "stream", "--no-sync", "-D"];
        let mut backup = pair.program("pg_basebackup");
        backup.arg("-h").arg(&pair.folder).args(["-p", &PRIMARY_PORT.to_string()]).args(copy);
        run(backup.arg(pair.folder.join("standby")));
        pair.control("standby", STANDBY_PORT);
        Some(pair)
    }

    fn program(&self, name: &str) -> Command {
        as_user(&self.binaries.join(name), self.user)
    }

    fn control(&self, server: &str, port: u16) {
        let options = format!(
            "-p {port} -k {} -c listen_addresses= -c shared_buffers=32MB -c fsync=off -c hot_standby_feedback=on",
            self.folder.display()
        );
        let mut start = self.program("pg_ctl");
        start.arg("-D").arg(self.folder.join(server)).arg("-l").arg(self.folder.join(format!("{server}.log")));
        run(start.args(["-w", "-o", &options, "start"]));
    }

    /// Kills the standby's processes.
    pub(crate) fn kill_standby(&self) {
        run(self.program("pg_ctl").arg("-D").arg(self.folder.join("standby")).args(["-m", "immediate", "stop"]));
    }

    pub(crate) fn start_standby(&self) {
        self.control("standby", STANDBY_PORT);
    }

    fn url(&self, port: u16, database: &str) -> String {
        format!("postgres://liaison@localhost:{port}/{database}?host={}", self.folder.display())
    }

    pub(crate) fn primary_url(&self) -> String {
        self.url(PRIMARY_PORT, "postgres")
    }

    pub(crate) fn standby_url(&self) -> String {
        self.url(STANDBY_PORT, "postgres")
    }

    /// The standby's URL with another database.
    pub(crate) fn other_database_url(&self) -> String {
        self.url(STANDBY_PORT, "template1")
    }

    /// Runs a statement on the primary.
    pub(crate) async fn on_primary(&self, sql: &str) {
        run_on(&self.primary_url(), sql).await;
    }

    /// Runs a statement on the standby.
    pub(crate) async fn on_standby(&self, sql: &str) {
        run_on(&self.standby_url(), sql).await;
    }

    /// Stops the standby's replay. It goes on to receive the log.
    pub(crate) async fn pause_replay(&self) {
        self.on_standby("SELECT pg_wal_replay_pause()").await;
        until("a pause", || self.standby_says("SELECT pg_get_wal_replay_pause_state() = 'paused'")).await;
    }

    pub(crate) async fn resume_replay(&self) {
        self.on_standby("SELECT pg_wal_replay_resume()").await;
    }

    /// Asks the standby for a truth value.
    pub(crate) async fn standby_says(&self, sql: &str) -> bool {
        let connection = Database::connect(&self.standby_url()).await.unwrap();
        let statement = Statement::from_string(connection.get_database_backend(), sql);
        let row = connection.query_one_raw(statement).await.unwrap().unwrap();
        connection.close().await.unwrap();
        row.try_get_by_index(0).unwrap()
    }

    /// Opens an application that reads from standbys, and waits until it does.
    pub(crate) async fn app(&self) -> TestApp {
        let app = self.app_with(&[&self.standby_url()], Duration::from_hours(1)).await;
        until("a standby to read from", || ready(&app, 1)).await;
        app
    }

    /// Opens an application with standbys and a bound of their lag.
    pub(crate) async fn app_with(&self, standbys: &[&str], lag_max: Duration) -> TestApp {
        let urls = standbys.iter().map(|url| (*url).to_owned()).collect();
        let standbys = Standbys { urls, lag_max };
        let acquire_timeout = Duration::from_secs(10);
        let url = self.primary_url();
        TestApp::configured(DatabaseConfig {
            url,
            pool_size: 4,
            acquire_timeout,
            standbys,
            ..DatabaseConfig::default()
        })
        .await
    }
}

/// True when queries are read from so many standbys.
pub(crate) async fn ready(app: &TestApp, standbys: usize) -> bool {
    app.shared.domain.db.standby_counts().unwrap().ready == standbys
}

async fn run_on(url: &str, sql: &str) {
    let connection: DatabaseConnection = Database::connect(url).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

fn run(command: &mut Command) {
    // Not `output`, because a server that was started keeps the pipes open.
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}
