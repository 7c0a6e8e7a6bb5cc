//! The binary's log, and its version.

use std::{net::IpAddr, path::Path, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, UnixStream},
    task::JoinSet,
};

use crate::support::{
    postgres::TestDatabase,
    process::{Process, liaison, printed},
    until,
};

fn serve(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = liaison(&["serve", "--dev", "--listen", "127.0.0.1:0"]);
    command.args(arguments).env("DATABASE_URL", format!("sqlite://{}", folder.path().join("test.db").display()));
    command
}

/// Asks three things of a server, stops it, and gives its access lines.
async fn access_lines(arguments: &[&str]) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let server = Process::start(serve(&folder, &[arguments, &["--log-format", "json"]].concat()));
    let url = format!("http://{}", server.address());
    let client = reqwest::Client::new();
    let query = json!({ "query": "mutation { signIn(email: \"a@b.example\", password: \"a-s3cret\") { token } }" });
    let asked = client.post(format!("{url}/graphql?key=a-s3cret")).header("authorization", "Bearer a-s3cret");
    asked.header("x-request-id", "asked-1").json(&query).send().await.unwrap();
    client
        .get(format!("{url}/no/such%20page?token=a-s3cret"))
        .header("x-forwarded-for", "203.0.113.7")
        .send()
        .await
        .unwrap();
    server.signal("-TERM");
    let (_, lines) = server.end();
    assert!(!lines.join("\n").contains("s3cret"), "{lines:?}");
    let events = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    events.filter(|event| event["target"] == "liaison::access").collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_for_each_request_can_be_turned_on() {
    assert_eq!(access_lines(&[]).await, Vec::<Value>::new());
    let lines = access_lines(&["--access-log", "--trusted-proxies", "127.0.0.1"]).await;
    let fields: Vec<&Value> = lines.iter().map(|line| &line["fields"]).collect();
    assert_eq!(fields.len(), 2, "{lines:?}");
    assert_eq!(lines[0].to_string().matches("asked-1").count(), 1, "{}", lines[0]);
    assert!(lines.iter().all(|line| line["level"] == "INFO" && line["fields"]["message"] == "Answered"));
    assert!(fields.iter().all(|fields| fields["elapsed_ms"].as_f64().unwrap() > 0.0));
    let named = ["method", "path", "status", "request.id", "client"];
    assert_eq!(
        named.map(|name| fields[0][name].clone()),
        [json!("POST"), json!("/graphql"), json!(200), json!("asked-1"), json!("127.0.0.1")]
    );
    assert_eq!(named.map(|name| fields[1][name].clone())[..3], [json!("GET"), json!("/no/such%20page"), json!(404)]);
    assert_eq!(fields[1]["client"].as_str().unwrap().parse::<IpAddr>().unwrap(), IpAddr::from([203, 0, 113, 7]));
}

/// A server that is gone later on is told by what the system says, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_away_is_logged_with_what_was_said() {
    let Some(database) = TestDatabase::create().await else { return };
    let folder = tempfile::tempdir().unwrap();
    // Not a server of somebody else's.
    let Some((_, socket)) = database.url.split_once("?host=") else { return };
    // A door of the test's own, which can be closed.
    let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://liaison@{}/{}", door.local_addr().unwrap(), database.name());
    let behind = format!("{socket}/.s.PGSQL.5432");
    let opened = tokio::spawn(async move {
        let mut open = JoinSet::new();
        loop {
            let (mut client, _) = door.accept().await.unwrap();
            let mut server = UnixStream::connect(&behind).await.unwrap();
            open.spawn(async move { copy_bidirectional(&mut client, &mut server).await });
        }
    });
    let mut command = serve(&folder, &["--log-format", "json", "--acquire-timeout-ms", "500"]);
    command.env("DATABASE_URL", url);
    let server = Process::start(command);
    let ready = format!("http://{}/readyz", server.address());
    opened.abort();
    assert!(opened.await.unwrap_err().is_cancelled());
    until("readiness off", || async { reqwest::get(&ready).await.unwrap().status() != 200 }).await;
    // An answer holds for a second, and so does the line that comes with it.
    until("a line about the refusal", || async {
        reqwest::get(&ready).await.unwrap();
        server.lines_so_far("The database does not answer").iter().any(|line| line.contains("Connection refused"))
    })
    .await;
}

#[test]
fn the_access_log_takes_the_usual_words() {
    let folder = tempfile::tempdir().unwrap();
    for (word, is_taken) in [("1", true), ("on", true), ("false", true), ("0", true), ("perhaps", false)] {
        let mut command = serve(&folder, &["--log-format", "text"]);
        command.env("LIAISON_ACCESS_LOG", word);
        let server = Process::start(command);
        server.line(if is_taken { "Serving" } else { "invalid value 'perhaps' for '--access-log'" });
    }
}

#[test]
fn what_is_no_terminal_gets_no_colours() {
    let folder = tempfile::tempdir().unwrap();
    for format in ["text", "json", "auto"] {
        let server = Process::start(serve(&folder, &["--log-format", format]));
        let line = server.line("Serving");
        assert!(!line.contains('\u{1b}'), "{line}");
        assert_eq!(line.starts_with('{'), format != "text");
    }
}

#[test]
fn a_filter_that_cannot_be_read_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = serve(&folder, &["--log-format", "text"]);
    command.env("RUST_LOG", "liaison=loud");
    let server = Process::start(command);
    server.line("RUST_LOG cannot be read");
    server.line("Serving");
    let mut command = serve(&folder, &["--log-format", "text"]);
    command.env("RUST_LOG", "");
    Process::start(command).line("Serving");
}

#[test]
fn the_version_tells_the_commit() {
    let git = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(env!("CARGO_MANIFEST_DIR")).output();
    let printed = printed(&liaison(&["--version"]).output().unwrap());
    let version = printed.trim().strip_prefix(concat!("liaison ", env!("CARGO_PKG_VERSION"))).unwrap();
    // A package may name its commit, and the source may lie below somebody else's repository.
    if std::env::var_os("LIAISON_COMMIT").is_none()
        && Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.git")).exists()
        && let Ok(head) = git.map(|output| String::from_utf8(output.stdout).unwrap())
        && head.len() > 12
    {
        // The plus sign tells that the sources have been changed since.
        let commit = version.trim().trim_start_matches('(').trim_end_matches([')', '+']);
        assert!(commit.len() == 12 && head.starts_with(commit), "{printed}: {head}");
    }
}

#[test]
fn the_help_names_what_the_log_listens_to() {
    let help = printed(&liaison(&["serve", "--help"]).output().unwrap());
    assert!(["RUST_LOG", "NO_COLOR", "LIAISON_ACCESS_LOG"].iter().all(|name| help.contains(name)), "{help}");
}
