//! Answers that are written straight from rows are the same as those of the ordinary resolvers.

use serde_json::{Value, json};

use crate::support::{TestApp, both_databases};

/// Fields as they can be selected at the top level, with everything that is written directly.
const FIELDS: &[&str] = &[
    "contacts(first: 3) { ...Page }",
    "contacts(last: 2) { ...Page }",
    "contacts(first: 2, after: $after, orderBy: [{ field: EMAIL, direction: DESC }]) { ...Page }",
    "contacts(first: 5, orderBy: [{ field: LAST_INTERACTION_AT }, { field: CREATED_AT, direction: DESC }]) { ...Page }",
    "contacts(first: 0) { ...Page }",
    "contacts(search: \"a\", filter: { membership: { companyName: { contains: \"o\" } } }) { ...Page }",
    "contacts(includeTrashed: true) { nodes { id } nodes { name: email  status } pageInfo { hasNextPage } }",
    "contact(id: $id) { ...Everything }",
    "contact(id: \"00000000-0000-7000-8000-000000000000\") { ...Everything }",
    "contactsByIds(ids: $all) { ...Everything }",
    "searchContacts(query: \"a\", limit: 3) { ...Everything }",
    "companies(first: 2) { nodes { ...Company } edges { cursor node { id __typename } } totalCount }",
    "company(id: $company) { ...Company memberships(first: 2) { nodes { role contact { ...Everything } } totalCount
        edges { cursor node { id } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }",
    "company(id: $company) { memberships(last: 1) { edges { cursor node { role } } pageInfo {
        hasPreviousPage startCursor } } }",
    "company(id: $empty) { name memberships { nodes { role } edges { cursor } pageInfo { hasNextPage endCursor }
        totalCount } }",
    "company(id: $nothing) { memberships { nodes { role } } }",
    "contact(id: $id) { emails { value kind: label __typename } phones { label } links { value } birthday tags
        addresses { formatted street locality region postalCode country label __typename } }",
    "contacts(first: 3) { nodes { e: emails { value } phones { value label } primaryMembership { company { tags } } } }",
    "company(id: $company) { ...Company interactions(first: 2) { nodes { ...Interaction } totalCount
        edges { cursor node { id } } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }",
    "company(id: $company) { interactions(last: 1) { nodes { timeZone } pageInfo { startCursor hasPreviousPage } }
        memberships { totalCount } }",
    "company(id: $company) { a: interactions(filter: { type: [CALL] }) { nodes { subject } totalCount } b: interactions(
        filter: null) { nodes { subject company { name } } } }",
    "company(id: $empty) { interactions { nodes { subject } edges { cursor } pageInfo { hasNextPage } totalCount } }",
    "contact(id: $id) { name memberships { role isPrimary position company { name } } user { email } }",
    "contact(id: $id) { memberships { __typename id contact { name } } all: memberships { position } __typename }",
    "contact(id: \"00000000-0000-7000-8000-000000000000\") { memberships { id } }",
    "contact(id: $id) { name card }",
    "contacts(first: 2) { nodes { card emails { value } } }",
    "company(id: $company) { a: memberships(last: 1) { nodes { isPrimary position } } b: memberships { __typename
        nodes { company { name } contact { user { contact { id } } } } } }",
];

/// Operations that are prepared when they are sent first, and variables to send them with.
const PREPARED: &[(&str, &[&str])] = &[
    (
        "query($id: ID!) { contact(id: $id) { name user { email } } }",
        &[
            r#"{"id": $id}"#,
            r#"{"id": "x"}"#,
            r#"{"id": "00000000-0000-7000-8000-000000000000"}"#,
            r#"{"id": null}"#,
            "{}",
        ],
    ),
    ("query($id: ID = \"none\") { c: contact(id: $id) { name } }", &["{}", r#"{"id": $id}"#, "{}", r#"{"id": null}"#]),
    (
        "query($ids: [ID!]!) { contactsByIds(ids: $ids) { id } }",
        &[r#"{"ids": $all}"#, r#"{"ids": []}"#, r#"{"ids": ["x"]}"#],
    ),
    (
        "query($q: String!, $most: Int = 2, $not: [ID!] = []) {
            searchContacts(query: $q, limit: $most, excludeIds: $not) { name } }",
        &[
            r#"{"q": "ana"}"#,
            r#"{"q": "Name 1", "most": 50}"#,
            r#"{"q": "  "}"#,
            r#"{"q": "ana", "most": -1}"#,
            r#"{"q": "ana", "most": 51}"#,
            r#"{"q": "ana", "not": $all}"#,
        ],
    ),
    (
        "query($first: Int, $after: String, $search: String, $trashed: Boolean = false) {
            contacts(first: $first, after: $after, search: $search, includeTrashed: $trashed,
                orderBy: [{ field: CREATED_AT, direction: DESC }], filter: { name: { startsWith: \"name\" } }) {
                nodes { name } totalCount pageInfo { hasNextPage hasPreviousPage } } }",
        &[
            "{}",
            r#"{"first": 1}"#,
            r#"{"first": 3}"#,
            r#"{"first": 201}"#,
            r#"{"first": 2, "after": "nonsense"}"#,
            r#"{"search": "name 1"}"#,
            r#"{"trashed": true}"#,
            r#"{"trashed": false}"#,
        ],
    ),
    (
        "query($last: Int, $search: String) { companies(last: $last, search: $search) { nodes { name } totalCount } }",
        &["{}", r#"{"last": 1}"#, r#"{"last": 0}"#, r#"{"last": -1}"#, r#"{"search": "none"}"#],
    ),
    (
        "query($search: String) { contactCount(search: $search) }",
        &["{}", r#"{"search": "name 2"}"#, r#"{"search": null}"#],
    ),
    (
        "query($text: String) { contactCount(filter: { name: { contains: $text } }) }",
        &[r#"{"text": "name"}"#, r#"{"text": "name 2"}"#, "{}"],
    ),
];

/// Operations whose variables are input objects.
const WITH_INPUTS: &[(&str, &[&str])] = &[
    (
        "query($filter: ContactFilter, $order: [ContactOrder!]) {
            contacts(filter: $filter, orderBy: $order, first: 4) {
                nodes { name email } totalCount pageInfo { endCursor } } }",
        &[
            r#"{"filter": {"name": {"contains": "name"}}, "order": [{"field": "NAME"}]}"#,
            r#"{"filter": {"email": {"isNull": true}}, "order": [
                {"field": "EMAIL", "direction": "DESC"}, {"field": "NAME"}]}"#,
            r#"{"filter": {"or": [{"name": {"contains": "name 1"}}, {"not": {"email": {"isNull": true}}}]},
                "order": []}"#,
            r#"{"filter": {}}"#,
            r#"{"filter": {"createdAt": {"gt": "no time"}}, "order": []}"#,
            r#"{"filter": {"nme": {"contains": "name"}}, "order": []}"#,
            r#"{"filter": {"name": {"contains": 1}}, "order": []}"#,
            r#"{"filter": {}, "order": [{"field": "NOTHING"}]}"#,
            r#"{"filter": {}, "order": [{}]}"#,
            r#"{"filter": {}, "order": {"field": "NAME"}}"#,
            r#"{"filter": 1}"#,
        ],
    ),
    (
        "query($filter: ContactFilter) { contactCount(filter: $filter) }",
        &[
            r#"{"filter": {"name": {"contains": "name 2"}}}"#,
            r#"{"filter": {"and": []}}"#,
            r#"{"filter": {"and": [null]}}"#,
        ],
    ),
    (
        "query($identifier: ContactIdentifier!) { contactByIdentifier(identifier: $identifier) { name } }",
        &[r#"{"identifier": {"externalId": "x:1"}}"#, r#"{"identifier": {"externalId": "x:1", "email": "a"}}"#],
    ),
];

/// Updates of a contact that are prepared when they are sent first, and variables to send them with.
const UPDATES: &[(&str, &[&str])] = &[
    (
        "mutation($id: ID!, $phone: String, $version: Int) {
            u: updateContact(id: $id, input: { phone: $phone, notes: \"new\" }, expectedVersion: $version) {
                __typename contact { name phone notes status metadata id createdAt __typename } contact { phone email }
                e: userErrors { code field message conflictIds } ... on ContactPayload { userErrors { code } } } }",
        &[
            r#"{"id": $id, "phone": "1"}"#,
            r#"{"id": $id, "phone": null}"#,
            r#"{"id": $id}"#,
            r#"{"id": "x", "phone": "1"}"#,
            r#"{"id": "00000000-0000-7000-8000-000000000000"}"#,
            r#"{"id": $id, "version": 1}"#,
            r#"{"id": $id, "phone": "\u0000"}"#,
            r#"{"id": null}"#,
            r#"{"phone": "1"}"#,
        ],
    ),
    (
        "mutation($id: ID!, $name: String, $key: String) {
            updateContact(id: $id, input: { name: $name, externalId: $key, status: INACTIVE }) {
                contact { name externalId status } userErrors { code } } }",
        &[
            r#"{"id": $id, "name": "Zoë"}"#,
            r#"{"id": $id, "name": ""}"#,
            r#"{"id": $id, "name": null}"#,
            r#"{"id": $id, "key": "x:1"}"#,
            r#"{"id": $trashed, "name": "In the trash"}"#,
        ],
    ),
    (
        "mutation($id: ID!, $input: ContactInput!, $version: Int) {
            updateContact(id: $id, input: $input, expectedVersion: $version) {
                contact { name phone notes metadata status } userErrors { code field } } }",
        &[
            r#"{"id": $id, "input": {"phone": "1", "notes": null, "metadata": {"a": [1, {"b": null}]}}}"#,
            r#"{"id": $id, "input": {}}"#,
            r#"{"id": $id, "input": {"status": "ACTIVE", "name": "Äda"}}"#,
            r#"{"id": $id, "input": {"status": "TRASHED"}}"#,
            r#"{"id": $id, "input": {"status": "GONE"}}"#,
            r#"{"id": $id, "input": {"metadata": [1]}}"#,
            r#"{"id": $id, "input": {"phone": 1}}"#,
            r#"{"id": $id, "input": {"fone": "1"}}"#,
            r#"{"id": $id, "input": {"externalId": "x:1"}, "version": 1}"#,
            r#"{"id": $id, "input": null}"#,
        ],
    ),
];

/// What stands for `...Name` in a field.
const FRAGMENTS: &[(&str, &str)] = &[
    (
        "Page",
        "__typename totalCount nodes { ...Everything } edges { __typename cursor node { id ... on Contact { name } } }
         pageInfo { __typename hasNextPage hasPreviousPage startCursor endCursor }",
    ),
    (
        "Everything",
        "__typename id name status email phone notes metadata externalId version createdAt updatedAt trashedAt
         lastInteractionAt user { id email name isPlaceholder source createdAt contact { name } }
         primaryMembership { id role department isPrimary position createdAt updatedAt company { ...Company } }",
    ),
    (
        "Interaction",
        "__typename id type occurredAt timeZone subject body metadata version createdAt updatedAt owner { email }
         contact { name } company { ...Company }",
    ),
    (
        "Company",
        "__typename id name status website email phone address industry notes metadata externalId version createdAt
         updatedAt trashedAt",
    ),
];

/// The field with its fragments and variables put in.
fn complete(field: &str, variables: &Value) -> String {
    let mut text = field.to_owned();
    for (name, selection) in FRAGMENTS {
        text = text.replace(&format!("...{name} "), &format!("... {{ {selection} }} "));
    }
    for (name, value) in variables.as_object().unwrap() {
        text = text.replace(&format!("${name}"), &value.to_string());
    }
    text
}

async fn fill(app: &TestApp) -> Value {
    let company = app.company("Ødegård \"Søn\" & Co \u{1f600}").await;
    let mut ids = Vec::new();
    for number in 0..7 {
        let contact = app
            .contact_with(json!({
                "name": format!("Name {number} \u{7} \\ \u{2028} ana"),
                "email": if number % 2 == 0 { Some(format!("a{number}@example.com")) } else { None },
                "notes": "two\nlines\ttab",
                "metadata": { "z": [1.5, null, { "a": "\u{1f600}" }], "a": true, "number": 12_345_678_901_i64 },
                "externalId": format!("x:{number}"),
            }))
            .await;
        if number != 3 {
            app.membership(&contact, &company).await;
        }
        if number < 2 {
            app.connect(&contact, &format!("a{number}@example.com")).await;
            let log = "mutation($id: ID!) { createInteraction(contactId: $id,
                input: { occurredAt: \"2026-01-31T09:30:00.5Z\" }) { userErrors { code } } }";
            app.run(log, json!({ "id": contact })).await;
        }
        ids.push(contact);
    }
    for (kind, zone) in [("CALL", Some("Asia/Tokyo")), ("NOTE", None), ("CALL", None)] {
        let log = "mutation($id: ID!, $input: InteractionInput!) { createInteraction(companyId: $id, input: $input) {
            userErrors { code } } }";
        let input = json!({ "type": kind, "timeZone": zone, "subject": "\u{1f600} \"S\"", "metadata": { "a": [1.5] } });
        app.run(log, json!({ "id": company, "input": input })).await;
    }
    app.codes("trashContact", &ids[5]).await;
    let order = "{ contacts(first: 1, orderBy: [{ field: EMAIL, direction: DESC }]) { pageInfo { endCursor } } }";
    let after = app.run(order, json!({})).await["contacts"]["pageInfo"]["endCursor"].clone();
    ids.extend([ids[2].clone(), "no id".to_owned()]);
    let (empty, nothing) = (app.company("Nobody's").await, "00000000-0000-7000-8000-000000000000");
    json!({ "id": ids[0], "all": ids, "company": company, "empty": empty, "nothing": nothing, "after": after })
}

#[both_databases]
async fn what_is_written_directly_is_what_resolvers_answer(app: TestApp) {
    let variables = fill(&app).await;
    for field in FIELDS {
        let field = complete(field, &variables);
        let direct = app.send(&format!("{{ {field} }}"), json!({})).await;
        // The second time it is prepared.
        assert_eq!(direct, app.send(&format!("{{ {field} }}"), json!({})).await, "{field}");
        // A field that is selected twice is resolved in the ordinary way.
        let resolved = app.send(&format!("{{ {field} {field} }}"), json!({})).await;
        assert_eq!(direct, resolved, "{field}");
        assert_eq!(direct["errors"], Value::Null, "{field}");
    }
}

#[both_databases]
async fn what_is_prepared_follows_the_variables(app: TestApp) {
    let variables = fill(&app).await;
    let known = &variables["id"];
    for (query, given) in PREPARED.iter().chain(WITH_INPUTS) {
        for given in *given {
            let text = given.replace("$id", &known.to_string()).replace("$all", &variables["all"].to_string());
            let given: Value = serde_json::from_str(&text).unwrap();
            // One that is sent the first time in its manner, and the same with other names, each time anew.
            for round in 0..2 {
                let prepared = app.send(query, given.clone()).await;
                let new = app.send(&format!("{query} # {given} {round}"), given.clone()).await;
                assert_eq!(prepared, new, "{query} {text}");
            }
        }
    }
}

#[both_databases]
async fn a_prepared_update_is_made_once(app: TestApp) {
    let variables = fill(&app).await;
    let version = async || {
        let found = app.run("query($id: ID!) { contact(id: $id) { version } }", json!({ "id": variables["id"] })).await;
        found["contact"]["version"].as_i64().unwrap()
    };
    for (mutation, given) in UPDATES {
        for given in *given {
            let text = given.replace("$id", &variables["id"].to_string());
            let text = text.replace("$trashed", &variables["all"][5].to_string());
            let given: Value = serde_json::from_str(&text).unwrap();
            for round in 0..2 {
                let before = version().await;
                let prepared = app.send(mutation, given.clone()).await;
                let between = version().await;
                let new = app.send(&format!("{mutation} # {text} {round}"), given.clone()).await;
                assert_eq!(prepared, new, "{mutation} {text}");
                let payload = prepared["data"].as_object().and_then(|data| data.values().next());
                let was_made = payload.is_some_and(|payload| !payload["contact"].is_null());
                let steps = (between - before, version().await - between);
                assert_eq!(steps, if was_made { (1, 1) } else { (0, 0) }, "{mutation} {text}");
            }
        }
    }
}

#[both_databases]
async fn a_prepared_update_that_fails_says_so_as_others_do(app: TestApp) {
    let mutation = "mutation($id: ID!, $phone: String) {
        u: updateContact(id: $id, input: { phone: $phone }) { contact { phone } } }";
    let variables = json!({ "id": app.contact("Ann").await, "phone": "1" });
    for _ in 0..2 {
        app.run(mutation, variables.clone()).await;
    }
    app.shared.domain.db.clone().close().await.unwrap();
    let prepared = app.send(mutation, variables.clone()).await;
    assert_eq!(prepared["data"], json!({ "u": null }));
    assert_eq!(prepared["errors"][0]["extensions"]["code"], "SERVICE_UNAVAILABLE");
    assert_eq!(prepared, app.send(&format!("{mutation} # new"), variables).await);
}

#[both_databases]
async fn what_depends_on_variables_elsewhere_is_not_prepared(app: TestApp) {
    let variables = fill(&app).await;
    let query = "query($id: ID!, $more: Boolean!) { contact(id: $id) { id name @include(if: $more) } }";
    let name = async |more: bool| {
        app.run(query, json!({ "id": variables["id"], "more": more })).await["contact"]["name"].clone()
    };
    assert!(name(true).await.is_string());
    assert!(name(true).await.is_string());
    assert_eq!(name(false).await, Value::Null);
    let query = "query($id: ID!, $first: Int) { company(id: $id) { memberships(first: $first) { nodes { id } } } }";
    for first in [3, 3, 1, 0] {
        let found = app.run(query, json!({ "id": variables["company"], "first": first })).await;
        assert_eq!(found["company"]["memberships"]["nodes"].as_array().unwrap().len(), first);
    }
}

#[both_databases]
async fn fields_come_in_the_order_in_which_they_are_selected(app: TestApp) {
    fill(&app).await;
    let query = "{ contacts(first: 1) { pageInfo { hasNextPage } nodes { status id: name ... { name: id } } } }";
    let request = axum::http::Request::post("/graphql").header("content-type", "application/json");
    let request = request.body(axum::body::Body::from(json!({ "query": query }).to_string())).unwrap();
    let body = axum::body::to_bytes(app.request(request).await.into_body(), 10_000).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    let places = ["pageInfo", "nodes", "status", "\"id\"", "\"name\""].map(|key| text.find(key).unwrap());
    assert!(places.is_sorted(), "{text}");
}

#[both_databases]
async fn wrong_arguments_are_refused_in_rosters_too(app: TestApp) {
    let company = app.company("Acme").await;
    for arguments in ["first: -1", "first: 201", "first: 1, last: 1", "after: \"x\"", "before: \"\""] {
        let query =
            format!("query($id: ID!) {{ company(id: $id) {{ memberships({arguments}) {{ nodes {{ id }} }} }} }}");
        assert_eq!(app.error_code(&query, json!({ "id": company })).await, "BAD_USER_INPUT", "{arguments}");
    }
}

/// A fragment on an interface may hold one on a type that the record does not have.
#[both_databases]
async fn fragments_on_other_types_select_nothing(app: TestApp) {
    app.contact_with(json!({ "name": "Ann", "email": "ann@example.com" })).await;
    for (query, expected) in [
        ("{ contacts { nodes { name ... on Node { ... on User { email } } } } }", json!([{ "name": "Ann" }])),
        (
            "{ contacts { nodes { ... on Node { ...U } name } } } fragment U on User { email }",
            json!([{ "name": "Ann" }]),
        ),
        (
            "{ contacts { nodes { ...N } } } fragment N on Node { id @skip(if: true) ... { ...C } } fragment C on Contact { email }",
            json!([{ "email": "ann@example.com" }]),
        ),
        ("{ contacts { nodes { ... on Node { ... on Node { ... on Company { name } } } } } }", json!([{}])),
        ("{ contacts { nodes { ... on Contact { ... on Contact { name } } } } }", json!([{ "name": "Ann" }])),
    ] {
        // Twice, because the second time the document is known.
        for _ in 0..2 {
            assert_eq!(app.run(query, json!({})).await["contacts"]["nodes"], expected, "{query}");
        }
    }
}
