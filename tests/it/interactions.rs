//! Interactions, their parties and snapshots.

use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, codes, each, id_of};

const FIELDS: &str = "id type occurredAt subject body metadata version contact { id } owner { id }
    parties { name contact { id } snapshot }";

async fn create(app: &TestApp, contact: &str, input: Value, id: Option<&str>) -> Value {
    let mutation = format!(
        "mutation($contact: ID!, $input: InteractionInput!, $id: ID) {{
            createInteraction(contactId: $contact, input: $input, id: $id) {{
                interaction {{ {FIELDS} }} userErrors {{ code field }} }} }}"
    );
    app.run(&mutation, json!({ "contact": contact, "input": input, "id": id })).await["createInteraction"].clone()
}

async fn log(app: &TestApp, contact: &str, input: Value) -> String {
    id_of(&create(app, contact, input, None).await["interaction"])
}

async fn update(app: &TestApp, id: &str, input: Value, version: Option<i32>) -> Value {
    let mutation = format!(
        "mutation($id: ID!, $input: InteractionInput!, $version: Int) {{
            updateInteraction(id: $id, input: $input, expectedVersion: $version) {{
                interaction {{ {FIELDS} }} userErrors {{ code field }} }} }}"
    );
    app.run(&mutation, json!({ "id": id, "input": input, "version": version })).await["updateInteraction"].clone()
}

async fn last_interaction(app: &TestApp, contact: &str) -> Value {
    let query = "query($id: ID!) { contact(id: $id) { lastInteractionAt version } }";
    let contact = app.run(query, json!({ "id": contact })).await["contact"].clone();
    assert_eq!(contact["version"], 1, "an interaction is not a change of the contact");
    contact["lastInteractionAt"].clone()
}

#[both_databases]
async fn an_interaction_has_defaults(app: TestApp) {
    let contact = app.contact("A").await;
    let payload = create(&app, &contact, json!({}), None).await;
    let interaction = &payload["interaction"];
    assert_eq!(interaction["type"], "NOTE");
    assert!(interaction["occurredAt"].as_str().unwrap().starts_with("2026-01-01T"));
    assert_eq!(interaction["contact"]["id"], json!(contact));
    assert_eq!((&interaction["metadata"], &interaction["parties"]), (&json!({}), &json!([])));
    assert_eq!((&interaction["owner"], &interaction["version"]), (&Value::Null, &json!(1)));
}

#[both_databases]
async fn creating_again_with_the_same_id_returns_the_first(app: TestApp) {
    let contact = app.contact("A").await;
    let first = create(&app, &contact, json!({ "subject": "One" }), Some(NOBODY)).await;
    let again = create(&app, &contact, json!({ "subject": "Two" }), Some(NOBODY)).await;
    assert_eq!(first, again);
    assert_eq!(codes(&create(&app, &contact, json!({}), Some("x")).await), ["INVALID"]);
}

#[both_databases]
async fn all_violations_of_an_input_come_back_together(app: TestApp) {
    let contact = app.contact("A").await;
    let input =
        json!({ "subject": "s".repeat(256), "body": "a\0", "metadata": [], "parties": [{ "name": "n".repeat(256) }] });
    let payload = create(&app, &contact, input, None).await;
    assert_eq!(codes(&payload), ["TOO_LONG", "INVALID", "INVALID", "TOO_LONG"]);
    assert_eq!(payload["userErrors"][3]["field"], json!(["input", "parties", "0", "name"]));
    for id in [NOBODY, "x"] {
        assert_eq!(codes(&create(&app, id, json!({}), None).await), ["NOT_FOUND"]);
    }
    let parties: Vec<Value> = (0..101).map(|n| json!({ "name": format!("P{n}") })).collect();
    assert_eq!(codes(&create(&app, &contact, json!({ "parties": parties }), None).await), ["TOO_MANY"]);
}

#[both_databases]
async fn parties_keep_what_they_were_when_logged(app: TestApp) {
    let (subject, party) = (app.contact("A").await, app.contact("Party").await);
    let company = app.company("Acme").await;
    let set = "mutation($c: ID!, $company: ID!, $role: String) {
        setPrimaryCompany(contactId: $c, companyId: $company, role: $role, department: \"Lab\") { contact { id } } }";
    app.run(set, json!({ "c": party, "company": company, "role": "Chief" })).await;
    let parties = json!([{ "name": " P ", "contactId": party }, { "name": "  " }, { "name": "Somebody" }]);
    let payload = create(&app, &subject, json!({ "parties": parties }), None).await;
    let snapshot = json!({ "name": "Party", "company": "Acme", "role": "Chief", "department": "Lab" });
    assert_eq!(
        payload["interaction"]["parties"],
        json!([
            { "name": "P", "contact": { "id": party }, "snapshot": snapshot },
            { "name": "Somebody", "contact": null,
              "snapshot": { "name": "Somebody", "company": null, "role": null, "department": null } },
        ]),
        "blank names are dropped"
    );

    app.run(set, json!({ "c": party, "company": company, "role": "Boss" })).await;
    let id = id_of(&payload["interaction"]);
    let untouched = update(&app, &id, json!({ "subject": "S" }), None).await;
    assert_eq!(untouched["interaction"]["parties"], payload["interaction"]["parties"]);
    let new = app.contact("New").await;
    let parties = json!([{ "name": "New", "contactId": new }, { "name": "Renamed", "contactId": party }]);
    let replaced = update(&app, &id, json!({ "parties": parties }), None).await;
    assert_eq!(replaced["interaction"]["parties"][0]["snapshot"]["name"], "New");
    assert_eq!(replaced["interaction"]["parties"][1]["name"], "Renamed");
    assert_eq!(replaced["interaction"]["parties"][1]["snapshot"], snapshot, "who stays keeps the snapshot");
    let cleared = update(&app, &id, json!({ "parties": [] }), None).await;
    assert_eq!(cleared["interaction"]["parties"], json!([]));
}

#[both_databases]
async fn a_party_must_exist(app: TestApp) {
    let contact = app.contact("A").await;
    let parties = json!([{ "name": "P", "contactId": NOBODY }, { "name": "Q", "contactId": "x" }]);
    let payload = create(&app, &contact, json!({ "parties": parties }), None).await;
    assert_eq!(
        payload["userErrors"],
        json!([
        { "code": "NOT_FOUND", "field": ["input", "parties", "0", "contactId"] },
        { "code": "NOT_FOUND", "field": ["input", "parties", "1", "contactId"] } ])
    );
    assert_eq!(app.run("{ interactions { totalCount } }", json!({})).await["interactions"]["totalCount"], 0);
}

#[both_databases]
async fn updates_check_the_version(app: TestApp) {
    let contact = app.contact("A").await;
    let id = log(&app, &contact, json!({ "subject": "S", "body": "B", "type": "CALL" })).await;
    let payload = update(&app, &id, json!({ "body": null, "type": "EMAIL" }), Some(1)).await;
    let interaction = &payload["interaction"];
    assert_eq!((&interaction["subject"], &interaction["body"]), (&json!("S"), &Value::Null));
    assert_eq!((&interaction["type"], &interaction["version"]), (&json!("EMAIL"), &json!(2)));
    assert_eq!(codes(&update(&app, &id, json!({}), Some(1)).await), ["STALE_VERSION"]);
    assert_eq!(codes(&update(&app, NOBODY, json!({}), None).await), ["NOT_FOUND"]);
    assert_eq!(codes(&update(&app, &id, json!({ "type": null }), None).await), ["INVALID"]);
    assert_eq!(app.codes("deleteInteraction", &id).await, [""; 0]);
    assert_eq!(app.codes("deleteInteraction", &id).await, ["NOT_FOUND"]);
}

#[both_databases]
async fn lists_are_newest_first_and_leave_out_trashed_contacts(app: TestApp) {
    let (a, b) = (app.contact("A").await, app.contact("B").await);
    for (contact, day, kind) in [(&a, 1, "CALL"), (&b, 2, "NOTE"), (&a, 3, "EMAIL"), (&b, 4, "CALL")] {
        let input =
            json!({ "occurredAt": format!("2025-01-0{day}T00:00:00Z"), "type": kind, "subject": format!("Día {day}") });
        log(&app, contact, input).await;
    }
    let query = "query($filter: InteractionFilter, $first: Int, $after: String) {
        interactions(filter: $filter, first: $first, after: $after) {
            nodes { subject } totalCount pageInfo { endCursor hasNextPage } } }";
    let subjects = async |variables: Value| {
        let data = app.run(query, variables).await;
        let list = each(&data["interactions"]["nodes"], "subject");
        assert!(data["interactions"]["totalCount"].as_u64().unwrap() >= list.len() as u64);
        list.into_iter().map(|subject| subject.as_str().unwrap().replace("Día ", "")).collect::<String>()
    };
    assert_eq!(subjects(json!({})).await, "4321");
    assert_eq!(subjects(json!({ "filter": { "contactId": { "eq": a } } })).await, "31");
    assert_eq!(subjects(json!({ "filter": { "type": ["CALL"] } })).await, "41");
    assert_eq!(subjects(json!({ "filter": { "subject": { "contains": "dia 2" } } })).await, "2");
    assert_eq!(
        subjects(
            json!({ "filter": { "occurredAt": { "gte": "2025-01-02T00:00:00Z", "lt": "2025-01-04T00:00:00Z" } } })
        )
        .await,
        "32"
    );
    assert_eq!(subjects(json!({ "filter": { "ownerId": { "isNull": false } } })).await, "");
    let data = app.run(query, json!({ "first": 3 })).await;
    let after = &data["interactions"]["pageInfo"]["endCursor"];
    assert_eq!(subjects(json!({ "first": 3, "after": after })).await, "1");
    app.codes("trashContact", &a).await;
    assert_eq!(subjects(json!({})).await, "42");
}

#[both_databases]
async fn a_contact_sees_what_it_is_subject_of_or_party_to(app: TestApp) {
    let (a, b) = (app.contact("A").await, app.contact("B").await);
    log(&app, &a, json!({ "subject": "own", "occurredAt": "2025-01-01T00:00:00Z" })).await;
    let party = json!([{ "name": "A", "contactId": a }, { "name": "again", "contactId": a }]);
    log(&app, &b, json!({ "subject": "party", "occurredAt": "2025-01-02T00:00:00Z", "parties": party })).await;
    log(&app, &a, json!({ "subject": "both", "occurredAt": "2025-01-03T00:00:00Z", "parties": party })).await;
    let query = "query($ids: [ID!]!, $first: Int) { contactsByIds(ids: $ids) {
        any: interactions(first: $first) { nodes { subject } totalCount }
        subject: interactions(involvement: SUBJECT) { nodes { subject } totalCount }
        party: interactions(involvement: PARTY) { nodes { subject } totalCount }
        filtered: interactions(filter: { subject: { eq: \"own\" } }) { nodes { subject } totalCount }
        last: interactions(last: 1) { nodes { subject } pageInfo { hasPreviousPage } } } }";
    for ids in [json!([a]), json!([a, b])] {
        let data = app.run(query, json!({ "ids": ids })).await;
        let contact = &data["contactsByIds"][0];
        assert_eq!(each(&contact["any"]["nodes"], "subject"), ["both", "party", "own"], "each once");
        assert_eq!(contact["any"]["totalCount"], 3);
        assert_eq!(each(&contact["subject"]["nodes"], "subject"), ["both", "own"]);
        assert_eq!(each(&contact["party"]["nodes"], "subject"), ["both", "party"]);
        assert_eq!(contact["party"]["totalCount"], 2);
        assert_eq!(each(&contact["filtered"]["nodes"], "subject"), ["own"]);
        assert_eq!(contact["last"]["nodes"][0]["subject"], "own");
        assert_eq!(contact["last"]["pageInfo"]["hasPreviousPage"], true);
        let data = app.run(query, json!({ "ids": ids, "first": 2 })).await;
        assert_eq!(each(&data["contactsByIds"][0]["any"]["nodes"], "subject"), ["both", "party"]);
    }
}

#[both_databases]
async fn the_last_interaction_follows_every_change(app: TestApp) {
    let (a, b) = (app.contact("A").await, app.contact("B").await);
    assert_eq!(last_interaction(&app, &a).await, Value::Null);
    let party = json!([{ "name": "B", "contactId": b }]);
    let first = log(&app, &a, json!({ "occurredAt": "2025-01-01T00:00:00Z", "parties": party })).await;
    let second = log(&app, &a, json!({ "occurredAt": "2025-01-02T00:00:00Z" })).await;
    assert_eq!(last_interaction(&app, &a).await, "2025-01-02T00:00:00.000000Z");
    assert_eq!(last_interaction(&app, &b).await, "2025-01-01T00:00:00.000000Z");
    update(&app, &first, json!({ "occurredAt": "2025-01-03T00:00:00Z" }), None).await;
    assert_eq!(last_interaction(&app, &a).await, "2025-01-03T00:00:00.000000Z");
    assert_eq!(last_interaction(&app, &b).await, "2025-01-03T00:00:00.000000Z");
    update(&app, &first, json!({ "parties": [] }), None).await;
    assert_eq!(last_interaction(&app, &b).await, Value::Null);
    app.codes("deleteInteraction", &first).await;
    assert_eq!(last_interaction(&app, &a).await, "2025-01-02T00:00:00.000000Z");
    app.codes("deleteInteraction", &second).await;
    assert_eq!(last_interaction(&app, &a).await, Value::Null);
}
