//! The test harness: an application of its own for each test, on either database.

pub(crate) mod eventually;
pub(crate) mod people;
pub(crate) mod postgres;
pub(crate) mod process;
pub(crate) mod proxy;
pub(crate) mod snapshots;
pub(crate) mod socket;
mod sqlite;
pub(crate) mod standby;
pub(crate) mod tables;

use std::{net::SocketAddr, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderValue, Request, Response, StatusCode, header},
};
use liaison::{
    app::App,
    background,
    clock::Clock,
    config::{
        AccessArgs, DatabaseConfig, DocumentArgs, HttpArgs, Limits, LogFormat, MetricsArgs, RateArgs, StatementNames,
        WebhookArgs,
    },
    domain::webhooks::Outbound,
    http::{Service, Shared, server},
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use tower::ServiceExt;

pub(crate) use eventually::{eventually, until};
pub(crate) use test_macros::both_databases;

/// An application with a database of its own, which is dropped with it.
pub(crate) struct TestApp {
    pub(crate) shared: Arc<Shared>,
    pub(crate) service: Service,
    pub(crate) config: DatabaseConfig,
    _storage: Storage,
}

/// Held only to be dropped with the application.
#[expect(dead_code, reason = "dropping is all that is done with it")]
enum Storage {
    File(TempDir),
    Postgres(postgres::TestDatabase),
    /// Another application owns the database.
    Elsewhere,
}

impl TestApp {
    pub(crate) async fn on_sqlite() -> Self {
        Self::on_sqlite_with(Limits::default()).await
    }

    pub(crate) async fn on_sqlite_with(limits: Limits) -> Self {
        let directory = sqlite::migrated().await;
        let url = sqlite::url_in(&directory);
        Self::open(config(url), limits, Storage::File(directory)).await
    }

    /// Opens an application over an existing database, which is not dropped with it.
    pub(crate) async fn over(url: String) -> Self {
        Self::open(config(url), Limits::default(), Storage::Elsewhere).await
    }

    /// Opens an application that sends statements without names to an existing database.
    pub(crate) async fn unnamed(url: &str) -> Self {
        let config = DatabaseConfig {
            statements: StatementNames::Unnamed,
            direct_url: Some(url.to_owned()),
            ..config(url.to_owned())
        };
        Self::open(config, Limits::default(), Storage::Elsewhere).await
    }

    /// Opens an application with settings of the test's own.
    pub(crate) async fn configured(config: DatabaseConfig) -> Self {
        Self::open(config, Limits::default(), Storage::Elsewhere).await
    }

    /// Returns none, after saying so, when there is no PostgreSQL.
    pub(crate) async fn on_postgres() -> Option<Self> {
        let database = postgres::TestDatabase::create().await?;
        Some(Self::open(config(database.url.clone()), Limits::default(), Storage::Postgres(database)).await)
    }

    async fn open(config: DatabaseConfig, limits: Limits, storage: Storage) -> Self {
        let reached = reached(&config);
        let app = App::open(&reached, http_args(), access_args(), limits, outbound(), Clock::stepping()).await.unwrap();
        Self { shared: app.shared, service: app.service, config, _storage: storage }
    }

    /// An application on an empty database of the same kind.
    pub(crate) async fn fresh(&self) -> Self {
        if self.config.is_sqlite() { Self::on_sqlite().await } else { Self::on_postgres().await.unwrap() }
    }

    /// Opens another application on the same database, which is not dropped with it.
    pub(crate) async fn another(&self) -> Self {
        let clock = self.shared.domain.clock.clone();
        let (config, limits) = (reached(&self.config), self.shared.limits);
        let app = App::open(&config, http_args(), access_args(), limits, outbound(), clock).await.unwrap();
        Self { shared: app.shared, service: app.service, config: self.config.clone(), _storage: Storage::Elsewhere }
    }

    /// Puts the same database behind a server that requires a login.
    pub(crate) async fn guarded(self) -> Self {
        self.guarded_with(access_args()).await
    }

    /// Does the same with access settings.
    pub(crate) async fn guarded_with(self, access: AccessArgs) -> Self {
        self.behind(HttpArgs { dev: false, ..http_args() }, access).await
    }

    /// Puts the same database behind a server with other settings.
    pub(crate) async fn behind(self, http: HttpArgs, access: AccessArgs) -> Self {
        let clock = self.shared.domain.clock.clone();
        let app = App::open(&reached(&self.config), http, access, self.shared.limits, outbound(), clock).await.unwrap();
        Self { shared: app.shared, service: app.service, ..self }
    }

    /// Puts the same database behind a server with other settings of deliveries.
    pub(crate) async fn delivering(self, outbound: Arc<Outbound>) -> Self {
        let (clock, limits) = (self.shared.domain.clock.clone(), self.shared.limits);
        let app = App::open(&reached(&self.config), http_args(), access_args(), limits, outbound, clock).await.unwrap();
        Self { shared: app.shared, service: app.service, ..self }
    }

    /// Sends a GraphQL request; returns the whole answer.
    pub(crate) async fn send(&self, query: &str, variables: Value) -> Value {
        let (status, answer) = self.post(&json!({ "query": query, "variables": variables })).await;
        assert!(status == StatusCode::OK || status == StatusCode::BAD_REQUEST, "{status}: {answer}");
        answer
    }

    /// Sends a GraphQL request that must succeed; returns its data.
    pub(crate) async fn run(&self, query: &str, variables: Value) -> Value {
        let answer = self.send(query, variables).await;
        assert_eq!(answer["errors"], Value::Null, "{query}: {answer}");
        answer["data"].clone()
    }

    /// Sends a GraphQL request that must fail; returns its first error's code.
    pub(crate) async fn error_code(&self, query: &str, variables: Value) -> String {
        let answer = self.send(query, variables).await;
        answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no error: {answer}")).to_owned()
    }

    /// Posts a body to `/graphql` as a client of the specification does.
    pub(crate) async fn post(&self, body: &Value) -> (StatusCode, Value) {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json")
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = self.request(request).await;
        let status = response.status();
        (status, json_body(response).await)
    }

    /// Sends any HTTP request, as clients do: with a host.
    pub(crate) async fn request(&self, mut request: Request<Body>) -> Response<Body> {
        request.headers_mut().entry(header::HOST).or_insert(HeaderValue::from_static("localhost"));
        self.service.clone().oneshot(request).await.unwrap()
    }

    /// Counts the SQL statements of a request.
    pub(crate) async fn statements(&self, query: &str, variables: Value) -> u64 {
        let before = self.shared.domain.db.statement_count();
        self.run(query, variables).await;
        self.shared.domain.db.statement_count() - before
    }

    /// Creates a contact; returns its id.
    pub(crate) async fn contact(&self, name: &str) -> String {
        self.contact_with(json!({ "name": name })).await
    }

    /// Creates a contact from an input; returns its id.
    pub(crate) async fn contact_with(&self, input: Value) -> String {
        let mutation = "mutation($input: ContactInput!) {
            createContact(input: $input) { contact { id } userErrors { code field message } } }";
        let data = self.run(mutation, json!({ "input": input })).await;
        id_of(&data["createContact"]["contact"])
    }

    /// Creates a company; returns its id.
    pub(crate) async fn company(&self, name: &str) -> String {
        let mutation = "mutation($name: String!) { createCompany(input: { name: $name }) { company { id } } }";
        id_of(&self.run(mutation, json!({ "name": name })).await["createCompany"]["company"])
    }

    /// Adds a membership; returns its id.
    pub(crate) async fn membership(&self, contact: &str, company: &str) -> String {
        let mutation = "mutation($contact: ID!, $company: ID!) {
            addMembership(contactId: $contact, companyId: $company) { membership { id } userErrors { code } } }";
        let data = self.run(mutation, json!({ "contact": contact, "company": company })).await;
        id_of(&data["addMembership"]["membership"])
    }

    /// Connects a contact to the user with an address; returns the user's id.
    pub(crate) async fn connect(&self, contact: &str, email: &str) -> String {
        let mutation = "mutation($contact: ID!, $email: String!) {
            connectUser(contactId: $contact, email: $email) { user { id } userErrors { code } } }";
        id_of(&self.run(mutation, json!({ "contact": contact, "email": email })).await["connectUser"]["user"])
    }

    /// Runs a mutation of one id whose payload has only user errors; returns their codes.
    pub(crate) async fn codes(&self, field: &str, id: &str) -> Vec<String> {
        let mutation = format!("mutation($id: ID!) {{ {field}(id: $id) {{ userErrors {{ code }} }} }}");
        codes(&self.run(&mutation, json!({ "id": id })).await[field])
    }
}

/// An application behind a real socket.
pub(crate) struct Listening {
    pub(crate) app: TestApp,
    pub(crate) address: SocketAddr,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Listening {
    pub(crate) async fn start(app: TestApp) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        let (service, shared) = (app.service.clone(), Arc::clone(&app.shared));
        let serving = tokio::spawn(async move {
            let following = background::follow(&shared, stopped.clone());
            tokio::join!(server::serve(listener, service, &shared, stopped.clone()), following);
        });
        Self { app, address, stop, serving }
    }

    /// Asks the server to stop, and waits until it has.
    pub(crate) async fn stop(self) {
        self.stop.send_replace(true);
        self.serving.await.unwrap();
    }
}

/// The codes of a payload's user errors.
pub(crate) fn codes(payload: &Value) -> Vec<String> {
    let errors = payload["userErrors"].as_array().unwrap_or_else(|| panic!("no payload: {payload}"));
    errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect()
}

/// A record's id.
pub(crate) fn id_of(record: &Value) -> String {
    record["id"].as_str().unwrap_or_else(|| panic!("no record: {record}")).to_owned()
}

/// One field of each of a list's records.
pub(crate) fn each<'a>(list: &'a Value, field: &str) -> Vec<&'a Value> {
    list.as_array().unwrap_or_else(|| panic!("no list: {list}")).iter().map(|record| &record[field]).collect()
}

/// A well-formed id that no record has.
pub(crate) const NOBODY: &str = "01890a5d-ac96-774b-bcce-b302099a8057";

pub(crate) async fn json_body(response: Response<Body>) -> Value {
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    serde_json::from_slice(&body).unwrap_or_else(|_| panic!("not JSON: {}", String::from_utf8_lossy(&body)))
}

/// Settings with which an application reaches a database: through the pooler, where the tests run with one.
fn reached(config: &DatabaseConfig) -> DatabaseConfig {
    if config.is_sqlite() || config.statements == StatementNames::Unnamed {
        return config.clone();
    }
    match postgres::pooled(&config.url) {
        Some(url) => DatabaseConfig {
            url,
            direct_url: Some(config.url.clone()),
            statements: StatementNames::Unnamed,
            ..config.clone()
        },
        None => config.clone(),
    }
}

fn config(url: String) -> DatabaseConfig {
    DatabaseConfig {
        url,
        pool_size: 8,
        acquire_timeout: std::time::Duration::from_secs(30),
        ..DatabaseConfig::default()
    }
}

/// Settings of deliveries that may go to the machine itself, where the tests' receivers are.
fn outbound() -> Arc<Outbound> {
    webhook_settings(&["127.0.0.0/8"], None)
}

/// Settings of deliveries.
pub(crate) fn webhook_settings(networks: &[&str], key: Option<&str>) -> Arc<Outbound> {
    let allowed_networks = networks.iter().map(|network| network.parse().unwrap()).collect();
    let secret_key = key.map(|key| key.to_owned().into());
    Arc::new(Outbound::new(&WebhookArgs { allowed_networks, secret_key, secret_key_file: None }).unwrap())
}

pub(crate) fn http_args() -> HttpArgs {
    HttpArgs {
        listen: "127.0.0.1:0".parse().unwrap(),
        dev: true,
        allowed_origins: vec!["https://app.example.com".to_owned()],
        allowed_headers: vec!["x-tenant".parse().unwrap()],
        max_connections: 100,
        max_websockets: 10,
        request_timeout_ms: 60_000,
        read_timeout_ms: 5_000,
        import_bytes_max: 1 << 20,
        import_idle_timeout_ms: 2_000,
        write_timeout_ms: 5_000,
        keep_alive_timeout_ms: 30_000,
        shutdown_timeout_ms: 5_000,
        documents: DocumentArgs::default(),
        metrics: MetricsArgs::default(),
        log_format: LogFormat::Auto,
        access_log: false,
    }
}

pub(crate) fn access_args() -> AccessArgs {
    AccessArgs {
        public_url: Some("https://contacts.example.com".parse().unwrap()),
        trusted_proxies: Vec::new(),
        smtp_url: None,
        smtp_timeout_ms: 10_000,
        mail_from: "Liaison <liaison@example.com>".to_owned(),
        mail_dir: std::env::temp_dir(),
        passwords: true,
        oidc: Vec::new(),
        oidc_timeout: std::time::Duration::from_secs(10),
        session_idle_hours: 14 * 24,
        session_longest_hours: 90 * 24,
        rates: RateArgs {
            requests_per_second: 100_000,
            attempts_per_minute: 100_000,
            account_attempts_per_minute: 100_000,
            links_per_hour: 100_000,
        },
    }
}
