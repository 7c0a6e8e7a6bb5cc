//! Merging contacts: what the survivor gets, what is refused, and what becomes of the absorbed.

use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, codes, tables::difference};

mod cards;
pub(crate) mod certain;
mod follow;
mod identifiers;
mod law;
mod references;
mod undo;
mod vetoes;
mod writes;

pub(crate) const MERGE: &str = "mutation(
    $survivor: ID!, $absorbed: [ID!]!, $overrides: ContactInput, $user: ID, $versions: [RecordVersionInput!], $dry: Boolean! = false
) {
    mergeContacts(survivorId: $survivor, absorbedIds: $absorbed, overrides: $overrides, keepUserId: $user,
        expectedVersions: $versions, dryRun: $dry) {
        contact { id version } preview batch { id kind state } conflicts { field chosen discarded }
        movedMembershipCount movedInteractionCount userErrors { code field message conflictIds } } }";

const UNDO: &str = "mutation($id: ID!) { undoBatch(id: $id) {
    batch { state kept { totalCount nodes { subjectId subjectType field } } } userErrors { code message conflictIds } } }";

pub(crate) const CONTACT: &str = "query($id: ID!) { contact(id: $id) {
    name status email emails { value label } phones { value } tags notes metadata externalId user { id }
    mergedInto { id } memberships { isPrimary role company { name } }
    interactions { nodes { id } } lastInteractionAt } }";

impl TestApp {
    /// Merges contacts with these arguments beside the survivor and the absorbed; returns the payload.
    pub(crate) async fn merge_with(&self, survivor: &str, absorbed: &[&str], arguments: Value) -> Value {
        let mut variables = arguments;
        variables["survivor"] = json!(survivor);
        variables["absorbed"] = json!(absorbed);
        self.run(MERGE, variables).await["mergeContacts"].clone()
    }

    /// Merges contacts, which must succeed; returns the batch's id.
    pub(crate) async fn merge(&self, survivor: &str, absorbed: &[&str]) -> String {
        let payload = self.merge_with(survivor, absorbed, json!({})).await;
        assert_eq!(payload["userErrors"], json!([]));
        payload["batch"]["id"].as_str().unwrap().to_owned()
    }

    /// Undoes a batch; returns the payload.
    pub(crate) async fn undo_merge(&self, batch: &str) -> Value {
        self.run(UNDO, json!({ "id": batch })).await["undoBatch"].clone()
    }

    pub(crate) async fn shown(&self, id: &str) -> Value {
        self.run(CONTACT, json!({ "id": id })).await["contact"].clone()
    }

    pub(crate) async fn call(&self, contact: &str, party: Option<&str>, at: &str) -> String {
        let mutation =
            "mutation($id: ID!, $input: InteractionInput!) { createInteraction(contactId: $id, input: $input) {
            interaction { id } userErrors { code } } }";
        let parties: Vec<Value> = party.iter().map(|id| json!({ "name": "P", "contactId": id })).collect();
        let input = json!({ "type": "CALL", "occurredAt": at, "parties": parties });
        let made = self.run(mutation, json!({ "id": contact, "input": input })).await;
        made["createInteraction"]["interaction"]["id"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
    }
}

/// Two cards of one person, with everything that a card can have.
pub(crate) async fn two_cards(app: &TestApp) -> (String, String) {
    let ann = json!({ "name": "Ann Lee", "email": "ann@example.com", "phone": "+49 30 12345", "tags": ["vip"],
        "metadata": { "crm": { "id": 1, "stage": "won" }, "size": 3 }, "externalId": "crm:1" });
    let other = json!({ "name": "A. Lee", "notes": "Likes tea.", "tags": ["VIP", "tea"], "externalId": "shop:9",
        "emails": [{ "value": "ANN@example.com", "label": "old" }, { "value": "lee@example.org" }],
        "phones": [{ "value": "030-12345" }], "metadata": { "crm": { "stage": "lost", "owner": "Bo" }, "size": 3 } });
    (app.contact_with(ann).await, app.contact_with(other).await)
}

#[both_databases]
async fn two_cards_become_one(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    let (acme, bolt) = (app.company("Acme").await, app.company("Bolt").await);
    for (contact, company) in [(&ann, &acme), (&other, &bolt), (&other, &acme)] {
        app.membership(contact, company).await;
    }
    let user = app.connect(&other, "ann@example.com").await;
    let zoe = app.contact("Zoe").await;
    let own = app.call(&other, None, "2026-01-02T00:00:00Z").await;
    let with = app.call(&zoe, Some(&other), "2026-02-03T00:00:00Z").await;

    let before = app.whole_database().await;
    let preview = app.merge_with(&ann, &[&other], json!({ "dry": true })).await;
    assert_eq!(
        (&preview["contact"], &preview["batch"], &preview["userErrors"]),
        (&Value::Null, &Value::Null, &json!([]))
    );
    assert_eq!(difference(&before, &app.whole_database().await), [""; 0]);

    let merged = app.merge_with(&ann, &[&other], json!({})).await;
    assert_eq!(merged["contact"], json!({ "id": ann, "version": 2 }));
    assert_eq!(merged["preview"], Value::Null);
    assert_eq!((&merged["batch"]["kind"], &merged["batch"]["state"]), (&json!("MERGE"), &json!("DONE")));
    assert_eq!((&merged["movedMembershipCount"], &merged["movedInteractionCount"]), (&json!(1), &json!(2)));
    for field in ["conflicts", "movedMembershipCount", "movedInteractionCount"] {
        assert_eq!(merged[field], preview[field], "{field}");
    }
    let survivor = app.shown(&ann).await;
    assert_eq!(
        survivor,
        json!({ "name": "Ann Lee", "status": "ACTIVE", "email": "ann@example.com",
            "emails": [{ "value": "ann@example.com", "label": null }, { "value": "lee@example.org", "label": null }],
            "phones": [{ "value": "+49 30 12345" }, { "value": "030-12345" }], "tags": ["tea", "vip"], "notes": "Likes tea.",
            "metadata": { "crm": { "id": 1, "stage": "won", "owner": "Bo" }, "size": 3 }, "externalId": "crm:1",
            "user": { "id": user }, "mergedInto": null,
            "memberships": [{ "isPrimary": true, "role": null, "company": { "name": "Acme" } },
                { "isPrimary": false, "role": null, "company": { "name": "Bolt" } }],
            "interactions": { "nodes": [{ "id": with }, { "id": own }] }, "lastInteractionAt": "2026-02-03T00:00:00.000000Z" })
    );
    for field in ["name", "notes", "tags", "metadata", "externalId"] {
        assert_eq!(preview["preview"][field], survivor[field], "{field}");
    }
    let absorbed = app.shown(&other).await;
    assert_eq!(absorbed["mergedInto"], json!({ "id": ann }));
    assert_eq!((&absorbed["status"], &absorbed["user"]), (&json!("TRASHED"), &Value::Null));
    assert_eq!((&absorbed["name"], &absorbed["externalId"]), (&json!("A. Lee"), &json!("shop:9")));
    assert_eq!(
        merged["conflicts"],
        json!([
            { "field": "name", "chosen": "Ann Lee", "discarded": ["A. Lee"] },
            { "field": "emails", "chosen": { "value": "ann@example.com" },
                "discarded": [{ "value": "ANN@example.com", "label": "old" }] },
            { "field": "tags", "chosen": "vip", "discarded": ["VIP"] },
            { "field": "metadata.crm.stage", "chosen": "won", "discarded": ["lost"] },
            { "field": "externalId", "chosen": "crm:1", "discarded": ["shop:9"] },
        ])
    );
}

#[both_databases]
async fn every_argument_is_checked(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    let trashed = app.contact("Tess").await;
    assert!(app.codes("trashContact", &trashed).await.is_empty());
    let many: Vec<String> = (0..50).map(|_| NOBODY.to_owned()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (survivor, absorbed, arguments, expected) in [
        (ann.as_str(), vec![], json!({}), vec!["BLANK absorbedIds"]),
        (&ann, vec![ann.as_str()], json!({}), vec!["INVALID absorbedIds.0"]),
        (&ann, vec![&other, &other], json!({}), vec!["INVALID absorbedIds.1"]),
        (&ann, vec![NOBODY, "x"], json!({}), vec!["NOT_FOUND absorbedIds.1", "NOT_FOUND absorbedIds.0"]),
        ("x", vec![&other], json!({}), vec!["NOT_FOUND survivorId"]),
        (&ann, many, json!({}), vec!["TOO_MANY absorbedIds"]),
        (&ann, vec![&trashed], json!({}), vec!["TRASHED absorbedIds.0"]),
        (&trashed, vec![&ann], json!({}), vec!["TRASHED survivorId"]),
        (&ann, vec![&other], json!({ "overrides": { "name": " " } }), vec!["BLANK overrides.name"]),
        (&ann, vec![&other], json!({ "user": NOBODY }), vec!["INVALID keepUserId"]),
        (
            &ann,
            vec![&other],
            json!({ "versions": [{ "id": other, "version": 7 }, { "id": ann, "version": 1 }] }),
            vec!["STALE_VERSION expectedVersions.0.version"],
        ),
        (
            &ann,
            vec![&other],
            json!({ "versions": [{ "id": trashed, "version": 1 }] }),
            vec!["INVALID expectedVersions.0.id"],
        ),
    ] {
        for dry in [true, false] {
            let mut arguments = arguments.clone();
            arguments["dry"] = json!(dry);
            let payload = app.merge_with(survivor, &absorbed, arguments).await;
            let errors: Vec<String> = payload["userErrors"].as_array().unwrap().iter().map(in_a_line).collect();
            assert_eq!(errors, expected, "{absorbed:?}");
            assert_eq!((&payload["contact"], &payload["batch"]), (&Value::Null, &Value::Null));
        }
    }
}

/// The code of an error, and its path.
fn in_a_line(error: &Value) -> String {
    let path: Vec<&str> = error["field"].as_array().unwrap().iter().map(|part| part.as_str().unwrap()).collect();
    format!("{} {}", error["code"].as_str().unwrap(), path.join("."))
}

#[both_databases]
async fn of_two_login_users_the_caller_keeps_one(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    let (one, two) = (app.connect(&ann, "a@example.com").await, app.connect(&other, "b@example.com").await);
    let refused = app.merge_with(&ann, &[&other], json!({})).await;
    assert_eq!(codes(&refused), ["USER_ALREADY_LINKED"]);
    assert_eq!(refused["userErrors"][0]["conflictIds"], json!([one, two]));
    let merged = app.merge_with(&ann, &[&other], json!({ "user": two })).await;
    assert!(codes(&merged).is_empty());
    assert_eq!(app.shown(&ann).await["user"], json!({ "id": two }));
    assert_eq!(app.shown(&other).await["user"], Value::Null);
    let conflict = json!({ "field": "user", "chosen": two, "discarded": [one] });
    assert!(merged["conflicts"].as_array().unwrap().contains(&conflict), "{}", merged["conflicts"]);
    let undone = app.undo_merge(merged["batch"]["id"].as_str().unwrap()).await;
    assert_eq!((&undone["batch"]["state"], &undone["batch"]["kept"]["totalCount"]), (&json!("UNDONE"), &json!(0)));
    assert_eq!(app.shown(&ann).await["user"], json!({ "id": one }));
    assert_eq!(app.shown(&other).await["user"], json!({ "id": two }));
}

#[both_databases]
async fn overrides_win_over_all_contacts(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    app.contact_with(json!({ "name": "Zoe", "externalId": "zoe" })).await;
    let taken = app.merge_with(&ann, &[&other], json!({ "overrides": { "externalId": "zoe" } })).await;
    assert_eq!(in_a_line(&taken["userErrors"][0]), "TAKEN overrides.externalId");
    let overrides = json!({ "name": "Ann B. Lee", "emails": [{ "value": "new@example.com", "label": "work" }], "phones": [],
        "tags": ["kept"], "notes": null, "metadata": { "own": true }, "externalId": "shop:9", "birthday": "1990-01-02" });
    let batch = app.merge_with(&ann, &[&other], json!({ "overrides": overrides })).await["batch"]["id"].clone();
    let merged = app.shown(&ann).await;
    for (field, value) in overrides.as_object().unwrap().iter().filter(|(field, _)| *field != "birthday") {
        assert_eq!(&merged[field], value, "{field}");
    }
    assert_eq!(app.shown(&other).await["externalId"], Value::Null, "which only one contact has");
    assert_eq!(app.undo_merge(batch.as_str().unwrap()).await["batch"]["kept"]["totalCount"], 0);
    assert_eq!(app.shown(&other).await["externalId"], "shop:9");
    assert_eq!(app.shown(&ann).await["externalId"], "crm:1");
}

#[both_databases]
async fn more_than_a_contact_may_have_is_refused(app: TestApp) {
    let numbered = |from: usize| -> Value {
        let emails: Vec<Value> =
            (from..from + 30).map(|number| json!({ "value": format!("{number}@example.com") })).collect();
        json!({ "name": "Ann", "emails": emails })
    };
    let (ann, other) = (app.contact_with(numbered(0)).await, app.contact_with(numbered(30)).await);
    let refused = app.merge_with(&ann, &[&other], json!({})).await;
    assert_eq!(in_a_line(&refused["userErrors"][0]), "TOO_MANY overrides.emails");
    assert_eq!(app.shown(&ann).await["emails"].as_array().unwrap().len(), 30);
    let chosen = json!({ "overrides": { "emails": [{ "value": "0@example.com" }] } });
    assert_eq!(codes(&app.merge_with(&ann, &[&other], chosen).await), [""; 0]);
}

#[both_databases]
async fn at_one_company_the_survivors_membership_takes_what_it_lacks(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    let acme = app.company("Acme").await;
    let (own, theirs) = (app.membership(&ann, &acme).await, app.membership(&other, &acme).await);
    for (id, input) in [(&own, json!({ "role": "Chief" })), (&theirs, json!({ "role": "Boss", "department": "Sales" }))]
    {
        let update = "mutation($id: ID!, $input: MembershipInput!) {
            updateMembership(id: $id, input: $input) { userErrors { code } } }";
        app.run(update, json!({ "id": id, "input": input })).await;
    }
    let merged = app.merge_with(&ann, &[&other], json!({})).await;
    assert_eq!(merged["movedMembershipCount"], 0);
    let conflict = json!({ "field": "memberships.role", "chosen": "Chief", "discarded": ["Boss"] });
    assert!(merged["conflicts"].as_array().unwrap().contains(&conflict), "{merged}");
    let query = "query($id: ID!) { contact(id: $id) { memberships { role department } } }";
    let works = app.run(query, json!({ "id": ann })).await["contact"]["memberships"].clone();
    assert_eq!(works, json!([{ "role": "Chief", "department": "Sales" }]));
    app.undo_merge(merged["batch"]["id"].as_str().unwrap()).await;
    let works = app.run(query, json!({ "id": ann })).await["contact"]["memberships"].clone();
    assert_eq!(works, json!([{ "role": "Chief", "department": null }]));
}
