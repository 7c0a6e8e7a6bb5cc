//! Writes to contacts that were merged into others, and their deletion.

use serde_json::{Value, json};

use super::two_cards;
use crate::support::{TestApp, both_databases, until};

/// Every mutation that writes to a contact, with its id as a variable.
const WRITES: &[&str] = &[
    "updateContact(id: $id, input: { name: \"No\" })",
    "updateContact(id: $id, input: { phone: \"1\" })",
    "updateContact(id: $id, input: { status: ACTIVE })",
    "trashContact(id: $id)",
    "restoreContact(id: $id)",
    "trashContacts(ids: [$id])",
    "restoreContacts(ids: [$id])",
    "updateContacts(filter: { id: { eq: $id }, status: { eq: TRASHED } }, input: { notes: \"No\" }, expectedCount: 1)",
    "connectUser(contactId: $id, email: \"new@example.com\")",
    "disconnectUser(contactId: $id)",
    "addMembership(contactId: $id, companyId: $elsewhere)",
    "setPrimaryCompany(contactId: $id, companyId: $company)",
    "updateMembership(id: $membership, input: { role: \"No\" })",
    "removeMembership(id: $membership)",
    "createInteraction(contactId: $id, input: {})",
    "createInteraction(companyId: $company, input: { parties: [{ name: \"P\", contactId: $id }] })",
    "updateInteraction(id: $call, input: { parties: [{ name: \"P\", contactId: $id }] })",
    "markNotDuplicates(ids: [$id, $other])",
    "unmarkNotDuplicates(ids: [$id, $other])",
    "mergeContacts(survivorId: $id, absorbedIds: [$other])",
    "mergeContacts(survivorId: $other, absorbedIds: [$id])",
];

#[both_databases]
async fn every_write_to_an_absorbed_contact_names_the_survivor(app: TestApp) {
    let (ann, absorbed) = two_cards(&app).await;
    let (company, other) = (app.company("Acme").await, app.contact("Zoe").await);
    app.membership(&ann, &company).await;
    // It stays with the absorbed contact, because the survivor works there already.
    let membership = app.membership(&absorbed, &company).await;
    let call = app.call(&other, None, "2026-01-01T00:00:00Z").await;
    app.merge(&ann, &[&absorbed]).await;
    let variables = json!({ "id": absorbed, "company": company, "elsewhere": app.company("Bolt").await, "membership": membership, "call": call, "other": other });
    let before = app.whole_database().await;
    for write in WRITES {
        let used: Value = variables
            .as_object()
            .unwrap()
            .iter()
            .filter(|(name, _)| write.contains(&format!("${name}")))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let names: Vec<String> = used.as_object().unwrap().keys().map(|name| format!("${name}: ID!")).collect();
        let mutation =
            format!("mutation({}) {{ done: {write} {{ userErrors {{ code conflictIds }} }} }}", names.join(", "));
        let done = app.run(&mutation, used).await["done"].clone();
        assert_eq!(done["userErrors"], json!([{ "code": "MERGED", "conflictIds": [ann] }]), "{write}");
    }
    assert_eq!(crate::support::tables::difference(&before, &app.whole_database().await), [""; 0]);
    let validate = "query($id: ID!) { validateContact(id: $id, input: { name: \"No\" }) { userErrors { code } } }";
    let validated = app.run(validate, json!({ "id": absorbed })).await["validateContact"].clone();
    assert_eq!(validated["userErrors"], json!([{ "code": "MERGED" }]));
}

#[both_databases]
async fn the_trash_lists_absorbed_contacts_and_says_where_they_went(app: TestApp) {
    let (ann, absorbed) = two_cards(&app).await;
    app.merge(&ann, &[&absorbed]).await;
    let query = "{ contacts(filter: { status: { eq: TRASHED } }) { totalCount nodes { id mergedInto { id } } }
        all: contacts { nodes { id } } contactStatusCounts { live } }";
    let found = app.run(query, json!({})).await;
    assert_eq!(
        found["contacts"],
        json!({ "totalCount": 1, "nodes": [{ "id": absorbed, "mergedInto": { "id": ann } }] })
    );
    assert_eq!((&found["all"]["nodes"], &found["contactStatusCounts"]["live"]), (&json!([{ "id": ann }]), &json!(1)));
}

#[both_databases]
async fn deleting_the_survivor_erases_what_was_recorded_of_the_absorbed(app: TestApp) {
    let (ann, absorbed) = two_cards(&app).await;
    let (company, zoe) = (app.company("Acme").await, app.contact("Zoe").await);
    app.membership(&ann, &company).await;
    app.membership(&absorbed, &company).await;
    app.call(&absorbed, None, "2026-01-01T00:00:00Z").await;
    app.call(&zoe, Some(&absorbed), "2026-01-01T00:00:00Z").await;
    let update =
        "mutation($id: ID!) { updateContact(id: $id, input: { notes: \"A secret.\" }) { userErrors { code } } }";
    app.run(update, json!({ "id": absorbed })).await;
    let batch = app.merge(&ann, &[&absorbed]).await;
    let delete = "mutation($id: ID!) { deleteContact(id: $id) {
        deletedContactId deletedMembershipCount deletedInteractionCount userErrors { code } } }";
    let deleted = app.run(delete, json!({ "id": ann })).await["deleteContact"].clone();
    let counts = json!({ "deletedContactId": ann, "deletedMembershipCount": 2, "deletedInteractionCount": 1,
        "userErrors": [] });
    assert_eq!(deleted, counts);
    assert_eq!((app.shown(&ann).await, app.shown(&absorbed).await), (Value::Null, Value::Null));
    // Nothing is left that says anything of either: of each contact the feed has only its deletion.
    let secrets = app.texts("SELECT CAST(fields AS text) FROM changes WHERE fields IS NOT NULL").await;
    for word in ["A secret.", "Likes tea.", "Lee", "shop:9", "lee@example.org"] {
        assert!(!secrets.iter().any(|values| values.contains(word)), "{word}: {secrets:?}");
    }
    // PostgreSQL's feed may wait for the transactions of the tests beside this one.
    until("the deletion of the absorbed", || async {
        let gone = app.run("{ changes(first: 100) { nodes { type subjectType subjectId } } }", json!({})).await;
        let mut nodes = gone["changes"]["nodes"].as_array().unwrap().iter();
        let deletion = json!({ "type": "DELETED", "subjectType": "CONTACT", "subjectId": absorbed });
        nodes.any(|node| *node == deletion)
    })
    .await;
    let undone = app.undo_merge(&batch).await;
    assert_eq!((&undone["batch"], &undone["userErrors"][0]["code"]), (&Value::Null, &json!("NOT_UNDOABLE")));
}

const SAY: &str = "mutation($call: ID!, $membership: ID!, $text: String!) {
    updateInteraction(id: $call, input: { subject: $text }) { userErrors { code } }
    updateMembership(id: $membership, input: { role: $text }) { userErrors { code } } }";

#[both_databases]
async fn deletion_erases_what_was_recorded_while_another_contact_had_it(app: TestApp) {
    let [ann, other, third] = [app.contact("Ann").await, app.contact("Ann B").await, app.contact("A. B").await];
    let company = app.company("Acme").await;
    let (membership, call) =
        (app.membership(&other, &company).await, app.call(&other, None, "2026-01-01T00:00:00Z").await);
    let gone = app.call(&other, None, "2026-01-02T00:00:00Z").await;
    let say = async |call: &str, text: &str| {
        app.run(SAY, json!({ "call": call, "membership": membership, "text": text })).await;
    };
    let left = || app.texts("SELECT CAST(fields AS text) FROM changes WHERE fields IS NOT NULL");
    say(&gone, "Said first").await;
    let first = app.merge(&ann, &[&other]).await;
    say(&gone, "Said of two").await;
    say(&call, "Said then").await;
    let second = app.merge(&third, &[&ann]).await;
    say(&call, "Said of three").await;
    // An interaction goes from the pages of all who had it.
    app.codes("deleteInteraction", &gone).await;
    let texts = left().await;
    assert!(!texts.iter().any(|text| text.contains("subject") && text.contains("Said first")), "{texts:?}");
    assert!(texts.iter().any(|text| text.contains("Said of three")), "{texts:?}");
    // A contact goes with what was said of it while it was merged.
    for batch in [&second, &first] {
        let undone = app.undo_merge(batch).await;
        assert_eq!(undone["batch"]["state"], "UNDONE", "{undone}");
    }
    app.codes("deleteContact", &other).await;
    let texts = left().await;
    assert!(!texts.iter().any(|text| text.contains("Said")), "{texts:?}");
}
