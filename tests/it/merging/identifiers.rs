//! Identifiers of contacts that were merged away lead to the survivor.

use serde_json::{Value, json};

use super::two_cards;
use crate::support::{TestApp, both_databases};

async fn found(app: &TestApp, identifier: Value) -> Value {
    let query = "query($identifier: ContactIdentifier!) { contactByIdentifier(identifier: $identifier) { id } }";
    app.run(query, json!({ "identifier": identifier })).await["contactByIdentifier"]["id"].clone()
}

async fn upsert(app: &TestApp, identifier: Value, input: Value) -> Value {
    let mutation = "mutation($identifier: ContactIdentifier!, $input: ContactInput!) {
        upsertContact(identifier: $identifier, input: $input) {
            outcome contact { id externalId } userErrors { code field conflictIds } } }";
    app.run(mutation, json!({ "identifier": identifier, "input": input })).await["upsertContact"].clone()
}

#[both_databases]
async fn look_ups_and_upserts_lead_to_the_survivor(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    app.merge(&ann, &[&other]).await;
    // An address that the survivor has given up names it all the same, until somebody else has it.
    let given_up = "mutation($id: ID!) { updateContact(id: $id, input: { emails: [] }) { userErrors { code } } }";
    app.run(given_up, json!({ "id": ann })).await;
    for identifier in [json!({ "externalId": "shop:9" }), json!({ "email": "Lee@Example.org" }), json!({ "id": ann })] {
        assert_eq!(found(&app, identifier.clone()).await, ann, "{identifier}");
        let upserted = upsert(&app, identifier, json!({ "notes": "Likes coffee." })).await;
        assert_eq!(upserted["contact"], json!({ "id": ann, "externalId": "crm:1" }), "{upserted}");
    }
    assert_eq!(found(&app, json!({ "id": other })).await, other);
    let by_id = upsert(&app, json!({ "id": other }), json!({ "notes": "No." })).await;
    let error = json!([{ "code": "MERGED", "field": ["identifier", "id"], "conflictIds": [ann] }]);
    assert_eq!((&by_id["outcome"], &by_id["userErrors"]), (&json!("FAILED"), &error));
    // The key that is repeated in the input does not take the place of the survivor's own.
    let input = json!({ "name": "Ann L.", "externalId": "shop:9" });
    let repeated = upsert(&app, json!({ "externalId": "shop:9" }), input).await;
    assert_eq!((&repeated["outcome"], &repeated["contact"]["externalId"]), (&json!("UPDATED"), &json!("crm:1")));
    let lee = app.contact_with(json!({ "name": "Lee", "email": "lee@example.org" })).await;
    assert_eq!(found(&app, json!({ "email": "lee@example.org" })).await, lee);
}

#[both_databases]
async fn creating_a_contact_with_a_key_of_an_absorbed_one_names_the_survivor(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    app.merge(&ann, &[&other]).await;
    let mutation = "mutation($input: ContactInput!) { createContact(input: $input) {
        contact { id } current { id } userErrors { code } } }";
    let created = app.run(mutation, json!({ "input": { "name": "New", "externalId": "shop:9" } })).await;
    let taken = json!({ "contact": null, "current": { "id": ann }, "userErrors": [{ "code": "TAKEN" }] });
    assert_eq!(created["createContact"], taken);
    // A client that repeats its call gets its contact, and sees where it went.
    let again = "mutation($id: ID!) { createContact(id: $id, input: { name: \"A. Lee\" }) {
        contact { id mergedInto { id } } userErrors { code } } }";
    let again = app.run(again, json!({ "id": other })).await["createContact"].clone();
    assert_eq!(again["contact"], json!({ "id": other, "mergedInto": { "id": ann } }));
}

#[both_databases]
async fn imports_lead_to_the_survivor(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    app.merge(&ann, &[&other]).await;
    let import = "mutation($content: String!) { importContacts(format: CSV, content: $content) {
        job { state created updated unchanged failed } userErrors { code } } }";
    for (content, counts) in [
        ("Name,External ID\nAnn Lee,shop:9\n", json!([0, 0, 1, 0])),
        ("Name,Email\nA. Lee,lee@example.org\n", json!([0, 1, 0, 0])),
        ("Name,Email,Notes\nA. Lee,lee@example.org,Tea\n", json!([0, 1, 0, 0])),
    ] {
        let job = app.run(import, json!({ "content": content })).await["importContacts"]["job"].clone();
        let found = json!([job["created"], job["updated"], job["unchanged"], job["failed"]]);
        assert_eq!(found, counts, "{content}: {job}");
    }
    let survivor = app.shown(&ann).await;
    assert_eq!((&survivor["externalId"], &survivor["notes"]), (&json!("crm:1"), &json!("Tea")));
    let by_id = format!("ID,Name\n{other},Somebody\n");
    let job = app.run(import, json!({ "content": by_id })).await["importContacts"]["job"].clone();
    assert_eq!((&job["created"], &job["failed"]), (&json!(0), &json!(1)), "{job}");
}
