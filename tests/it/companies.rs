//! Companies live the same life as contacts.

use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, codes, id_of};

async fn get(app: &TestApp, id: &str) -> Value {
    let query = "query($id: ID!) { company(id: $id) { id name status website email phone address industry notes
        metadata externalId version trashedAt memberships { totalCount } } }";
    app.run(query, json!({ "id": id })).await["company"].clone()
}

async fn write(app: &TestApp, mutation: &str, variables: Value) -> Value {
    app.run(mutation, variables).await["payload"].clone()
}

const CREATE: &str = "mutation($id: ID, $input: CompanyInput!) { payload: createCompany(id: $id, input: $input) {
    company { id name version } userErrors { code field conflictIds } } }";
const UPDATE: &str = "mutation($id: ID!, $input: CompanyInput!, $version: Int) {
    payload: updateCompany(id: $id, input: $input, expectedVersion: $version) {
        company { id name version } userErrors { code field conflictIds } } }";

#[both_databases]
async fn a_company_is_stored_as_given_with_its_edges_trimmed(app: TestApp) {
    let input = json!({
        "name": " Ärzte & Söhne ", "website": "https://example.com", "email": "Info@Example.com", "phone": "1",
        "address": "Weg 1\n12345 Ort", "industry": "Health", "notes": "", "metadata": { "k": [] },
        "externalId": "erp:17", "status": "INACTIVE",
    });
    let payload = write(&app, CREATE, json!({ "input": input })).await;
    let stored = get(&app, &id_of(&payload["company"])).await;
    assert_eq!(stored["name"], "Ärzte & Söhne");
    assert_eq!(stored["email"], "Info@Example.com");
    assert_eq!(stored["address"], "Weg 1\n12345 Ort");
    assert_eq!(stored["notes"], Value::Null);
    assert_eq!(stored["metadata"], json!({ "k": [] }));
    assert_eq!(stored["status"], "INACTIVE");
    assert_eq!(stored["memberships"]["totalCount"], 0);
}

#[both_databases]
async fn all_violations_of_an_input_come_back_together(app: TestApp) {
    let input = json!({ "email": "x", "phone": "1".repeat(51), "address": "a".repeat(1001), "metadata": "x" });
    let payload = write(&app, CREATE, json!({ "input": input })).await;
    assert_eq!(codes(&payload), ["BLANK", "INVALID", "TOO_LONG", "TOO_LONG", "INVALID"]);
}

#[both_databases]
async fn creating_again_with_the_same_id_returns_the_first(app: TestApp) {
    let variables = json!({ "id": NOBODY, "input": { "name": "First", "externalId": "x" } });
    let first = write(&app, CREATE, variables.clone()).await;
    assert_eq!(first, write(&app, CREATE, variables).await);
    assert_eq!(codes(&write(&app, CREATE, json!({ "id": "x", "input": { "name": "A" } })).await), ["INVALID"]);
    assert_eq!(app.run("{ companyCount }", json!({})).await["companyCount"], 1);
}

#[both_databases]
async fn updates_check_version_uniqueness_and_trash(app: TestApp) {
    let id = app.company("A").await;
    let payload =
        write(&app, UPDATE, json!({ "id": id, "input": { "name": "B", "externalId": "x" }, "version": 1 })).await;
    assert_eq!(payload["company"]["version"], 2);
    let payload = write(&app, UPDATE, json!({ "id": id, "input": { "name": "C" }, "version": 1 })).await;
    assert_eq!(codes(&payload), ["STALE_VERSION"]);
    let other = app.company("Other").await;
    let payload = write(&app, UPDATE, json!({ "id": other, "input": { "externalId": "x" } })).await;
    assert_eq!((codes(&payload), &payload["userErrors"][0]["conflictIds"]), (vec!["TAKEN".to_owned()], &json!([id])));
    app.codes("trashCompany", &id).await;
    let payload = write(&app, UPDATE, json!({ "id": id, "input": { "status": "ACTIVE" } })).await;
    assert_eq!(codes(&payload), ["TRASHED"]);
    let payload = write(&app, UPDATE, json!({ "id": id, "input": { "name": "D" } })).await;
    assert_eq!(payload["company"]["name"], "D");
    assert_eq!(codes(&write(&app, UPDATE, json!({ "id": NOBODY, "input": {} })).await), ["NOT_FOUND"]);
}

#[both_databases]
async fn trashing_keeps_the_status_for_the_way_back(app: TestApp) {
    let payload = write(&app, CREATE, json!({ "input": { "name": "A", "status": "INACTIVE" } })).await;
    let id = id_of(&payload["company"]);
    assert_eq!(app.codes("trashCompany", &id).await, [""; 0]);
    assert_eq!(app.codes("trashCompany", &id).await, ["ALREADY_TRASHED"]);
    assert_eq!(get(&app, &id).await["status"], "TRASHED");
    assert_eq!(app.codes("restoreCompany", &id).await, [""; 0]);
    assert_eq!(app.codes("restoreCompany", &id).await, ["NOT_TRASHED"]);
    assert_eq!(get(&app, &id).await["status"], "INACTIVE");
    assert_eq!(app.codes("trashCompany", NOBODY).await, ["NOT_FOUND"]);
}

#[both_databases]
async fn deleting_a_company_passes_the_primary_flag_on(app: TestApp) {
    let contact = app.contact("A").await;
    let (first, second, third) = (app.company("1").await, app.company("2").await, app.company("3").await);
    for company in [&first, &second, &third] {
        app.membership(&contact, company).await;
    }
    let mutation = "mutation($id: ID!) { deleteCompany(id: $id) {
        deletedCompanyId deletedMembershipCount userErrors { code } } }";
    let data = app.run(mutation, json!({ "id": first })).await;
    assert_eq!(
        data["deleteCompany"],
        json!({ "deletedCompanyId": first, "deletedMembershipCount": 1, "userErrors": [] })
    );
    let query = "query($id: ID!) { contact(id: $id) { memberships { isPrimary company { name } } } }";
    let data = app.run(query, json!({ "id": contact })).await;
    assert_eq!(
        data["contact"]["memberships"],
        json!([
        { "isPrimary": true, "company": { "name": "2" } }, { "isPrimary": false, "company": { "name": "3" } } ])
    );
    assert_eq!(codes(&app.run(mutation, json!({ "id": first })).await["deleteCompany"]), ["NOT_FOUND"]);
}

#[both_databases]
async fn a_roster_has_the_memberships_of_contacts_that_are_not_trashed(app: TestApp) {
    let (company, other) = (app.company("C").await, app.company("Other").await);
    let mut contacts = Vec::new();
    for name in ["A", "B", "D", "E"] {
        let contact = app.contact(name).await;
        if name == "D" {
            app.membership(&contact, &other).await;
        }
        app.membership(&contact, &company).await;
        contacts.push(contact);
    }
    app.codes("trashContact", &contacts[1]).await;
    let query = "query($id: ID!, $first: Int, $after: String) { company(id: $id) {
        memberships(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
            nodes { isPrimary contact { name } company { name } } } } }";
    let data = app.run(query, json!({ "id": company })).await;
    let roster = &data["company"]["memberships"];
    assert_eq!(roster["totalCount"], 3);
    let names: Vec<&Value> = roster["nodes"].as_array().unwrap().iter().map(|node| &node["contact"]["name"]).collect();
    assert_eq!(names, ["A", "E", "D"], "primary first, then by position");
    let data = app.run(query, json!({ "id": company, "first": 2 })).await;
    let page = &data["company"]["memberships"]["pageInfo"];
    assert_eq!(page["hasNextPage"], true);
    let data = app.run(query, json!({ "id": company, "first": 2, "after": page["endCursor"] })).await;
    assert_eq!(data["company"]["memberships"]["nodes"][0]["contact"]["name"], "D");
    assert_eq!(data["company"]["memberships"]["pageInfo"]["hasNextPage"], false);
}
