//! A server over a database of its own, as `liaison serve --dev` has it.

use std::sync::{Arc, OnceLock};

use axum::{
    body::Body,
    http::{Request, header},
};
use clap::Parser;
use liaison::{app::App, clock::Clock, config::Config, domain::webhooks::Outbound, http::Service};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// Most bytes of an answer.
const ANSWER_BYTES_MAX: usize = 64 << 20;

#[derive(Parser)]
struct Settings {
    #[command(flatten)]
    config: Config,
}

/// A server, its runtime, and the folder of its database.
pub struct Server {
    service: Service,
    runtime: Runtime,
    _folder: TempDir,
}

/// Returns the one server of this process, which has a few records.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

impl Server {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("fuzz.db").display());
        let Config { database, http, access, limits, webhooks, .. } =
            Settings::parse_from(["fuzz", "--dev", "--database-url", &url]).config;
        let outbound = Arc::new(Outbound::new(&webhooks).unwrap());
        // Reading a document recurses as deep as the depth limit allows.
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(16 << 20)
            .enable_all()
            .build()
            .unwrap();
        let database = database.config().unwrap();
        let opening = App::open(&database, http, access, limits, outbound, Clock::default());
        let service = runtime.block_on(opening).unwrap().service;
        let server = Self { service, runtime, _folder: folder };
        server.fill();
        server
    }

    fn fill(&self) {
        let create = "mutation($name: String!, $email: String!, $company: String!) { createContact(
            input: { name: $name, email: $email, tags: [\"a\"], metadata: { number: 1 }, birthday: \"1990-02-28\" }
            primaryCompany: { company: { findOrCreateByName: $company }, role: \"Engineer\" }) { contact { id } } }";
        let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: { subject: \"Call\" }) {
            interaction { id } } }";
        for (number, name) in ["Ada", "Łukasz", "李小龍", "Zoë O'Neil", ""].into_iter().enumerate() {
            let email = format!("{number}@example.com");
            let variables = json!({ "name": name, "email": email, "company": format!("Company {}", number / 2) });
            let answer = self.ask(create, variables);
            let id = &answer["data"]["createContact"]["contact"]["id"];
            self.ask(log, json!({ "id": id }));
        }
    }

    /// Returns the answer to an operation. Panics at a fault of the server.
    pub fn ask(&self, query: &str, variables: Value) -> Value {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let request = Request::post("/graphql")
            .header(header::HOST, "localhost")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json")
            .body(Body::from(body))
            .unwrap();
        let service = self.service.clone();
        let answering = self.runtime.spawn(async move {
            let response = service.oneshot(request).await.unwrap();
            let status = response.status();
            (status, axum::body::to_bytes(response.into_body(), ANSWER_BYTES_MAX).await.unwrap())
        });
        let (status, body) = self.runtime.block_on(answering).unwrap();
        let text = String::from_utf8_lossy(&body);
        assert!(!status.is_server_error() && !text.contains("INTERNAL_SERVER_ERROR"), "{status}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }
}
