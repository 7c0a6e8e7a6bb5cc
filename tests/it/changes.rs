//! The change feed and histories: what is recorded, in which order, who sees it, and what is erased.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use liaison::{domain::changes, entity::role::Role};
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, each, eventually, id_of, until};

pub(crate) const FEED: &str = "query($first: Int, $after: String, $types: [SubjectType!], $contact: ID) {
    changes(first: $first, after: $after, subjectTypes: $types, contactId: $contact) {
        edges { cursor node { type subjectType subjectId contactId fields { field before after } } }
        pageInfo { hasNextPage hasPreviousPage endCursor } } }";

impl TestApp {
    /// The feed, as soon as it has so many changes: other tests' transactions hold it up on a server that they share.
    pub(crate) async fn feed(&self, variables: Value, count: usize) -> Vec<Value> {
        eventually(&format!("{count} changes in the feed"), || async {
            let feed = self.run(FEED, variables.clone()).await["changes"]["edges"].clone();
            let edges = feed.as_array().unwrap().clone();
            assert!(edges.len() <= count, "more than {count}: {edges:#?}");
            (edges.len() == count).then_some(edges)
        })
        .await
    }

    /// Waits until a transaction waits for another's lock.
    pub(crate) async fn until_somebody_waits(&self) {
        let sql = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting = || Statement::from_string(DbBackend::Postgres, sql);
        let db = &self.shared.domain.db;
        until("a transaction that waits", || async { db.reads().query_one_raw(waiting()).await.unwrap().is_some() })
            .await;
    }

    pub(crate) async fn execute(&self, sql: &str) {
        let db = self.shared.domain.db.writer();
        db.execute_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    }
}

/// What was done to what, in a line.
fn line(edge: &Value) -> String {
    let node = &edge["node"];
    let fields: Vec<&str> =
        node["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
    format!("{} {} {}", node["subjectType"].as_str().unwrap(), node["type"].as_str().unwrap(), fields.join(" "))
        .trim()
        .to_owned()
}

#[both_databases]
async fn every_write_is_recorded_once(app: TestApp) {
    let ann = app.contact("Ann").await;
    let acme = app.company("Acme").await;
    let first = app.membership(&ann, &acme).await;
    let other = app.company("Other").await;
    let second = app.membership(&ann, &other).await;
    for (mutation, variables) in [
        ("updateContact(id: $id, input: { name: \"Anna\", phone: \"1\" })", json!({ "id": ann })),
        ("updateContact(id: $id, input: { name: \"Anna\" })", json!({ "id": ann })),
        ("updateCompany(id: $id, input: { industry: \"Tin\" })", json!({ "id": acme })),
        ("updateMembership(id: $id, input: { role: \"Boss\", isPrimary: true })", json!({ "id": second })),
        ("removeMembership(id: $id)", json!({ "id": second })),
        ("connectUser(contactId: $id, email: \"ann@example.com\")", json!({ "id": ann })),
        ("disconnectUser(contactId: $id)", json!({ "id": ann })),
        ("disconnectUser(contactId: $id)", json!({ "id": ann })),
        ("trashContact(id: $id)", json!({ "id": ann })),
        ("trashContact(id: $id)", json!({ "id": ann })),
        ("restoreContact(id: $id)", json!({ "id": ann })),
        ("createContact(id: $id, input: { name: \"Again\" })", json!({ "id": ann })),
        ("updateContact(id: $id, input: { name: \" \" })", json!({ "id": ann })),
        ("updateContact(id: $id, input: { name: \"Late\" }, expectedVersion: 1)", json!({ "id": ann })),
        ("setPrimaryCompany(contactId: $id, companyId: null)", json!({ "id": ann })),
        ("deleteCompany(id: $id)", json!({ "id": acme })),
    ] {
        app.run(&format!("mutation($id: ID!) {{ {mutation} {{ userErrors {{ code }} }} }}"), variables).await;
    }
    let feed = app.feed(json!({ "first": 100 }), 18).await;
    let lines: Vec<String> = feed.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "CONTACT CREATED",
            "COMPANY CREATED",
            "MEMBERSHIP CREATED",
            "COMPANY CREATED",
            "MEMBERSHIP CREATED",
            "CONTACT UPDATED name phone",
            "CONTACT UPDATED",
            // The company was deleted later, and what was recorded of it erased.
            "COMPANY UPDATED",
            "MEMBERSHIP UPDATED isPrimary",
            "MEMBERSHIP UPDATED isPrimary role",
            "MEMBERSHIP DELETED company isPrimary position role",
            "MEMBERSHIP UPDATED isPrimary",
            "CONTACT USER_CONNECTED user",
            "CONTACT USER_DISCONNECTED user",
            "CONTACT TRASHED",
            "CONTACT RESTORED",
            // Of the company that was deleted.
            "MEMBERSHIP DELETED",
            "COMPANY DELETED",
        ]
    );
    let subjects: Vec<&Value> = feed.iter().map(|edge| &edge["node"]["subjectId"]).collect();
    assert_eq!(subjects[2], &json!(first));
    assert_eq!((subjects[9], subjects[10]), (&json!(second), &json!(second)));
    assert_eq!(feed[2]["node"]["contactId"], json!(ann));
    assert_eq!(feed[7]["node"]["contactId"], Value::Null);
    let update = json!([
        { "field": "name", "before": "Ann", "after": "Anna" },
        { "field": "phone", "before": null, "after": "1" },
    ]);
    assert_eq!(feed[5]["node"]["fields"], update);
}

#[both_databases]
async fn memberships_and_companies_go_one_by_one(app: TestApp) {
    let (ann, ben) = (app.contact("Ann").await, app.contact("Ben").await);
    let (acme, other) = (app.company("Acme").await, app.company("Other").await);
    for contact in [&ann, &ben] {
        app.membership(contact, &acme).await;
        app.membership(contact, &other).await;
    }
    let mutation = "mutation($id: ID!, $company: ID) {
        setPrimaryCompany(contactId: $id, companyId: $company, role: \"Boss\") { userErrors { code } } }";
    app.run(mutation, json!({ "id": ann, "company": other })).await;
    app.codes("deleteCompany", &acme).await;
    let create = "mutation { createContact(input: { name: \"C\" },
        primaryCompany: { company: { findOrCreateByName: \"New\" } }) { userErrors { code } } }";
    app.run(create, json!({})).await;
    app.run(create, json!({})).await;
    let feed = app.feed(json!({ "first": 100 }), 18).await;
    let lines: Vec<String> = feed[8..].iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "MEMBERSHIP DELETED",
            "MEMBERSHIP UPDATED isPrimary position role",
            "MEMBERSHIP DELETED",
            "MEMBERSHIP UPDATED isPrimary",
            "COMPANY DELETED",
            "CONTACT CREATED",
            "COMPANY CREATED",
            "MEMBERSHIP CREATED",
            "CONTACT CREATED",
            "MEMBERSHIP CREATED",
        ]
    );
    assert_eq!(feed[10]["node"]["contactId"], json!(ben));
}

#[both_databases]
async fn values_are_recorded_as_the_api_shows_them(app: TestApp) {
    let ann = app.contact("Ann").await;
    let update = "mutation($id: ID!, $input: ContactInput!) {
        updateContact(id: $id, input: $input) { userErrors { code } } }";
    let input = json!({ "status": "INACTIVE", "metadata": { "a": [1, { "b": null }] }, "externalId": "x:1",
        "notes": "it's \"quoted\"\n\\ \u{1F600}" });
    app.run(update, json!({ "id": ann, "input": input })).await;
    app.run(update, json!({ "id": ann, "input": { "metadata": {}, "notes": null, "phone": null } })).await;
    let feed = app.feed(json!({}), 3).await;
    assert_eq!(
        feed[1]["node"]["fields"],
        json!([
            { "field": "externalId", "before": null, "after": "x:1" },
            { "field": "metadata", "before": {}, "after": { "a": [1, { "b": null }] } },
            { "field": "notes", "before": null, "after": "it's \"quoted\"\n\\ \u{1F600}" },
            { "field": "status", "before": "ACTIVE", "after": "INACTIVE" },
        ])
    );
    assert_eq!(
        feed[2]["node"]["fields"],
        json!([
            { "field": "metadata", "before": { "a": [1, { "b": null }] }, "after": {} },
            { "field": "notes", "before": "it's \"quoted\"\n\\ \u{1F600}", "after": null },
        ])
    );
}

#[both_databases]
async fn what_was_said_is_not_recorded(app: TestApp) {
    let ann = app.contact("Ann").await;
    let create = "mutation($id: ID!) { createInteraction(contactId: $id, input: { subject: \"S\", body: \"whispered\",
        parties: [{ name: \"Zoe\" }] }) { interaction { id } } }";
    let id = id_of(&app.run(create, json!({ "id": ann })).await["createInteraction"]["interaction"]);
    let update = "mutation($id: ID!, $input: InteractionInput!) {
        updateInteraction(id: $id, input: $input) { userErrors { code } } }";
    for input in [
        json!({ "body": "shouted", "parties": [{ "name": "Yul" }], "subject": "T", "type": "CALL" }),
        json!({ "body": "shouted", "parties": [{ "name": "Yul" }], "occurredAt": "2026-01-02T03:04:05Z" }),
    ] {
        app.run(update, json!({ "id": id, "input": input })).await;
    }
    let feed = app.feed(json!({}), 4).await;
    assert_eq!(
        feed[2]["node"]["fields"],
        json!([
            { "field": "body", "before": null, "after": null },
            { "field": "parties", "before": null, "after": null },
            { "field": "subject", "before": "S", "after": "T" },
            { "field": "type", "before": "NOTE", "after": "CALL" },
        ])
    );
    assert_eq!(each(&feed[3]["node"]["fields"], "after"), [&json!("2026-01-02T03:04:05.000000Z")]);
    let text = json!(feed).to_string();
    assert!(!text.contains("whispered") && !text.contains("shouted") && !text.contains("Yul"), "{text}");
    app.codes("deleteInteraction", &id).await;
    let feed = app.feed(json!({}), 5).await;
    assert_eq!(line(&feed[4]), "INTERACTION DELETED");
    assert!(feed.iter().all(|edge| edge["node"]["fields"] == json!([])), "{feed:#?}");
}

#[both_databases]
async fn bulk_operations_are_recorded_one_by_one(app: TestApp) {
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(app.contact(&format!("Contact {number}")).await);
    }
    ids.reverse();
    let mutation = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) { userErrors { code } } }";
    app.run(mutation, json!({ "ids": ids })).await;
    let feed = app.feed(json!({}), 10).await;
    let trashed: Vec<&Value> = feed[5..].iter().map(|edge| &edge["node"]["subjectId"]).collect();
    assert_eq!(trashed, ids.iter().map(|id| json!(id)).collect::<Vec<_>>().iter().collect::<Vec<_>>());
    assert!(feed[5..].iter().all(|edge| edge["node"]["type"] == "TRASHED"));
}

#[both_databases]
async fn deletion_erases_what_was_recorded(app: TestApp) {
    let (ann, ben) = (app.contact("Ann").await, app.contact("Ben").await);
    let acme = app.company("Acme").await;
    let membership = app.membership(&ann, &acme).await;
    let rename = "mutation($id: ID!, $name: String!) {
        updateContact(id: $id, input: { name: $name }) { userErrors { code } } }";
    app.run(rename, json!({ "id": ann, "name": "Secret Ann" })).await;
    app.run(rename, json!({ "id": ben, "name": "Known Ben" })).await;
    let change = "mutation($id: ID!) { updateMembership(id: $id, input: { role: \"Spy\" }) { userErrors { code } } }";
    app.run(change, json!({ "id": membership })).await;
    let company = "mutation($id: ID!) { updateCompany(id: $id, input: { name: \"Hidden\" }) { userErrors { code } } }";
    app.run(company, json!({ "id": acme })).await;
    app.codes("deleteContact", &ann).await;
    app.codes("deleteCompany", &acme).await;
    let feed = app.feed(json!({ "first": 100 }), 11).await;
    let text = json!(feed).to_string();
    assert!(!text.contains("Secret") && !text.contains("Spy") && !text.contains("Hidden"), "{text}");
    assert!(text.contains("Known Ben"));
    assert_eq!((line(&feed[8]), line(&feed[9])), ("MEMBERSHIP DELETED".to_owned(), "CONTACT DELETED".to_owned()));
    let of_ann = app.feed(json!({ "contact": ann }), 6).await;
    assert!(of_ann.iter().all(|edge| edge["node"]["fields"] == json!([])));
    let stored = "SELECT count(*) FROM changes WHERE CAST(fields AS text) LIKE '%Secret%'";
    let db = app.shared.domain.db.reads();
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), stored)).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
    let subject = app.run("{ changes { nodes { subjectId subject { id } } } }", json!({})).await;
    for node in subject["changes"]["nodes"].as_array().unwrap() {
        let is_there = node["subjectId"] == json!(ben);
        assert_eq!(node["subject"], if is_there { json!({ "id": ben }) } else { Value::Null });
    }
}

#[both_databases]
async fn what_goes_with_a_contact_is_heard_of(app: TestApp) {
    let (ann, ben, cem) = (app.contact("Ann").await, app.contact("Ben").await, app.contact("Cem").await);
    let (acme, other) = (app.company("Acme").await, app.company("Other").await);
    let memberships = [app.membership(&ann, &acme).await, app.membership(&ann, &other).await];
    let log = "mutation($id: ID!, $parties: [InteractionPartyInput!]) {
        createInteraction(contactId: $id, input: { parties: $parties }) { interaction { id version updatedAt } } }";
    let party = json!([{ "name": "Ann", "contactId": ann }, { "name": "Cem", "contactId": cem }]);
    let own = id_of(&app.run(log, json!({ "id": ann, "parties": party })).await["createInteraction"]["interaction"]);
    let of_ben = app.run(log, json!({ "id": ben, "parties": party })).await["createInteraction"]["interaction"].clone();
    let of_cem = app.run(log, json!({ "id": cem, "parties": [] })).await["createInteraction"]["interaction"].clone();
    let before = app.feed(json!({ "first": 100 }), 10).await;
    let after = json!({ "first": 100, "after": before[9]["cursor"] });
    app.codes("deleteContact", &ann).await;
    let feed = app.feed(after, 5).await;
    let lines: Vec<(String, String)> =
        feed.iter().map(|edge| (line(edge), edge["node"]["subjectId"].as_str().unwrap().to_owned())).collect();
    let expected = [
        ("MEMBERSHIP DELETED", &memberships[0]),
        ("MEMBERSHIP DELETED", &memberships[1]),
        ("INTERACTION DELETED", &own),
        ("INTERACTION UPDATED parties", &id_of(&of_ben)),
        ("CONTACT DELETED", &ann),
    ];
    assert_eq!(lines, expected.map(|(line, id)| (line.to_owned(), id.clone())));
    assert_eq!(feed[3]["node"]["contactId"], json!(ben));
    let query = "query($id: ID!) { interaction(id: $id) { version updatedAt parties { name contact { id } } } }";
    let now = app.run(query, json!({ "id": of_ben["id"] })).await["interaction"].clone();
    assert_eq!(now["version"], 2);
    assert!(now["updatedAt"].as_str() > of_ben["updatedAt"].as_str());
    assert_eq!(
        now["parties"],
        json!([{ "name": "Ann", "contact": null }, { "name": "Cem", "contact": { "id": cem } }])
    );
    assert_eq!(app.run(query, json!({ "id": of_cem["id"] })).await["interaction"]["version"], 1);
}

#[both_databases]
async fn a_membership_that_was_removed_says_what_it_was(app: TestApp) {
    let ann = app.contact("Ann").await;
    let (acme, other, third) = (app.company("Acme").await, app.company("Other").await, app.company("Third").await);
    let add = "mutation($contact: ID!, $company: ID!) { addMembership(contactId: $contact, companyId: $company,
        role: \"Boss\", department: \"All\") { membership { id } } }";
    let mut ids = Vec::new();
    for company in [&acme, &other, &third] {
        ids.push(id_of(
            &app.run(add, json!({ "contact": ann, "company": company })).await["addMembership"]["membership"],
        ));
    }
    app.codes("removeMembership", &ids[1]).await;
    let set = "mutation($contact: ID!, $company: ID) { setPrimaryCompany(contactId: $contact, companyId: $company) {
        userErrors { code } } }";
    app.run(set, json!({ "contact": ann, "company": third })).await;
    let deleted = async || -> Vec<Value> {
        let query = "query($id: ID!) { contact(id: $id) { history(first: 50) { nodes {
            type subjectType subjectId subject { id } fields { field before after } } } } }";
        let nodes = app.run(query, json!({ "id": ann })).await["contact"]["history"]["nodes"].clone();
        let is_deleted = |node: &&Value| node["type"] == "DELETED" && node["subjectType"] == "MEMBERSHIP";
        let mut found: Vec<Value> = nodes.as_array().unwrap().iter().filter(is_deleted).cloned().collect();
        found.reverse();
        found
    };
    let fields = |id: &str, name: &str, is_primary: bool, position: i32| {
        json!([
            { "field": "company", "before": { "id": id, "name": name }, "after": null },
            { "field": "department", "before": "All", "after": null },
            { "field": "isPrimary", "before": is_primary, "after": null },
            { "field": "position", "before": position, "after": null },
            { "field": "role", "before": "Boss", "after": null },
        ])
    };
    let found = deleted().await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((&found[0]["subjectId"], &found[0]["subject"]), (&json!(ids[1]), &Value::Null));
    assert_eq!(found[0]["fields"], fields(&other, "Other", false, 1));
    assert_eq!(found[1]["fields"], fields(&acme, "Acme", true, 0));
    // The values go with the company.
    app.codes("deleteCompany", &other).await;
    let found = deleted().await;
    assert_eq!((found[0]["fields"].clone(), found[1]["fields"].clone()), (json!([]), fields(&acme, "Acme", true, 0)));
    app.codes("deleteContact", &ann).await;
    let row = app
        .operator()
        .db
        .reads()
        .query_one_raw(Statement::from_string(
            app.operator().db.backend(),
            "SELECT count(*) FROM changes WHERE fields IS NOT NULL",
        ))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 0);
}

#[both_databases]
async fn histories_are_newest_first_and_read_together(app: TestApp) {
    let mut ids = Vec::new();
    for number in 0..5 {
        let id = app.contact(&format!("Contact {number}")).await;
        let rename = "mutation($id: ID!, $phone: String!) {
            updateContact(id: $id, input: { phone: $phone }) { userErrors { code } } }";
        for phone in 0..4 {
            app.run(rename, json!({ "id": id, "phone": phone.to_string() })).await;
        }
        ids.push(id);
    }
    let acme = app.company("Acme").await;
    app.membership(&ids[0], &acme).await;
    let query = "query($id: ID!, $after: String) { contact(id: $id) { history(first: 2, after: $after) {
        edges { cursor node { type fields { after } } } pageInfo { hasNextPage hasPreviousPage endCursor } } } }";
    let mut seen = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = app.run(query, json!({ "id": ids[0], "after": after })).await["contact"]["history"].clone();
        assert_eq!(page["pageInfo"]["hasPreviousPage"], json!(after != Value::Null));
        for edge in page["edges"].as_array().unwrap() {
            let value = edge["node"]["fields"][0]["after"].as_str().unwrap_or_default();
            seen.push(format!("{} {value}", edge["node"]["type"].as_str().unwrap()).trim().to_owned());
        }
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
    }
    assert_eq!(seen, ["CREATED", "UPDATED 3", "UPDATED 2", "UPDATED 1", "UPDATED 0", "CREATED"]);
    let nested = "{ contacts { nodes { history(first: 2) { nodes { fields { after } } } } } }";
    assert_eq!(app.statements(nested, json!({})).await, 2);
    let all = app.run(nested, json!({})).await;
    for contact in &all["contacts"]["nodes"].as_array().unwrap()[1..] {
        assert_eq!(contact["history"]["nodes"][0]["fields"][0]["after"], "3");
    }
    let company = app
        .run("query($id: ID!) { company(id: $id) { history { nodes { type subjectId } } } }", json!({ "id": acme }))
        .await;
    assert_eq!(company["company"]["history"]["nodes"], json!([{ "type": "CREATED", "subjectId": acme }]));
}

#[both_databases]
async fn cursors_of_histories_resume_the_feed(app: TestApp) {
    let ann = app.contact("Ann").await;
    let query = "query($id: ID!) { contact(id: $id) { history { edges { cursor } } } }";
    let history = app.run(query, json!({ "id": ann })).await;
    let cursor = history["contact"]["history"]["edges"][0]["cursor"].clone();
    let ben = app.contact("Ben").await;
    until("Ben in the feed", || async {
        let feed = app.run(FEED, json!({ "after": cursor })).await["changes"]["edges"].clone();
        feed.as_array().unwrap().iter().any(|edge| edge["node"]["subjectId"] == ben)
    })
    .await;
}

#[both_databases]
async fn the_feed_is_filtered_and_paged(app: TestApp) {
    let (ann, ben) = (app.contact("Ann").await, app.contact("Ben").await);
    let acme = app.company("Acme").await;
    app.membership(&ann, &acme).await;
    let all = app.feed(json!({}), 4).await;
    let mut paged = Vec::new();
    let mut after = Value::Null;
    loop {
        let page = app.run(FEED, json!({ "first": 1, "after": after })).await["changes"].clone();
        paged.extend(page["edges"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
    }
    assert_eq!(paged, all);
    assert_eq!(app.feed(json!({ "types": ["COMPANY", "MEMBERSHIP"] }), 2).await, all[2..]);
    assert_eq!(app.feed(json!({ "contact": ben }), 1).await, all[1..2]);
    assert_eq!(app.feed(json!({ "contact": ann, "types": ["MEMBERSHIP"] }), 1).await, all[3..]);
    for none in [json!({ "types": [] }), json!({ "contact": NOBODY }), json!({ "contact": "x" }), json!({ "first": 0 })]
    {
        app.feed(none, 0).await;
    }
    let company = app.run("{ companies { edges { cursor } } }", json!({})).await;
    for wrong in [company["companies"]["edges"][0]["cursor"].clone(), json!("x"), json!(""), json!("Y2hhbmdlOi0xOjE")] {
        assert_eq!(app.error_code(FEED, json!({ "after": wrong })).await, "BAD_USER_INPUT", "{wrong}");
    }
    assert_eq!(app.error_code(FEED, json!({ "first": -1 })).await, "BAD_USER_INPUT");
}

#[both_databases]
async fn changes_say_who_made_them(app: TestApp) {
    let app = app.guarded().await;
    let user = app.user("mia@example.com", Role::Member).await;
    let create = "mutation($name: String!) { createContact(input: { name: $name }) { contact { id } } }";
    app.ask(Some(&user), create, json!({ "name": "By Mia" })).await;
    let key = app.key(Role::Member).await;
    app.ask(Some(&key), create, json!({ "name": "By a key" })).await;
    let nodes = eventually("two changes in the feed", || async {
        let feed = app.ask(Some(&user), "{ changes { nodes { actor { email } } } }", json!({})).await.body;
        let nodes = feed["data"]["changes"]["nodes"].clone();
        (nodes.as_array().unwrap().len() == 2).then_some(nodes)
    })
    .await;
    assert_eq!(nodes, json!([{ "actor": { "email": "mia@example.com" } }, { "actor": null }]));
}

#[both_databases]
async fn those_who_see_only_themselves_see_no_changes(app: TestApp) {
    let app = app.guarded().await;
    let contact = app.user("carl@example.com", Role::Contact).await;
    for query in [
        "{ changes { nodes { type } } }",
        "{ viewer { contact { history { nodes { type } } } } }",
        "{ node(id: \"x\") { ... on Contact { history { nodes { type } } } } }",
    ] {
        assert_eq!(app.ask(Some(&contact), query, json!({})).await.code(), "FORBIDDEN", "{query}");
        assert_eq!(app.ask(None, query, json!({})).await.code(), "UNAUTHENTICATED", "{query}");
    }
}

#[both_databases]
async fn old_changes_are_pruned_and_old_cursors_refused(app: TestApp) {
    for number in 0..6 {
        app.contact(&format!("Contact {number}")).await;
    }
    let all = app.feed(json!({}), 6).await;
    // The first three are old, and the fifth, which stays because the fourth does.
    app.execute("UPDATE changes SET at = '2020-01-01T00:00:00+00:00' WHERE position IN (1, 2, 3, 5)").await;
    let db = &app.shared.domain.db;
    until("three changes that may be removed", || async {
        changes::prune(db, &app.shared.domain.clock, 30).await.unwrap();
        app.run(FEED, json!({})).await["changes"]["edges"].as_array().unwrap().len() == 3
    })
    .await;
    assert_eq!(changes::prune(db, &app.shared.domain.clock, 30).await.unwrap(), 0);
    assert_eq!(app.feed(json!({}), 3).await, all[3..]);
    for (after, is_kept) in all.iter().zip([false, false, true, true, true, true]) {
        let answer = app.send(FEED, json!({ "after": after["cursor"] })).await;
        assert_eq!(answer["errors"] == Value::Null, is_kept, "{answer}");
        if !is_kept {
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
            assert!(answer["errors"][0]["message"].as_str().unwrap().contains("Load the records again"));
        }
    }
}

// Whoever has it knows of changes that a backup did not have.
#[both_databases]
async fn a_cursor_beyond_the_end_is_refused(app: TestApp) {
    app.contact("Ann").await;
    let cursor = app.feed(json!({}), 1).await[0]["cursor"].clone();
    app.feed(json!({ "after": cursor }), 0).await;
    let number = if app.shared.domain.db.backend() == DbBackend::Sqlite { "0:2" } else { "900000000000000000:1" };
    let beyond = BASE64_URL_SAFE_NO_PAD.encode(format!("change:{number}"));
    let answer = app.send(FEED, json!({ "after": beyond })).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("Load the records again"));
}

/// A membership that somebody removes while a company's deletion waits for its contact is removed once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_removed_meanwhile_is_not_recorded_twice() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let app = Arc::new(app);
    let (ann, ben, acme) = (app.contact("Ann").await, app.contact("Ben").await, app.company("Acme").await);
    app.membership(&ann, &acme).await;
    app.membership(&ben, &acme).await;
    let held = app.shared.domain.db.begin().await.unwrap();
    for sql in [
        "SELECT id FROM contacts WHERE id = '{}' FOR UPDATE",
        "DELETE FROM company_memberships WHERE contact_id = '{}'",
    ] {
        held.execute_raw(Statement::from_string(DbBackend::Postgres, sql.replace("{}", &ann))).await.unwrap();
    }
    let deleting = tokio::spawn({
        let (app, variables) = (Arc::clone(&app), json!({ "id": acme }));
        let mutation = "mutation($id: ID!) { deleteCompany(id: $id) { deletedMembershipCount userErrors { code } } }";
        async move { app.run(mutation, variables).await }
    });
    app.until_somebody_waits().await;
    held.commit().await.unwrap();
    assert_eq!(deleting.await.unwrap()["deleteCompany"], json!({ "deletedMembershipCount": 1, "userErrors": [] }));
    let feed = app.feed(json!({}), 7).await;
    assert_eq!((line(&feed[5]), &feed[5]["node"]["contactId"]), ("MEMBERSHIP DELETED".to_owned(), &json!(ben)));
    assert_eq!(line(&feed[6]), "COMPANY DELETED");
}
