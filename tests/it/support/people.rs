//! Users, sessions and keys, and requests in their name.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use liaison::{
    domain::{self, access},
    entity::role::Role,
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{TestApp, json_body};

/// A password that meets every rule.
pub(crate) const PASSWORD: &str = "seven grey herons";

/// Reply to a request.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Reply {
    /// The first error's code; empty when there is none.
    pub(crate) fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
    }

    /// The session's token out of the cookie that was set.
    pub(crate) fn cookie(&self) -> Option<String> {
        let cookie = self.headers.get(header::SET_COOKIE)?.to_str().unwrap();
        Some(cookie.split(';').next().unwrap().to_owned())
    }
}

impl TestApp {
    /// Sends a GraphQL request with a bearer token, or with none.
    pub(crate) async fn ask(&self, token: Option<&str>, query: &str, variables: Value) -> Reply {
        self.reply(asking(token, query, variables)).await
    }

    /// Does the same; returns the body of the answer as text.
    pub(crate) async fn ask_for_text(&self, token: Option<&str>, query: &str, variables: Value) -> String {
        let body = self.request(asking(token, query, variables)).await.into_body();
        String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap()
    }

    /// Sends any HTTP request whose answer is JSON.
    pub(crate) async fn reply(&self, request: Request<Body>) -> Reply {
        let response = self.request(request).await;
        let (status, headers) = (response.status(), response.headers().clone());
        Reply { status, headers, body: json_body(response).await }
    }

    /// The domain's context of the operator, who may do everything.
    pub(crate) fn operator(&self) -> &domain::Context {
        &self.shared.domain
    }

    /// Creates a key with a role.
    pub(crate) async fn key(&self, role: Role) -> String {
        let minted = access::create_key(self.operator(), "test", role, None).await.unwrap();
        minted.secret.expose().to_owned()
    }

    /// Creates a one-time link for a new user, or for a placeholder; returns the part after its #.
    pub(crate) async fn link(&self, email: &str, role: Role) -> String {
        let (_, token) = access::create_user(self.operator(), email, role).await.unwrap();
        token.expose().to_owned()
    }

    /// Creates a user with an account and [`PASSWORD`]; returns its session's token.
    pub(crate) async fn user(&self, email: &str, role: Role) -> String {
        let link = self.link(email, role).await;
        self.claim(&link).await
    }

    /// Uses a link; returns the session's token.
    pub(crate) async fn claim(&self, link: &str) -> String {
        let reply = self.ask(None, SET_PASSWORD, json!({ "token": link, "password": PASSWORD })).await;
        let token = reply.body["data"]["setPassword"]["token"].as_str();
        token.unwrap_or_else(|| panic!("{}", reply.body)).to_owned()
    }

    /// Signs in with [`PASSWORD`]; returns the session's token.
    pub(crate) async fn sign_in(&self, email: &str) -> String {
        let reply = self.ask(None, SIGN_IN, json!({ "email": email, "password": PASSWORD })).await;
        let token = reply.body["data"]["signIn"]["token"].as_str();
        token.unwrap_or_else(|| panic!("{}", reply.body)).to_owned()
    }

    /// Runs SQL that no operation of Liaison runs.
    pub(crate) async fn sql(&self, sql: &str) {
        self.operator().db.writer().execute_unprepared(sql).await.unwrap();
    }
}

fn asking(token: Option<&str>, query: &str, variables: Value) -> Request<Body> {
    let mut request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Body::from(json!({ "query": query, "variables": variables }).to_string())).unwrap()
}

pub(crate) const SIGN_IN: &str = "mutation($email: String!, $password: String!) {
    signIn(email: $email, password: $password) {
        token expiresAt viewer { role user { id email isPlaceholder } contact { id } } userErrors {
        code field message } } }";

pub(crate) const SET_PASSWORD: &str = "mutation($token: String!, $password: String!) {
    setPassword(token: $token, password: $password) {
        token viewer { role user { email isPlaceholder source } contact { id } } userErrors { code field message } } }";
