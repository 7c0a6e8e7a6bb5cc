//! What the binary logs and says of itself.

use std::{net::IpAddr, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::process::{Process, liaison, printed};

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
    // Whoever builds a package may name the commit.
    if std::env::var_os("LIAISON_COMMIT").is_none()
        && let Ok(head) = git.map(|output| String::from_utf8(output.stdout).unwrap())
        && head.len() > 12
    {
        let commit = version.trim().trim_start_matches('(').trim_end_matches(')');
        assert!(commit.len() == 12 && head.starts_with(commit), "{printed}: {head}");
    }
}
