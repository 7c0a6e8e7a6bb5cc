//! Contacts: creating, updating, validating, trashing, restoring and deleting.

use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, codes, each, id_of};

const FIELDS: &str = "id name status email phone notes metadata externalId version createdAt updatedAt trashedAt";

async fn create(app: &TestApp, variables: Value) -> Value {
    let mutation = format!(
        "mutation($input: ContactInput!, $id: ID, $primaryCompany: PrimaryCompanyInput) {{
            createContact(input: $input, id: $id, primaryCompany: $primaryCompany) {{
                contact {{ {FIELDS} primaryMembership {{ role department isPrimary company {{ id name }} }} }}
                userErrors {{ code field message conflictIds }} }} }}"
    );
    app.run(&mutation, variables).await["createContact"].clone()
}

async fn update(app: &TestApp, variables: Value) -> Value {
    let mutation = format!(
        "mutation($id: ID!, $input: ContactInput!, $version: Int) {{
            updateContact(id: $id, input: $input, expectedVersion: $version) {{
                contact {{ {FIELDS} }} userErrors {{ code field message conflictIds }} }} }}"
    );
    app.run(&mutation, variables).await["updateContact"].clone()
}

async fn get(app: &TestApp, id: &str) -> Value {
    let query = format!("query($id: ID!) {{ contact(id: $id) {{ {FIELDS} }} }}");
    app.run(&query, json!({ "id": id })).await["contact"].clone()
}

#[both_databases]
async fn a_contact_is_stored_as_given_with_its_edges_trimmed(app: TestApp) {
    let input = json!({
        "name": "  Łukasz Żółć ", "email": " L.Zolc@Example.COM ", "phone": " +48 123 ", "notes": "  ",
        "metadata": { "b": [1, 2.5, null, "x"], "a": { "ü": true } }, "externalId": "hubspot:501", "status": "INACTIVE",
    });
    let payload = create(&app, json!({ "input": input })).await;
    assert_eq!(codes(&payload), [""; 0]);
    let stored = get(&app, &id_of(&payload["contact"])).await;
    assert_eq!(stored["name"], "Łukasz Żółć");
    assert_eq!(stored["email"], "L.Zolc@Example.COM");
    assert_eq!(stored["phone"], "+48 123");
    assert_eq!(stored["notes"], Value::Null);
    assert_eq!(stored["status"], "INACTIVE");
    assert_eq!(stored["metadata"], json!({ "a": { "ü": true }, "b": [1, 2.5, null, "x"] }));
    assert_eq!(stored["version"], 1);
    assert_eq!(stored["trashedAt"], Value::Null);
    for (field, value) in payload["contact"].as_object().unwrap() {
        if field != "primaryMembership" {
            assert_eq!(stored[field], *value, "{field} differs between the payload and the stored contact");
        }
    }
}

#[both_databases]
async fn times_are_rfc_3339_in_utc_with_microseconds(app: TestApp) {
    let id = app.contact("A").await;
    let stored = get(&app, &id).await;
    let created_at = stored["createdAt"].as_str().unwrap();
    assert_eq!(created_at.len(), "2026-01-01T00:00:00.000000Z".len(), "{created_at}");
    assert!(created_at.starts_with("2026-01-01T") && created_at.ends_with('Z'), "{created_at}");
}

#[both_databases]
async fn all_violations_of_an_input_come_back_together(app: TestApp) {
    let input = json!({
        "name": " ", "email": "not an address", "phone": "1".repeat(51), "metadata": [1], "externalId": "a\0b",
    });
    let payload = create(&app, json!({ "id": "not-an-id", "input": input })).await;
    assert_eq!(payload["contact"], Value::Null);
    let found: Vec<(String, Value)> = payload["userErrors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["code"].as_str().unwrap().to_owned(), error["field"].clone()))
        .collect();
    for expected in [
        ("INVALID", json!(["id"])),
        ("BLANK", json!(["input", "name"])),
        ("INVALID", json!(["input", "email"])),
        ("TOO_LONG", json!(["input", "phone"])),
        ("INVALID", json!(["input", "metadata"])),
        ("INVALID", json!(["input", "externalId"])),
    ] {
        assert!(
            found.iter().any(|(code, field)| code == expected.0 && *field == expected.1),
            "{expected:?} in {found:?}"
        );
    }
    assert_eq!(found.len(), 6);
    assert_eq!(app.run("{ contactCount(includeTrashed: true) }", json!({})).await["contactCount"], 0);
}

#[both_databases]
async fn lengths_are_counted_in_characters(app: TestApp) {
    let payload = create(&app, json!({ "input": { "name": "é".repeat(255), "phone": "☎".repeat(50) } })).await;
    assert_eq!(codes(&payload), [""; 0]);
    let payload = create(&app, json!({ "input": { "name": "é".repeat(256) } })).await;
    assert_eq!(codes(&payload), ["TOO_LONG"]);
    let email = format!("{}@example.com", "a".repeat(255 - "@example.com".len()));
    assert_eq!(codes(&create(&app, json!({ "input": { "name": "A", "email": email } })).await), [""; 0]);
    let email = format!("a{email}");
    assert_eq!(codes(&create(&app, json!({ "input": { "name": "A", "email": email } })).await), ["TOO_LONG"]);
}

#[both_databases]
async fn names_that_grow_when_folded_are_stored(app: TestApp) {
    let name = "\u{fdfa}".repeat(255);
    let id = app.contact(&name).await;
    assert_eq!(get(&app, &id).await["name"], json!(name));
}

#[both_databases]
async fn nul_is_refused_in_every_text(app: TestApp) {
    for field in ["name", "email", "phone", "notes", "externalId"] {
        let mut input = json!({ "name": "A" });
        input[field] = json!("a@b\0.c");
        assert_eq!(codes(&create(&app, json!({ "input": input })).await), ["INVALID"], "{field}");
    }
    let input = json!({ "name": "A", "metadata": { "k": ["a\0"] } });
    assert_eq!(codes(&create(&app, json!({ "input": input })).await), ["INVALID"]);
}

#[both_databases]
async fn an_email_address_is_not_unique(app: TestApp) {
    app.contact_with(json!({ "name": "A", "email": "a@example.com" })).await;
    app.contact_with(json!({ "name": "B", "email": "A@example.com" })).await;
}

#[both_databases]
async fn an_external_id_is_unique_trashed_contacts_included(app: TestApp) {
    let holder = app.contact_with(json!({ "name": "A", "externalId": "x:1" })).await;
    app.codes("trashContact", &holder).await;
    let payload = create(&app, json!({ "input": { "name": "B", "externalId": "x:1" } })).await;
    assert_eq!(codes(&payload), ["TAKEN"]);
    assert_eq!(payload["userErrors"][0]["conflictIds"], json!([holder]));
    assert_eq!(payload["userErrors"][0]["field"], json!(["input", "externalId"]));
    let other = app.contact("C").await;
    let payload = update(&app, json!({ "id": other, "input": { "externalId": "x:1" } })).await;
    assert_eq!(codes(&payload), ["TAKEN"]);
    assert_eq!(payload["userErrors"][0]["conflictIds"], json!([holder]));
}

#[both_databases]
async fn creating_again_with_the_same_id_returns_the_first(app: TestApp) {
    let variables = json!({ "id": NOBODY, "input": { "name": "First", "externalId": "x:1" } });
    let first = create(&app, variables.clone()).await;
    let again = create(&app, variables).await;
    assert_eq!(first["contact"], again["contact"]);
    assert_eq!(first["contact"]["id"], NOBODY);
    let other = create(&app, json!({ "id": NOBODY, "input": { "name": "Second" } })).await;
    assert_eq!(other["contact"]["name"], "First");
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 1);
}

#[both_databases]
async fn an_id_of_the_callers_choice_must_be_version_7(app: TestApp) {
    for id in ["", "x", "01890a5dac96774bbcceb302099a8057", "6f5902ac-2379-4be2-9d0c-2f1b4d6f1b0c"] {
        let payload = create(&app, json!({ "id": id, "input": { "name": "A" } })).await;
        assert_eq!(codes(&payload), ["INVALID"], "{id:?}");
    }
}

#[both_databases]
async fn a_contact_can_be_created_with_its_company(app: TestApp) {
    let company = app.company("Ärzte GmbH").await;
    let primary = |company: Value| {
        json!({
        "input": { "name": "A" }, "primaryCompany": { "company": company, "role": " CEO ", "department": "" } })
    };
    let payload = create(&app, primary(json!({ "id": company }))).await;
    assert_eq!(
        payload["contact"]["primaryMembership"],
        json!({
        "role": "CEO", "department": null, "isPrimary": true, "company": { "id": company, "name": "Ärzte GmbH" } })
    );
    let payload = create(&app, primary(json!({ "findOrCreateByName": "ARZTE gmbh" }))).await;
    assert_eq!(payload["contact"]["primaryMembership"]["company"]["id"], json!(company));
    let payload = create(&app, primary(json!({ "findOrCreateByName": "New One" }))).await;
    assert_eq!(payload["contact"]["primaryMembership"]["company"]["name"], "New One");
    app.codes("trashCompany", &company).await;
    let payload = create(&app, primary(json!({ "findOrCreateByName": "Ärzte GmbH" }))).await;
    assert_ne!(payload["contact"]["primaryMembership"]["company"]["id"], json!(company), "trashed ones do not count");
    assert_eq!(app.run("{ companyCount }", json!({})).await["companyCount"], 2);
}

#[both_databases]
async fn nothing_is_created_when_the_company_is_unknown(app: TestApp) {
    for company in [json!({ "id": NOBODY }), json!({ "id": "x" }), json!({ "externalId": "none" })] {
        let payload = create(&app, json!({ "input": { "name": "A" }, "primaryCompany": { "company": company } })).await;
        assert_eq!(codes(&payload), ["NOT_FOUND"]);
        assert_eq!(payload["contact"], Value::Null);
    }
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 0);
}

#[both_databases]
async fn an_update_leaves_what_is_omitted_and_clears_what_is_null(app: TestApp) {
    let id = app.contact_with(json!({ "name": "A", "email": "a@b.c", "phone": "1", "metadata": { "k": 1 } })).await;
    let payload = update(&app, json!({ "id": id, "input": { "phone": null, "notes": "n", "metadata": null } })).await;
    let stored = get(&app, &id).await;
    assert_eq!(payload["contact"], stored);
    assert_eq!(stored["email"], "a@b.c");
    assert_eq!(stored["phone"], Value::Null);
    assert_eq!(stored["notes"], "n");
    assert_eq!(stored["metadata"], json!({}));
    assert_eq!(stored["version"], 2);
    assert_ne!(stored["updatedAt"], stored["createdAt"]);
    for (input, code) in [(json!({ "name": null }), "BLANK"), (json!({ "status": null }), "INVALID")] {
        assert_eq!(codes(&update(&app, json!({ "id": id, "input": input })).await), [code]);
    }
    assert_eq!(get(&app, &id).await, stored);
}

#[both_databases]
async fn a_stale_version_is_refused(app: TestApp) {
    let id = app.contact("A").await;
    let payload = update(&app, json!({ "id": id, "input": { "name": "B" }, "version": 1 })).await;
    assert_eq!(payload["contact"]["version"], 2);
    let payload = update(&app, json!({ "id": id, "input": { "name": "C" }, "version": 1 })).await;
    assert_eq!(codes(&payload), ["STALE_VERSION"]);
    assert_eq!(get(&app, &id).await["name"], "B");
}

#[both_databases]
async fn updating_what_does_not_exist_is_not_found(app: TestApp) {
    for id in [NOBODY, "x", ""] {
        assert_eq!(codes(&update(&app, json!({ "id": id, "input": { "name": "A" } })).await), ["NOT_FOUND"]);
    }
}

#[both_databases]
async fn trashing_keeps_the_status_for_the_way_back(app: TestApp) {
    let id = app.contact_with(json!({ "name": "A", "status": "INACTIVE", "metadata": { "k": 1 } })).await;
    assert_eq!(app.codes("trashContact", &id).await, [""; 0]);
    let trashed = get(&app, &id).await;
    assert_eq!(trashed["status"], "TRASHED");
    assert_eq!(trashed["metadata"], json!({ "k": 1 }));
    assert_eq!(trashed["version"], 2);
    assert_ne!(trashed["trashedAt"], Value::Null);
    assert_eq!(app.codes("trashContact", &id).await, ["ALREADY_TRASHED"]);
    assert_eq!(app.codes("restoreContact", &id).await, [""; 0]);
    let restored = get(&app, &id).await;
    assert_eq!(restored["status"], "INACTIVE");
    assert_eq!(restored["trashedAt"], Value::Null);
    assert_eq!(restored["version"], 3);
    assert_eq!(app.codes("restoreContact", &id).await, ["NOT_TRASHED"]);
    for field in ["trashContact", "restoreContact", "deleteContact"] {
        assert_eq!(app.codes(field, NOBODY).await, ["NOT_FOUND"]);
        assert_eq!(app.codes(field, "x").await, ["NOT_FOUND"]);
    }
}

#[both_databases]
async fn a_trashed_contact_can_be_edited_but_its_status_not_set(app: TestApp) {
    let id = app.contact("A").await;
    app.codes("trashContact", &id).await;
    let payload = update(&app, json!({ "id": id, "input": { "name": "B", "status": "ACTIVE" } })).await;
    assert_eq!(codes(&payload), ["TRASHED"]);
    let payload = update(&app, json!({ "id": id, "input": { "name": "B" } })).await;
    assert_eq!(payload["contact"]["name"], "B");
    assert_eq!(payload["contact"]["status"], "TRASHED");
}

#[both_databases]
async fn the_trash_is_not_a_status_that_callers_can_set(app: TestApp) {
    let id = app.contact("A").await;
    let mutation =
        format!("mutation {{ updateContact(id: \"{id}\", input: {{ status: TRASHED }}) {{ contact {{ id }} }} }}");
    assert_eq!(app.error_code(&mutation, json!({})).await, "GRAPHQL_VALIDATION_FAILED");
}

#[both_databases]
async fn the_user_link_is_not_an_input_field(app: TestApp) {
    let mutation = "mutation { createContact(input: { name: \"A\", userId: \"x\" }) { contact { id } } }";
    assert_eq!(app.error_code(mutation, json!({})).await, "GRAPHQL_VALIDATION_FAILED");
}

#[both_databases]
async fn bulk_trash_moves_what_it_can_and_names_what_it_cannot(app: TestApp) {
    let (a, b, trashed) = (app.contact("A").await, app.contact("B").await, app.contact("C").await);
    app.codes("trashContact", &trashed).await;
    let mutation = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) {
        contacts { id status } userErrors { code field conflictIds } } }";
    // The same contact in another spelling is moved once.
    let same = b.to_uppercase();
    let data = app.run(mutation, json!({ "ids": [b, "x", trashed, a, NOBODY, b, same, "x"] })).await;
    let payload = &data["trashContacts"];
    assert_eq!(each(&payload["contacts"], "id"), [&json!(b), &json!(a)]);
    assert_eq!(
        payload["userErrors"],
        json!([
            { "code": "NOT_FOUND", "field": ["ids", "1"], "conflictIds": [] },
            { "code": "ALREADY_TRASHED", "field": ["ids", "2"], "conflictIds": [trashed] },
            { "code": "NOT_FOUND", "field": ["ids", "4"], "conflictIds": [] },
        ])
    );
    let mutation = "mutation($ids: [ID!]!) { restoreContacts(ids: $ids) { contacts { status } userErrors { code } } }";
    let data = app.run(mutation, json!({ "ids": [a, b, trashed] })).await;
    assert_eq!(each(&data["restoreContacts"]["contacts"], "status"), [&json!("ACTIVE"); 3]);
}

#[both_databases]
async fn at_most_a_thousand_contacts_are_trashed_at_once(app: TestApp) {
    let mutation = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) { contacts { id } userErrors { code } } }";
    let ids = vec![NOBODY; 1001];
    assert_eq!(app.error_code(mutation, json!({ "ids": ids })).await, "BAD_USER_INPUT");
    let ids: Vec<String> = (0..1000).map(|n| format!("01890a5d-ac96-774b-bcce-{n:012}")).collect();
    let data = app.run(mutation, json!({ "ids": ids })).await;
    assert_eq!(codes(&data["trashContacts"]).len(), 1000);
}

#[both_databases]
async fn deleting_takes_memberships_and_interactions_and_counts_them(app: TestApp) {
    let (contact, other) = (app.contact("A").await, app.contact("B").await);
    for name in ["X", "Y"] {
        app.membership(&contact, &app.company(name).await).await;
    }
    let user = app.connect(&contact, "a@example.com").await;
    let log = "mutation($contact: ID!, $party: ID!) { createInteraction(contactId: $contact,
        input: { parties: [{ name: \"Party\", contactId: $party }] }) { interaction { id } userErrors { code } } }";
    for _ in 0..3 {
        app.run(log, json!({ "contact": contact, "party": other })).await;
    }
    let data = app.run(log, json!({ "contact": other, "party": contact })).await;
    let kept = id_of(&data["createInteraction"]["interaction"]);
    let mutation = "mutation($id: ID!) { deleteContact(id: $id) {
        deletedContactId deletedMembershipCount deletedInteractionCount userErrors { code } } }";
    let data = app.run(mutation, json!({ "id": contact })).await;
    assert_eq!(
        data["deleteContact"],
        json!({ "deletedContactId": contact, "deletedMembershipCount": 2,
        "deletedInteractionCount": 3, "userErrors": [] })
    );
    assert_eq!(get(&app, &contact).await, Value::Null);
    let query = "query($user: ID!, $kept: ID!) { user(id: $user) { id contact { id } } companyCount
        interaction(id: $kept) { parties { name contact { id } snapshot } } interactions { totalCount } }";
    let data = app.run(query, json!({ "user": user, "kept": kept })).await;
    assert_eq!(data["user"], json!({ "id": user, "contact": null }), "the login user stays");
    assert_eq!(data["companyCount"], 2);
    assert_eq!(data["interactions"]["totalCount"], 1);
    let party = &data["interaction"]["parties"][0];
    assert_eq!((&party["name"], &party["contact"]), (&json!("Party"), &Value::Null));
    assert_eq!(party["snapshot"]["name"], "A");
    let query = "query($id: ID!) { contact(id: $id) { lastInteractionAt interactions { totalCount } } }";
    let data = app.run(query, json!({ "id": other })).await;
    assert_eq!(data["contact"]["interactions"]["totalCount"], 1, "as a party to the deleted ones it is free again");
}

#[both_databases]
async fn validating_writes_nothing_and_says_what_would_be_stored(app: TestApp) {
    let query = "query($id: ID, $input: ContactInput!) { validateContact(id: $id, input: $input) {
        normalized userErrors { code field conflictIds } } }";
    let data = app.run(query, json!({ "input": { "name": " A ", "email": " a@b.c " } })).await;
    assert_eq!(
        data["validateContact"],
        json!({ "userErrors": [], "normalized": { "name": "A", "status": "ACTIVE",
        "email": "a@b.c", "phone": null, "emails": [{ "value": "a@b.c" }], "phones": [], "links": [], "addresses": [],
        "birthday": null, "tags": [], "notes": null, "metadata": {}, "externalId": null } })
    );
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 0);

    let id = app.contact_with(json!({ "name": "A", "phone": "1", "externalId": "x:1" })).await;
    let data = app.run(query, json!({ "id": id, "input": { "email": "b@c.d", "externalId": "x:1" } })).await;
    assert_eq!(data["validateContact"]["normalized"]["phone"], "1");
    assert_eq!(data["validateContact"]["normalized"]["email"], "b@c.d");
    let data = app.run(query, json!({ "input": { "name": "", "externalId": "x:1" } })).await;
    let payload = &data["validateContact"];
    assert_eq!(codes(payload), ["BLANK", "TAKEN"]);
    let data = app.run(query, json!({ "input": { "name": "B", "externalId": "x:1" } })).await;
    assert_eq!(codes(&data["validateContact"]), ["TAKEN"]);
    assert_eq!(data["validateContact"]["userErrors"][0]["conflictIds"], json!([id]));
    let data = app.run(query, json!({ "id": NOBODY, "input": {} })).await;
    assert_eq!(codes(&data["validateContact"]), ["NOT_FOUND"]);
    assert_eq!(data["validateContact"]["normalized"], Value::Null);
    app.codes("trashContact", &id).await;
    let data = app.run(query, json!({ "id": id, "input": { "status": "ACTIVE" } })).await;
    assert_eq!(codes(&data["validateContact"]), ["TRASHED"]);
    assert_eq!(get(&app, &id).await["version"], 2);
}
