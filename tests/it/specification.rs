//! Documents and variables are taken as the GraphQL specification of September 2025 says, and nothing else is.

use std::fmt::Write;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::TestApp;

#[tokio::test]
async fn a_variable_is_used_by_a_directive_of_typename_too() {
    let app = TestApp::on_sqlite().await;
    let query = "query Q($b: Boolean!) { __typename @include(if: $b) }";
    assert_eq!(app.run(query, json!({ "b": true })).await, json!({ "__typename": "Query" }));
    assert_eq!(app.run(query, json!({ "b": false })).await, json!({}));
}

#[tokio::test]
async fn fields_that_conflict_are_refused_through_fragments_too() {
    let app = TestApp::on_sqlite().await;
    for query in [
        "query Q($v: ID!) { company(id: $v) { ...F a: externalId } } fragment F on Company { a: status }",
        "query Q($v: ID!) { company(id: $v) { ...F ...G } } fragment F on Company { a: status } fragment G on Company { a: name }",
        "query Q($v: ID!) { node(id: $v) { ... on Company { a: status } ... on Contact { a: name } } }",
        "query Q($v: ID!) { company(id: $v) { memberships(first: 1) { totalCount } ... { memberships { totalCount } } } }",
    ] {
        assert_eq!(app.error_code(query, json!({ "v": "1" })).await, "GRAPHQL_VALIDATION_FAILED", "{query}");
    }
    let apart = "query Q($v: ID!) { node(id: $v) { ... on Company { a: name } ... on Contact { a: name b: email } } }";
    app.run(apart, json!({ "v": "1" })).await;
}

#[tokio::test]
async fn texts_are_read_in_all_their_spellings() {
    let app = TestApp::on_sqlite().await;
    for (literal, text) in [
        (r#""\uD83D\uDE00""#, "😀"),
        (r#""\u{1F600}""#, "😀"),
        (r#""\u{41}\u0042\n\"""#, "AB\n\""),
        (r#""""a \""" b""""#, "a \"\"\" b"),
        ("\"\"\"\n    a\n      b\n  \"\"\"", "a\n  b"),
    ] {
        let query = format!(
            "{{ validateContact(input: {{ name: \"A\", metadata: {{ text: {literal} }} }}) {{ normalized }} }}"
        );
        let data = app.run(&query, json!({})).await;
        assert_eq!(data["validateContact"]["normalized"]["metadata"]["text"], text, "{literal}");
    }
    for literal in [r#""\uD83D""#, r#""\uDE00\uD83D""#, r#""\u{110000}""#, r#""\u{}""#, r#""\x""#, "\"a\nb\""] {
        let query = format!("{{ searchContacts(query: {literal}) {{ id }} }}");
        assert_eq!(app.error_code(&query, json!({})).await, "GRAPHQL_PARSE_FAILED", "{literal}");
    }
}

#[tokio::test]
async fn definitions_may_be_described() {
    let app = TestApp::on_sqlite().await;
    let query = r#"
        "Counts contacts." query Q("Whether to count." $b: Boolean = true) { ...F }
        """Only the count.""" fragment F on Query { contactCount @include(if: $b) }"#;
    assert_eq!(app.run(query, json!({})).await, json!({ "contactCount": 0 }));
}

#[tokio::test]
async fn defaults_of_variables_reach_directives() {
    let app = TestApp::on_sqlite().await;
    let query = "query Q($in: Boolean = false, $out: Boolean! = true) {
        a: contactCount @include(if: $in) b: contactCount @skip(if: $out) c: contactCount ...F }
        fragment F on Query { d: contactCount @include(if: $in) @skip(if: $out) }";
    assert_eq!(app.run(query, json!({})).await, json!({ "c": 0 }));
    let all = json!({ "in": true, "out": false });
    assert_eq!(app.run(query, all).await, json!({ "a": 0, "b": 0, "c": 0, "d": 0 }));
    assert_eq!(app.error_code(query, json!({ "in": null })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn an_argument_without_a_value_has_its_default() {
    let app = TestApp::on_sqlite().await;
    for number in 0..9 {
        app.contact(&format!("Ann {number}")).await;
    }
    let query = "query Q($n: Int, $t: Boolean) { searchContacts(query: \"ann\", limit: $n) { id }
        contacts(includeTrashed: $t) { totalCount } }";
    for _ in 0..2 {
        let data = app.run(query, json!({})).await;
        assert_eq!(data["searchContacts"].as_array().map(Vec::len), Some(8));
    }
    assert_eq!(app.run(query, json!({ "n": 2.0 })).await["searchContacts"].as_array().map(Vec::len), Some(2));
    assert_eq!(app.error_code(query, json!({ "n": null })).await, "BAD_USER_INPUT");
}

#[tokio::test]
async fn an_argument_that_must_not_be_null_fails_its_field_alone() {
    let app = TestApp::on_sqlite().await;
    let query = "query Q($id: ID = \"a\") { contactCount contact(id: $id) { id } }";
    for _ in 0..2 {
        assert_eq!(app.run(query, json!({})).await, json!({ "contactCount": 0, "contact": null }));
        let answer = app.send(query, json!({ "id": null })).await;
        assert_eq!(answer["data"], json!({ "contactCount": 0, "contact": null }), "{answer}");
        assert_eq!(answer["errors"][0]["path"], json!(["contact"]), "{answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    }
}

#[tokio::test]
async fn ids_are_numbers_too() {
    let app = TestApp::on_sqlite().await;
    for id in ["5", "99999999999999999999"] {
        assert_eq!(app.run(&format!("{{ contact(id: {id}) {{ id }} }}"), json!({})).await, json!({ "contact": null }));
    }
    let query = "query Q($id: ID!, $ids: [ID!]!) { contact(id: $id) { id } contactsByIds(ids: $ids) { id } }";
    for _ in 0..2 {
        for id in [json!(5), json!(u64::MAX), json!(1.0), json!("a")] {
            let data = app.run(query, json!({ "id": id, "ids": id })).await;
            assert_eq!(data, json!({ "contact": null, "contactsByIds": [] }));
        }
    }
}

#[tokio::test]
async fn what_the_library_takes_and_the_specification_does_not_is_refused() {
    let app = TestApp::on_sqlite().await;
    for (code, query) in [
        ("GRAPHQL_PARSE_FAILED", "{ viewer {} }"),
        ("GRAPHQL_PARSE_FAILED", "{ }"),
        ("GRAPHQL_PARSE_FAILED", "{ contactCount } fragment"),
        ("GRAPHQL_VALIDATION_FAILED", "{ validateContact(input: { name: \"a\", name: \"b\" }) { normalized } }"),
        (
            "GRAPHQL_VALIDATION_FAILED",
            "{ validateContact(input: { name: \"a\", metadata: { a: $b } }) { normalized } }",
        ),
        ("GRAPHQL_VALIDATION_FAILED", "{ contacts(first: 1.0) { totalCount } }"),
        ("GRAPHQL_VALIDATION_FAILED", "{ contactCount ...F } fragment F on Query { __typename } type T { a: Int }"),
        ("GRAPHQL_VALIDATION_FAILED", "query A { contactCount } query B { nothing }"),
        ("GRAPHQL_VALIDATION_FAILED", "{ __schema { directives { isDeprecated } } }"),
        ("GRAPHQL_VALIDATION_FAILED", "subscription { changes { cursor } other: changes { cursor } }"),
    ] {
        let (status, answer) =
            app.post(&json!({ "query": query, "operationName": query.contains(" A ").then_some("A") })).await;
        assert_eq!(
            (status, answer["errors"][0]["extensions"]["code"].as_str()),
            (StatusCode::BAD_REQUEST, Some(code)),
            "{query}"
        );
        assert_eq!(answer.get("data"), None, "{query}");
    }
}

#[tokio::test]
async fn errors_say_where_they_are() {
    let app = TestApp::on_sqlite().await;
    let query = "{\n  contacts(search: \"\u{2028}ü\") { nme } a: viewer { rle }\n}";
    let answer = app.send(query, json!({})).await;
    let places: Vec<&Value> = answer["errors"].as_array().unwrap().iter().map(|error| &error["locations"][0]).collect();
    assert_eq!(places, [&json!({ "line": 2, "column": 28 }), &json!({ "line": 2, "column": 46 })], "{answer}");
    let answer = app
        .send("query Q(\n$a: Int, $b: Int!) { contacts(first: $a, last: $b) { totalCount } }", json!({ "a": "x" }))
        .await;
    let errors: Vec<(&str, &Value)> = answer["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["message"].as_str().unwrap(), &error["locations"][0]))
        .collect();
    let (first, second) = (json!({ "line": 2, "column": 1 }), json!({ "line": 2, "column": 10 }));
    assert_eq!(
        errors,
        [
            ("The variable \"$a\" must be of type Int, but is a text.", &first),
            ("The variable \"$b\" must have a value.", &second)
        ]
    );
}

/// Documents that would cost validation, or the executing library, too much.
#[tokio::test]
async fn hostile_documents_are_refused() {
    let app = TestApp::on_sqlite().await;
    let repeated = |count: usize, part: &dyn Fn(usize) -> String| (0..count).map(part).collect::<String>();
    let wide = repeated(450, &|number| format!("a{number}: name "));
    let operations =
        |count| repeated(count, &|number| format!("query Q{number} {{ contacts {{ nodes {{ ...F }} }} }} "));
    let mut doubling = "{ ...F0 }".to_owned();
    for number in 0..30 {
        write!(doubling, " fragment F{number} on Query {{ ...F{} ...F{} }}", number + 1, number + 1).unwrap();
    }
    doubling += " fragment F30 on Query { contactCount }";
    for (name, query) in [
        ("operations", operations(550) + "fragment F on Contact { " + &wide + "}"),
        ("few operations", operations(20) + "fragment F on Contact { " + &wide + "}"),
        ("doubling", doubling),
        ("aliases", format!("{{ {} }}", repeated(2500, &|number| format!("a{number}: contactCount ")))),
        (
            "overlapping",
            format!("{{ {} }}", repeated(1200, &|number| format!("contacts(first: {number}) {{ totalCount }} "))),
        ),
        ("commas", format!("{{ contactCount {} }}", ",".repeat(100_000))),
        ("fields", format!("{{ contacts {{ nodes {{ {} }} }} }}", "name ".repeat(4000))),
    ] {
        let query = json!({ "query": query, "operationName": query.contains("query Q0").then_some("Q0") });
        let (status, answer) = app.post(&query).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "QUERY_TOO_COMPLEX", "{name}: {answer}");
    }
    let query = repeated(20, &|number| format!("query Q{number} {{ contactCount }} "));
    let (status, answer) = app.post(&json!({ "query": query, "operationName": "Q7" })).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({ "data": { "contactCount": 0 } })));
}
