//! The command line's users and keys, and the log of a server that has secrets to keep.

use std::{process::Command, time::Duration};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    people::{PASSWORD, SET_PASSWORD, SIGN_IN},
    process::{Process, liaison},
};

struct Operator {
    folder: TempDir,
}

impl Operator {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let url = format!("sqlite://{}", self.folder.path().join("test.db").display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_liaison"));
        command.args(arguments).env("DATABASE_URL", url).env("LIAISON_PUBLIC_URL", "https://contacts.example.com/");
        command.env("LIAISON_MAIL_DIR", self.folder.path().join("mail"));
        command
    }

    /// What a command prints; an error when it fails.
    fn run(&self, arguments: &[&str]) -> Result<String, String> {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }

    /// A server that logs at a level.
    fn serve(&self, level: &str) -> Process {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
        command.env("RUST_LOG", level);
        Process::start(command)
    }
}

#[test]
fn users_are_managed_on_the_command_line() {
    let operator = Operator::new();
    let created = operator.run(&["user", "create", "--email", "Ada@example.com", "--role", "admin"]).unwrap();
    assert!(created.contains(" Ada@example.com ADMIN\nhttps://contacts.example.com/set-password#"), "{created}");
    let listed = operator.run(&["user", "list"]).unwrap();
    assert!(listed.ends_with(" Ada@example.com ADMIN unclaimed\n") && listed.lines().count() == 1, "{listed}");
    operator.run(&["user", "create", "--email", "bob@example.com", "--role", "member"]).unwrap();
    let set = operator.run(&["user", "set-role", "--email", "BOB@example.com", "--role", "viewer"]).unwrap();
    assert!(set.ends_with(" bob@example.com VIEWER\n"), "{set}");
    let link = operator.run(&["user", "reset-link", "--email", "bob@example.com"]).unwrap();
    assert!(link.starts_with("https://contacts.example.com/set-password#"), "{link}");
    assert_eq!(operator.run(&["user", "sign-out", "--email", "bob@example.com"]).unwrap(), "0 sessions ended\n");
    let renamed = operator.run(&["user", "rename", "--email", "bob@example.com", "--name", "Bob B."]).unwrap();
    assert!(renamed.ends_with(" bob@example.com Bob B.\n"), "{renamed}");
    let off = operator.run(&["user", "deactivate", "--email", "bob@example.com"]).unwrap();
    assert!(off.ends_with(" bob@example.com deactivated\n"), "{off}");
    let refused = operator.run(&["user", "reset-link", "--email", "bob@example.com"]).unwrap_err();
    assert!(refused.contains("The account is switched off. Reactivate it first."), "{refused}");
    let on = operator.run(&["user", "reactivate", "--email", "bob@example.com"]).unwrap();
    assert!(on.ends_with(" bob@example.com unclaimed\n"), "{on}");
    let deleted = operator.run(&["user", "delete", "--email", "bob@example.com"]).unwrap();
    assert!(deleted.ends_with(" bob@example.com deleted\n"), "{deleted}");
    assert_eq!(operator.run(&["user", "list"]).unwrap().lines().count(), 1);
    let refused = operator.run(&["user", "reset-link", "--email", "eve@example.com"]).unwrap_err();
    assert!(refused.contains("There is no such user."), "{refused}");
    let refused = operator.run(&["user", "create", "--email", "no address", "--role", "viewer"]).unwrap_err();
    assert!(refused.contains("This is not an e-mail address that mail can be sent to."), "{refused}");
    assert!(operator.run(&["user", "create", "--email", "a@b.example", "--role", "king"]).is_err());
}

#[test]
fn keys_are_managed_on_the_command_line() {
    let operator = Operator::new();
    let key = ["key", "create", "--name", "import", "--role", "member", "--expires-at", "2999-01-01T00:00:00Z"];
    let created = operator.run(&key).unwrap();
    let mut lines = created.lines();
    let (shown, secret) = (lines.next().unwrap(), lines.next().unwrap());
    assert!(shown.contains(" MEMBER import expires 2999-01-01T00:00:00Z") && secret.starts_with("lsn_"), "{created}");
    let id = shown.split(' ').next().unwrap();
    assert!(operator.run(&["key", "revoke", id]).unwrap().contains(" revoked "));
    assert!(operator.run(&["key", "list"]).unwrap().contains(" revoked "));
    let audit = operator.run(&["audit", "--limit", "2"]).unwrap();
    let kinds: Vec<Value> =
        audit.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["kind"].clone()).collect();
    assert_eq!(kinds, ["KEY_REVOKED", "KEY_CREATED"]);
}

#[test]
fn empty_variables_count_as_not_set_and_wildcards_are_refused() {
    let operator = Operator::new();
    let config = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/config/mod.rs")).unwrap();
    let variables: Vec<&str> =
        config.split("env = \"LIAISON").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(variables.len() > 30, "{}", variables.len());
    let mut serve = operator.command(&["serve", "--listen", "nowhere.invalid:1"]);
    serve.envs(variables.iter().map(|name| (format!("LIAISON{name}"), "")));
    let said = serve.output().unwrap();
    let said = String::from_utf8_lossy(&said.stderr);
    assert!(said.contains("nowhere.invalid") && !said.contains("invalid value"), "{said}");
    for value in ["*", "x y"] {
        let mut serve = operator.command(&["serve", "--listen", "nowhere.invalid:1"]);
        let said = serve.env("LIAISON_ALLOWED_HEADERS", value).output().unwrap();
        assert!(String::from_utf8_lossy(&said.stderr).contains("invalid value"), "{value}");
    }
    let migrated = operator.command(&["migrate"]).env("DATABASE_URL", "").output().unwrap();
    assert!(!migrated.status.success());
    let spaced = operator
        .command(&["serve", "--listen", "nowhere.invalid:1"])
        .env("LIAISON_ALLOWED_HEADERS", "x-a, X-B")
        .output();
    assert!(String::from_utf8_lossy(&spaced.unwrap().stderr).contains("nowhere.invalid"));
}

#[test]
fn duplicates_are_printed_with_the_one_to_keep() {
    let operator = Operator::new();
    assert_eq!(operator.run(&["duplicates"]).unwrap(), "0 groups in all\n");
    let file = operator.folder.path().join("people.csv");
    let row = "Quirina Szentgyörgyi,quirina@example.com,+49 30 1234567";
    let cells = format!("{row},1980-02-03");
    std::fs::write(&file, format!("Name,Email,Phone,Birthday,Notes\n{cells},\n{cells},x\nBo,,,,\n")).unwrap();
    operator.run(&["import", file.to_str().unwrap(), "--match-by", "id"]).unwrap();
    for arguments in [&["duplicates"][..], &["duplicates", "--scan"], &["duplicates", "--certain", "--limit", "1"]] {
        let printed = operator.run(arguments).unwrap();
        let lines: Vec<&str> = printed.lines().collect();
        assert!(lines[0].starts_with("CERTAIN 0.9") || lines[0].starts_with("CERTAIN 1.0"), "{printed}");
        assert!(lines[1].starts_with("  ") && lines[1].ends_with(row.replace(',', ", ").as_str()), "{printed}");
        assert!(lines[2].starts_with("* ") && lines[2].ends_with(row.replace(',', ", ").as_str()), "{printed}");
        assert_eq!(lines[3..], ["", "1 groups in all"], "{printed}");
    }
    let scanned = operator.command(&["duplicates", "--scan", "--limit", "0"]).output().unwrap();
    assert!(String::from_utf8_lossy(&scanned.stderr).contains("3 contacts compared: 1 pairs; 0 keys skipped"));
    assert_eq!(String::from_utf8_lossy(&scanned.stdout), "1 groups in all\n");
}

#[test]
fn a_public_url_that_is_none_is_refused_by_name() {
    let operator = Operator::new();
    for arguments in [&["serve"][..], &["user", "list"]] {
        let output = operator.command(arguments).env("LIAISON_PUBLIC_URL", "contacts.example.com").output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && error.contains("LIAISON_PUBLIC_URL must be an address"), "{error}");
    }
}

#[test]
fn a_url_in_a_wrong_place_is_not_printed_with_its_password() {
    let operator = Operator::new();
    let urls =
        ["postgres://u:s3cret@h/d", "postgres://u:s3cret/a b's3cret@s3cret@h/d", "postgres://h/d?password=s3cret&a"];
    for url in urls {
        for arguments in [&["migrate", url][..], &["serve", "--public-url", url], &[url]] {
            let output = operator.command(arguments).output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert!(said.starts_with("error: ") && said.contains("h/d") && !said.contains("s3cret"), "{said}");
        }
        let said = operator.command(&["serve"]).env("LIAISON_PUBLIC_URL", url).output().unwrap();
        assert!(!String::from_utf8_lossy(&said.stderr).contains("s3cret"));
        assert!(String::from_utf8_lossy(&said.stderr).contains("LIAISON_PUBLIC_URL must be an address"));
    }
    let help = liaison(&["user"]).output().unwrap();
    assert!(String::from_utf8_lossy(&help.stderr).contains("postgres://user@host/database"), "help stays as it is");
}

#[test]
fn links_and_the_log_lead_to_where_the_server_is() {
    let operator = Operator::new();
    let mut create = operator.command(&["user", "create", "--email", "ada@example.com", "--role", "admin"]);
    let created = create.env_remove("LIAISON_PUBLIC_URL").env("LIAISON_LISTEN", ":5000").output().unwrap();
    let created = String::from_utf8_lossy(&created.stdout).into_owned();
    assert!(created.contains("\nhttp://127.0.0.1:5000/set-password#"), "{created}");

    let server = operator.serve("info");
    server.address();
    let log = server.stop();
    assert!(log.contains(" https://contacts.example.com/\"") && !log.contains("http://"), "{log}");
    assert!(!log.contains("stay signed in"), "{log}");
    for (public_url, is_warned) in [("http://contacts.lan", true), ("http://localhost:4000", false)] {
        let mut serve = operator.command(&["serve", "--listen", "0.0.0.0:0", "--log-format", "json"]);
        serve.env("LIAISON_PUBLIC_URL", public_url);
        let server = Process::start(serve);
        let line = server.line(if is_warned { "Nobody can stay signed in at http://contacts.lan" } else { "Serving" });
        assert!(is_warned || line.contains(" http://localhost:4000/\"") && !line.contains("signed in"), "{line}");
    }
    let mut serve = operator.command(&["serve", "--listen", "0.0.0.0:0", "--log-format", "json"]);
    serve.env_remove("LIAISON_PUBLIC_URL");
    let line = Process::start(serve).line("Serving");
    assert!(line.contains(" http://127.0.0.1:"), "{line}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_holds_no_secret() {
    let operator = Operator::new();
    let server = operator.serve("trace");
    let address = server.address();
    let setup = server.printed_line("/setup#").split_once('#').unwrap().1.to_owned();

    let client = reqwest::Client::new();
    let post = async |path: &str, token: &str, body: Value| -> Value {
        let request = client.post(format!("http://{address}{path}")).header("content-type", "application/json");
        let request = request.header("authorization", format!("Bearer {token}")).body(body.to_string());
        serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap()
    };
    let body = json!({ "token": setup, "email": "root@example.com", "password": PASSWORD });
    assert_eq!(post("/setup", "", body).await["userErrors"], json!([]));
    let sign_in = json!({ "query": SIGN_IN, "variables": { "email": "root@example.com", "password": PASSWORD } });
    let token = post("/graphql", "", sign_in).await["data"]["signIn"]["token"].as_str().unwrap().to_owned();
    let create = json!({ "query": "mutation { createApiKey(name: \"x\", role: ADMIN) { secret } }" });
    let key = post("/graphql", &token, create).await["data"]["createApiKey"]["secret"].as_str().unwrap().to_owned();
    assert_eq!(post("/graphql", &key, json!({ "query": "{ contactCount }" })).await["data"]["contactCount"], 0);
    let wrong =
        json!({ "query": SET_PASSWORD, "variables": { "token": "a-guessed-token", "password": "a-new-secret" } });
    post("/graphql", "", wrong).await;
    let malformed = json!({ "query": SIGN_IN, "variables": { "email": 1, "password": "a-mistyped-secret" } });
    post("/graphql", "", malformed).await;
    post("/graphql", "", json!({ "query": "mutation { signIn(email: \"a\", password: \"an-inline-secret\" }" })).await;
    post("/setup", "", json!({ "token": "another-guess", "password": "a-third-secret" })).await;
    let text = server.stop();
    assert!(text.contains("Answered"), "the log is read");
    for secret in [
        setup.as_str(),
        PASSWORD,
        &token,
        &key,
        "a-guessed-token",
        "a-new-secret",
        "a-mistyped-secret",
        "an-inline-secret",
        "another-guess",
        "a-third-secret",
    ] {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_that_the_browser_drops_is_logged_once_a_minute() {
    let operator = Operator::new();
    let created = operator.run(&["user", "create", "--email", "ada@example.com", "--role", "admin"]).unwrap();
    let (_, link) = created.trim().split_once('#').unwrap();
    let server = operator.serve("info");
    let address = server.address();
    let client = reqwest::Client::new();
    let post = async |host: &str, origin: &str, query: &str| {
        let variables = json!({ "token": link, "email": "ada@example.com", "password": PASSWORD });
        let request = client.post(format!("http://{address}/graphql")).header("host", host);
        let request = request.header("origin", origin).header("content-type", "application/json");
        let body = json!({ "query": query, "variables": variables }).to_string();
        assert!(request.body(body).send().await.unwrap().headers().contains_key("set-cookie"), "{origin}");
    };
    post("contacts.lan", "https://contacts.lan", SET_PASSWORD).await;
    for (host, origin) in [
        // A front end of another origin, TLS, and loopback: each keeps what it is given.
        ("contacts.lan", "http://app.lan"),
        ("contacts.lan", "https://contacts.lan"),
        ("localhost:4000", "http://localhost:4000"),
        ("contacts.localhost:4000", "http://contacts.localhost:4000"),
        ("127.0.0.1:4000", "http://127.0.0.1:4000"),
    ] {
        post(host, origin, SIGN_IN).await;
    }
    for _ in 0..3 {
        post("contacts.lan:4000", "http://contacts.lan:4000", SIGN_IN).await;
    }
    let log = server.stop();
    let warnings: Vec<&str> = log.lines().filter(|line| line.contains("over plain http")).collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains("http://contacts.lan:4000") && warnings[0].contains("docs/deploy.md"), "{warnings:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_mail_server_does_not_keep_serve_from_stopping() {
    let operator = Operator::new();
    operator.run(&["user", "create", "--email", "ada@example.com", "--role", "admin"]).unwrap();
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut command = operator.command(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    command.env("LIAISON_SMTP_URL", format!("smtp://{}", silent.local_addr().unwrap()));
    command.env("LIAISON_SMTP_TIMEOUT_MS", "90000");
    let server = Process::start(command);
    let request = json!({ "query": "mutation { requestPasswordLink(email: \"ada@example.com\") }" });
    let url = format!("http://{}/graphql", server.address());
    reqwest::Client::new().post(url).json(&request).send().await.unwrap();
    let _being_sent = silent.accept().await.unwrap();
    server.signal("-TERM");
    let pid = server.id();
    let ended = tokio::task::spawn_blocking(move || server.end().0);
    let Ok(ended) = tokio::time::timeout(Duration::from_secs(30), ended).await else {
        assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
        panic!("it waits for the mail server");
    };
    assert!(ended.unwrap().success());
}
