//! An id names one record, of whatever type, for ever; and times of a record never go backwards.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, codes, id_of};

const CREATES: [(&str, &str, &str); 3] = [
    ("contact", "createContact", "createContact(id: $id, input: { name: \"A\" })"),
    ("company", "createCompany", "createCompany(id: $id, input: { name: \"A\" })"),
    ("interaction", "createInteraction", "createInteraction(id: $id, contactId: $contact, input: {})"),
];

/// A new UUIDv7 as a client makes it.
fn new_id(number: usize) -> String {
    format!("01890a5d-ac96-774b-bcce-{number:012x}")
}

async fn create(app: &TestApp, (kind, field, call): (&str, &str, &str), id: &str, contact: &str) -> Value {
    let contact_id = if kind == "interaction" { ", $contact: ID!" } else { "" };
    let mutation = format!(
        "mutation($id: ID{contact_id}) {{ {call} {{ {kind} {{ id }} userErrors {{ code field conflictIds }} }} }}"
    );
    app.run(&mutation, json!({ "id": id, "contact": contact })).await[field].clone()
}

#[both_databases]
async fn an_id_that_another_type_has_is_taken(app: TestApp) {
    let owner = app.contact("Owner").await;
    for (number, first) in CREATES.into_iter().enumerate() {
        let id = new_id(number);
        assert_eq!(create(&app, first, &id, &owner).await[first.0]["id"], json!(id));
        for other in CREATES {
            let payload = create(&app, other, &id, &owner).await;
            if other.0 == first.0 {
                // Repeated.
                assert_eq!(payload[other.0]["id"], json!(id));
            } else {
                let error = json!([{ "code": "TAKEN", "field": ["id"], "conflictIds": [id] }]);
                assert_eq!(
                    (&payload[other.0], &payload["userErrors"]),
                    (&Value::Null, &error),
                    "{} {}",
                    first.0,
                    other.0
                );
            }
        }
        let node = app.run("query($id: ID!) { node(id: $id) { __typename } }", json!({ "id": id })).await;
        assert_eq!(node["node"]["__typename"].as_str().unwrap().to_lowercase(), first.0);
    }
    // Those that the server made.
    let company = app.company("Acme").await;
    let membership = app.membership(&owner, &company).await;
    let user = app.connect(&owner, "owner@example.com").await;
    let key = "mutation { createApiKey(name: \"k\", role: VIEWER) { apiKey { id } } }";
    let key = id_of(&app.run(key, json!({})).await["createApiKey"]["apiKey"]);
    for (id, free) in [(&owner, "contact"), (&company, "company"), (&membership, ""), (&user, ""), (&key, "")] {
        for kind in CREATES {
            let payload = create(&app, kind, id, &owner).await;
            assert_eq!(codes(&payload), if kind.0 == free { vec![""; 0] } else { vec!["TAKEN"] }, "{} {free}", kind.0);
        }
    }
}

#[both_databases]
async fn an_id_is_not_used_again_when_its_record_is_gone(app: TestApp) {
    let owner = app.contact("Owner").await;
    for (number, kind) in CREATES.into_iter().enumerate() {
        let chosen = new_id(100 + number);
        create(&app, kind, &chosen, &owner).await;
        let made = match kind.0 {
            "contact" => app.contact("B").await,
            "company" => app.company("B").await,
            _ => id_of(
                &app.run(
                    "mutation($c: ID!) { createInteraction(contactId: $c, input: {}) { interaction { id } } }",
                    json!({ "c": owner }),
                )
                .await["createInteraction"]["interaction"],
            ),
        };
        let delete = match kind.0 {
            "contact" => "deleteContact",
            "company" => "deleteCompany",
            _ => "deleteInteraction",
        };
        if kind.0 != "interaction" {
            // In the trash it stands.
            let trash = if kind.0 == "contact" { "trashContact" } else { "trashCompany" };
            app.codes(trash, &chosen).await;
            assert_eq!(create(&app, kind, &chosen, &owner).await[kind.0]["id"], json!(chosen));
        }
        for id in [&chosen, &made] {
            assert_eq!(app.codes(delete, id).await, [""; 0]);
            for again in CREATES {
                let payload = create(&app, again, id, &owner).await;
                assert_eq!(
                    payload["userErrors"],
                    json!([{ "code": "TAKEN", "field": ["id"], "conflictIds": [] }]),
                    "{} {}",
                    kind.0,
                    again.0
                );
            }
        }
    }
    // What went with another record.
    let contact = app.contact("Leaves").await;
    let interaction = new_id(200);
    create(&app, CREATES[2], &interaction, &contact).await;
    let membership = app.membership(&contact, &app.company("Acme").await).await;
    app.codes("deleteContact", &contact).await;
    for id in [&interaction, &membership, &contact] {
        assert_eq!(codes(&create(&app, CREATES[1], id, &owner).await), ["TAKEN"]);
    }
    // A create that was refused has used nothing.
    let refused = "mutation($id: ID) { createContact(id: $id, input: { name: \"A\", externalId: \"x\" },
        primaryCompany: { company: { id: \"nobody\" } }) { userErrors { code } } }";
    assert_eq!(codes(&app.run(refused, json!({ "id": new_id(300) })).await["createContact"]), ["NOT_FOUND"]);
    assert_eq!(create(&app, CREATES[1], &new_id(300), &owner).await["company"]["id"], json!(new_id(300)));
}

#[both_databases]
async fn of_many_who_choose_one_id_one_type_has_it(app: TestApp) {
    let owner = app.contact("Owner").await;
    for round in 0..10 {
        let id = new_id(400 + round);
        let calls = (0..9).map(|number| create(&app, CREATES[number % 3], &id, &owner));
        let payloads = futures_util::future::join_all(calls).await;
        let made: Vec<usize> = payloads
            .iter()
            .enumerate()
            .filter(|(number, payload)| payload[CREATES[number % 3].0]["id"] == json!(id))
            .map(|(number, _)| number % 3)
            .collect();
        assert_eq!(made.len(), 3, "{payloads:?}");
        assert!(made.iter().all(|kind| *kind == made[0]), "{payloads:?}");
    }
}

// Another machine's clock was ahead by a year.
#[both_databases]
async fn times_of_a_record_never_go_backwards(app: TestApp) {
    let ahead = (DateTime::<Utc>::from_timestamp(1_798_761_600, 0).unwrap() + TimeDelta::microseconds(5)).to_rfc3339();
    let contact = app.contact("Ada").await;
    let company = app.company("Acme").await;
    let membership = app.membership(&contact, &company).await;
    let log = "mutation($c: ID!) { createInteraction(contactId: $c, input: {}) { interaction { id } } }";
    let interaction = id_of(&app.run(log, json!({ "c": contact })).await["createInteraction"]["interaction"]);
    for table in ["contacts", "companies", "company_memberships", "interactions"] {
        let sql = format!("UPDATE {table} SET created_at = $1, updated_at = $1");
        let sql = if app.config.is_sqlite() { sql } else { sql.replace("$1", "CAST($1 AS timestamptz)") };
        let db = &app.operator().db;
        db.writer()
            .execute_raw(Statement::from_sql_and_values(db.backend(), sql, [ahead.clone().into()]))
            .await
            .unwrap();
    }
    let other = app.company("Other").await;
    for (mutation, variables) in [
        ("updateContact(id: $id, input: { phone: \"1\" })", json!({ "id": contact })),
        ("updateCompany(id: $id, input: { phone: \"1\" })", json!({ "id": company })),
        ("updateInteraction(id: $id, input: { subject: \"1\" })", json!({ "id": interaction })),
        ("updateMembership(id: $id, input: { role: \"1\" })", json!({ "id": membership })),
        ("connectUser(contactId: $id, email: \"ada@example.com\")", json!({ "id": contact })),
        ("trashContact(id: $id)", json!({ "id": contact })),
        ("restoreContact(id: $id)", json!({ "id": contact })),
        ("trashContact(id: $id)", json!({ "id": contact })),
        ("trashCompany(id: $id)", json!({ "id": company })),
        ("addMembership(contactId: $id, companyId: $other, isPrimary: true)", json!({ "id": contact, "other": other })),
    ] {
        let other = if mutation.contains("$other") { ", $other: ID!" } else { "" };
        let payload = app
            .run(&format!("mutation($id: ID!{other}) {{ payload: {mutation} {{ userErrors {{ code }} }} }}"), variables)
            .await;
        assert_eq!(codes(&payload["payload"]), [""; 0], "{mutation}");
    }
    let query = "query($contact: ID!, $company: ID!, $interaction: ID!) {
        contact(id: $contact) { createdAt updatedAt trashedAt memberships { createdAt updatedAt } }
        company(id: $company) { createdAt updatedAt trashedAt history(first: 50) { nodes { at } } }
        interaction(id: $interaction) { createdAt updatedAt } }";
    let data = app.run(query, json!({ "contact": contact, "company": company, "interaction": interaction })).await;
    let time = |value: &Value| value.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    for record in [
        &data["contact"],
        &data["company"],
        &data["interaction"],
        &data["contact"]["memberships"][0],
        &data["contact"]["memberships"][1],
    ] {
        assert!(time(&record["updatedAt"]) >= time(&record["createdAt"]), "{record}");
        assert!(record["trashedAt"].is_null() || time(&record["trashedAt"]) >= time(&record["createdAt"]), "{record}");
    }
    // The first one is from before.
    let (_, later) = data["company"]["history"]["nodes"].as_array().unwrap().split_last().unwrap();
    assert_eq!(later.len(), 2);
    assert!(later.iter().all(|node| time(&node["at"]) >= time(&data["company"]["createdAt"])), "{later:?}");
    let before = app.feed(json!({ "first": 100 }), 16).await;
    app.codes("deleteContact", &contact).await;
    app.codes("deleteCompany", &company).await;
    let gone = app
        .run(
            "query($after: String) { changes(first: 100, after: $after) { nodes { type subjectId at } } }",
            json!({ "after": before[15]["cursor"] }),
        )
        .await;
    for node in gone["changes"]["nodes"].as_array().unwrap() {
        if [&contact, &company, &membership, &interaction].iter().any(|id| node["subjectId"] == ***id) {
            assert!(time(&node["at"]) >= time(&data["company"]["createdAt"]), "{node}");
        }
    }
}
