//! Filters of values in `metadata`: the same answer on both databases, and what they may cost.

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, each};

/// The names of the contacts, and of the companies, that a filter finds.
async fn found(app: &TestApp, filter: &Value) -> String {
    let query = "query($contacts: ContactFilter, $companies: CompanyFilter) {
        contacts(filter: $contacts) { nodes { name } totalCount } companies(filter: $companies) { nodes { name } } }";
    let data = app.run(query, json!({ "contacts": filter, "companies": filter })).await;
    let names = |list: &Value| {
        let names = each(&list["nodes"], "name").into_iter().map(|name| name.as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    let contacts = names(&data["contacts"]);
    assert_eq!(contacts, names(&data["companies"]), "{filter}");
    assert_eq!(data["contacts"]["totalCount"], data["contacts"]["nodes"].as_array().unwrap().len());
    contacts
}

/// A contact and a company of one name, with the same metadata.
async fn create(app: &TestApp, name: &str, metadata: Value) {
    let mutation = "mutation($name: String!, $metadata: JSON!) {
        createContact(input: { name: $name, metadata: $metadata }) { userErrors { code } }
        createCompany(input: { name: $name, metadata: $metadata }) { userErrors { code } } }";
    let data = app.run(mutation, json!({ "name": name, "metadata": metadata })).await;
    assert_eq!(data["createContact"]["userErrors"], json!([]), "{name}");
}

async fn check(app: &TestApp, cases: &[(Value, &str)]) {
    for (test, expected) in cases {
        assert_eq!(found(app, &json!({ "metadata": [test] })).await, *expected, "{test}");
        let others = found(app, &json!({ "not": { "metadata": [test] } })).await;
        let all = found(app, &json!({})).await;
        let complement: Vec<&str> =
            all.split(' ').filter(|name| !expected.split(' ').any(|found| found == *name)).collect();
        assert_eq!(others, complement.join(" "), "not {test}");
    }
}

#[both_databases]
async fn values_are_compared_as_values(app: TestApp) {
    for (name, metadata) in [
        (
            "A",
            json!({ "plan": "gold", "n": 1, "on": true, "tags": ["x", "Y", 3], "deep": { "er": { "est": "gold" } } }),
        ),
        ("B", json!({ "plan": "Gold", "n": 1.0, "on": false, "tags": [], "deep": { "er": {} } })),
        ("C", json!({ "plan": null, "n": "1", "on": "true", "tags": { "0": "x" }, "deep": { "er": null } })),
        ("D", json!({ "plan": "golden rule", "n": 1.5, "tags": ["x"], "deep": ["er"] })),
        ("E", json!({})),
        ("F", json!({ "n": 9_007_199_254_740_993_i64, "plan": "%_\\\"'é", "tags": [["x"], { "y": "xx" }] })),
    ] {
        create(&app, name, metadata).await;
    }
    check(
        &app,
        &[
            (json!({ "path": ["plan"], "eq": "gold" }), "A"),
            (json!({ "path": "plan", "eq": "Gold" }), "B"),
            (json!({ "path": ["plan"], "eq": null }), "C"),
            (json!({ "path": ["plan"], "eq": "%_\\\"'é" }), "F"),
            (json!({ "path": ["plan"], "exists": true }), "A B C D F"),
            (json!({ "path": ["plan"], "exists": false }), "E"),
            (json!({ "path": ["plan"], "exists": true, "eq": null }), "A B C D F"),
            (json!({ "path": ["plan"], "contains": "gold" }), "A D"),
            (json!({ "path": ["plan"], "contains": "_" }), "F"),
            (json!({ "path": ["plan"], "contains": "" }), "A B D F"),
            (json!({ "path": ["n"], "eq": 1 }), "A B"),
            (json!({ "path": ["n"], "eq": 1.0 }), "A B"),
            (json!({ "path": ["n"], "eq": "1" }), "C"),
            (json!({ "path": ["n"], "eq": 1.5 }), "D"),
            (json!({ "path": ["n"], "eq": 9_007_199_254_740_993_i64 }), "F"),
            (json!({ "path": ["n"], "eq": 9_007_199_254_740_992_i64 }), ""),
            (json!({ "path": ["n"], "contains": "1" }), "C"),
            (json!({ "path": ["on"], "eq": true }), "A"),
            (json!({ "path": ["on"], "eq": false }), "B"),
            (json!({ "path": ["on"], "eq": null }), ""),
            (json!({ "path": ["tags"], "eq": ["x", "Y", 3.0] }), "A"),
            (json!({ "path": ["tags"], "eq": ["Y", "x", 3] }), ""),
            (json!({ "path": ["tags"], "eq": ["x"] }), "D"),
            (json!({ "path": ["tags"], "eq": "x" }), ""),
            (json!({ "path": ["tags"], "eq": [] }), "B"),
            (json!({ "path": ["tags"], "eq": { "0": "x" } }), "C"),
            (json!({ "path": ["tags"], "eq": [["x"], { "y": "xx" }] }), "F"),
            (json!({ "path": ["tags"], "contains": "x" }), "A D"),
            (json!({ "path": ["tags", "0"], "eq": "x" }), "C"),
            (json!({ "path": ["tags", "0"], "exists": true }), "C"),
            (json!({ "path": ["tags", "-1"], "exists": true }), ""),
            (json!({ "path": ["deep", "er", "est"], "eq": "gold" }), "A"),
            (json!({ "path": ["deep", "er"], "eq": { "est": "gold" } }), "A"),
            (json!({ "path": ["deep", "er"], "eq": {} }), "B"),
            (json!({ "path": ["deep"], "eq": { "er": null } }), "C"),
            (json!({ "path": ["deep"], "eq": { "er": {} } }), "B"),
            (json!({ "path": ["deep", "er"], "exists": true }), "A B C"),
            (json!({ "path": ["deep", "er", "est"], "exists": false }), "B C D E F"),
            (json!({ "path": ["nothing", "at", "all"], "eq": null }), ""),
        ],
    )
    .await;
    let both = json!({ "metadata": [{ "path": ["n"], "eq": 1 }, { "path": ["plan"], "eq": "gold" }] });
    assert_eq!(found(&app, &both).await, "A");
    let either =
        json!({ "or": [{ "metadata": { "path": ["n"], "eq": 1.5 } }, { "metadata": { "path": ["on"], "eq": true } }] });
    assert_eq!(found(&app, &either).await, "A D");
    assert_eq!(found(&app, &json!({ "metadata": [] })).await, "A B C D E F");
    assert_eq!(found(&app, &json!({ "metadata": null })).await, "A B C D E F");
}

#[both_databases]
async fn keys_of_any_kind_are_only_keys(app: TestApp) {
    let keys = [
        "a.b",
        "$",
        "$[0]",
        "[0]",
        "0",
        "q\"uote",
        "'",
        "\\",
        "\\\"",
        "\\u0061",
        "",
        " ",
        "é",
        "😀",
        "\u{7}\n",
        "*",
        "**",
        "a\"].b",
        "%",
        "?",
        "$1",
        "{}",
        "#-1",
        "eq",
        "membership",
        "contains",
        "//",
        "/*",
        "--",
    ];
    for (number, key) in keys.iter().enumerate() {
        create(&app, &format!("K{number:02}"), json!({ *key: { *key: number } })).await;
    }
    for (number, key) in keys.iter().enumerate() {
        let name = format!("K{number:02}");
        for test in [
            json!({ "path": [key, key], "eq": number }),
            json!({ "path": [key], "eq": { *key: number } }),
            json!({ "path": [key, key], "exists": true }),
        ] {
            assert_eq!(found(&app, &json!({ "metadata": [test] })).await, name, "{test}");
        }
    }
}

#[both_databases]
async fn numbers_are_equal_by_their_value(app: TestApp) {
    let numbers = [
        "0",
        "-1",
        "1",
        "1.5",
        "-1.5",
        "0.1",
        "1e15",
        "1e16",
        "10000000000000001",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551614",
        "18446744073709551615",
        "-9223372036854775808",
        "1e21",
        "1e300",
        "1e-7",
        "5e-324",
        "1.7976931348623157e308",
    ];
    for (place, number) in numbers.iter().enumerate() {
        let metadata: Value =
            serde_json::from_str(&format!("{{ \"n\": {number}, \"list\": [{{ \"n\": {number} }}] }}")).unwrap();
        create(&app, &format!("N{place:02}"), metadata).await;
    }
    for (place, number) in numbers.iter().enumerate() {
        let whole = if number.contains(['.', 'e']) { (*number).to_owned() } else { format!("{number}.0") };
        // The nearest double of a long number is another number.
        let forms = if number.len() > 15 { vec![(*number).to_owned()] } else { vec![(*number).to_owned(), whole] };
        for form in forms {
            let value: Value = serde_json::from_str(&form).unwrap();
            let name = format!("N{place:02}");
            assert_eq!(found(&app, &json!({ "metadata": [{ "path": ["n"], "eq": value }] })).await, name, "{form}");
            let nested = json!({ "metadata": [{ "path": ["list"], "eq": [{ "n": value }] }] });
            assert_eq!(found(&app, &nested).await, name, "{form} in a list");
        }
    }
    let zero: Value = serde_json::from_str("-0.0").unwrap();
    assert_eq!(found(&app, &json!({ "metadata": [{ "path": ["n"], "eq": zero }] })).await, "N00");
}

#[both_databases]
async fn literals_say_the_same_as_variables(app: TestApp) {
    create(&app, "A", json!({ "n": 1, "o": { "k": [null, "v"] } })).await;
    create(&app, "B", json!({ "n": null })).await;
    for (declared, test, variables, expected) in [
        ("", r#"[{ path: ["n"], eq: 1 }]"#, json!({}), "A"),
        ("", r#"{ path: "n", eq: 1.0 }"#, json!({}), "A"),
        ("", r#"{ path: ["n"], eq: null }"#, json!({}), "B"),
        ("($value: JSON)", r#"{ path: ["n"], eq: $value }"#, json!({ "value": null }), "B"),
        ("($value: JSON)", r#"{ path: ["n"], eq: $value }"#, json!({ "value": 1 }), "A"),
        ("($value: JSON)", r#"{ path: ["o"], eq: { k: [null, $value] } }"#, json!({ "value": "v" }), "A"),
        ("($key: String!)", r#"{ path: ["o", $key], exists: true }"#, json!({ "key": "k" }), "A"),
        ("($value: JSON)", r#"{ path: ["o", "k"], contains: "v", eq: $value }"#, json!({}), "A"),
        ("($tests: [MetadataFilter!])", "$tests", json!({ "tests": { "path": "n", "eq": 1 } }), "A"),
        ("($tests: [MetadataFilter!])", "$tests", json!({}), "A B"),
    ] {
        let query = format!("query{declared} {{ contacts(filter: {{ metadata: {test} }}) {{ nodes {{ name }} }} }}");
        for round in ["first", "prepared"] {
            let data = app.run(&query, variables.clone()).await;
            let names = each(&data["contacts"]["nodes"], "name").into_iter().map(|name| name.as_str().unwrap());
            assert_eq!(names.collect::<Vec<_>>().join(" "), expected, "{test}, {round}");
        }
    }
}

#[both_databases]
async fn what_is_no_test_is_refused(app: TestApp) {
    app.contact("A").await;
    let query = "query($filter: ContactFilter) { contactCount(filter: $filter) }";
    let path = |length: usize| vec!["a"; length];
    for test in [
        json!({ "path": ["a"] }),
        json!({ "path": ["a"], "eq": 1, "exists": true }),
        json!({ "path": ["a"], "exists": true, "contains": "a" }),
        json!({ "path": ["a"], "exists": null, "contains": null }),
        json!({ "path": [], "eq": 1 }),
        json!({ "path": path(17), "eq": 1 }),
        json!({ "path": ["a\0"], "eq": 1 }),
        json!({ "path": ["a"], "contains": "\0" }),
        json!({ "path": ["a"], "eq": { "\0": 1 } }),
        json!({ "path": ["a"], "eq": ["\0"] }),
        json!({ "path": ["a"], "eq": vec![1; 501] }),
        json!({ "path": ["a"], "eq": (0..41).fold(json!(1), |inner, _| json!([inner])) }),
    ] {
        // The second time the operation is prepared.
        for _ in 0..2 {
            assert_eq!(
                app.error_code(query, json!({ "filter": { "metadata": [test] } })).await,
                "BAD_USER_INPUT",
                "{test}"
            );
        }
    }
    let test = json!({ "path": path(16), "eq": (0..30).fold(json!(1), |inner, _| json!({ "a": inner })) });
    let filter =
        |count: usize| json!({ "filter": { "or": [{ "metadata": vec![test.clone(); count] }, { "not": {} }] } });
    assert_eq!(app.run(query, filter(10)).await["contactCount"], 0);
    assert_eq!(app.error_code(query, filter(21)).await, "BAD_USER_INPUT");
    let long = json!({ "path": ["a"], "eq": vec!["b"; 450] });
    assert_eq!(app.run(query, json!({ "filter": { "metadata": [long] } })).await["contactCount"], 0);
}

#[both_databases]
async fn an_equal_value_is_found_by_an_index_on_postgres(app: TestApp) {
    if app.shared.domain.db.backend() == DbBackend::Sqlite {
        return;
    }
    let sql = "EXPLAIN SELECT id FROM contacts WHERE contacts.metadata <> '{}' AND contacts.metadata @> '{\"a\": 1}'
        AND contacts.metadata -> 'a' = '1'";
    app.execute("SET enable_seqscan = off").await;
    let db = app.shared.domain.db.writer();
    let rows = db.query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await.unwrap();
    let plan: Vec<String> = rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect();
    assert!(plan.join("\n").contains("contacts_by_metadata"), "{plan:#?}");
}
