//! Hostile input gives a clear error: never a panic, a 500 or `INTERNAL_SERVER_ERROR`.

use std::fmt::Write;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, json_body};

/// Sends a body as it is; the first error's code, if any.
async fn post(app: &TestApp, body: impl Into<Body>) -> (StatusCode, String) {
    let request = Request::post("/graphql")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::ACCEPT, "application/graphql-response+json")
        .body(body.into())
        .unwrap();
    let response = app.request(request).await;
    let status = response.status();
    let answer = json_body(response).await;
    let text = answer.to_string();
    assert!(status.as_u16() < 500, "{status}: {text}");
    assert!(!text.contains("INTERNAL_SERVER_ERROR"), "{text}");
    assert!(
        text.len() < 10_000 || answer.get("errors").is_none(),
        "a long answer to a bad request: {} bytes",
        text.len()
    );
    (status, answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned())
}

async fn query(app: &TestApp, query: &str, variables: Value) -> String {
    post(app, json!({ "query": query, "variables": variables }).to_string()).await.1
}

#[tokio::test]
async fn values_in_each_other_are_refused_before_they_are_parsed() {
    let app = TestApp::on_sqlite().await;
    for depth in [51, 300, 3000] {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let filter = format!("{}{}", "{ not: ".repeat(depth), "}".repeat(depth));
        for document in [
            format!("{{ contacts(filter: {filter}) {{ totalCount }} }}"),
            format!(
                "mutation {{ createContact(input: {{ name: \"A\", metadata: {{ a: {open}{close} }} }}) {{ contact {{
                    id }} }} }}"
            ),
            format!("{{ contactCount @include(if: {open}{close}) }}"),
            format!("query($a: {open}Int{close}) {{ contactCount }}"),
        ] {
            assert_eq!(query(&app, &document, json!({})).await, "QUERY_TOO_COMPLEX", "{depth}");
        }
    }
    let deepest = format!("{{ contacts(filter: {}{}) {{ totalCount }} }}", "{ not: ".repeat(45) + "{}", "}".repeat(45));
    assert_eq!(query(&app, &deepest, json!({})).await, "BAD_USER_INPUT");
    let by_variable = "query($f: ContactFilter) { contacts(filter: $f) { totalCount } }";
    for depth in [45, 65, 120] {
        let filter = (0..depth).fold(json!({}), |inner, _| json!({ "not": inner }));
        assert_eq!(query(&app, by_variable, json!({ "f": filter })).await, "BAD_USER_INPUT");
    }
}

#[tokio::test]
async fn the_schema_describes_itself_but_not_for_ever() {
    let app = TestApp::on_sqlite().await;
    let pairs = 4;
    let circle = format!("{}name{}", "possibleTypes { interfaces { ".repeat(pairs), " } }".repeat(pairs));
    assert_eq!(
        query(&app, &format!("{{ __type(name: \"Node\") {{ {circle} }} }}"), json!({})).await,
        "QUERY_TOO_COMPLEX"
    );
    let fields = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(query(&app, fields, json!({})).await, "QUERY_TOO_COMPLEX");
    let of_type = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    let of_type = format!(
        "fragment Type on __Type {{ kind name {of_type} }} fragment Input on __InputValue {{
        name description type {{ ...Type }} defaultValue isDeprecated deprecationReason }}"
    );
    let standard = format!(
        "query {{ __schema {{ description queryType {{ name kind }} mutationType {{ name kind }}
        subscriptionType {{ name kind }} types {{ kind name description specifiedByURL isOneOf
        fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...Input }}
            type {{ ...Type }} isDeprecated deprecationReason }}
        inputFields(includeDeprecated: true) {{ ...Input }} interfaces {{ ...Type }}
        enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }}
        possibleTypes {{ ...Type }} }}
        directives {{ name description isRepeatable locations
            args(includeDeprecated: true) {{ ...Input }} }} }} }} {of_type}"
    );
    let answer = app.send(&standard, json!({})).await;
    assert_eq!(answer["errors"], Value::Null);
}

#[tokio::test]
async fn documents_that_ask_for_too_much_are_refused_before_they_cost_anything() {
    let app = TestApp::on_sqlite().await;
    let aliases: String = (0..10_000).fold(String::new(), |mut text, n| {
        write!(text, "a{n}: contactCount ").unwrap();
        text
    });
    assert_eq!(query(&app, &format!("{{ {aliases} }}"), json!({})).await, "QUERY_TOO_COMPLEX");
    let few: String = (0..101).fold(String::new(), |mut text, n| {
        write!(text, "a{n}: __typename ").unwrap();
        text
    });
    assert_eq!(query(&app, &format!("{{ {few} }}"), json!({})).await, "QUERY_TOO_COMPLEX");
    assert_eq!(
        query(&app, &format!("{{ contactCount {} }}", "@include(if: true) ".repeat(51)), json!({})).await,
        "QUERY_TOO_COMPLEX"
    );
    assert_eq!(query(&app, &format!("{{ {} }}", "contactCount ".repeat(2001)), json!({})).await, "QUERY_TOO_COMPLEX");
    assert_eq!(query(&app, &"{ ".repeat(10_001), json!({})).await, "QUERY_TOO_COMPLEX");
    let nested =
        format!("{{ contacts {{ nodes {{ {} id {} }} }} }}", "user { contact { ".repeat(12), "} } ".repeat(12));
    assert_eq!(query(&app, &nested, json!({})).await, "QUERY_TOO_COMPLEX");
    let wide =
        "{ contacts(first: 200) { nodes { interactions(first: 200) { nodes { parties { contact { id name } } } } } } }";
    assert_eq!(query(&app, wide, json!({})).await, "QUERY_TOO_COMPLEX");
    let by_variable =
        "query($n: Int) { contacts(first: $n) { nodes { interactions(first: $n) { nodes { id body subject } } } } }";
    assert_eq!(query(&app, by_variable, json!({ "n": 200 })).await, "QUERY_TOO_COMPLEX");
    assert_eq!(query(&app, by_variable, json!({ "n": 20 })).await, "");
}

#[tokio::test]
async fn fragments_neither_circle_nor_multiply() {
    let app = TestApp::on_sqlite().await;
    for document in [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { contacts { nodes { id } } ...A }",
        "{ contactCount } fragment A on Query { ...B } fragment B on Query { ...A }",
    ] {
        assert_eq!(query(&app, document, json!({})).await, "GRAPHQL_VALIDATION_FAILED", "{document}");
    }
    let mut bomb = "{ ...F0 }".to_owned();
    for n in 0..18 {
        write!(bomb, " fragment F{n} on Query {{ ...F{} ...F{} }}", n + 1, n + 1).unwrap();
    }
    bomb += " fragment F18 on Query { contactCount }";
    assert_eq!(query(&app, &bomb, json!({})).await, "QUERY_TOO_COMPLEX");
    let unused = bomb.replace("{ ...F0 }", "{ contactCount }");
    assert_eq!(query(&app, &unused, json!({})).await, "QUERY_TOO_COMPLEX");
    let chain: String = (0..60).fold("{ ...F0 }".to_owned(), |mut text, n| {
        write!(text, " fragment F{n} on Query {{ ...F{} }}", n + 1).unwrap();
        text
    });
    assert_eq!(
        query(&app, &format!("{chain} fragment F60 on Query {{ contactCount }}"), json!({})).await,
        "QUERY_TOO_COMPLEX"
    );
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let app = TestApp::on_sqlite().await;
    let body = json!({ "query": "{ __typename }", "variables": { "x": "y".repeat(10_000_000) } }).to_string();
    assert_eq!(post(&app, body).await, (StatusCode::PAYLOAD_TOO_LARGE, "BAD_USER_INPUT".to_owned()));
}

#[tokio::test]
async fn what_is_not_text_is_refused() {
    let app = TestApp::on_sqlite().await;
    for body in [
        &b"{\"query\":\"{ __typename }\",\"variables\":{\"a\":\"\\ud800\"}}"[..],
        b"{\"query\":\"{ __typename \\ud800 }\"}",
        b"{\"query\":\"\xff\xfe\"}",
        b"\x00\x01\x02",
    ] {
        let (status, code) = post(&app, body.to_vec()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{}", String::from_utf8_lossy(body));
        assert!(code == "BAD_USER_INPUT" || code == "GRAPHQL_PARSE_FAILED", "{code}");
    }
    let deep = format!(
        "{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{}{}}}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(post(&app, deep).await.0, StatusCode::BAD_REQUEST);
}

#[both_databases]
async fn no_value_of_any_argument_breaks_the_server(app: TestApp) {
    let contact = app.contact("A").await;
    let texts = [
        "",
        "\0",
        "a\0b",
        "\u{fffd}",
        "💥",
        "e\u{301}\u{302}",
        "'; DROP TABLE contacts; --",
        "%",
        "\\",
        "\u{202e}",
        "\u{10ffff}",
        "{",
        "\"",
        "🏳️‍🌈",
        "\u{1f}",
        "a\nb",
        NOBODY,
    ];
    for text in texts {
        let variables = json!({ "t": text, "id": contact });
        for document in [
            "query($t: ID!) { contact(id: $t) { id } node(id: $t) { id } contactsByIds(ids: [$t]) { id }
                nodes(ids: [$t]) { id } }",
            "query($t: String!) { searchContacts(query: $t) { id } searchCompanies(query: $t) { id }
                contacts(search: $t) { totalCount nodes { id } } }",
            "query($t: String!) { contacts(filter: { name: { contains: $t, startsWith: $t, endsWith: $t, eq: $t,
                in: [$t] } }) { nodes { id } } }",
            "query($t: String!) { contacts(filter: { email: { contains: $t, neq: $t },
                membership: { role: { startsWith: $t } } }) { nodes { id } } }",
            "query($t: ID!) { contacts(filter: { id: { eq: $t }, userId: { notIn: [$t] } }) { nodes { id } } }",
            "query($t: String!) { contacts(after: $t) { nodes { id } } users(search: $t) { totalCount } }",
            "query($t: String!) { interactions(before: $t, last: 1, filter: { body: { contains: $t } }) { nodes {
                id } } }",
            "query($t: String!) { contactByIdentifier(identifier: { email: $t }) { id }
                other: contactByIdentifier(identifier: { externalId: $t }) { id } }",
            "query($t: String!, $id: ID) { validateContact(id: $id, input: { name: $t, email: $t, phone: $t,
                externalId: $t, metadata: { a: $t } }) { normalized userErrors { code } } }",
            "mutation($t: String!) { createContact(input: { name: $t, notes: $t }) { userErrors { code } } }",
            "mutation($t: ID!) { createContact(id: $t, input: { name: \"A\" }) { userErrors { code } }
                createCompany(id: $t, input: { name: \"A\" }) { userErrors { code } } }",
            "mutation($t: String!) { createContact(input: { name: \"A\" },
                primaryCompany: { company: { findOrCreateByName: $t }, role: $t }) { userErrors { code } } }",
            "mutation($t: String!, $id: ID!) { connectUser(contactId: $id, email: $t) { userErrors { code } } }",
            "mutation($t: ID!) { deleteContact(id: $t) { userErrors { code } }
                deleteCompany(id: $t) { userErrors { code } } deleteInteraction(id: $t) { userErrors { code } }
                removeMembership(id: $t) { userErrors { code } } }",
            "mutation($t: String!, $id: ID!) { createInteraction(contactId: $id, input: { subject: $t, body: $t,
                parties: [{ name: $t }], metadata: { k: $t } }) { userErrors { code } } }",
            "mutation($t: ID!) { trashContacts(ids: [$t, $t]) { userErrors { code } } restoreContacts(ids: [$t]) {
                userErrors { code } } }",
        ] {
            query(&app, document, variables.clone()).await;
        }
    }
}

#[both_databases]
async fn numbers_and_instants_out_of_range_are_refused(app: TestApp) {
    for number in [
        json!(-1),
        json!(1e300),
        json!(2_147_483_648_u64),
        json!(-2_147_483_649_i64),
        json!(1.5),
        json!("1"),
        json!(true),
        json!([]),
        json!({}),
    ] {
        assert_eq!(
            query(&app, "query($n: Int) { contacts(first: $n) { nodes { id } } }", json!({ "n": number })).await,
            "BAD_USER_INPUT",
            "{number}"
        );
    }
    let id = app.contact("A").await;
    let update = "mutation($id: ID!, $v: Int) { updateContact(id: $id, input: { name: \"A\" }, expectedVersion: $v) {
        userErrors { code } } }";
    for version in [i32::MIN, -1, 0, i32::MAX] {
        assert_eq!(query(&app, update, json!({ "id": id, "v": version })).await, "");
    }
    let filter = "query($t: DateTime) { contacts(filter: { createdAt: { gt: $t } }) { nodes { id } } }";
    for time in [
        "0000-01-01T00:00:00Z",
        "99999-01-01T00:00:00Z",
        "+99999-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01",
        "2026-01-01T25:00:00Z",
        "now",
        "",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "2016-12-31T23:59:60Z",
        "2026-06-30T12:34:60.5Z",
        "9999-12-31T23:59:60Z",
        "2016-12-31T23:59:61Z",
    ] {
        assert_eq!(query(&app, filter, json!({ "t": time })).await, "BAD_USER_INPUT", "{time}");
        let log = "mutation($id: ID!, $t: DateTime) { createInteraction(contactId: $id, input: { occurredAt: $t }) {
            userErrors { code } } }";
        assert_eq!(query(&app, log, json!({ "id": id, "t": time })).await, "BAD_USER_INPUT", "{time}");
        let literal = format!(
            "mutation {{ createApiKey(name: \"x\", role: VIEWER, expiresAt: \"{time}\") {{ userErrors {{ code }} }} }}"
        );
        assert_eq!(query(&app, &literal, json!({})).await, "BAD_USER_INPUT", "{time}");
    }
    for time in ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-01-01T00:00:00.123456789+01:00"] {
        assert_eq!(query(&app, filter, json!({ "t": time })).await, "", "{time}");
        let log = "mutation($id: ID!, $t: DateTime) { createInteraction(contactId: $id, input: { occurredAt: $t }) {
            userErrors { code } } }";
        assert_eq!(query(&app, log, json!({ "id": id, "t": time })).await, "", "{time}");
    }
    app.run(
        "{ contacts(orderBy: [{ field: LAST_INTERACTION_AT, direction: DESC }]) { nodes { lastInteractionAt }
            pageInfo { endCursor } } }",
        json!({}),
    )
    .await;
}

#[both_databases]
async fn filters_have_a_size(app: TestApp) {
    let document = "query($f: ContactFilter) { contacts(filter: $f) { nodes { id } } }";
    assert_eq!(query(&app, document, json!({ "f": { "name": { "in": vec!["x"; 600] } } })).await, "BAD_USER_INPUT");
    assert_eq!(
        query(&app, document, json!({ "f": { "or": vec![json!({ "name": { "eq": "x" } }); 501] } })).await,
        "BAD_USER_INPUT"
    );
    let deep = (0..50).fold(json!({ "name": { "eq": "x" } }), |inner, _| json!({ "not": inner }));
    assert_eq!(query(&app, document, json!({ "f": deep })).await, "BAD_USER_INPUT");
    let fine = (0..10).fold(json!({ "name": { "eq": "x" } }), |inner, _| json!({ "not": { "and": [inner] } }));
    assert_eq!(query(&app, document, json!({ "f": fine })).await, "");
    assert_eq!(
        query(&app, document, json!({ "f": { "or": vec![json!({ "name": { "contains": "x" } }); 500] } })).await,
        ""
    );
    assert_eq!(query(&app, document, json!({ "f": { "name": { "eq": "a\0" } } })).await, "BAD_USER_INPUT");
}

#[both_databases]
async fn cursors_can_be_forged_without_harm(app: TestApp) {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    app.contact("A").await;
    for parts in [
        json!([]),
        json!(["name+id+"]),
        json!(["name+id+", "a"]),
        json!(["name+id+", 1, NOBODY]),
        json!(["name+id+", "a\0", NOBODY]),
        json!(["name+id+", "a", "x"]),
        json!(["name+id+", "a", NOBODY, 1]),
        json!({}),
        json!(1),
        json!([[["x"]]]),
    ] {
        let cursor = BASE64_URL_SAFE_NO_PAD.encode(parts.to_string());
        assert_eq!(
            query(&app, "query($c: String) { contacts(after: $c) { nodes { id } } }", json!({ "c": cursor })).await,
            "BAD_USER_INPUT",
            "{parts}"
        );
    }
    let cursor = BASE64_URL_SAFE_NO_PAD.encode(json!(["created+id+", i64::MAX, NOBODY]).to_string());
    let document = "query($c: String) { contacts(after: $c, orderBy: [{ field: CREATED_AT }]) { nodes { id } } }";
    assert_eq!(query(&app, document, json!({ "c": cursor })).await, "BAD_USER_INPUT");
}
