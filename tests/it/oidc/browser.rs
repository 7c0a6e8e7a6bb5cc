//! A browser that signs in at a provider.

use std::collections::HashMap;

use axum::{
    body::Body,
    http::{Request, Response, header},
};
use liaison::config::{AccessArgs, OidcProvider};
use serde_json::{Value, json};

use super::provider::Provider;
use crate::support::{TestApp, access_args, people::Reply};

/// Sign-in that has begun at a provider.
pub(super) struct Begun {
    pub(super) asked: HashMap<String, String>,
    pub(super) cookie: String,
}

/// The application behind a provider.
pub(super) async fn behind(app: TestApp, settings: OidcProvider) -> TestApp {
    app.guarded_with(AccessArgs { oidc: vec![settings], ..access_args() }).await
}

/// The value of a cookie that is set.
pub(super) fn cookie(response: &Response<Body>, name: &str) -> Option<String> {
    let mut set = response.headers().get_all(header::SET_COOKIE).iter().map(|value| value.to_str().unwrap());
    let found = set.find_map(|value| value.strip_prefix(&format!("{name}=")))?;
    Some(found.split(';').next().unwrap().to_owned()).filter(|value| !value.is_empty())
}

pub(super) fn location(response: &Response<Body>) -> String {
    assert_eq!(response.status(), 303);
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

/// Sends the browser to the provider.
pub(super) async fn begin(app: &TestApp, query: &str) -> Begun {
    let request = Request::get(format!("/oidc/ours{query}")).body(Body::empty()).unwrap();
    let response = app.request(request).await;
    let address = location(&response);
    let asked = address.split_once('?').unwrap_or_else(|| panic!("{address}")).1;
    let asked = form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
    let set = response.headers()[header::SET_COOKIE].to_str().unwrap();
    for part in ["; HttpOnly", "; SameSite=Lax", "; Secure", "; Path=/", "; Max-Age=600"] {
        assert!(set.contains(part), "{set}");
    }
    Begun { asked, cookie: cookie(&response, "__Host-liaison-sign-in").unwrap() }
}

/// The browser comes back.
pub(super) async fn come_back(app: &TestApp, cookie: Option<&str>, parameters: &[(&str, &str)]) -> Response<Body> {
    let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let mut request = Request::get(format!("/oidc/ours/callback?{query}"));
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, format!("__Host-liaison-sign-in={cookie}"));
    }
    app.request(request.body(Body::empty()).unwrap()).await
}

/// Signs in with these claims. Returns the address to which the browser goes in the end, and the session's token.
pub(super) async fn sign_in(app: &TestApp, provider: &Provider, claims: Value) -> (String, Option<String>) {
    let begun = begin(app, "").await;
    let code = provider.consent(&begun.asked, claims);
    let parameters = [("code", code.as_str()), ("state", begun.asked["state"].as_str()), ("iss", provider.issuer())];
    let response = come_back(app, Some(&begun.cookie), &parameters).await;
    (location(&response), cookie(&response, "__Host-liaison"))
}

/// Signs in; returns the session's token.
pub(super) async fn enter(app: &TestApp, provider: &Provider, claims: Value) -> String {
    let (address, token) = sign_in(app, provider, claims).await;
    assert_eq!(address, "https://contacts.example.com/");
    token.unwrap()
}

/// The code of the refusal, with which the browser is back at the page for signing in.
pub(super) async fn refusal(app: &TestApp, provider: &Provider, claims: Value) -> String {
    refused(&sign_in(app, provider, claims).await)
}

pub(super) fn refused((address, token): &(String, Option<String>)) -> String {
    assert_eq!(*token, None);
    let code = address.strip_prefix("https://contacts.example.com/sign-in?failed=");
    code.unwrap_or_else(|| panic!("{address}")).to_owned()
}

/// Who the session's token lets in.
pub(super) async fn viewer(app: &TestApp, token: &str) -> Value {
    let query = "{ viewer { role user { id email name isPlaceholder } } }";
    let reply: Reply = app.ask(Some(token), query, json!({})).await;
    reply.body["data"]["viewer"].clone()
}
