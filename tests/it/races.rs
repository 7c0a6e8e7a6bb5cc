//! Sixty-four at once: one wins, and nothing is half done.

use std::{collections::HashMap, sync::Arc};

use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, codes};

pub(crate) const CALLERS: usize = 64;

/// Runs a mutation from many callers at once; each one's payload, and its first user error's code or "".
pub(crate) async fn at_once(
    app: &Arc<TestApp>,
    mutation: &str,
    variables: impl Fn(usize) -> Value,
) -> Vec<(Value, String)> {
    let barrier = Arc::new(tokio::sync::Barrier::new(CALLERS));
    let calls: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let (app, barrier, mutation) = (Arc::clone(app), Arc::clone(&barrier), mutation.to_owned());
            let variables = variables(caller);
            tokio::spawn(async move {
                barrier.wait().await;
                let data = app.run(&mutation, variables).await;
                let payload = data.as_object().unwrap().values().next().unwrap().clone();
                let code = codes(&payload).pop().unwrap_or_default();
                (payload, code)
            })
        })
        .collect();
    let mut answers = Vec::new();
    for call in calls {
        answers.push(call.await.unwrap());
    }
    answers
}

pub(crate) fn tally(answers: &[(Value, String)]) -> HashMap<&str, usize> {
    let mut counts = HashMap::new();
    for (_, code) in answers {
        *counts.entry(code.as_str()).or_default() += 1;
    }
    counts
}

#[both_databases]
async fn each_change_begins_where_the_one_before_it_ended(app: TestApp) {
    let app = Arc::new(app);
    let ann = app.contact_with(json!({ "name": "Ann", "phone": "start" })).await;
    let update = "mutation($id: ID!, $phone: String) {
        updateContact(id: $id, input: { phone: $phone }) { contact { id } userErrors { code } } }";
    at_once(&app, update, |caller| json!({ "id": ann, "phone": caller.to_string() })).await;
    let history = "query($id: ID!) { contact(id: $id) { phone version
        history(first: 100) { nodes { type fields { before after } } } } }";
    let found = app.run(history, json!({ "id": ann })).await["contact"].clone();
    let mut later = found["phone"].clone();
    let changes = found["history"]["nodes"].as_array().unwrap();
    assert_eq!((changes.len(), found["version"].as_u64()), (CALLERS + 1, Some(CALLERS as u64 + 1)));
    for change in &changes[..CALLERS] {
        assert_eq!(change["fields"][0]["after"], later);
        later = change["fields"][0]["before"].clone();
    }
    assert_eq!(later, "start");
}

#[both_databases]
async fn one_of_many_trashes_the_contact(app: TestApp) {
    let app = Arc::new(app);
    let id = app.contact("A").await;
    let mutation = "mutation($id: ID!) { trashContact(id: $id) { contact { id } userErrors { code } } }";
    let answers = at_once(&app, mutation, |_| json!({ "id": id })).await;
    assert_eq!(tally(&answers), HashMap::from([("", 1), ("ALREADY_TRASHED", CALLERS - 1)]));
    let data = app.run("query($id: ID!) { contact(id: $id) { version } }", json!({ "id": id })).await;
    assert_eq!(data["contact"]["version"], 2);
}

#[both_databases]
async fn updates_that_are_refused_leave_those_beside_them(app: TestApp) {
    let app = Arc::new(app);
    let mut contacts = Vec::new();
    for number in 0..CALLERS {
        contacts.push(app.contact(&format!("C{number}")).await);
    }
    let mutation = "mutation($id: ID!, $input: ContactInput!) {
        updateContact(id: $id, input: $input) { contact { id version } userErrors { code conflictIds } } }";
    // Every other one asks for the same key.
    let input = |caller: usize| match caller % 2 {
        0 => json!({ "phone": caller.to_string(), "externalId": "same" }),
        _ => json!({ "phone": caller.to_string() }),
    };
    let answers = at_once(&app, mutation, |caller| json!({ "id": contacts[caller], "input": input(caller) })).await;
    assert_eq!(tally(&answers), HashMap::from([("", CALLERS / 2 + 1), ("TAKEN", CALLERS / 2 - 1)]));
    let query = "query($id: ID!) { contact(id: $id) { phone version history(first: 9) { nodes { type } } } }";
    for (caller, (_, code)) in answers.iter().enumerate() {
        let contact = app.run(query, json!({ "id": contacts[caller] })).await["contact"].clone();
        let (phone, changes) = if code.is_empty() { (json!(caller.to_string()), 2) } else { (Value::Null, 1) };
        assert_eq!(contact["phone"], phone);
        assert_eq!(contact["version"], changes);
        assert_eq!(contact["history"]["nodes"].as_array().unwrap().len(), changes);
    }
}

#[both_databases]
async fn one_of_many_contacts_is_connected_to_a_new_user(app: TestApp) {
    let app = Arc::new(app);
    let mut contacts = Vec::new();
    for number in 0..CALLERS {
        contacts.push(app.contact(&format!("C{number}")).await);
    }
    let mutation = "mutation($id: ID!) { connectUser(contactId: $id, email: \"New@example.com\") {
        outcome contact { id } userErrors { code conflictIds } } }";
    let answers = at_once(&app, mutation, |caller| json!({ "id": contacts[caller] })).await;
    assert_eq!(tally(&answers), HashMap::from([("", 1), ("USER_ALREADY_LINKED", CALLERS - 1)]));
    let (winner, _) = answers.iter().find(|(_, code)| code.is_empty()).unwrap();
    assert_eq!(winner["outcome"], "CREATED");
    for (payload, code) in &answers {
        if !code.is_empty() {
            assert_eq!(payload["userErrors"][0]["conflictIds"], json!([winner["contact"]["id"]]));
        }
    }
    let data = app.run("{ users { totalCount nodes { contact { id } } } }", json!({})).await;
    assert_eq!(data["users"]["totalCount"], 1);
    assert_eq!(data["users"]["nodes"][0]["contact"]["id"], winner["contact"]["id"]);
}

#[both_databases]
async fn many_set_the_primary_company_and_one_remains(app: TestApp) {
    let app = Arc::new(app);
    let contact = app.contact("A").await;
    let mut companies = Vec::new();
    for number in 0..8 {
        companies.push(app.company(&format!("C{number}")).await);
    }
    let mutation = "mutation($contact: ID!, $company: ID!) {
        setPrimaryCompany(contactId: $contact, companyId: $company) { membership { id } userErrors { code } } }";
    let answers =
        at_once(&app, mutation, |caller| json!({ "contact": contact, "company": companies[caller % 8] })).await;
    assert_eq!(tally(&answers), HashMap::from([("", CALLERS)]));
    let query = "query($id: ID!) { contact(id: $id) { memberships { isPrimary } } }";
    assert_eq!(
        app.run(query, json!({ "id": contact })).await["contact"]["memberships"],
        json!([{ "isPrimary": true }])
    );
}

#[both_databases]
async fn many_add_memberships_and_one_is_primary(app: TestApp) {
    let app = Arc::new(app);
    let contact = app.contact("A").await;
    let mut companies = Vec::new();
    for number in 0..16 {
        companies.push(app.company(&format!("C{number}")).await);
    }
    let mutation = "mutation($contact: ID!, $company: ID!) {
        addMembership(contactId: $contact, companyId: $company, isPrimary: true) { membership { id } userErrors {
        code } } }";
    let answers =
        at_once(&app, mutation, |caller| json!({ "contact": contact, "company": companies[caller % 16] })).await;
    assert_eq!(tally(&answers), HashMap::from([("", 16), ("TAKEN", CALLERS - 16)]));
    let query = "query($id: ID!) { contact(id: $id) { memberships { isPrimary } } }";
    let data = app.run(query, json!({ "id": contact })).await;
    let flags: Vec<bool> =
        data["contact"]["memberships"].as_array().unwrap().iter().map(|row| row["isPrimary"] == true).collect();
    assert_eq!((flags.len(), flags.iter().filter(|flag| **flag).count()), (16, 1));
}

#[both_databases]
async fn creating_with_one_id_makes_one_contact(app: TestApp) {
    let app = Arc::new(app);
    let mutation = "mutation($id: ID!, $name: String!, $key: String) {
        createContact(id: $id, input: { name: $name, externalId: $key },
            primaryCompany: { company: { findOrCreateByName: \"Acme\" } }) { contact { id name } userErrors {
            code } } }";
    for key in [Value::Null, json!("x:1")] {
        let id = if key.is_null() { NOBODY.to_owned() } else { NOBODY.replace('1', "2") };
        let answers =
            at_once(&app, mutation, |caller| json!({ "id": id, "name": format!("N{caller}"), "key": key })).await;
        assert_eq!(tally(&answers), HashMap::from([("", CALLERS)]));
        assert!(answers.iter().all(|(payload, _)| payload["contact"] == answers[0].0["contact"]), "all see the same");
    }
    let data = app.run("{ contactCount companyCount }", json!({})).await;
    assert_eq!(data, json!({ "contactCount": 2, "companyCount": 1 }));
}

#[both_databases]
async fn one_of_many_updates_wins_a_version(app: TestApp) {
    let app = Arc::new(app);
    let id = app.contact("A").await;
    let mutation = "mutation($id: ID!, $name: String!) {
        updateContact(id: $id, input: { name: $name }, expectedVersion: 1) { contact { id } userErrors { code } } }";
    let answers = at_once(&app, mutation, |caller| json!({ "id": id, "name": format!("N{caller}") })).await;
    assert_eq!(tally(&answers), HashMap::from([("", 1), ("STALE_VERSION", CALLERS - 1)]));
}

#[both_databases]
async fn bulk_calls_that_overlap_do_not_lock_each_other_out(app: TestApp) {
    let app = Arc::new(app);
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(app.contact(&format!("C{number}")).await);
    }
    let mutation = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) { contacts { id } userErrors { code } } }";
    let answers = at_once(&app, mutation, |caller| {
        let mut ids = ids.clone();
        ids.rotate_left(caller % 20);
        json!({ "ids": ids })
    })
    .await;
    let moved: usize = answers.iter().map(|(payload, _)| payload["contacts"].as_array().unwrap().len()).sum();
    assert_eq!(moved, 20);
}

#[both_databases]
async fn interactions_between_the_same_contacts_do_not_lock_each_other_out(app: TestApp) {
    let app = Arc::new(app);
    let (a, b) = (app.contact("A").await, app.contact("B").await);
    let log = "mutation($subject: ID!, $party: ID!, $at: DateTime!) { createInteraction(contactId: $subject,
        input: { occurredAt: $at, parties: [{ name: \"P\", contactId: $party }] }) {
        interaction { id } userErrors { code } } }";
    let at = |day: usize| format!("2030-01-01T00:{day:02}:00Z");
    let logged = at_once(&app, log, |caller| {
        let (subject, party) = if caller % 2 == 0 { (&a, &b) } else { (&b, &a) };
        json!({ "subject": subject, "party": party, "at": at(caller % 60) })
    })
    .await;
    assert_eq!(tally(&logged), HashMap::from([("", CALLERS)]));
    let newest = "query($id: ID!) { contact(id: $id) { lastInteractionAt
        interactions(first: 1) { nodes { occurredAt } } } }";
    for contact in [&a, &b] {
        let contact = &app.run(newest, json!({ "id": contact })).await["contact"];
        assert_eq!(contact["lastInteractionAt"], contact["interactions"]["nodes"][0]["occurredAt"]);
    }
    let update = "mutation($id: ID!, $at: DateTime!) { updateInteraction(id: $id, input: { occurredAt: $at }) {
        interaction { id } userErrors { code } } }";
    let ids: Vec<&serde_json::Value> = logged.iter().map(|(payload, _)| &payload["interaction"]["id"]).collect();
    at_once(&app, update, |caller| json!({ "id": ids[caller], "at": at(59 - caller % 60) })).await;
    for contact in [&a, &b] {
        let contact = &app.run(newest, json!({ "id": contact })).await["contact"];
        assert_eq!(contact["lastInteractionAt"], contact["interactions"]["nodes"][0]["occurredAt"]);
    }
}

#[both_databases]
async fn deleting_a_contact_while_interactions_name_it_breaks_nothing(app: TestApp) {
    let app = Arc::new(app);
    let subject = app.contact("Subject").await;
    let mut parties = Vec::new();
    for number in 0..CALLERS / 2 {
        parties.push(app.contact(&format!("P{number}")).await);
    }
    let log = "mutation($subject: ID!, $party: ID!) { createInteraction(contactId: $subject,
        input: { parties: [{ name: \"P\", contactId: $party }] }) { interaction { id } userErrors { code } } }";
    let delete = "mutation($party: ID!) { deleteContact(id: $party) { userErrors { code } } }";
    let (logged, deleted) = tokio::join!(
        at_once(&app, log, |caller| json!({ "subject": subject, "party": parties[caller / 2] })),
        at_once(&app, delete, |caller| json!({ "party": parties[caller / 2] })),
    );
    assert_eq!(tally(&deleted), HashMap::from([("", CALLERS / 2), ("NOT_FOUND", CALLERS / 2)]));
    assert!(tally(&logged).keys().all(|code| ["", "NOT_FOUND"].contains(code)), "{:?}", tally(&logged));
}

#[both_databases]
async fn counts_stay_exact_under_concurrent_writes(app: TestApp) {
    let app = Arc::new(app);
    let create =
        "mutation($name: String!) { createContact(input: { name: $name }) { contact { id } userErrors { code } } }";
    let created = at_once(&app, create, |caller| json!({ "name": format!("C{caller}") })).await;
    let ids: Vec<String> =
        created.iter().map(|(payload, _)| payload["contact"]["id"].as_str().unwrap().to_owned()).collect();
    for field in ["trashContact", "restoreContact", "trashContact", "deleteContact"] {
        let mutation = format!("mutation($id: ID!) {{ {field}(id: $id) {{ userErrors {{ code }} }} }}");
        at_once(&app, &mutation, |caller| json!({ "id": ids[caller / 2] })).await;
        let counts = app
            .run(
                "{ contactCount contactStatusCounts { active inactive trashed live }
            contacts { totalCount } everything: contactCount(includeTrashed: true)
            walked: contactCount(filter: { id: { isNull: false } })
            trashed: contactCount(filter: { status: { eq: TRASHED } }) }",
                json!({}),
            )
            .await;
        assert_eq!(counts["contactCount"], counts["walked"], "{field}");
        assert_eq!(counts["contacts"]["totalCount"], counts["walked"], "{field}");
        assert_eq!(counts["contactStatusCounts"]["live"], counts["walked"], "{field}");
        assert_eq!(counts["contactStatusCounts"]["trashed"], counts["trashed"], "{field}");
        let all = counts["walked"].as_i64().unwrap() + counts["trashed"].as_i64().unwrap();
        assert_eq!(counts["everything"], all, "{field}");
    }
}

#[both_databases]
async fn deleting_and_joining_a_company_at_once_keeps_one_primary(app: TestApp) {
    let app = Arc::new(app);
    let contact = app.contact("A").await;
    let mut companies = Vec::new();
    for number in 0..CALLERS / 2 {
        companies.push(app.company(&format!("C{number}")).await);
    }
    let join = "mutation($contact: ID!, $company: ID!) {
        addMembership(contactId: $contact, companyId: $company) { membership { id } userErrors { code } } }";
    let joined = at_once(&app, join, |caller| json!({ "contact": contact, "company": companies[caller / 2] })).await;
    assert_eq!(tally(&joined).get(""), Some(&(CALLERS / 2)));
    let delete = "mutation($id: ID!) { deleteCompany(id: $id) { userErrors { code } } }";
    let deleted = at_once(&app, delete, |caller| json!({ "id": companies[caller / 4] })).await;
    assert_eq!(tally(&deleted), HashMap::from([("", CALLERS / 4), ("NOT_FOUND", CALLERS * 3 / 4)]));
    let query = "query($id: ID!) { contact(id: $id) { memberships { isPrimary } } }";
    let data = app.run(query, json!({ "id": contact })).await;
    let flags: Vec<bool> =
        data["contact"]["memberships"].as_array().unwrap().iter().map(|row| row["isPrimary"] == true).collect();
    assert_eq!((flags.len(), flags.iter().filter(|flag| **flag).count()), (CALLERS / 4, 1));
}
