//! All that is wrong with a write comes back together, with the record that the caller has to look at.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases};

/// The errors that a call comes to, as `CODE path.of.field`.
async fn errors(app: &TestApp, call: &str) -> Vec<String> {
    let operation = if call.starts_with("validate") { "query" } else { "mutation" };
    let data = app.run(&format!("{operation} {{ {call} {{ userErrors {{ code field }} }} }}"), json!({})).await;
    let payload = data.as_object().unwrap().values().next().unwrap();
    let path = |error: &Value| {
        let parts: Vec<&str> = error["field"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
        parts.join(".")
    };
    let errors = payload["userErrors"].as_array().unwrap().iter();
    errors.map(|error| format!("{} {}", error["code"].as_str().unwrap(), path(error))).collect()
}

/// What is asked, and what is wrong with it. `$id` is a contact of version 1 (a company, for companies), `$other` a
/// company; `t:1` is an external id that another record has; the id of nobody stands for records that are not there.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "createContact(input: { name: \" \", email: \"x\", externalId: \"t:1\" },
            primaryCompany: { company: { id: \"NOBODY\" }, role: \"\\u0000\" })",
        &[
            "BLANK input.name",
            "INVALID input.email",
            "INVALID primaryCompany.role",
            "TAKEN input.externalId",
            "NOT_FOUND primaryCompany.company.id",
        ],
    ),
    ("createContact(id: $other, input: { name: \"A\", externalId: \"t:1\" })", &["TAKEN id", "TAKEN input.externalId"]),
    (
        "createContact(input: { name: \"A\", externalId: \"t:1\" },
            primaryCompany: { company: { externalId: \"none\" } })",
        &["TAKEN input.externalId", "NOT_FOUND primaryCompany.company.externalId"],
    ),
    (
        "updateContact(id: $id, expectedVersion: 9, input: { name: \"\", externalId: \"t:1\" })",
        &["BLANK input.name", "STALE_VERSION expectedVersion", "TAKEN input.externalId"],
    ),
    ("updateContact(id: \"NOBODY\", input: { name: \"\" })", &["BLANK input.name", "NOT_FOUND id"]),
    (
        "validateContact(id: \"NOBODY\", input: { name: \"\", externalId: \"t:1\" })",
        &["BLANK input.name", "NOT_FOUND id", "TAKEN input.externalId"],
    ),
    ("validateContact(input: { name: \"\", externalId: \"t:1\" })", &["BLANK input.name", "TAKEN input.externalId"]),
    (
        "createCompany(id: $id, input: { name: \"\", externalId: \"t:1\" })",
        &["BLANK input.name", "TAKEN id", "TAKEN input.externalId"],
    ),
    (
        "updateCompany(id: $other, expectedVersion: 9, input: { email: \"x\", externalId: \"t:1\" })",
        &["INVALID input.email", "STALE_VERSION expectedVersion", "TAKEN input.externalId"],
    ),
    (
        "validateCompany(id: \"NOBODY\", input: { name: \"\", externalId: \"t:1\" })",
        &["BLANK input.name", "NOT_FOUND id", "TAKEN input.externalId"],
    ),
    ("validateCompany(input: { externalId: \"t:1\" })", &["BLANK input.name", "TAKEN input.externalId"]),
    (
        "createInteraction(contactId: \"NOBODY\", id: $other, input: { subject: \"\\u0000\", parties: [
            { name: \" \" }, { name: \"A\", contactId: \"NOBODY\" }, { name: \"\\u0000\", contactId: \"x\" }] })",
        &[
            "INVALID input.subject",
            "INVALID input.parties.2.name",
            "NOT_FOUND contactId",
            "TAKEN id",
            "NOT_FOUND input.parties.1.contactId",
            "NOT_FOUND input.parties.2.contactId",
        ],
    ),
    (
        "updateInteraction(id: \"NOBODY\", input: { type: null, parties: [{ name: \"A\", contactId: \"x\" }] })",
        &["INVALID input.type", "NOT_FOUND id", "NOT_FOUND input.parties.0.contactId"],
    ),
    (
        "addMembership(contactId: \"NOBODY\", companyId: \"NOBODY\", role: \"\\u0000\")",
        &["INVALID role", "NOT_FOUND contactId", "NOT_FOUND companyId"],
    ),
    ("addMembership(contactId: $id, companyId: $other, role: \"\\u0000\")", &["INVALID role", "TAKEN companyId"]),
    (
        "setPrimaryCompany(contactId: \"NOBODY\", companyId: \"NOBODY\", department: \"\\u0000\")",
        &["INVALID department", "NOT_FOUND contactId", "NOT_FOUND companyId"],
    ),
    (
        "updateMembership(id: \"NOBODY\", input: { isPrimary: false, position: -1 })",
        &["INVALID input.isPrimary", "INVALID input.position", "NOT_FOUND id"],
    ),
    ("connectUser(contactId: \"NOBODY\", email: \"x\")", &["INVALID email", "NOT_FOUND contactId"]),
    (
        "connectUser(contactId: \"NOBODY\", email: \"linked@example.com\")",
        &["NOT_FOUND contactId", "USER_ALREADY_LINKED email"],
    ),
    ("setPassword(token: \"x\", password: \"a\")", &["INVALID_TOKEN token", "INVALID password"]),
    ("findOrCreateUser(email: \" \")", &["BLANK email"]),
];

#[both_databases]
async fn all_that_is_wrong_comes_back_together(app: TestApp) {
    let (contact, company) = (app.contact("Ann").await, app.company("Acme").await);
    app.membership(&contact, &company).await;
    let holder = app.contact_with(json!({ "name": "Holder", "externalId": "t:1" })).await;
    app.connect(&holder, "linked@example.com").await;
    app.run(
        "mutation { createCompany(input: { name: \"Holder\", externalId: \"t:1\" }) { userErrors { code } } }",
        json!({}),
    )
    .await;
    for (call, expected) in REFUSED {
        let call = call.replace("NOBODY", NOBODY).replace("$id", &format!("\"{contact}\""));
        let call = call.replace("$other", &format!("\"{company}\""));
        let found = errors(&app, &call).await;
        assert_eq!(found, *expected, "{call}");
    }
    let counts = app.run("{ contactCount companyCount interactions { totalCount } }", json!({})).await;
    assert_eq!(counts, json!({ "contactCount": 2, "companyCount": 2, "interactions": { "totalCount": 0 } }));
}

#[both_databases]
async fn the_record_in_the_way_comes_back_with_the_refusal(app: TestApp) {
    let ann = app.contact_with(json!({ "name": "Ann", "externalId": "t:1" })).await;
    let bob = app.contact("Bob").await;
    let update = "mutation($id: ID!, $version: Int, $key: String) {
        updateContact(id: $id, expectedVersion: $version, input: { externalId: $key }) {
            contact { id } current { id name version } userErrors { code } } }";
    let current = async |version: Option<i32>, key: Option<&str>| {
        let data = app.run(update, json!({ "id": bob, "version": version, "key": key })).await;
        data["updateContact"]["current"].clone()
    };
    assert_eq!(current(Some(1), None).await, Value::Null, "nothing was in the way");
    assert_eq!(current(Some(1), None).await, json!({ "id": bob, "name": "Bob", "version": 2 }));
    assert_eq!(current(None, Some("t:1")).await, json!({ "id": ann, "name": "Ann", "version": 1 }));
    assert_eq!(current(Some(7), Some("t:1")).await["id"], json!(bob), "first what somebody else wrote");
    let acme = app.company("Acme").await;
    let create = "mutation($id: ID) { createContact(id: $id, input: { name: \"C\", externalId: \"t:1\" }) {
        contact { id } current { id } userErrors { code } } }";
    for id in [Value::Null, json!(acme)] {
        let data = app.run(create, json!({ "id": id })).await;
        assert_eq!(data["createContact"]["current"], json!({ "id": ann }), "{id}");
    }

    let update = "mutation($id: ID!) { updateCompany(id: $id, expectedVersion: 7, input: {}) {
        company { id } current { name version } } }";
    let data = app.run(update, json!({ "id": acme })).await;
    assert_eq!(data["updateCompany"], json!({ "company": null, "current": { "name": "Acme", "version": 1 } }));

    let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: { subject: \"Call\" }) {
        interaction { id } current { id } } }";
    let call = app.run(log, json!({ "id": ann })).await["createInteraction"]["interaction"]["id"].clone();
    let update = "mutation($id: ID!) { updateInteraction(id: $id, expectedVersion: 7, input: {}) {
        interaction { id } current { subject version } } }";
    let data = app.run(update, json!({ "id": call })).await;
    assert_eq!(
        data["updateInteraction"],
        json!({ "interaction": null, "current": { "subject": "Call", "version": 1 } })
    );
}

#[both_databases]
async fn the_record_in_the_way_is_read_only_when_it_is_asked_for(app: TestApp) {
    let id = app.contact("Ann").await;
    let update = |selection: &str| {
        format!("mutation($id: ID!) {{ updateContact(id: $id, input: {{ phone: \"1\" }}) {{ {selection} }} }}")
    };
    for selection in ["contact { id }", "contact { id } current { id }"] {
        app.run(&update(selection), json!({ "id": id })).await;
        let again = app.statements(&update(selection), json!({ "id": id })).await;
        let most = if app.config.is_sqlite() { 2 } else { 1 };
        assert!(again <= most, "{selection}: {again}");
    }
}

#[both_databases]
async fn validating_a_company_writes_nothing_and_says_what_would_be_stored(app: TestApp) {
    let query = "query($id: ID, $input: CompanyInput!) { validateCompany(id: $id, input: $input) {
        normalized userErrors { code } } }";
    let data = app.run(query, json!({ "input": { "name": " Acme ", "website": "acme.example" } })).await;
    assert_eq!(
        data["validateCompany"],
        json!({ "userErrors": [], "normalized": { "name": "Acme", "status": "ACTIVE",
        "website": "acme.example", "email": null, "phone": null, "address": null, "industry": null, "tags": [],
        "notes": null, "metadata": {}, "externalId": null } })
    );
    let id = app.company("Acme").await;
    let data = app.run(query, json!({ "id": id, "input": { "phone": "1" } })).await;
    assert_eq!(data["validateCompany"]["normalized"]["phone"], "1");
    assert_eq!(data["validateCompany"]["normalized"]["name"], "Acme");
    app.codes("trashCompany", &id).await;
    let data = app.run(query, json!({ "id": id, "input": { "status": "ACTIVE" } })).await;
    assert_eq!(data["validateCompany"]["userErrors"], json!([{ "code": "TRASHED" }]));
    assert_eq!(app.run("{ companyCount }", json!({})).await["companyCount"], 0);
}

#[both_databases]
async fn a_user_is_found_or_registered_once(app: TestApp) {
    let app = Arc::new(app);
    let call = "mutation($email: String!) { findOrCreateUser(email: $email) {
        user { id email isPlaceholder source role contact { id } } outcome userErrors { code } } }";
    let calls = (0..16).map(|number| {
        let app = Arc::clone(&app);
        let email = if number % 2 == 0 { "Ada@example.com" } else { " ada@EXAMPLE.com " };
        tokio::spawn(async move { app.run(call, json!({ "email": email })).await["findOrCreateUser"].clone() })
    });
    let mut payloads = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        payloads.push(call.await.unwrap());
    }
    let created = payloads.iter().filter(|payload| payload["outcome"] == "CREATED").count();
    let existing = payloads.iter().filter(|payload| payload["outcome"] == "EXISTING").count();
    assert_eq!((created, existing), (1, 15));
    assert!(payloads.iter().all(|payload| payload["user"]["id"] == payloads[0]["user"]["id"]));
    let user = &payloads[0]["user"];
    assert_eq!((&user["isPlaceholder"], &user["role"]), (&json!(true), &json!("CONTACT")));
    assert_eq!((&user["source"], &user["contact"]), (&json!("crm_contact"), &Value::Null));
}
