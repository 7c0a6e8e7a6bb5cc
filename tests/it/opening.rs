//! Starting on a database that is not there or not fit: what is said, what never is, and being asked to stop meanwhile.

use std::{
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::{
        fs::{MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::Path,
    process::{Command, Output},
};

use sea_orm::ConnectionTrait;

use crate::support::{
    postgres::TestDatabase,
    process::{Process, liaison, printed},
};

/// The output of each command that opens the database, when that fails.
fn refused(url: &str) -> String {
    let commands: [&[&str]; 6] = [
        &["serve", "--listen", "127.0.0.1:0"],
        &["migrate"],
        &["demo"],
        &["user", "list"],
        &["key", "list"],
        &["audit"],
    ];
    let mut all = String::new();
    for arguments in commands {
        let mut command = liaison(arguments);
        command.env("DATABASE_URL", url).env("LIAISON_ACQUIRE_TIMEOUT_MS", "300");
        // The libraries log the URL at this level, if they get it.
        let output = command.env("RUST_LOG", "trace").output().unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        let said = printed(&output);
        assert!(said.contains("DATABASE_URL") || said.contains("database"), "{arguments:?}: {said}");
        all.push_str(&said);
    }
    all
}

fn refused_by_migrate(url: &str) -> String {
    let mut command = liaison(&["migrate"]);
    let output = command.env("DATABASE_URL", url).env("LIAISON_ACQUIRE_TIMEOUT_MS", "300").output().unwrap();
    assert!(!output.status.success());
    printed(&output)
}

fn sqlite_url(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

#[test]
fn no_command_prints_the_password_of_a_url_that_is_wrong() {
    for (url, part) in [
        ("postgres://ann:se/cret@h/d", "%2F"),
        ("postgres://ann:12?s3cret@127.0.0.1:1/d", "%3F"),
        ("postgres://ann:12#s3cret@127.0.0.1:1/d", "%23"),
        ("postgres://ann:s3cret@127.0.0.1:many/d", "port"),
        ("postgres://ann:s3cret@127.0.0.1:1/d?pasword=s3cret", "parameter"),
    ] {
        let said = refused(url);
        assert!(said.contains(part) && !said.contains("cret"), "{said}");
    }
}

#[test]
fn a_server_that_is_down_is_named_with_what_was_said_and_without_the_password() {
    let said = refused("postgres://ann:s3cret@127.0.0.1:1/none");
    assert_eq!(said.matches("PostgreSQL at 127.0.0.1:1, database none: Connection refused").count(), 6, "{said}");
    assert!(!said.contains("s3cret") && !said.contains("pool timed out"), "{said}");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let said = refused_by_migrate(&format!("postgres://ann:s3cret@{}/none", silent.local_addr().unwrap()));
    assert!(said.contains("it did not answer within 300 ms") && !said.contains("s3cret"), "{said}");
}

#[test]
fn a_name_that_is_not_found_is_asked_for_again() {
    // Longer than a name may be, so that nobody on the network is asked.
    let said = refused_by_migrate(&format!("postgres://ann:s3cret@{}/none", "n".repeat(64)));
    assert!(said.contains("takes no connection yet"), "{said}");
    assert!(said.contains("failed to lookup address information") && !said.contains("s3cret"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_server_says_is_passed_on_and_nothing_is_traced() {
    let Some(database) = TestDatabase::create().await else { return };
    let said = refused_by_migrate(&database.url.replace(database.name(), "gone"));
    assert!(said.contains("PostgreSQL at ") && said.contains("database \"gone\" does not exist"), "{said}");
    // The tests' own server asks for no password, and takes any.
    let url = database.url.replace("liaison@", "liaison:s3cret@");
    let traced = liaison(&["migrate"]).env("DATABASE_URL", url).env("RUST_LOG", "trace").output().unwrap();
    assert!(traced.status.success() && !printed(&traced).contains("s3cret"), "{}", printed(&traced));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_another_encoding_is_refused() {
    for encoding in ["SQL_ASCII", "LATIN1"] {
        let options = format!("ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0");
        let Some(database) = TestDatabase::made(&options).await else { return };
        let said = refused_by_migrate(&database.url);
        assert!(said.contains(&format!("its encoding is {encoding}")) && said.contains("UTF8"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trigrams_off_the_search_path_are_refused() {
    let Some(database) = TestDatabase::empty().await else { return };
    let connection = database.connect().await;
    connection.execute_unprepared("CREATE SCHEMA apart; CREATE EXTENSION pg_trgm SCHEMA apart").await.unwrap();
    let said = refused_by_migrate(&database.url);
    assert!(said.contains("pg_trgm is in the schema \"apart\", which is not on the search path"), "{said}");
    let name = database.name();
    connection.execute_unprepared(&format!("ALTER DATABASE {name} SET search_path = public, apart")).await.unwrap();
    connection.close().await.unwrap();
    let output = liaison(&["migrate"]).env("DATABASE_URL", &database.url).output().unwrap();
    assert!(output.status.success(), "{}", printed(&output));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_waits_for_a_migration_says_so_and_stops_when_asked() {
    let Some(database) = TestDatabase::empty().await else { return };
    let connection = database.connect().await;
    let lock = i64::from_be_bytes(*b"\0liaison");
    connection.execute_unprepared(&format!("SELECT pg_advisory_lock({lock})")).await.unwrap();
    for (arguments, ends_well) in [(&["serve", "--listen", "127.0.0.1:0"][..], true), (&["user", "list"], false)] {
        let mut command = liaison(arguments);
        command.env("DATABASE_URL", &database.url);
        let process = Process::start(command);
        process.line("Waiting for another process that is migrating the database");
        process.signal("-TERM");
        let (status, log) = process.end();
        assert_eq!(status.success(), ends_well, "{log:?}");
    }
    connection.close().await.unwrap();
}

#[test]
fn errors_of_opening_a_file_name_it() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name);
    fs::write(place("text.db"), "This is no database, though it is long enough to be one. ".repeat(100)).unwrap();
    for (file, reason) in [
        (place("no/such.db"), "its folder does not exist"),
        (folder.path().to_owned(), "it is a folder"),
        (place("text.db"), "file is not a database"),
    ] {
        let said = refused(&sqlite_url(&file));
        assert_eq!(said.matches(&format!("The SQLite file {}: ", file.display())).count(), 6, "{said}");
        assert_eq!(said.matches(reason).count(), 6, "{said}");
    }
    for url in ["sqlite:", "sqlite://", "sqlite:?mode=rwc"] {
        assert!(refused(url).contains("the name of the file is missing"));
    }
}

/// Runs a command as a user who is not root, for whom modes count.
fn as_somebody(arguments: &[&str], folder: &Path, file: &Path) -> Output {
    let mut command = liaison(arguments);
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        // Other users may not enter the folder that the binary was built in.
        let binary = folder.join("liaison");
        if !binary.exists() {
            fs::copy(command.get_program(), &binary).unwrap();
        }
        command = Command::new(binary);
        command.args(arguments).uid(65_534).gid(65_534);
    }
    command.env("DATABASE_URL", sqlite_url(file)).output().unwrap()
}

#[test]
fn a_file_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let enter = |mode: u32| fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let file = data.join("test.db");
    enter(0o755);
    assert!(liaison(&["migrate"]).env("DATABASE_URL", sqlite_url(&file)).status().unwrap().success());
    let mode = |path: &Path, mode: u32| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let refused_to_somebody = |file: &Path| {
        let output = as_somebody(&["migrate"], folder.path(), file);
        assert!(!output.status.success(), "{}", printed(&output));
        printed(&output)
    };
    let named = format!("The SQLite file {}: ", file.display());

    mode(&data, 0o777);
    mode(&file, 0o444);
    let said = refused_to_somebody(&file);
    assert!(said.contains(&format!("{named}it is read-only")), "{said}");

    // Nothing was left beside it that would keep anybody from writing now.
    mode(&file, 0o666);
    let written = as_somebody(&["demo", "--contacts", "10"], folder.path(), &file);
    assert!(written.status.success(), "{}", printed(&written));

    for beside in ["test.db-wal", "test.db-shm"] {
        let beside = data.join(beside);
        fs::write(&beside, "").unwrap();
        mode(&beside, 0o444);
        let said = refused_to_somebody(&file);
        assert!(said.contains(&format!("{named}{} beside it is read-only", beside.display())), "{said}");
        fs::remove_file(beside).unwrap();
    }

    mode(&data, 0o555);
    let said = refused_to_somebody(&file);
    assert!(said.contains(&format!("{named}its folder cannot be written")), "{said}");
    let said = refused_to_somebody(&data.join("new.db"));
    assert!(said.contains("new.db: it cannot be made: Permission denied"), "{said}");
    mode(&data, 0o755);

    assert!(refused(&format!("{}?mode=ro", sqlite_url(&file))).contains("mode=ro"));
}

#[test]
fn the_file_and_those_beside_it_are_for_one_user() {
    let folder = tempfile::tempdir().unwrap();
    let modes = |file: &Path| -> Vec<(String, u32)> {
        let stem = file.file_name().unwrap().to_str().unwrap().to_owned();
        let files = fs::read_dir(folder.path()).unwrap().map(Result::unwrap);
        let named =
            files.map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().mode() & 0o777));
        let mut modes: Vec<_> = named.filter(|(name, _)| name.starts_with(&stem)).collect();
        modes.sort();
        modes
    };
    for arguments in [&["migrate"][..], &["demo", "--contacts", "10"], &["user", "list"]] {
        let file = folder.path().join(format!("{}.db", arguments[0]));
        assert!(liaison(arguments).env("DATABASE_URL", sqlite_url(&file)).status().unwrap().success());
        assert_eq!(modes(&file), [(format!("{}.db", arguments[0]), 0o600)]);
    }
    let file = folder.path().join("serve.db");
    let mut command = liaison(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.env("DATABASE_URL", sqlite_url(&file)).env("LIAISON_MAIL_DIR", folder.path().join("mail"));
    let server = Process::start(command);
    server.address();
    let expected = ["serve.db", "serve.db-shm", "serve.db-wal"].map(|name| (name.to_owned(), 0o600));
    assert_eq!(modes(&file), expected);
}
