//! PostgreSQL for the tests: `TEST_POSTGRES_URL`, or a private cluster that lives as long as the test process.
//!
//! With `TEST_POOLER=pgbouncer` applications reach the private cluster through `PgBouncer`, which gives each transaction
//! another connection. The tests' own connections and the processes that they start bypass it.

use std::{
    io::Write,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use liaison::{app, config::DatabaseConfig};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use tokio::sync::OnceCell;

/// A database of its own, copied from a migrated template and dropped with the value.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    name: String,
}

impl TestDatabase {
    /// Returns none, after saying so, when there is no PostgreSQL; under `CI=true` that is a failure.
    pub(crate) async fn create() -> Option<Self> {
        static TEMPLATE: OnceCell<()> = OnceCell::const_new();

        let server = server()?;
        TEMPLATE.get_or_init(|| make_template(server)).await;
        Some(Self::copy(server, &format!("TEMPLATE {}", template())).await)
    }

    /// Creates a database without any migration.
    pub(crate) async fn empty() -> Option<Self> {
        Self::made("").await
    }

    /// Does the same with options of `CREATE DATABASE`.
    pub(crate) async fn made(options: &str) -> Option<Self> {
        Some(Self::copy(server()?, options).await)
    }

    /// Its URL with a parameter more.
    pub(crate) fn url_with(&self, parameter: &str) -> String {
        let separator = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{separator}{parameter}", self.url)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Opens a connection of the test's own.
    pub(crate) async fn connect(&self) -> DatabaseConnection {
        Database::connect(&self.url).await.unwrap()
    }

    async fn copy(server: &Server, of: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);

        let name = format!("{}_{}", prefix(), NUMBER.fetch_add(1, Ordering::Relaxed));
        administer(server, &format!("CREATE DATABASE {name} {of}")).await;
        Self { url: server.url(&name), name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(server) = server() else { return };
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // The test's own runtime may be ending.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(administer(server, &statement));
        });
        drop(dropping.join());
    }
}

struct Server {
    /// The URL up to the database's name, and what stands behind it.
    before: String,
    after: String,
    pooler: Option<Pooler>,
    admin_database: String,
    _cluster: Option<Cluster>,
}

impl Server {
    fn url(&self, database: &str) -> String {
        format!("{}{database}{}", self.before, self.after)
    }
}

/// The URL of the pooler for a database on the private cluster. `None` without a pooler, and for options, which it refuses.
pub(crate) fn pooled(url: &str) -> Option<String> {
    if url.contains("options[") {
        return None;
    }
    Some(format!("{url}{}", server()?.pooler.as_ref()?.parameters))
}

fn server() -> Option<&'static Server> {
    static SERVER: OnceLock<Option<Server>> = OnceLock::new();
    let server = SERVER.get_or_init(|| match std::env::var("TEST_POSTGRES_URL") {
        Ok(url) => Some(given(&url)),
        Err(_) => binaries().map(start),
    });
    if server.is_none() {
        static SAID: OnceLock<()> = OnceLock::new();
        SAID.get_or_init(|| {
            // Not `eprintln!`, which the test runner keeps to itself when the test passes.
            let message = "SKIPPED: no PostgreSQL server is installed and TEST_POSTGRES_URL is not set; the tests \
                           named `postgres` check nothing";
            std::io::stderr().write_all(format!("{message}\n").as_bytes()).unwrap();
        });
        assert!(std::env::var("CI").as_deref() != Ok("true"), "PostgreSQL is required under CI=true");
    }
    server.as_ref()
}

fn given(url: &str) -> Server {
    let (rest, after) = match url.split_once('?') {
        Some((rest, parameters)) => (rest, format!("?{parameters}")),
        None => (url, String::new()),
    };
    let (before, database) = rest.rsplit_once('/').unwrap();
    Server { before: format!("{before}/"), after, admin_database: database.to_owned(), pooler: None, _cluster: None }
}

/// Returns the newest installed server.
pub(super) fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    versions.sort();
    let debian = versions.into_iter().rev().map(|version| version.join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    debian.chain(std::env::split_paths(&path)).find(|folder| folder.join("initdb").is_file())
}

struct Cluster {
    _keeper: Child,
}

/// Starts a throw-away cluster that ends when this process does, however it ends.
fn start(binaries: PathBuf) -> Server {
    // Not a `TempDir`: the value would be a static, and those are never dropped. The keeper removes it.
    let directory = tempfile::Builder::new().prefix("liaison-pg-").tempdir().unwrap().keep();
    let data = directory.join("data");
    let unprivileged = unprivileged_user();
    if let Some((user, group)) = unprivileged {
        std::os::unix::fs::chown(&directory, Some(user), Some(group)).unwrap();
    }
    let initdb = as_user(&binaries.join("initdb"), unprivileged)
        .args(["--auth=trust", "--username=liaison", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
        .arg(&data)
        .output()
        .unwrap();
    assert!(initdb.status.success(), "initdb: {}", String::from_utf8_lossy(&initdb.stderr));
    // The shell waits on a pipe that closes when this process ends, then stops the server and cleans up.
    let script = r#""$1" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=400 -c shared_buffers=64MB \
        -c fsync=off >"$2/log" 2>&1 & server=$!; read _; kill -INT $server; wait $server; rm -rf "$2""#;
    let keeper = as_user(Path::new("/bin/sh"), unprivileged)
        .args(["-c", script, "sh"])
        .arg(binaries.join("postgres"))
        .arg(&directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for_server(&binaries, &directory);
    let pooler = std::env::var("TEST_POOLER").ok().map(|program| start_pooler(&program, &directory, unprivileged));
    Server {
        before: "postgres://liaison@localhost/".to_owned(),
        after: format!("?host={}", directory.display()),
        admin_database: "postgres".to_owned(),
        pooler,
        _cluster: Some(Cluster { _keeper: keeper }),
    }
}

/// Port of the pooler, whose socket is beside that of the server.
const POOLER_PORT: u16 = 6432;

struct Pooler {
    /// Parameters of a URL that lead to it.
    parameters: String,
    _keeper: Child,
}

/// Starts a pooler that ends when this process does, however it ends.
fn start_pooler(program: &str, directory: &Path, user: Option<(u32, u32)>) -> Pooler {
    let folder = directory.display();
    let configuration = format!(
        "[databases]\n* = host={folder} user=liaison\n[pgbouncer]\nunix_socket_dir = {folder}\nlisten_addr =\nlisten_port = {POOLER_PORT}\n\
         auth_type = any\npool_mode = transaction\nmax_client_conn = 2000\ndefault_pool_size = 5\nlogfile = {folder}/pooler.log\n"
    );
    let file = directory.join("pgbouncer.ini");
    std::fs::write(&file, configuration).unwrap();
    // A shell's background process ignores the signals of the keyboard, such as SIGQUIT.
    let script = r#""$1" -q "$2" >/dev/null 2>&1 & pooler=$!; read _; kill -TERM $pooler"#;
    let keeper = as_user(Path::new("/bin/sh"), user)
        .args(["-c", script, "sh", program])
        .arg(&file)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let socket = directory.join(format!(".s.PGSQL.{POOLER_PORT}"));
    let is_there = (0..600).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        socket.exists()
    });
    assert!(is_there, "{}", std::fs::read_to_string(directory.join("pooler.log")).unwrap_or_default());
    Pooler { parameters: format!("&port={POOLER_PORT}"), _keeper: keeper }
}

fn wait_for_server(binaries: &Path, directory: &Path) {
    for _ in 0..600 {
        let ready = Command::new(binaries.join("pg_isready")).arg("-q").arg("-h").arg(directory).status();
        if ready.is_ok_and(|status| status.success()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = std::fs::read_to_string(directory.join("log")).unwrap_or_default();
    panic!("the PostgreSQL cluster did not start: {log}");
}

/// `initdb` and `postgres` refuse to run as root.
pub(super) fn unprivileged_user() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let own = std::fs::metadata("/proc/self").unwrap();
    (own.uid() == 0).then_some((65_534, 65_534))
}

pub(super) fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(program);
    command.current_dir("/");
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}

async fn make_template(server: &Server) {
    administer(server, &format!("CREATE DATABASE {}", template())).await;
    let url = server.url(&template());
    let config =
        DatabaseConfig { url, pool_size: 1, acquire_timeout: Duration::from_secs(30), ..DatabaseConfig::default() };
    app::open_database(&config).await.unwrap().close().await.unwrap();
}

fn prefix() -> String {
    format!("liaison_test_{}", std::process::id())
}

fn template() -> String {
    format!("{}_template", prefix())
}

async fn administer(server: &Server, sql: &str) {
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    // Two databases cannot be copied from one template at once.
    let _turn = TURN.lock().await;
    let connection: DatabaseConnection = Database::connect(server.url(&server.admin_database)).await.unwrap();
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}
