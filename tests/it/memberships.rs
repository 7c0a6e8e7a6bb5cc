//! Memberships: one primary, unique pairs, replacing, adding, changing and removing.

use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, codes};

async fn memberships(app: &TestApp, contact: &str) -> Value {
    let query = "query($id: ID!) { contact(id: $id) { primaryMembership { id }
        memberships { id isPrimary position role department company { name } } } }";
    app.run(query, json!({ "id": contact })).await["contact"].clone()
}

async fn set_primary(app: &TestApp, variables: Value) -> Value {
    let mutation = "mutation($contact: ID!, $company: ID, $role: String, $department: String) {
        setPrimaryCompany(contactId: $contact, companyId: $company, role: $role, department: $department) {
            contact { id } membership { id role department isPrimary company { name } }
            userErrors { code field } } }";
    app.run(mutation, variables).await["setPrimaryCompany"].clone()
}

async fn add(app: &TestApp, variables: Value) -> Value {
    let mutation = "mutation($contact: ID!, $company: ID!, $role: String, $isPrimary: Boolean! = false) {
        addMembership(contactId: $contact, companyId: $company, role: $role, isPrimary: $isPrimary) {
            membership { id isPrimary position } userErrors { code field conflictIds } } }";
    app.run(mutation, variables).await["addMembership"].clone()
}

async fn update(app: &TestApp, id: &str, input: Value) -> Value {
    let mutation = "mutation($id: ID!, $input: MembershipInput!) { updateMembership(id: $id, input: $input) {
        membership { id isPrimary role department position } userErrors { code field } } }";
    app.run(mutation, json!({ "id": id, "input": input })).await["updateMembership"].clone()
}

fn flags(contact: &Value) -> Vec<bool> {
    contact["memberships"].as_array().unwrap().iter().map(|row| row["isPrimary"].as_bool().unwrap()).collect()
}

#[both_databases]
async fn the_first_membership_is_primary_and_the_flag_can_be_taken(app: TestApp) {
    let contact = app.contact("A").await;
    assert_eq!(memberships(&app, &contact).await["primaryMembership"], Value::Null);
    let (x, y, z) = (app.company("X").await, app.company("Y").await, app.company("Z").await);
    let first = add(&app, json!({ "contact": contact, "company": x })).await;
    assert_eq!((&first["membership"]["isPrimary"], &first["membership"]["position"]), (&json!(true), &json!(0)));
    let second = add(&app, json!({ "contact": contact, "company": y })).await;
    assert_eq!((&second["membership"]["isPrimary"], &second["membership"]["position"]), (&json!(false), &json!(1)));
    let third = add(&app, json!({ "contact": contact, "company": z, "isPrimary": true })).await;
    assert_eq!(third["membership"]["isPrimary"], true);
    let now = memberships(&app, &contact).await;
    assert_eq!(flags(&now), [true, false, false]);
    assert_eq!(now["primaryMembership"]["id"], third["membership"]["id"]);
    assert_eq!(now["memberships"][0]["company"]["name"], "Z", "the primary comes first");
}

#[both_databases]
async fn a_pair_is_unique(app: TestApp) {
    let (contact, company) = (app.contact("A").await, app.company("X").await);
    let membership = app.membership(&contact, &company).await;
    let again = add(&app, json!({ "contact": contact, "company": company })).await;
    assert_eq!(codes(&again), ["TAKEN"]);
    assert_eq!(again["userErrors"][0]["conflictIds"], json!([membership]));
}

#[both_databases]
async fn ends_that_do_not_exist_are_not_found(app: TestApp) {
    let (contact, company) = (app.contact("A").await, app.company("X").await);
    for id in [NOBODY, "x", ""] {
        let payload = add(&app, json!({ "contact": id, "company": company })).await;
        assert_eq!(payload["userErrors"], json!([{ "code": "NOT_FOUND", "field": ["contactId"], "conflictIds": [] }]));
        let payload = add(&app, json!({ "contact": contact, "company": id })).await;
        assert_eq!(payload["userErrors"], json!([{ "code": "NOT_FOUND", "field": ["companyId"], "conflictIds": [] }]));
        assert_eq!(codes(&update(&app, id, json!({})).await), ["NOT_FOUND"]);
        assert_eq!(app.codes("removeMembership", id).await, ["NOT_FOUND"]);
    }
}

#[both_databases]
async fn setting_the_primary_company_replaces_the_whole_set(app: TestApp) {
    let contact = app.contact("A").await;
    let (x, y) = (app.company("X").await, app.company("Y").await);
    let old = app.membership(&contact, &x).await;
    app.membership(&contact, &app.company("Z").await).await;
    let payload =
        set_primary(&app, json!({ "contact": contact, "company": y, "role": " CTO ", "department": "" })).await;
    assert_eq!(payload["membership"]["role"], "CTO");
    assert_eq!(payload["membership"]["department"], Value::Null);
    assert_eq!(flags(&memberships(&app, &contact).await), [true]);
    let payload = set_primary(&app, json!({ "contact": contact, "company": y, "department": "R&D" })).await;
    assert_eq!(payload["membership"]["role"], Value::Null);
    assert_eq!(payload["membership"]["department"], "R&D");
    assert_ne!(payload["membership"]["id"], json!(old));
    assert_eq!(flags(&memberships(&app, &contact).await), [true]);
}

#[both_databases]
async fn null_and_empty_clear_the_companies(app: TestApp) {
    let contact = app.contact("A").await;
    for nothing in [Value::Null, json!(""), json!("  ")] {
        app.membership(&contact, &app.company("X").await).await;
        let payload = set_primary(&app, json!({ "contact": contact, "company": nothing })).await;
        assert_eq!((codes(&payload).len(), &payload["membership"]), (0, &Value::Null));
        assert_eq!(payload["contact"]["id"], json!(contact));
        assert_eq!(memberships(&app, &contact).await["memberships"], json!([]));
    }
}

#[both_databases]
async fn nothing_changes_when_the_company_is_unknown_or_a_text_too_long(app: TestApp) {
    let contact = app.contact("A").await;
    app.membership(&contact, &app.company("X").await).await;
    let before = memberships(&app, &contact).await;
    let company = app.company("Y").await;
    for (variables, code) in [
        (json!({ "contact": contact, "company": NOBODY }), "NOT_FOUND"),
        (json!({ "contact": contact, "company": "x" }), "NOT_FOUND"),
        (json!({ "contact": contact, "company": company, "role": "r".repeat(256) }), "TOO_LONG"),
        (json!({ "contact": contact, "company": company, "department": "d".repeat(256) }), "TOO_LONG"),
        (json!({ "contact": NOBODY, "company": company }), "NOT_FOUND"),
    ] {
        let payload = set_primary(&app, variables).await;
        assert_eq!(codes(&payload), [code]);
        assert_eq!(payload["contact"], Value::Null);
        assert_eq!(memberships(&app, &contact).await, before);
    }
}

#[both_databases]
async fn an_update_takes_the_flag_but_never_gives_it_up(app: TestApp) {
    let contact = app.contact("A").await;
    let first = app.membership(&contact, &app.company("X").await).await;
    let second = app.membership(&contact, &app.company("Y").await).await;
    let payload = update(&app, &second, json!({ "isPrimary": true, "role": "R", "position": 7 })).await;
    assert_eq!(
        payload["membership"],
        json!({ "id": second, "isPrimary": true, "role": "R", "department": null, "position": 7 })
    );
    let now = memberships(&app, &contact).await;
    assert_eq!((flags(&now), &now["primaryMembership"]["id"]), (vec![true, false], &json!(second)));
    for input in [json!({ "isPrimary": false }), json!({ "position": -1 })] {
        assert_eq!(codes(&update(&app, &second, input).await), ["INVALID"]);
    }
    assert_eq!(codes(&update(&app, &first, json!({ "role": "r".repeat(256) })).await), ["TOO_LONG"]);
    let payload = update(&app, &second, json!({ "department": "D" })).await;
    assert_eq!((&payload["membership"]["role"], &payload["membership"]["department"]), (&json!("R"), &json!("D")));
}

#[both_databases]
async fn removing_the_primary_passes_it_to_the_next_by_position(app: TestApp) {
    let contact = app.contact("A").await;
    let mut ids = Vec::new();
    for name in ["X", "Y", "Z"] {
        ids.push(app.membership(&contact, &app.company(name).await).await);
    }
    update(&app, &ids[1], json!({ "position": 9 })).await;
    let mutation = "mutation($id: ID!) { removeMembership(id: $id) {
        removedMembershipId contact { primaryMembership { id } } userErrors { code } } }";
    let data = app.run(mutation, json!({ "id": ids[0] })).await;
    assert_eq!(data["removeMembership"]["removedMembershipId"], json!(ids[0]));
    assert_eq!(data["removeMembership"]["contact"]["primaryMembership"]["id"], json!(ids[2]));
    assert_eq!(flags(&memberships(&app, &contact).await), [true, false]);
    app.run(mutation, json!({ "id": ids[1] })).await;
    assert_eq!(flags(&memberships(&app, &contact).await), [true]);
}
