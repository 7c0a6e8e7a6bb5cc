//! A follower that applies the changes of the feed to its own copy ends with the same directory.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::two_cards;
use crate::support::{Listening, TestApp, both_databases, eventually, socket::Client};

const FIELDS: [&str; 12] = [
    "name",
    "status",
    "email",
    "emails",
    "phones",
    "links",
    "addresses",
    "birthday",
    "tags",
    "notes",
    "metadata",
    "externalId",
];

/// The records of a directory by their ids.
type Copy = BTreeMap<String, Value>;

async fn directory(app: &TestApp) -> Copy {
    let query = "{ contacts(first: 10, includeTrashed: true) { nodes {
        id name status email emails { value label } phones { value label } tags notes metadata externalId
        links { value label } birthday addresses { label street locality region postalCode country } user { id } mergedInto { id }
        memberships { id role department isPrimary position }
        interactions(first: 5) { nodes { id contact { id } parties { contact { id } } } } } } }";
    let mut copy = Copy::new();
    for contact in app.run(query, json!({})).await["contacts"]["nodes"].as_array().unwrap() {
        let id = &contact["id"];
        let mut own: Value = json!({ "user": contact["user"]["id"], "mergedInto": contact["mergedInto"]["id"] });
        for field in FIELDS {
            own[field] = without_nulls(&contact[field]);
        }
        copy.insert(id.as_str().unwrap().to_owned(), own);
        for membership in contact["memberships"].as_array().unwrap() {
            let mut own = membership.clone();
            own["contact"] = id.clone();
            own.as_object_mut().unwrap().remove("id");
            copy.insert(membership["id"].as_str().unwrap().to_owned(), own);
        }
        for interaction in contact["interactions"]["nodes"].as_array().unwrap() {
            let parties = interaction["parties"].as_array().unwrap().iter().map(|party| party["contact"]["id"].clone());
            let own = json!({ "contact": interaction["contact"]["id"], "parties": parties.collect::<Value>() });
            copy.insert(interaction["id"].as_str().unwrap().to_owned(), own);
        }
    }
    copy
}

/// A value without members that are null, which the feed leaves out.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            members.map(|(name, value)| (name.clone(), without_nulls(value))).collect::<serde_json::Map<_, _>>().into()
        }
        value => value.clone(),
    }
}

/// Applies the changes after a cursor; returns the last cursor, and the kinds of the changes.
async fn follow(app: &TestApp, copy: &mut Copy, after: &Value, last: &str) -> (Value, Vec<String>) {
    let query = "query($after: String) { changes(first: 100, after: $after) {
        edges { cursor node { type subjectType subjectId fields { field before after } } } } }";
    let edges = eventually("the last change", || async {
        let edges = app.run(query, json!({ "after": after })).await["changes"]["edges"].as_array().unwrap().clone();
        edges.last().is_some_and(|edge| edge["node"]["subjectId"] == last).then_some(edges)
    })
    .await;
    let mut kinds = Vec::new();
    for edge in &edges {
        let node = &edge["node"];
        let record = copy.get_mut(node["subjectId"].as_str().unwrap());
        let Some(record) = record.filter(|_| node["subjectType"] != "COMPANY") else { continue };
        for change in node["fields"].as_array().unwrap() {
            let field = change["field"].as_str().unwrap();
            if field == "parties" {
                for party in change["after"].as_array().unwrap() {
                    let place = usize::try_from(party["position"].as_u64().unwrap()).unwrap();
                    record["parties"][place] = party["contactId"].clone();
                }
            } else if record.get(field).is_some() {
                record[field] = change["after"].clone();
            }
        }
        kinds.push(format!("{} {}", node["subjectType"].as_str().unwrap(), node["type"].as_str().unwrap()));
    }
    (edges.last().unwrap()["cursor"].clone(), kinds)
}

#[both_databases]
async fn a_follower_of_the_feed_ends_with_the_same_directory(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    let third = json!({ "name": "Lee", "email": "third@example.com", "externalId": "x:3", "birthday": "--04-12",
        "links": [{ "value": "https://lee.example.com", "label": "home" }],
        "addresses": [{ "street": "Pikk 1", "locality": "Tallinn" }] });
    let third = app.contact_with(third).await;
    let fourth = app.contact_with(json!({ "name": "Ann", "links": [{ "value": "https://ann.example.com" }] })).await;
    for (contact, company) in [(&ann, "Acme"), (&other, "Bolt"), (&third, "Cog")] {
        app.membership(contact, &app.company(company).await).await;
    }
    app.connect(&other, "ann@example.com").await;
    app.call(&other, Some(&third), "2026-01-02T00:00:00Z").await;
    app.call(&third, Some(&other), "2026-02-03T00:00:00Z").await;
    // The last change before the merges, by which the feed is known to have come so far.
    let update =
        "mutation($id: ID!, $notes: String!) { updateContact(id: $id, input: { notes: $notes }) { contact { id } } }";
    let mark = app.contact("Mark").await;
    let marked = async |notes: &str| drop(app.run(update, json!({ "id": mark, "notes": notes })).await);
    let mut copy = Copy::new();
    marked("0").await;
    copy.extend(directory(&app).await);
    let mut fresh = copy.clone();
    let (mut cursor, _) = follow(&app, &mut fresh, &Value::Null, &mark).await;

    let mut batches = Vec::new();
    let mut kinds = Vec::new();
    // The last one is a chain.
    for (number, (survivor, absorbed)) in [(&ann, &other), (&ann, &third), (&fourth, &ann)].into_iter().enumerate() {
        batches.push(app.merge(survivor, &[absorbed]).await);
        marked(&format!("merged {number}")).await;
        (cursor, kinds) = follow(&app, &mut copy, &cursor, &mark).await;
        assert_eq!(copy, directory(&app).await);
    }
    assert!(
        kinds.contains(&"CONTACT MERGED".to_owned()) && kinds.contains(&"MEMBERSHIP UPDATED".to_owned()),
        "{kinds:?}"
    );
    for batch in batches.iter().rev() {
        let undone = app.undo_merge(batch).await;
        assert_eq!(undone["batch"]["kept"]["totalCount"], 0, "{undone}");
        marked(batch).await;
        (cursor, kinds) = follow(&app, &mut copy, &cursor, &mark).await;
        assert_eq!(copy, directory(&app).await);
    }
    assert!(kinds.contains(&"CONTACT UNMERGED".to_owned()), "{kinds:?}");
    let history = "query($id: ID!) { contact(id: $id) { history(first: 20) { nodes { type } } } }";
    for id in [&other, &third] {
        let history = app.run(history, json!({ "id": id })).await["contact"]["history"]["nodes"].clone();
        let types: Vec<&str> = history.as_array().unwrap().iter().filter_map(|node| node["type"].as_str()).collect();
        assert!(types.contains(&"UNMERGED"), "{types:?}");
    }
}

#[both_databases]
async fn subscriptions_tell_merges_and_undos(app: TestApp) {
    let server = Listening::start(app).await;
    let (ann, other) = two_cards(&server.app).await;
    let mut client = Client::anyone(&server).await;
    let changes = "subscription { changes(subjectTypes: [CONTACT]) { node { type subjectId } } }";
    client.subscribe("a", changes).await;
    server.listeners(1).await;
    let batch = server.app.merge(&ann, &[&other]).await;
    for id in [&ann, &other] {
        let mut heard = client.hear().await["payload"]["data"]["changes"]["node"].clone();
        // PostgreSQL's feed may wait for the transactions of the tests beside this one.
        while heard["type"] == "CREATED" {
            heard = client.hear().await["payload"]["data"]["changes"]["node"].clone();
        }
        assert_eq!(heard, json!({ "type": "MERGED", "subjectId": id }));
    }
    server.app.undo_merge(&batch).await;
    for id in [&other, &ann] {
        let heard = client.hear().await["payload"]["data"]["changes"]["node"].clone();
        assert_eq!(heard, json!({ "type": "UNMERGED", "subjectId": id }));
    }
    drop(client);
    server.stop().await;
}
