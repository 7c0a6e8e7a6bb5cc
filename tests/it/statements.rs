//! How many SQL statements an operation costs: constant, whatever the length of the list.

use std::sync::{Arc, Mutex};

use liaison::entity::role::Role;
use sea_orm::DbBackend;
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases};

/// Contacts that each work somewhere, may log in, and have interactions with a party, as their companies have.
async fn fill(app: &TestApp, numbers: std::ops::Range<usize>) -> Vec<String> {
    let mut contacts = Vec::new();
    for number in numbers {
        let contact = app.contact(&format!("Contact {number:03}")).await;
        let company = app.company(&format!("Company {number:03}")).await;
        app.membership(&contact, &company).await;
        app.connect(&contact, &format!("user{number}@example.com")).await;
        let log = "mutation($id: ID!, $contact: ID, $company: ID) { createInteraction(contactId: $contact,
            companyId: $company, input: { parties: [{ name: \"P\", contactId: $id }] }) { interaction { id } } }";
        app.run(log, json!({ "id": contact, "contact": contact })).await;
        app.run(log, json!({ "id": contact, "company": company })).await;
        contacts.push(contact);
    }
    contacts
}

/// Each list field with everything that hangs on it, and what that may cost.
const LISTS: &[(u64, &str)] = &[
    (1, "{ contacts { nodes { id name primaryMembership { role company { name } } user { email } } } }"),
    (1, "{ contacts { nodes { id } } }"),
    (1, "{ contacts { totalCount } }"),
    (2, "{ contacts { nodes { id } totalCount } }"),
    (1, "{ contacts { pageInfo { endCursor } edges { cursor node { name } } } }"),
    (0, "{ contacts { __typename } }"),
    (1, "{ contacts { nodes { primaryMembership { role } } } }"),
    (4, "{ contacts { nodes { memberships { role } primaryMembership { role company { name } } user { email } } } }"),
    (2, "{ contacts { nodes { memberships { role company { name } } } } }"),
    (2, "{ contacts { nodes { interactions(first: 3) { nodes { subject } } } } }"),
    (2, "{ contacts { nodes { interactions { totalCount } } } }"),
    (4, "{ contacts { nodes { interactions { nodes { parties { contact { name } } } } } } }"),
    (1, "{ companies { nodes { id name } } }"),
    (3, "{ companies { nodes { memberships { nodes { contact { name } } } } } }"),
    (2, "{ companies { nodes { memberships { totalCount } } } }"),
    (4, "{ companies { nodes { memberships { nodes { contact { user { email } } } } } } }"),
    (2, "{ companies { nodes { interactions(first: 3) { nodes { subject } } } } }"),
    (2, "{ companies { nodes { interactions(filter: { type: [NOTE] }) { nodes { subject } } } } }"),
    (2, "{ companies { nodes { interactions { totalCount } } } }"),
    (4, "{ companies { nodes { interactions { nodes { parties { contact { name } } } } } } }"),
    (3, "{ interactions { nodes { contact { name } parties { name } } } }"),
    (4, "{ interactions { nodes { contact { name } company { name } parties { name } } } }"),
    (1, "{ users { nodes { email } } }"),
    (2, "{ users { nodes { contact { name } } } }"),
    (1, "{ contactCount }"),
    (1, "{ contactStatusCounts { live } }"),
    (1, "{ companyStatusCounts { live } }"),
];

/// Pickers cost a statement more on SQLite, which is asked first what its index knows of the term.
const PICKERS: &[&str] = &[
    "{ searchContacts(query: \"contact\", limit: 50) { primaryMembership { company { name } } } }",
    "{ searchCompanies(query: \"company\", limit: 50) { name } }",
];

fn of_a_picker(app: &TestApp) -> u64 {
    if app.shared.domain.db.backend() == DbBackend::Sqlite { 2 } else { 1 }
}

#[both_databases]
async fn a_list_of_any_length_costs_a_constant_number_of_statements(app: TestApp) {
    fill(&app, 0..4).await;
    for (most, query) in LISTS {
        assert_eq!(app.statements(query, json!({})).await, *most, "{query}");
    }
    fill(&app, 4..16).await;
    for (most, query) in LISTS {
        assert_eq!(app.statements(query, json!({})).await, *most, "with more rows: {query}");
    }
    for query in PICKERS {
        assert_eq!(app.statements(query, json!({})).await, of_a_picker(&app), "{query}");
    }
}

// The workloads of `benches/`, the first time and prepared.
#[both_databases]
async fn each_workload_costs_a_fixed_number_of_statements(app: TestApp) {
    let ids = fill(&app, 0..5).await;
    let company = app.run("{ companies(first: 1) { nodes { id } } }", json!({})).await;
    let company = company["companies"]["nodes"][0]["id"].clone();
    let person = "{ id name email primaryMembership { role company { id name } } user { id email } }";
    let list = format!(
        "query($after: String) {{ contacts(first: 2, after: $after) {{ nodes {person} pageInfo {{ endCursor }} }} }}"
    );
    let after = app.run(&list, json!({})).await["contacts"]["pageInfo"]["endCursor"].clone();
    let is_sqlite = app.shared.domain.db.backend() == DbBackend::Sqlite;
    let workloads = [
        ("W1", 1, list.clone(), json!({})),
        ("W2", 1, format!("query($id: ID!) {{ contact(id: $id) {person} }}"), json!({ "id": ids[0] })),
        (
            "W3",
            of_a_picker(&app),
            "query($text: String!) { searchContacts(query: $text, limit: 8) { id name } }".to_owned(),
            json!({ "text": "contact 003" }),
        ),
        ("W4", 1, format!("query($ids: [ID!]!) {{ contactsByIds(ids: $ids) {person} }}"), json!({ "ids": ids })),
        (
            "W5",
            // On SQLite the difference is recorded by a statement of its own.
            if is_sqlite { 2 } else { 1 },
            "mutation($id: ID!, $phone: String) { updateContact(id: $id, input: { phone: $phone }) {
                contact { id phone } userErrors { code } } }"
                .to_owned(),
            json!({ "id": ids[0], "phone": "5550001" }),
        ),
        ("W6", 1, "query { contactCount }".to_owned(), json!({})),
        ("W7", 1, list, json!({ "after": after })),
        (
            "W8",
            1,
            "query($id: ID!) { company(id: $id) { id name memberships(first: 50) { nodes {
                role contact { id name user { id email } } } } } }"
                .to_owned(),
            json!({ "id": company }),
        ),
    ];
    for (name, statements, query, variables) in workloads {
        for round in ["first", "prepared"] {
            assert_eq!(app.statements(&query, variables.clone()).await, statements, "{name}, {round}");
        }
    }
}

/// Certainly the same person as another with the same number.
fn pair_member(number: usize) -> Value {
    let name = format!("Quirina{number} Szentgyörgyi{number}");
    json!({ "name": name, "email": format!("q{number}@example.com"), "phone": format!("55501{number:02}"), "birthday": "1980-02-03" })
}

/// Makes as many pairs of contacts that certainly are one person each.
async fn fill_with_pairs(app: &TestApp, numbers: std::ops::Range<usize>) {
    for number in numbers {
        for _ in 0..2 {
            app.contact_with(pair_member(number)).await;
        }
    }
    app.compared().await;
}

#[both_databases]
async fn duplicates_cost_a_constant_number_of_statements(app: TestApp) {
    let of_contacts = "{ contacts { nodes { duplicates { score contact { name primaryMembership { role } } } } } }";
    let groups = "{ duplicateGroups { nodes { contacts { name } suggestedSurvivor { name }
        pairs { contacts { name } score } } totalCount } }";
    let validate = "{ validateContact(input: { name: \"Quirina0 Szentgyörgyi0\", email: \"q0@example.com\" }) {
        duplicates { contact { name } } } }";
    let create = "mutation { createContact(input: { name: \"Quirina0 Szentgyörgyi0\", email: \"q0@example.com\",
        phone: \"5550100\", birthday: \"1980-02-03\" }, onDuplicate: REJECT) { contact { id } userErrors { code } } }";
    let mark = "mutation($ids: [ID!]!) { markNotDuplicates(ids: $ids) { contacts { name } userErrors { code } } }";
    for (first, last) in [(0, 3), (3, 12)] {
        fill_with_pairs(&app, first..last).await;
        assert_eq!(app.statements(of_contacts, json!({})).await, 4);
        // The groups are made anew after pairs were written, and kept until then.
        assert_eq!(app.statements(groups, json!({})).await, 4);
        assert_eq!(app.statements(groups, json!({})).await, 2);
        let lock = u64::from(app.shared.domain.db.backend() == DbBackend::Postgres);
        assert_eq!(app.statements(validate, json!({})).await, 8);
        assert_eq!(app.statements(create, json!({})).await, 8 + lock);
        let ids = app.run("{ contacts { nodes { id } } }", json!({})).await;
        let ids: Vec<_> = ids["contacts"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect();
        assert_eq!(app.statements(mark, json!({ "ids": [ids[0], ids[2]] })).await, 4);
        assert_eq!(app.statements(mark, json!({ "ids": ids })).await, 4);
        let unmark = mark.replace("mark", "unmark");
        assert_eq!(app.statements(&unmark, json!({ "ids": ids })).await, 4);
    }
}

// On SQLite alone, because on PostgreSQL the transactions of other tests decide how many changes a step reads.
#[tokio::test]
async fn keeping_duplicates_up_to_date_costs_the_same_for_any_number_of_contacts() {
    let app = TestApp::on_sqlite().await;
    fill_with_pairs(&app, 0..2).await;
    let ran = Arc::<Mutex<Vec<String>>>::default();
    let heard = Arc::clone(&ran);
    app.shared.domain.db.on_statement(move |statement| heard.lock().unwrap().push(statement.sql.clone()));
    let mut costs = Vec::new();
    for numbers in [2..3, 3..20] {
        for number in numbers {
            for _ in 0..2 {
                app.contact_with(pair_member(number)).await;
            }
        }
        ran.lock().unwrap().clear();
        app.compared().await;
        costs.push(ran.lock().unwrap().len());
    }
    assert_eq!(costs, [costs[0], costs[0]], "{:#?}", ran.lock().unwrap());
    assert!(costs[0] <= 25, "{:#?}", ran.lock().unwrap());
}

#[both_databases]
async fn ids_are_loaded_together(app: TestApp) {
    let ids = fill(&app, 0..5).await;
    let query = "query($ids: [ID!]!) { contactsByIds(ids: $ids) { name user { email } } }";
    assert_eq!(app.statements(query, json!({ "ids": ids })).await, 1);
    let query = "query($a: ID!, $b: ID!) { a: contact(id: $a) { name } b: contact(id: $b) { name } }";
    assert_eq!(app.statements(query, json!({ "a": ids[0], "b": ids[1] })).await, 1);
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    assert_eq!(app.statements(query, json!({ "ids": ids })).await, 1);
    let query = "query($id: ID!) { contact(id: $id) { name primaryMembership { company { name } } user { email } } }";
    assert_eq!(app.statements(query, json!({ "id": ids[0] })).await, 1);
}

#[both_databases]
async fn a_short_list_comes_with_its_record(app: TestApp) {
    let ids = fill(&app, 0..2).await;
    let query = "query($id: ID!) { contact(id: $id) { name memberships { role company { name } } } }";
    for round in ["first", "prepared"] {
        assert_eq!(app.statements(query, json!({ "id": ids[0] })).await, 1, "{round}");
    }
}

#[both_databases]
async fn the_interactions_of_a_company_come_with_it(app: TestApp) {
    fill(&app, 0..2).await;
    let company = app.run("{ companies(first: 1) { nodes { id } } }", json!({})).await;
    let id = company["companies"]["nodes"][0]["id"].clone();
    let query = "query($id: ID!) { company(id: $id) { name interactions(first: 2) {
        nodes { subject occurredAt timeZone company { name } owner { email } } pageInfo { endCursor } } } }";
    for round in ["first", "prepared"] {
        assert_eq!(app.statements(query, json!({ "id": id })).await, 1, "{round}");
    }
    let query = "query($id: ID!) { company(id: $id) { history(first: 2) { nodes { type } } } }";
    assert_eq!(app.statements(query, json!({ "id": id })).await, 2);
}

#[both_databases]
async fn a_refused_update_is_not_tried_again(app: TestApp) {
    let id = app.contact("Ann").await;
    let update = "mutation($id: ID!, $version: Int) {
        updateContact(id: $id, input: { phone: \"1\" }, expectedVersion: $version) { contact { phone } userErrors { code } } }";
    app.run(update, json!({ "id": id, "version": 1 })).await;
    let stale = json!({ "id": id, "version": 1 });
    let prepared = app.statements(update, stale.clone()).await;
    assert_eq!(prepared, app.statements(&format!("{update} # new"), stale).await);
}

#[both_databases]
async fn a_session_costs_one_look_up_and_then_none(app: TestApp) {
    app.contact("Ann").await;
    let app = app.guarded().await;
    let session = app.user("ada@example.com", Role::Viewer).await;
    let key = app.key(Role::Viewer).await;
    // The first use of a key is noted by two statements more, and then for ten minutes by none.
    for (token, first) in [(session, 1), (key, 3)] {
        let mut spent = Vec::new();
        for _ in 0..4 {
            let before = app.operator().db.statement_count();
            let reply = app.ask(Some(&token), "{ contacts { nodes { name } } }", json!({})).await;
            assert_eq!(reply.body["data"]["contacts"]["nodes"][0]["name"], "Ann");
            spent.push(app.operator().db.statement_count() - before - 1);
        }
        assert_eq!(spent, [first, 0, 0, 0]);
    }
}

#[both_databases]
async fn what_is_malformed_costs_nothing(app: TestApp) {
    let query = "{ contact(id: \"x\") { id } contactByUser(userId: \"x\") { id } node(id: \"x\") { id }
        contactsByIds(ids: [\"x\"]) { id } searchContacts(query: \" \") { id } }";
    assert_eq!(app.statements(query, json!({})).await, 0);
}
