//! Documents that are sent by key: automatic persisted queries, and trusted documents.

use std::fmt::Write as _;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use liaison::config::{DocumentArgs, HttpArgs, TrustedDocuments};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{TestApp, access_args, both_databases, http_args, json_body};

const QUERY: &str = "query($id: ID!) { contact(id: $id) { name } }";

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hash, byte| {
        write!(hash, "{byte:02x}").unwrap();
        hash
    })
}

fn by_hash(hash: &str, variables: &Value) -> Value {
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    json!({ "extensions": extensions, "variables": variables })
}

fn query_string(body: &Value) -> String {
    let mut parameters = form_urlencoded::Serializer::new(String::new());
    for (name, value) in body.as_object().unwrap() {
        parameters.append_pair(name, &value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    parameters.finish()
}

async fn get(app: &TestApp, body: &Value) -> (StatusCode, Value) {
    let request = Request::get(format!("/graphql?{}", query_string(body))).body(Body::empty()).unwrap();
    let response = app.request(request).await;
    (response.status(), json_body(response).await)
}

fn code(answer: &Value) -> &str {
    assert_eq!(answer.get("data"), None, "{answer}");
    answer["errors"][0]["extensions"]["code"].as_str().unwrap()
}

#[both_databases]
async fn a_document_is_sent_once_and_then_named_by_its_hash(app: TestApp) {
    let id = app.contact("Ann").await;
    let (hash, variables) = (sha256(QUERY), json!({ "id": id }));
    let by_hash = by_hash(&hash, &variables);
    assert_eq!(code(&app.post(&by_hash).await.1), "PERSISTED_QUERY_NOT_FOUND");
    let mut whole = by_hash.clone();
    whole["query"] = QUERY.into();
    let expected = json!({ "data": { "contact": { "name": "Ann" } } });
    assert_eq!(app.post(&whole).await.1, expected);
    assert_eq!(app.post(&by_hash).await.1, expected);
    assert_eq!(get(&app, &by_hash).await, (StatusCode::OK, expected.clone()));
    assert_eq!(app.post(&json!({ "documentId": format!("sha256:{hash}"), "variables": variables })).await.1, expected);
}

#[both_databases]
async fn a_mutation_by_hash_is_refused_by_get(app: TestApp) {
    let mutation = "mutation($id: ID!) { trashContact(id: $id) { userErrors { code } } }";
    let id = app.contact("Ann").await;
    let mut whole = by_hash(&sha256(mutation), &json!({ "id": id }));
    whole["query"] = mutation.into();
    assert_eq!(get(&app, &whole).await.0, StatusCode::METHOD_NOT_ALLOWED);
    whole.as_object_mut().unwrap().remove("query");
    assert_eq!(get(&app, &whole).await.0, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(app.run(QUERY, json!({ "id": id })).await["contact"]["name"], "Ann");
}

#[tokio::test]
async fn only_documents_with_their_own_hash_are_kept() {
    let app = TestApp::on_sqlite().await;
    let mut wrong = by_hash(&sha256("{ __typename }"), &json!({ "id": "" }));
    wrong["query"] = QUERY.into();
    assert_eq!(code(&app.post(&wrong).await.1), "BAD_USER_INPUT");
    assert_eq!(code(&app.post(&by_hash(&sha256("{ __typename }"), &json!({}))).await.1), "PERSISTED_QUERY_NOT_FOUND");
    for persisted in [
        json!(1),
        json!({ "version": 2, "sha256Hash": sha256(QUERY) }),
        json!({ "version": 1 }),
        json!({ "version": 1, "sha256Hash": 1 }),
    ] {
        let request = json!({ "query": QUERY, "extensions": { "persistedQuery": persisted } });
        assert_eq!(code(&app.post(&request).await.1), "BAD_USER_INPUT", "{persisted}");
    }
    for unreadable in ["", "x", &"é".repeat(64), &"+1".repeat(32)] {
        let answer = app.post(&by_hash(unreadable, &json!({}))).await.1;
        assert_eq!(code(&answer), "PERSISTED_QUERY_NOT_FOUND", "{unreadable}");
    }
}

/// Strangers would fill the room with documents that they may not send.
#[tokio::test]
async fn a_document_that_is_refused_is_not_kept() {
    let app = TestApp::on_sqlite().await.guarded().await;
    let mut whole = by_hash(&sha256(QUERY), &json!({ "id": "" }));
    whole["query"] = QUERY.into();
    for _ in 0..2 {
        assert_eq!(code(&app.post(&whole).await.1), "UNAUTHENTICATED");
        whole.as_object_mut().unwrap().remove("query");
        assert_eq!(code(&app.post(&whole).await.1), "PERSISTED_QUERY_NOT_FOUND");
        whole["query"] = QUERY.into();
    }
}

async fn with_trusted(only_trusted: bool) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trusted.json");
    std::fs::write(&file, json!({ "sha256:anything": QUERY, "5eb63bbb": "{ __typename }" }).to_string()).unwrap();
    let trusted = TrustedDocuments::read(file.to_str().unwrap()).unwrap();
    let documents = DocumentArgs { trusted_documents: Some(trusted), only_trusted };
    TestApp::on_sqlite().await.behind(HttpArgs { documents, ..http_args() }, access_args()).await
}

#[tokio::test]
async fn trusted_documents_are_named_by_their_keys() {
    for only_trusted in [false, true] {
        let app = with_trusted(only_trusted).await;
        let expected = json!({ "data": { "contact": null } });
        let variables = json!({ "id": "018cc252-0000-7000-8000-000000000000" });
        let by_id = json!({ "documentId": "sha256:anything", "variables": variables });
        assert_eq!(app.post(&by_id).await.1, expected);
        assert_eq!(app.post(&by_hash("sha256:anything", &variables)).await.1, expected);
        assert_eq!(get(&app, &by_id).await.1, expected);
        let with_text = json!({ "documentId": "sha256:anything", "query": QUERY, "variables": variables });
        assert_eq!(app.post(&with_text).await.1, expected);
        let other = json!({ "documentId": "5eb63bbb", "query": QUERY, "variables": variables });
        assert_eq!(code(&app.post(&other).await.1), "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn nothing_but_trusted_documents_is_answered_where_that_is_set() {
    let app = with_trusted(true).await;
    let mut whole = by_hash(&sha256("{ viewer { role } }"), &json!({}));
    assert_eq!(code(&app.post(&whole).await.1), "PERSISTED_QUERY_NOT_FOUND");
    whole["query"] = "{ viewer { role } }".into();
    assert_eq!(app.post(&whole).await.0, StatusCode::FORBIDDEN);
    assert_eq!(code(&app.post(&whole).await.1), "FORBIDDEN");
    assert_eq!(code(&app.post(&json!({ "query": "{ __typename }" })).await.1), "FORBIDDEN");
    let app = with_trusted(false).await;
    assert_eq!(app.run("{ __typename }", json!({})).await["__typename"], "Query");
}

#[test]
fn a_file_that_holds_no_documents_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trusted.json");
    let read = || TrustedDocuments::read(file.to_str().unwrap()).unwrap_err();
    assert!(read().contains("cannot be read"), "{}", read());
    for wrong in ["", "[]", "{}", "{\"a\": 1}"] {
        std::fs::write(&file, wrong).unwrap();
        assert!(read().contains("document"), "{wrong}: {}", read());
    }
}
