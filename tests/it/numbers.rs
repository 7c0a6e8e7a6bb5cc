//! Numbers in `metadata`: what was written comes back, by every path, on both databases.

use axum::{
    body::Body,
    http::{Request, header},
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::support::{Listening, TestApp, both_databases, id_of, json_body, socket::Client};

/// A number as it is sent, and as it comes back.
fn cases() -> Vec<(String, Value)> {
    let mut cases: Vec<(String, Value)> = [
        ("0", json!(0)),
        ("-0", json!(0)),
        ("-0.0", json!(0)),
        ("0e-400", json!(0)),
        ("1e-400", json!(0)),
        ("1.5", json!(1.5)),
        ("1.50", json!(1.5)),
        ("15e-1", json!(1.5)),
        ("9223372036854775807", json!(i64::MAX)),
        ("-9223372036854775808", json!(i64::MIN)),
        ("18446744073709551615", json!(u64::MAX)),
        ("18446744073709551616", json!(18_446_744_073_709_551_616.0)),
        ("-9223372036854775809", json!(i64::MIN)),
        ("123456789.123456789", json!(123_456_789.123_456_79)),
        ("1e15", json!(1e15)),
        ("1e21", json!(1e21)),
        ("100000000000000000000000", json!(1e23)),
        ("5e-324", json!(5e-324)),
        ("2.2250738585072014e-308", json!(f64::MIN_POSITIVE)),
        ("1.7976931348623157e308", json!(f64::MAX)),
        ("-1.7976931348623157e308", json!(f64::MIN)),
        ("0.1", json!(0.1)),
    ]
    .map(|(sent, expected)| (sent.to_owned(), expected))
    .into();
    let mut random = ChaCha8Rng::seed_from_u64(13);
    while cases.len() < 500 {
        let double = f64::from_bits(random.random());
        // Whole ones up to 2^64 are integers, of which others are drawn below.
        if double.is_finite() && (double.abs() < 1e15 || double.abs() > 1.9e19) {
            cases.push((format!("{double:e}"), json!(double)));
        }
        let double: f64 = random.random_range(-1e9..1e9);
        cases.push((double.to_string(), json!(double)));
        let integer = random.random::<i64>() >> random.random_range(0..63);
        cases.push((integer.to_string(), json!(integer)));
        let integer = random.random::<u64>();
        cases.push((integer.to_string(), json!(integer)));
    }
    cases
}

/// `metadata` as it is sent, and as it comes back.
fn metadata() -> (String, Value) {
    let cases = cases();
    let fields: Vec<String> =
        cases.iter().enumerate().map(|(number, (sent, _))| format!("\"n{number:03}\": {sent}")).collect();
    let expected = cases.iter().enumerate().map(|(number, (_, value))| (format!("n{number:03}"), value.clone()));
    (format!("{{{}}}", fields.join(", ")), Value::Object(expected.collect()))
}

/// Sends a request whose variables are given as text, because a library would write the numbers in its own way.
async fn send(app: &TestApp, query: &str, variables: &str) -> Value {
    let body = format!("{{\"query\": {}, \"variables\": {variables}}}", Value::from(query));
    let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json").body(Body::from(body));
    json_body(app.request(request.unwrap()).await).await
}

fn assert_same(found: &Value, expected: &Value, path: &str) {
    for (name, value) in expected.as_object().unwrap() {
        let found = &found[name];
        let is_same = found == value || (value == &json!(0) && found.as_f64() == Some(0.0));
        assert!(is_same, "{path}: {value} came back as {found}");
        assert!(!found.to_string().starts_with("-0.0"), "{path}: a negative zero");
    }
}

const KINDS: [(&str, &str, &str); 3] = [
    ("contact", "Contact", "createContact(input: { name: \"Ada\" }) { contact { id } }"),
    ("company", "Company", "createCompany(input: { name: \"Acme\" }) { company { id } }"),
    (
        "interaction",
        "Interaction",
        "createInteraction(contactId: $contact, input: { type: NOTE, occurredAt: \"2026-01-01T00:00:00Z\" }) {
            interaction { id } }",
    ),
];

#[both_databases]
async fn numbers_come_back_as_they_were_written(app: TestApp) {
    let server = Listening::start(app).await;
    let app = &server.app;
    let (sent, expected) = metadata();
    let mut client = Client::anyone(&server).await;
    client
        .subscribe(
            "a",
            "subscription { changes { node { fields { field after } subject { ... on Contact {
                metadata } ... on Company { metadata } ... on Interaction { metadata } } } } }",
        )
        .await;
    server.listeners(1).await;
    let owner = app.contact("Owner").await;
    client.hear().await;
    for (kind, title, create) in KINDS {
        let variables = if kind == "interaction" { "($contact: ID!)" } else { "" };
        let created = app.run(&format!("mutation{variables} {{ {create} }}"), json!({ "contact": owner })).await;
        let field = format!("create{title}");
        let id = id_of(&created[&field][kind]);
        client.hear().await;
        let update = format!(
            "mutation($id: ID!, $input: {title}Input!) {{ update{title}(id: $id, input: $input) {{
                {kind} {{ metadata }} userErrors {{ code message }} }} }}"
        );
        for round in 0..3 {
            // Executed, prepared, and given from the plan; each time something to change.
            let given = sent.replacen('{', &format!("{{\"round\": {round}, "), 1);
            let answer =
                send(app, &update, &format!("{{\"id\": \"{id}\", \"input\": {{\"metadata\": {given}}}}}")).await;
            assert_same(
                &answer["data"][format!("update{title}")][kind]["metadata"],
                &expected,
                &format!("{kind}: mutation, {answer}"),
            );
            let change = client.hear().await["payload"]["data"]["changes"]["node"].clone();
            assert_same(&change["subject"]["metadata"], &expected, &format!("{kind}: the subscription's subject"));
            let after = change["fields"].as_array().unwrap().iter().find(|field| field["field"] == "metadata").unwrap();
            assert_same(&after["after"], &expected, &format!("{kind}: the subscription's values"));
        }

        let node = format!("query($id: ID!) {{ node(id: $id) {{ ... on {title} {{ metadata }} }} }}");
        assert_same(&app.run(&node, json!({ "id": id })).await["node"]["metadata"], &expected, "node");
        if kind != "interaction" {
            let direct = format!("query($id: ID!) {{ {kind}(id: $id) {{ metadata }} }}");
            for _ in 0..2 {
                assert_same(&app.run(&direct, json!({ "id": id })).await[kind]["metadata"], &expected, "direct");
            }
            let resolved = format!(
                "query($id: ID!) {{ {kind}(id: $id) {{ metadata history(first: 1) {{ nodes {{ fields {{
                    field before after }} }} }} }} }}"
            );
            let record = app.run(&resolved, json!({ "id": id })).await[kind].clone();
            assert_same(&record["metadata"], &expected, "resolver");
            let values = record["history"]["nodes"][0]["fields"]
                .as_array()
                .unwrap()
                .iter()
                .find(|field| field["field"] == "metadata")
                .unwrap()
                .clone();
            assert_same(&values["before"], &expected, "history, before");
            assert_same(&values["after"], &expected, "history, after");
            let list = if kind == "contact" { "contacts" } else { "companies" };
            let listed = app.run(&format!("{{ {list}(first: 5) {{ nodes {{ id metadata }} }} }}"), json!({})).await;
            let listed = listed[list]["nodes"]
                .as_array()
                .unwrap()
                .iter()
                .find(|node| node["id"] == id.as_str())
                .unwrap()
                .clone();
            assert_same(&listed["metadata"], &expected, "list");
        }
        let feed = app.run("{ changes(first: 100) { nodes { subjectId fields { field after } } } }", json!({})).await;
        let last = feed["changes"]["nodes"].as_array().unwrap().last().unwrap().clone();
        let after = last["fields"].as_array().unwrap().iter().find(|field| field["field"] == "metadata").unwrap();
        assert_same(&after["after"], &expected, "feed");
    }
    server.stop().await;
}

#[both_databases]
async fn numbers_beyond_a_double_are_refused(app: TestApp) {
    let update = "mutation($id: ID!, $input: ContactInput!) { updateContact(id: $id, input: $input) { contact { id }
        userErrors { code field message } } }";
    let id = app.contact("Ada").await;
    for number in ["1e309", "-1e400", "1.8e308", "123e99999999999", &"9".repeat(400)] {
        for value in [number.to_owned(), format!("[1, {number}]"), format!("{{\"a\": {number}}}")] {
            let variables =
                format!("{{\"id\": \"{id}\", \"input\": {{\"metadata\": {{\"a\": \"1e999\", \"b\": {value}}}}}}}");
            let answer = send(&app, update, &variables).await;
            let errors = &answer["data"]["updateContact"]["userErrors"];
            assert_eq!(errors[0]["code"], "INVALID", "{number}: {answer}");
            assert_eq!(errors[0]["field"], json!(["input", "metadata"]), "{number}");
            assert!(errors[0]["message"].as_str().unwrap().contains("number"), "{number}: {errors}");
        }
        let literal = format!(
            "mutation {{ updateContact(id: \"{id}\", input: {{ metadata: {{ a: {number} }} }}) {{ contact {{ id }}
                userErrors {{ code }} }} }}"
        );
        let answer = send(&app, &literal, "{}").await;
        let is_refused = answer["data"]["updateContact"]["userErrors"][0]["code"] == "INVALID"
            || answer["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED";
        assert!(is_refused, "{number}: {answer}");
        // Anywhere else it is no value of the type, and what is no JSON stays none.
        let elsewhere =
            send(&app, "query($n: Int) { contacts(first: $n) { nodes { id } } }", &format!("{{\"n\": {number}}}"))
                .await;
        assert_eq!(elsewhere["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{elsewhere}");
        let malformed = send(&app, "{ contactCount }", &format!("{{\"n\": {number},}}")).await;
        assert!(malformed["errors"][0]["message"].as_str().unwrap().contains("not JSON"), "{malformed}");
    }
    let data = app.run("query($id: ID!) { contact(id: $id) { metadata } }", json!({ "id": id })).await;
    assert_eq!(data["contact"]["metadata"], json!({}));
}

#[both_databases]
async fn literals_in_a_document_are_numbers_like_any(app: TestApp) {
    for (sent, expected) in cases().into_iter().take(60) {
        let mutation = format!(
            "mutation {{ createContact(input: {{ name: \"Ada\", metadata: {{ n: {sent} }} }}) {{ contact {{
                metadata }} }} }}"
        );
        let answer = send(&app, &mutation, "{}").await;
        assert_same(
            &json!({ "n": answer["data"]["createContact"]["contact"]["metadata"]["n"] }),
            &json!({ "n": expected }),
            &format!("{sent}: {answer}"),
        );
    }
}

// A row that a later program wrote, or that went bad.
#[both_databases]
async fn no_row_stops_the_feed(app: TestApp) {
    let server = Listening::start(app).await;
    let app = &server.app;
    let id = app.contact("Ada").await;
    app.feed(json!({}), 1).await;
    let mut client = Client::anyone(&server).await;
    client
        .subscribe(
            "a",
            "subscription { changes { node { type fields { field } subject { ... on Contact { name } } } } }",
        )
        .await;
    server.listeners(1).await;
    let rename =
        "mutation($id: ID!, $name: String!) { updateContact(id: $id, input: { name: $name }) { userErrors { code } } }";
    app.run(rename, json!({ "id": id, "name": "Bea" })).await;
    assert_eq!(client.hear().await["payload"]["data"]["changes"]["node"]["fields"][0]["field"], "name");
    let copy = |fields: &str, kind: &str| {
        format!(
            "INSERT INTO changes (at, kind, subject_type, subject_id, contact_id, fields{tx}) SELECT at, {kind},
                subject_type, subject_id, contact_id, {fields}{value} FROM changes ORDER BY position DESC LIMIT 1",
            tx = if app.config.is_sqlite() { "" } else { ", tx" },
            value = if app.config.is_sqlite() {
                ""
            } else {
                ", (SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint) + tx_offset FROM change_feed)"
            }
        )
    };
    let unreadable = if app.config.is_sqlite() {
        "'{\"metadata\": [1e999, nonsense'"
    } else {
        "CAST('{\"metadata\": [1, 1e999]}' AS jsonb)"
    };
    app.sql(&copy(unreadable, "kind")).await;
    app.sql(&copy("NULL", "'unheard_of'")).await;
    app.sql(
        &copy("NULL", "kind")
            .replace(", subject_type, subject_id, contact_id, NULL", ", 'deal', subject_id, contact_id, NULL"),
    )
    .await;
    // Of a known kind, and yet without sense.
    if app.config.is_sqlite() {
        app.sql(&copy("NULL", "kind").replace(", subject_id, contact_id, NULL", ", 'no id', contact_id, NULL")).await;
    }
    app.run(rename, json!({ "id": id, "name": "Cleo" })).await;
    app.shared.domain.feed.wrote();
    let bare = client.hear().await["payload"]["data"]["changes"]["node"].clone();
    assert_eq!((&bare["type"], &bare["fields"]), (&json!("UPDATED"), &json!([])), "{bare}");
    let next = client.hear().await["payload"]["data"]["changes"]["node"].clone();
    assert_eq!(next["fields"], json!([{ "field": "name" }]), "{next}");
    let feed = app.run("{ changes(first: 100) { nodes { type } } }", json!({})).await;
    assert_eq!(feed["changes"]["nodes"].as_array().unwrap().len(), 4, "{feed}");
    let history = app
        .run("query($id: ID!) { contact(id: $id) { history(first: 10) { nodes { type } } } }", json!({ "id": id }))
        .await;
    assert_eq!(history["contact"]["history"]["nodes"].as_array().unwrap().len(), 4, "{history}");
    server.stop().await;
}

// More than are read at once, with one among them that there is no sense in.
#[both_databases]
async fn no_row_hides_those_behind_it(app: TestApp) {
    if !app.config.is_sqlite() {
        // PostgreSQL's types let no such row in.
        return;
    }
    let server = Listening::start(app).await;
    let app = &server.app;
    let newest = app.run("{ changes(first: 0) { pageInfo { endCursor } } }", json!({})).await;
    let before = newest["changes"]["pageInfo"]["endCursor"].clone();
    for number in 0..150 {
        app.contact(&format!("Contact {number}")).await;
    }
    app.sql("UPDATE changes SET subject_id = 'no id' WHERE position IN (3, 30, 100)").await;
    let mut client = Client::anyone(&server).await;
    client.subscribe("a", &format!("subscription {{ changes(after: {before}) {{ node {{ type }} }} }}")).await;
    for _ in 0..147 {
        assert_eq!(client.hear().await["type"], "next");
    }
    let (mut after, mut seen) = (before, 0);
    loop {
        let page = app
            .run(
                "query($after: String) { changes(first: 3, after: $after) { nodes { type } pageInfo {
                    hasNextPage endCursor } } }",
                json!({ "after": after }),
            )
            .await;
        seen += page["changes"]["nodes"].as_array().unwrap().len();
        after = page["changes"]["pageInfo"]["endCursor"].clone();
        if page["changes"]["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(seen, 147);
    server.stop().await;
}
