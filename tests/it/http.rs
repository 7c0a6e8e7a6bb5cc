//! HTTP: methods, media types, status codes, limits, hosts, origins and health.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode, header},
};
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, json_body};

async fn send(
    app: &TestApp,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> (StatusCode, String, Value) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = app.request(request.body(body.into()).unwrap()).await;
    let status = response.status();
    let media_type = response.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
    (status, media_type.unwrap_or_default(), json_body(response).await)
}

const JSON: (&str, &str) = ("content-type", "application/json");
const NEW: (&str, &str) = ("accept", "application/graphql-response+json");
const OLD: (&str, &str) = ("accept", "application/json");

#[both_databases]
async fn queries_by_get_and_post_mutations_by_post_only(app: TestApp) {
    let (status, _, body) = send(&app, Method::GET, "/graphql?query=%7BcontactCount%7D", &[NEW], "").await;
    assert_eq!((status, body), (StatusCode::OK, json!({ "data": { "contactCount": 0 } })));
    let path =
        "/graphql?query=query%20A%7BcontactCount%7D%20query%20B%7BcompanyCount%7D&operationName=B&variables=%7B%7D";
    let (status, _, body) = send(&app, Method::GET, path, &[NEW], "").await;
    assert_eq!((status, body), (StatusCode::OK, json!({ "data": { "companyCount": 0 } })));

    // A form's field that is left blank names no operation.
    for name in [json!(""), Value::Null] {
        let (status, answer) = app.post(&json!({ "query": "query A { contactCount }", "operationName": name })).await;
        assert_eq!((status, answer), (StatusCode::OK, json!({ "data": { "contactCount": 0 } })));
    }

    let mutation = "mutation%7BcreateContact(input:%7Bname:%22A%22%7D)%7BuserErrors%7Bcode%7D%7D%7D";
    let request = Request::get(format!("/graphql?query={mutation}")).body(Body::empty()).unwrap();
    let response = app.request(request).await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers()[header::ALLOW], "POST");
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 0);
    let (status, ..) = send(&app, Method::PUT, "/graphql", &[JSON], "{}").await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn only_json_bodies_are_taken() {
    let app = TestApp::on_sqlite().await;
    let body = json!({ "query": "{ __typename }" }).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin1",
    ] {
        let (status, _, answer) =
            send(&app, Method::POST, "/graphql", &[("content-type", content_type)], body.clone()).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{content_type}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
    }
    let (status, ..) = send(&app, Method::POST, "/graphql", &[], body.clone()).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, ..) =
        send(&app, Method::POST, "/graphql", &[("content-type", "Application/JSON; charset=UTF-8")], body).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn the_media_type_is_the_one_accepted_and_decides_the_status() {
    let app = TestApp::on_sqlite().await;
    let cases = [
        ("{ __typename }", StatusCode::OK, StatusCode::OK, true),
        ("{", StatusCode::BAD_REQUEST, StatusCode::OK, false),
        ("{ nope }", StatusCode::BAD_REQUEST, StatusCode::OK, false),
        ("query($a: Int!) { contacts(first: $a) { totalCount } }", StatusCode::BAD_REQUEST, StatusCode::OK, false),
        ("{ contacts(first: 1000) { totalCount } }", StatusCode::OK, StatusCode::OK, true),
    ];
    for (query, new, old, was_executed) in cases {
        let body = json!({ "query": query }).to_string();
        let (status, media_type, answer) = send(&app, Method::POST, "/graphql", &[JSON, NEW], body.clone()).await;
        assert_eq!((status, media_type.as_str()), (new, "application/graphql-response+json; charset=utf-8"), "{query}");
        assert_eq!(answer.get("data").is_some(), was_executed, "{query}: {answer}");
        let (status, media_type, _) = send(&app, Method::POST, "/graphql", &[JSON, OLD], body.clone()).await;
        assert_eq!((status, media_type.as_str()), (old, "application/json; charset=utf-8"), "{query}");
    }
    for (accept, expected) in [
        ("*/*", "application/json"),
        ("text/html", ""),
        ("application/json;q=0.5, application/graphql-response+json", "application/graphql-response+json"),
        ("application/graphql-response+json;q=0.1, application/json", "application/json"),
    ] {
        let headers = [JSON, ("accept", accept)];
        let (status, media_type, _) =
            send(&app, Method::POST, "/graphql", &headers, "{\"query\":\"{ __typename }\"}").await;
        if expected.is_empty() {
            assert_eq!(status, StatusCode::NOT_ACCEPTABLE);
        } else {
            assert_eq!(media_type, format!("{expected}; charset=utf-8"), "{accept}");
        }
    }
}

#[tokio::test]
async fn a_request_without_a_proper_query_is_a_bad_request() {
    let app = TestApp::on_sqlite().await;
    for body in [
        "",
        "{",
        "null",
        "1",
        "\"x\"",
        "{}",
        "[]",
        "[{\"query\":\"{ __typename }\"}]",
        "{\"query\":1}",
        "{\"query\":\"\"}",
        "{\"query\":\"{ __typename }\",\"variables\":[]}",
        "{\"query\":\"{ __typename }\",\"variables\":\"x\"}",
        "{\"query\":\"{ __typename }\",\"operationName\":1}",
        "{\"query\":\"{ __typename }\",\"extensions\":1}",
    ] {
        for accept in [NEW, OLD] {
            let (status, _, answer) = send(&app, Method::POST, "/graphql", &[JSON, accept], body).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{body}");
        }
    }
    let (status, ..) = send(&app, Method::GET, "/graphql", &[NEW], "").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_wrong_part_of_a_request_is_named() {
    let app = TestApp::on_sqlite().await;
    let once = "The body must be a JSON object with a `query`, each of its fields once.";
    let batches = "Batches are not supported; send one request at a time.";
    for (body, expected) in [
        ("{\"query\":1}", "`query` must be a string."),
        ("{\"query\":null}", "`query` is missing: it holds the GraphQL document."),
        ("{\"query\":\"{ __typename }\",\"operationName\":1}", "`operationName` must be a string."),
        ("{\"query\":\"{ __typename }\",\"variables\":[]}", "`variables` must be a JSON object."),
        ("{\"query\":\"{ __typename }\",\"extensions\":1}", "`extensions` must be a JSON object."),
        ("{\"query\":\"{ __typename }\",\"query\":\"{ __typename }\"}", once),
        ("{\"query\":\"{ __typename }\",\"variables\":{},\"variables\":{}}", once),
        ("[{\"query\":\"{ __typename }\"}]", batches),
        // A list of the parameters in their order is none either.
        ("[\"{ __typename }\"]", batches),
        ("{\"query\":\n\"{ __typename }\",}", "The body is not JSON (line 2, column 18)."),
    ] {
        let (status, _, answer) = send(&app, Method::POST, "/graphql", &[JSON, NEW], body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(answer["errors"][0]["message"], expected, "{body}");
    }
}

#[tokio::test]
async fn errors_have_codes_from_the_closed_list() {
    let app = TestApp::on_sqlite().await;
    for (query, variables, code) in [
        ("{", json!({}), "GRAPHQL_PARSE_FAILED"),
        ("", json!({}), "BAD_USER_INPUT"),
        ("{ nope }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: Int!) { contacts(first: $a) { totalCount } }", json!({}), "BAD_USER_INPUT"),
        ("query($a: Int!) { contacts(first: $a) { totalCount } }", json!({ "a": null }), "BAD_USER_INPUT"),
        ("query($a: Int!) { contacts(first: $a) { totalCount } }", json!({ "a": "x" }), "BAD_USER_INPUT"),
        ("query($a: Int!) { contacts(first: $a) { totalCount } }", json!({ "a": 2_147_483_648_u64 }), "BAD_USER_INPUT"),
        ("{ contacts(after: \"x\") { nodes { id } } }", json!({}), "BAD_USER_INPUT"),
        // Where no resolver comes to read it.
        (
            "query($a: Int!) { contact(id: \"none\") { interactions(first: $a) { totalCount } } }",
            json!({ "a": 2_147_483_648_u64 }),
            "BAD_USER_INPUT",
        ),
        (
            "query($a: Int = -2147483649) { contacts(first: $a) @skip(if: true) { totalCount } }",
            json!({}),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "query($a: Int = 2147483648) { contacts(first: $a) { totalCount } }",
            json!({ "a": 1 }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "query($a: Boolean!) { contacts(first: 2147483648) { totalCount @include(if: $a) } }",
            json!({ "a": true }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "query($a: Int) { contacts(first: $a) @skip(if: true) { totalCount } }",
            json!({ "a": 9_999_999_999_u64 }),
            "BAD_USER_INPUT",
        ),
        (
            "{ contact(id: \"none\") { interactions(first: 2147483648) { totalCount } } }",
            json!({}),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("{ contacts(first: 2147483648) @skip(if: true) { totalCount } }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        (
            "query($o: [ContactOrder!]) { contacts(orderBy: $o) { totalCount } }",
            json!({ "o": vec![json!({ "field": "NAME" }); 21] }),
            "BAD_USER_INPUT",
        ),
        (
            "query($t: [SubjectType!]) { changes(subjectTypes: $t) { nodes { at } } }",
            json!({ "t": vec!["CONTACT"; 21] }),
            "BAD_USER_INPUT",
        ),
    ] {
        assert_eq!(app.error_code(query, variables.clone()).await, code, "{query} {variables}");
    }
}

#[tokio::test]
async fn a_number_beyond_every_double_is_no_text() {
    let app = TestApp::on_sqlite().await;
    for document in [
        "query($v: String!) { searchContacts(query: $v) { name } }",
        "query($v: ID!) { contact(id: $v) { name } }",
        "query($v: DateTime) { contactCount(filter: { createdAt: { gt: $v } }) }",
        "query($v: Int) { contacts(first: $v) { totalCount } }",
        "query($v: [ID!]!) { contactsByIds(ids: $v) { id } }",
        "mutation($v: String!) { createContact(input: { name: $v }) { userErrors { code } } }",
    ] {
        let value = if document.contains("[ID!]") { "[1e400]" } else { "1e400" };
        let body = format!("{{\"query\":{},\"variables\":{{\"v\":{value}}}}}", json!(document));
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        let answer = json_body(app.request(request.body(Body::from(body)).unwrap()).await).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{document}: {answer}");
    }
}

#[tokio::test]
async fn a_variable_costs_what_it_has_at_each_of_its_uses() {
    let app = TestApp::on_sqlite().await;
    let aliases: Vec<String> = (0..50).map(|number| format!("a{number}: contactsByIds(ids: $ids) {{ id }}")).collect();
    let aliases = aliases.join(" ");
    let ids = vec!["x"; 5_000];
    let query = format!("query($ids: [ID!]!) {{ {aliases} }}");
    assert_eq!(app.error_code(&query, json!({ "ids": ids })).await, "QUERY_TOO_COMPLEX");
    let fragment = format!("query($ids: [ID!]!) {{ ...F x: __typename ...F }} fragment F on Query {{ {aliases} }}");
    assert_eq!(app.error_code(&fragment, json!({ "ids": &ids[..3_000] })).await, "QUERY_TOO_COMPLEX");
}

#[tokio::test]
async fn a_failed_nullable_field_is_null_and_leaves_its_siblings() {
    let app = TestApp::on_sqlite().await;
    for name in ["A", "B"] {
        app.contact_with(json!({ "name": name, "email": "a@b.c" })).await;
    }
    let query =
        "{ b: contactCount failed: contactByIdentifier(identifier: { email: \"a@b.c\" }) { id } a: contactCount }";
    let answer = app.send(query, json!({})).await;
    assert_eq!(answer["data"], json!({ "b": 2, "failed": null, "a": 2 }));
    assert_eq!(answer["errors"][0]["path"], json!(["failed"]));
    let request = json!({ "query": query }).to_string();
    let request =
        Request::post("/graphql").header(header::CONTENT_TYPE, "application/json").body(Body::from(request)).unwrap();
    let body = axum::body::to_bytes(app.request(request).await.into_body(), usize::MAX).await.unwrap();
    assert!(body.starts_with(b"{\"data\":{\"b\":2,\"failed\":null,\"a\":2}"), "fields come in the order asked");
}

#[tokio::test]
async fn a_failed_mutation_leaves_the_results_of_the_others() {
    let app = TestApp::on_sqlite().await;
    let ids: Vec<String> = (0..1001).map(|number| format!("\"{number}\"")).collect();
    let mutation = format!(
        "mutation {{ a: createContact(input: {{ name: \"A\" }}) {{ contact {{ name }} }}
            b: trashContacts(ids: [{}]) {{ contacts {{ id }} }}
            c: createContact(input: {{ name: \"C\" }}) {{ contact {{ name }} }} }}",
        ids.join(",")
    );
    let answer = app.send(&mutation, json!({})).await;
    assert_eq!(
        answer["data"],
        json!({ "a": { "contact": { "name": "A" } }, "b": null, "c": { "contact": { "name": "C" } } })
    );
}

#[tokio::test]
async fn every_answer_has_a_request_id_and_security_headers() {
    let app = TestApp::on_sqlite().await;
    let response = app.request(Request::get("/healthz").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()["x-request-id"].len(), 36);
    assert_eq!(response.headers()["x-content-type-options"], "nosniff");
    let response =
        app.request(Request::get("/").header("x-request-id", "proxy-1.a_b").body(Body::empty()).unwrap()).await;
    assert_eq!(response.headers()["x-request-id"], "proxy-1.a_b");
    // The console's where this build has it, else that of the page in its place.
    let policy = response.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src '") && !policy.contains("unsafe"), "{policy}");
    let response =
        app.request(Request::get("/nope").header("x-request-id", "a b\"").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(response.headers()["x-request-id"].len(), 36, "what could garble a log line is replaced");
}

#[tokio::test]
async fn only_loopback_names_are_answered() {
    let app = TestApp::on_sqlite().await;
    for (host, status) in [
        ("localhost:4000", StatusCode::OK),
        ("127.0.0.1", StatusCode::OK),
        ("[::1]:4000", StatusCode::OK),
        ("evil.example", StatusCode::MISDIRECTED_REQUEST),
        ("127.0.0.1.evil.example", StatusCode::MISDIRECTED_REQUEST),
    ] {
        let request = Request::get("/healthz").header(header::HOST, host).body(Body::empty()).unwrap();
        assert_eq!(app.request(request).await.status(), status, "{host}");
    }
}

#[tokio::test]
async fn only_allowed_origins_may_read() {
    let app = TestApp::on_sqlite().await;
    for (origin, allowed) in [
        ("http://localhost:5173", true),
        ("https://app.example.com", true),
        ("https://evil.example", false),
        ("http://localhost.evil.example", false),
        ("null", false),
    ] {
        let request = Request::builder()
            .method(Method::OPTIONS)
            .uri("/graphql")
            .header(header::ORIGIN, origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type")
            .body(Body::empty())
            .unwrap();
        let response = app.request(request).await;
        assert_eq!(response.headers().contains_key("access-control-allow-origin"), allowed, "{origin}");
    }
}

#[tokio::test]
async fn pages_may_send_what_usual_clients_send() {
    let app = TestApp::on_sqlite().await;
    let preflight = async |name: &str| {
        let request = Request::builder()
            .method(Method::OPTIONS)
            .uri("/graphql")
            .header(header::ORIGIN, "https://app.example.com")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", name);
        let response = app.request(request.body(Body::empty()).unwrap()).await;
        let allowed = response.headers()["access-control-allow-headers"].to_str().unwrap().to_owned();
        allowed.split(',').any(|allowed| allowed.trim() == name)
    };
    for name in [
        "content-type",
        "accept",
        "authorization",
        "traceparent",
        "tracestate",
        "sentry-trace",
        "baggage",
        "apollographql-client-name",
        "apollographql-client-version",
        "x-apollo-operation-name",
        "apollo-require-preflight",
        "x-request-id",
        // The operator's own.
        "x-tenant",
    ] {
        assert!(preflight(name).await, "{name}");
    }
    assert!(!preflight("x-other").await);
}

#[tokio::test]
async fn large_answers_are_compressed() {
    let app = TestApp::on_sqlite().await;
    let query =
        json!({ "query": "{ __schema { types { name description fields { name description } } } }" }).to_string();
    let request = |encoding| {
        Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT_ENCODING, encoding)
            .body(Body::from(query.clone()))
            .unwrap()
    };
    assert_eq!(app.request(request("gzip")).await.headers()[header::CONTENT_ENCODING], "gzip");
    assert!(!app.request(request("identity")).await.headers().contains_key(header::CONTENT_ENCODING));
}

#[both_databases]
async fn readiness_follows_the_database_and_shutdown(app: TestApp) {
    let ask = async |path: &str| app.request(Request::get(path).body(Body::empty()).unwrap()).await.status();
    assert_eq!((ask("/healthz").await, ask("/readyz").await), (StatusCode::OK, StatusCode::OK));
    app.shared.drain();
    assert_eq!((ask("/healthz").await, ask("/readyz").await), (StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE));
}

#[both_databases]
async fn a_database_that_is_gone_is_unavailable_and_says_so(app: TestApp) {
    app.shared.domain.db.clone().close().await.unwrap();
    let answer = app.send("{ contactCount }", json!({})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE", "{answer}");
    let response = app.request(Request::get("/readyz").body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
}
