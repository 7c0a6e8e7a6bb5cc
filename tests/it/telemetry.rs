//! Metrics for Prometheus, traces, and the access log, of the real binary.

#![expect(clippy::float_cmp, reason = "Prometheus has floating-point numbers only, and counts are whole")]

use std::{collections::BTreeMap, fs, ops::Deref, process::Command};

use liaison::graphql::error::ErrorCode;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    Listening, TestApp, both_databases,
    postgres::TestDatabase,
    process::{Process, liaison, printed},
    socket::Client,
    until,
};

const TOKEN: &str = "a-token-of-at-least-32-characters-for-tests";
const TRACEPARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// Server of the real binary, with metrics on an address of their own.
struct Server {
    process: Process,
    caller: Caller,
    _folder: TempDir,
}

impl Deref for Server {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

/// Caller of a server, who asks for its metrics too.
struct Caller {
    url: String,
    metrics_url: String,
    client: reqwest::Client,
}

/// A sample's name with its labels, and its value.
type Samples = BTreeMap<String, f64>;

impl Server {
    fn start(url: Option<&str>, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let process = Process::start(serve(&folder, url, &[&["--metrics-listen", "127.0.0.1:0"], arguments].concat()));
        let metrics: Value = serde_json::from_str(&process.line("Serving metrics")).unwrap();
        let metrics_url = format!("http://{}/metrics", metrics["fields"]["metrics.address"].as_str().unwrap());
        let url = format!("http://{}", process.address());
        Self { process, caller: Caller { url, metrics_url, client: reqwest::Client::new() }, _folder: folder }
    }
}

impl Caller {
    fn post(&self, query: &str) -> RequestBuilder {
        self.client.post(format!("{}/graphql", self.url)).json(&json!({ "query": query }))
    }

    async fn ask(&self, query: &str) -> Value {
        self.post(query).send().await.unwrap().json().await.unwrap()
    }

    async fn text(&self) -> String {
        let response = self.client.get(&self.metrics_url).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
        response.text().await.unwrap()
    }

    async fn scrape(&self) -> Samples {
        samples(&self.text().await)
    }
}

fn serve(folder: &TempDir, url: Option<&str>, arguments: &[&str]) -> Command {
    let mut command = liaison(&["serve", "--dev", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    let file = format!("sqlite://{}", folder.path().join("test.db").display());
    command.args(arguments).env("DATABASE_URL", url.unwrap_or(&file));
    command.env("LIAISON_MAIL_DIR", folder.path().join("mail"));
    command
}

/// Reads the text format; panics at anything else.
fn samples(text: &str) -> Samples {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let read = lines.map(|line| {
        let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("no sample: {line}"));
        (series.to_owned(), value.parse().unwrap_or_else(|_| panic!("no value: {line}")))
    });
    read.collect()
}

/// Metrics of each kind of database, on which the same is asked.
async fn both(check: impl AsyncFn(Server)) {
    check(Server::start(None, &[])).await;
    if let Some(database) = TestDatabase::create().await {
        check(Server::start(Some(&database.url), &[])).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_and_statements_are_counted() {
    both(async |server| {
        let before = server.scrape().await;
        server.ask("query Names { contacts { nodes { name } } }").await;
        server.ask("query Names { contacts { nodes { name } } }").await;
        server.ask("{ contacts { totalCount } }").await;
        server.ask("mutation Add { createContact(input: { name: \"Ann\" }) { contact { id } } }").await;
        // A contact is one statement; a company is a transaction.
        server.ask("mutation Add { createCompany(input: { name: \"Acme\" }) { company { id } } }").await;
        server.ask("query Wrong { contacts(first: -1) { totalCount } }").await;
        server.ask("query NoSuch { noSuchField }").await;
        let after = server.scrape().await;
        let requests = |operation: &str, outcome: &str| {
            let series =
                format!("liaison_requests_total{{operation=\"{operation}\",transport=\"http\",outcome=\"{outcome}\"}}");
            after.get(&series).copied().unwrap_or_default()
        };
        let counted =
            [("Names", "ok"), ("anonymous", "ok"), ("Add", "ok"), ("Wrong", "refused"), ("invalid", "refused")];
        assert_eq!(counted.map(|(name, outcome)| requests(name, outcome)), [2.0, 1.0, 2.0, 1.0, 1.0], "{after:#?}");
        assert_eq!(requests("NoSuch", "refused"), 0.0);
        assert_eq!(after["liaison_request_duration_seconds_count{operation=\"Names\"}"], 2.0);
        for code in ErrorCode::ALL {
            let series = format!("liaison_errors_total{{code=\"{}\"}}", code.as_str());
            assert_eq!(before[&series], 0.0, "{series}");
        }
        assert_eq!(after["liaison_errors_total{code=\"BAD_USER_INPUT\"}"], 1.0);
        assert_eq!(after["liaison_errors_total{code=\"GRAPHQL_VALIDATION_FAILED\"}"], 1.0);
        let moved = |series: &str| after[series] - before.get(series).copied().unwrap_or_default();
        assert!(moved("liaison_http_responses_total{class=\"2xx\"}") >= 7.0);
        for role in ["read", "write"] {
            assert!(moved(&format!("liaison_sql_statements_total{{role=\"{role}\"}}")) > 0.0, "{after:#?}");
            assert!(moved(&format!("liaison_sql_seconds_total{{role=\"{role}\"}}")) > 0.0, "{after:#?}");
        }
        assert!(moved("liaison_transaction_wait_seconds_count") > 0.0);
        assert!(after["liaison_pool_connections_max{pool=\"transactions\"}"] >= 1.0);
        assert_eq!(after["liaison_database_up"], 1.0);
        let build = after.keys().find(|series| series.starts_with("liaison_build_info{")).unwrap();
        assert!(build.contains(concat!("version=\"", env!("CARGO_PKG_VERSION"), "\"")), "{build}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_of_operations_are_at_most_200() {
    both(async |server| {
        for number in 0..300 {
            server.ask(&format!("query Name{number} {{ __typename }}")).await;
        }
        server.ask(&format!("query {} {{ __typename }}", "Long".repeat(100))).await;
        let samples = server.scrape().await;
        let series = samples.keys().filter(|series| series.starts_with("liaison_requests_total{operation=\"Name"));
        assert_eq!(series.count(), 200);
        let other = "liaison_requests_total{operation=\"other\",transport=\"http\",outcome=\"ok\"}";
        assert_eq!(samples[other], 101.0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_metric_is_documented_and_described() {
    both(async |server| {
        server.ask("query Names { contacts { nodes { name } } }").await;
        let text = server.text().await;
        let docs = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics.md")).unwrap();
        let named = |line: &str, start: &str| Some(line.strip_prefix(start)?.split(' ').next()?.to_owned());
        let typed: Vec<String> = text.lines().filter_map(|line| named(line, "# TYPE ")).collect();
        let described: Vec<String> = text.lines().filter_map(|line| named(line, "# HELP ")).collect();
        for name in &typed {
            assert!(docs.contains(&format!("| `{name}` |")), "docs/metrics.md has no row of {name}");
            assert!(described.contains(name), "{name} has no help");
        }
        let rows = docs.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        for name in rows {
            let is_elsewhere = name.starts_with("liaison_write_queue") || name == "liaison_standby_wait_seconds";
            let is_there = typed.iter().any(|typed| typed == name);
            assert!(is_there || is_elsewhere, "{name} is documented, and not there");
        }
    })
    .await;
}

#[test]
fn alerts_and_the_dashboard_ask_for_documented_metrics() {
    let text = |path: &str| fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let docs = text("docs/metrics.md");
    let parts_of_histograms = ["_bucket", "_sum", "_count"];
    for file in ["packaging/prometheus/alerts.yml", "packaging/grafana/liaison.json"] {
        let text = text(file);
        let words = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
        let named: Vec<&str> =
            words.filter(|word| word.starts_with("liaison_") || word.starts_with("process_")).collect();
        assert!(named.len() > 10, "{file}: {named:?}");
        for name in named {
            let whole = parts_of_histograms.iter().find_map(|part| name.strip_suffix(part)).unwrap_or(name);
            assert!(docs.contains(&format!("| `{whole}` |")), "{file} asks for {name}");
        }
    }
    serde_json::from_str::<Value>(&text("packaging/grafana/liaison.json")).unwrap();
    let alerts = text("packaging/prometheus/alerts.yml");
    for alert in alerts.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(docs.contains(alert), "docs/metrics.md does not explain {alert}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn metrics_are_nowhere_unless_they_are_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let get = async |process: &Process, token: Option<&str>| {
        let request = reqwest::Client::new().get(format!("http://{}/metrics", process.address()));
        let request = token.into_iter().fold(request, RequestBuilder::bearer_auth);
        request.send().await.unwrap()
    };
    let process = Process::start(serve(&folder, None, &[]));
    assert_eq!(get(&process, Some(TOKEN)).await.status(), StatusCode::NOT_FOUND);
    drop(process);
    let file = folder.path().join("token");
    fs::write(&file, format!("{TOKEN}\n")).unwrap();
    for (variable, value) in [("LIAISON_METRICS_TOKEN", TOKEN), ("LIAISON_METRICS_TOKEN_FILE", file.to_str().unwrap())]
    {
        for (token, status) in [(None, 401), (Some("wrong"), 401), (TOKEN.strip_prefix("a-"), 401), (Some(TOKEN), 200)]
        {
            let mut command = serve(&folder, None, &[]);
            command.env(variable, value);
            let process = Process::start(command);
            let response = get(&process, token).await;
            assert_eq!(response.status(), status, "{variable} {token:?}");
            assert_eq!(response.headers().contains_key("www-authenticate"), status == 401);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_of_metrics_answers_nothing_else() {
    let server = Server::start(None, &[]);
    let get = async |url: String| reqwest::get(url).await.unwrap().status();
    let metrics = server.metrics_url.trim_end_matches("/metrics").to_owned();
    for path in ["/graphql?query={__typename}", "/healthz", "/"] {
        assert_eq!(get(format!("{metrics}{path}")).await, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(get(format!("{}/metrics", server.url)).await, StatusCode::NOT_FOUND);
    server.process.stop();
}

#[test]
fn a_token_of_metrics_is_long_and_is_never_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = serve(&folder, None, &[]);
    let output = command.env("LIAISON_METRICS_TOKEN", "short-token").output().unwrap();
    let said = printed(&output);
    assert!(!output.status.success() && said.contains("LIAISON_METRICS_TOKEN"), "{said}");
    assert!(!said.contains("short-token"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_and_lines_tell_the_trace() {
    let server = Server::start(None, &["--access-log"]);
    let id = "0af7651916cd43dd8448eb211c80319c";
    for query in ["query Bad { contacts(first: -1) { totalCount } }", "{ noSuchField }", "{ "] {
        let response = server.post(query).header("traceparent", TRACEPARENT).send().await.unwrap();
        let answered = response.headers()["traceresponse"].to_str().unwrap().to_owned();
        assert!(answered.starts_with(&format!("00-{id}-")) && answered.ends_with("-01"), "{answered}");
        assert!(!answered.contains("b7ad6b7169203331"), "{answered}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["traceId"], id, "{answer}");
    }
    // Without a valid trace there is none.
    for header in ["", "00-0-0-00", &TRACEPARENT.to_uppercase()] {
        let response = server.post("{ noSuchField }").header("traceparent", header).send().await.unwrap();
        assert!(!response.headers().contains_key("traceresponse"));
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["traceId"], Value::Null, "{answer}");
    }
    let log = server.process.stop();
    let lines: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let access: Vec<&Value> = lines.iter().filter(|line| line["target"] == "liaison::access").collect();
    assert_eq!(access.len(), 6);
    let first = &access[0]["fields"];
    assert_eq!([&first["trace.id"], &first["operation"], &first["status"]], [&json!(id), &json!("Bad"), &json!(200)]);
    assert!(first["bytes"].as_u64().unwrap() > 0);
    assert_eq!(access[5]["fields"].get("trace.id"), None);
}

/// A WebSocket and its operations belong to the trace of the request that opened it.
#[both_databases]
async fn errors_over_a_websocket_tell_the_trace(app: TestApp) {
    let server = Listening::start(app).await;
    let mut client = Client::open(&server, &[("traceparent", TRACEPARENT)]).await.unwrap();
    client.say(json!({ "type": "connection_init" })).await;
    assert_eq!(client.hear().await["type"], "connection_ack");
    for query in ["{ noSuchField }", "{ contacts(first: -1) { totalCount } }"] {
        client.subscribe("1", query).await;
        let told = client.hear().await;
        let errors = if told["type"] == "error" { &told["payload"] } else { &told["payload"]["errors"] };
        assert_eq!(errors[0]["extensions"]["traceId"], "0af7651916cd43dd8448eb211c80319c", "{told}");
        if told["type"] == "next" {
            assert_eq!(client.hear().await["type"], "complete");
        }
    }
    drop(client);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_beside_the_requests_is_counted() {
    let database = TestDatabase::create().await;
    let urls = [None].into_iter().chain(database.as_ref().map(|database| Some(database.url.as_str())));
    for url in urls {
        let server = Server::start(url, &["--webhook-allow", "127.0.0.0/8"]);
        let input = "{ url: \"http://127.0.0.1:1/nobody-listens\" }";
        let create = format!("mutation {{ createWebhook(input: {input}) {{ userErrors {{ message }} }} }}");
        assert_eq!(server.ask(&create).await["data"]["createWebhook"]["userErrors"], json!([]));
        let import = server.client.post(format!("{}/import", server.url)).header("content-type", "text/csv");
        let import = import.header("liaison-csrf", "1").body("Name,Email\nAnn,ann@example.com\nBob,bob@example.com\n");
        assert!(import.send().await.unwrap().status().is_success());
        let invite = "mutation { inviteUser(email: \"cy@example.com\", role: VIEWER) { userErrors { message } } }";
        assert_eq!(server.ask(invite).await["data"]["inviteUser"]["userErrors"], json!([]));
        until("all of it to be counted", async || {
            let samples = server.scrape().await;
            samples["liaison_import_rows_total{phase=\"read\"}"] == 2.0
                && samples["liaison_import_rows_total{phase=\"written\"}"] == 2.0
                && samples["liaison_webhook_deliveries_total{outcome=\"failed\"}"] >= 1.0
                && samples["liaison_webhooks{state=\"failing\"}"] == 1.0
                && samples["liaison_webhook_lag_seconds"] > 0.0
                && samples["liaison_mails_total{outcome=\"sent\"}"] == 1.0
                && samples["liaison_duplicates_caught_up_timestamp_seconds"] > 1e9
        })
        .await;
    }
}
