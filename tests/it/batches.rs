//! Batches: what belongs to one, taking it back, what is kept, and who may.

use std::sync::Arc;

use liaison::{
    domain::{batches, changes},
    entity::role::Role,
};
use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, codes, each};

const TRASH: &str = "mutation($ids: [ID!]!) { trashContacts(ids: $ids) {
    contacts { id } batch { id kind state doneCount changeCount } userErrors { code } } }";

const UNDO: &str = "mutation($id: ID!) { undoBatch(id: $id) {
    batch { id state doneCount changeCount undoneAt kept { totalCount nodes { subjectId subjectType field } } }
    userErrors { code field message } } }";

impl TestApp {
    /// Trashes contacts in one call; returns the batch.
    async fn trash_all(&self, ids: &[String]) -> Value {
        self.run(TRASH, json!({ "ids": ids })).await["trashContacts"]["batch"].clone()
    }

    /// Undoes a batch; returns the payload.
    async fn undo(&self, batch: &Value) -> Value {
        self.run(UNDO, json!({ "id": batch["id"] })).await["undoBatch"].clone()
    }

    async fn status(&self, contact: &str) -> Value {
        let query = "query($id: ID!) { contact(id: $id) { status trashedAt } }";
        self.run(query, json!({ "id": contact })).await["contact"]["status"].clone()
    }
}

#[both_databases]
async fn a_bulk_move_is_a_batch_and_can_be_taken_back(app: TestApp) {
    let ann = app.contact("Ann").await;
    let ben = app.contact_with(json!({ "name": "Ben", "status": "INACTIVE" })).await;
    let batch = app.trash_all(&[ann.clone(), ben.clone(), NOBODY.to_owned()]).await;
    assert_eq!(batch, json!({ "id": batch["id"], "kind": "TRASH", "state": "DONE", "doneCount": 2, "changeCount": 2 }));
    let query = "query($id: ID!) { node(id: $id) { ... on Batch {
        actor { id } actorType createdAt undoneAt kept { totalCount }
        changes(first: 1) { nodes { type subjectId batchId actorType fields { field before after } }
            pageInfo { hasNextPage endCursor } } } } }";
    let found = app.run(query, json!({ "id": batch["id"] })).await["node"].clone();
    assert_eq!((&found["actor"], &found["actorType"]), (&Value::Null, &json!("OPERATOR")));
    assert_eq!((&found["undoneAt"], &found["kept"]["totalCount"]), (&Value::Null, &json!(0)));
    assert_eq!(
        found["changes"]["nodes"],
        json!([{ "type": "TRASHED", "subjectId": ann, "batchId": batch["id"], "actorType": "OPERATOR",
            "fields": [{ "field": "status", "before": "ACTIVE", "after": "TRASHED" }] }])
    );
    let rest = "query($id: ID!, $after: String) { node(id: $id) { ... on Batch {
        changes(after: $after) { nodes { subjectId } pageInfo { hasNextPage } } } } }";
    let after = &found["changes"]["pageInfo"]["endCursor"];
    let rest = app.run(rest, json!({ "id": batch["id"], "after": after })).await["node"]["changes"].clone();
    assert_eq!(rest, json!({ "nodes": [{ "subjectId": ben }], "pageInfo": { "hasNextPage": false } }));

    let undone = app.undo(&batch).await;
    assert_eq!(undone["userErrors"], json!([]));
    let undone = &undone["batch"];
    assert_eq!((&undone["state"], &undone["doneCount"]), (&json!("UNDONE"), &json!(2)));
    assert_eq!(undone["kept"], json!({ "totalCount": 0, "nodes": [] }));
    assert!(undone["undoneAt"].is_string());
    assert_eq!((app.status(&ann).await, app.status(&ben).await), (json!("ACTIVE"), json!("INACTIVE")));
    // The undo is in the history, and belongs to no batch.
    let history = "query($id: ID!) { contact(id: $id) { version history(first: 1) { nodes { type batchId } } } }";
    let contact = app.run(history, json!({ "id": ann })).await["contact"].clone();
    assert_eq!(contact["history"]["nodes"], json!([{ "type": "RESTORED", "batchId": null }]));
    assert_eq!(contact["version"], 3);
}

#[both_databases]
async fn nothing_moved_is_no_batch(app: TestApp) {
    let ann = app.contact("Ann").await;
    assert_eq!(app.trash_all(&[NOBODY.to_owned()]).await, Value::Null);
    app.codes("trashContact", &ann).await;
    assert_eq!(app.trash_all(std::slice::from_ref(&ann)).await, Value::Null);
    assert_eq!(app.run("{ batches { nodes { id } } }", json!({})).await["batches"]["nodes"], json!([]));
    let change = "query($id: ID!) { contact(id: $id) { history(first: 1) { nodes { type fields { field } } } } }";
    let change = app.run(change, json!({ "id": ann })).await["contact"]["history"]["nodes"].clone();
    assert_eq!(change, json!([{ "type": "TRASHED", "fields": [] }]));
}

#[both_databases]
async fn what_was_changed_since_is_kept(app: TestApp) {
    let (ann, ben, cyd) = (app.contact("Ann").await, app.contact("Ben").await, app.contact("Cyd").await);
    let batch = app.trash_all(&[ann.clone(), ben.clone(), cyd.clone()]).await;
    app.codes("restoreContact", &ann).await;
    app.codes("deleteContact", &ben).await;
    let undone = app.undo(&batch).await["batch"].clone();
    assert_eq!((&undone["state"], &undone["kept"]["totalCount"]), (&json!("UNDONE"), &json!(2)));
    let kept = undone["kept"]["nodes"].clone();
    let expected = |id: &str| json!({ "subjectId": id, "subjectType": "CONTACT", "field": null });
    assert_eq!(kept, json!([expected(&ben), expected(&ann)]));
    assert_eq!(app.status(&cyd).await, "ACTIVE");
    let page = "query($id: ID!, $after: String) { node(id: $id) { ... on Batch {
        kept(first: 1, after: $after) { edges { cursor node { subjectId } } pageInfo { hasNextPage } } } } }";
    let first = app.run(page, json!({ "id": batch["id"] })).await["node"]["kept"].clone();
    assert_eq!(
        (&first["edges"][0]["node"]["subjectId"], &first["pageInfo"]["hasNextPage"]),
        (&json!(ben), &json!(true))
    );
    let next = json!({ "id": batch["id"], "after": first["edges"][0]["cursor"] });
    assert_eq!(app.run(page, next).await["node"]["kept"]["edges"][0]["node"]["subjectId"], json!(ann));
}

#[both_databases]
async fn a_restore_is_taken_back_too(app: TestApp) {
    let (ann, ben) = (app.contact_with(json!({ "name": "Ann", "status": "INACTIVE" })).await, app.contact("Ben").await);
    app.trash_all(&[ann.clone(), ben.clone()]).await;
    let restore = "mutation($ids: [ID!]!) { restoreContacts(ids: $ids) { batch { id kind } userErrors { code } } }";
    let restored = app.run(restore, json!({ "ids": [ann, ben] })).await["restoreContacts"]["batch"].clone();
    assert_eq!(restored["kind"], "RESTORE");
    // Somebody has used it since.
    let update = "mutation($id: ID!) { updateContact(id: $id, input: { status: INACTIVE }) { userErrors { code } } }";
    app.run(update, json!({ "id": ben })).await;
    let undone = app.undo(&restored).await["batch"].clone();
    assert_eq!(each(&undone["kept"]["nodes"], "subjectId"), [&json!(ben)]);
    assert_eq!((app.status(&ann).await, app.status(&ben).await), (json!("TRASHED"), json!("INACTIVE")));
    assert_eq!(app.codes("restoreContact", &ann).await, [] as [String; 0]);
    assert_eq!(app.status(&ann).await, "INACTIVE");
}

#[both_databases]
async fn a_batch_is_undone_once(app: TestApp) {
    let app = Arc::new(app);
    let ann = app.contact("Ann").await;
    let batch = app.trash_all(&[ann]).await;
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let (app, batch) = (Arc::clone(&app), batch.clone());
            tokio::spawn(async move { codes(&app.undo(&batch).await) })
        })
        .collect();
    let mut won = 0;
    for call in calls {
        let codes = call.await.unwrap();
        if codes.is_empty() { won += 1 } else { assert_eq!(codes, ["NOT_UNDOABLE"]) }
    }
    assert_eq!(won, 1);
    assert_eq!(codes(&app.undo(&json!({ "id": NOBODY })).await), ["NOT_FOUND"]);
    assert_eq!(codes(&app.undo(&json!({ "id": "nonsense" })).await), ["NOT_FOUND"]);
}

#[both_databases]
async fn a_member_undoes_its_own_batches_and_an_admin_any(app: TestApp) {
    let contacts = [app.contact("Ann").await, app.contact("Ben").await, app.contact("Cyd").await];
    let app = app.guarded().await;
    let member = app.user("member@example.com", Role::Member).await;
    let (other, key) = (app.user("other@example.com", Role::Member).await, app.key(Role::Member).await);
    let (viewer, admin) =
        (app.user("viewer@example.com", Role::Viewer).await, app.user("admin@example.com", Role::Admin).await);
    let mut made = Vec::new();
    for (contact, token) in contacts.iter().zip([&member, &key, &member]) {
        let reply = app.ask(Some(token), TRASH, json!({ "ids": [contact] })).await;
        made.push(reply.body["data"]["trashContacts"]["batch"]["id"].clone());
    }
    let listed = "{ batches(first: 2) { nodes { id actorType actor { email } } pageInfo { hasNextPage endCursor } } }";
    let listed = app.ask(Some(&viewer), listed, json!({})).await.body["data"]["batches"].clone();
    assert_eq!(
        listed["nodes"],
        json!([
            { "id": made[2], "actorType": "USER", "actor": { "email": "member@example.com" } },
            { "id": made[1], "actorType": "API_KEY", "actor": null },
        ])
    );
    let rest = "query($after: String) { batches(after: $after) { edges { node { id } } pageInfo { hasNextPage } } }";
    let rest = app.ask(Some(&viewer), rest, json!({ "after": listed["pageInfo"]["endCursor"] })).await;
    assert_eq!(
        rest.body["data"]["batches"],
        json!({ "edges": [{ "node": { "id": made[0] } }], "pageInfo": { "hasNextPage": false } })
    );
    for (batch, token, expected) in [
        (&made[0], &viewer, "FORBIDDEN"),
        (&made[0], &other, "FORBIDDEN"),
        (&made[0], &key, "FORBIDDEN"),
        (&made[1], &member, "FORBIDDEN"),
        (&made[0], &member, ""),
        (&made[1], &key, ""),
        (&made[2], &admin, ""),
    ] {
        let reply = app.ask(Some(token), UNDO, json!({ "id": batch })).await;
        assert_eq!(reply.code(), expected, "{}", reply.body);
        if expected.is_empty() {
            assert_eq!(reply.body["data"]["undoBatch"]["batch"]["state"], "UNDONE");
        }
    }
}

#[both_databases]
async fn a_batch_whose_changes_are_no_longer_kept_cannot_be_undone(app: TestApp) {
    let ann = app.contact("Ann").await;
    let batch = app.trash_all(&[ann]).await;
    app.sql("UPDATE changes SET at = '2020-01-01T00:00:00+00:00'").await;
    app.feed(json!({}), 2).await;
    let (db, clock) = (&app.shared.domain.db, &app.shared.domain.clock);
    app.sql("UPDATE batches SET state = 'undoing'").await;
    assert_eq!(changes::prune(db, clock, 1).await.unwrap(), 0, "changes that an undo needs were removed");
    app.sql("UPDATE batches SET state = 'done'").await;
    // The feed holds changes back while other tests' transactions run.
    crate::support::until("old changes are removed", || async { changes::prune(db, clock, 1).await.unwrap() > 0 })
        .await;
    crate::support::until("all are", || async {
        changes::prune(db, clock, 1).await.unwrap();
        codes(&app.undo(&batch).await) == ["NOT_UNDOABLE"]
    })
    .await;
}

#[both_databases]
async fn a_large_batch_goes_on_in_steps(app: TestApp) {
    let mut ids = Vec::new();
    for number in 0..150 {
        ids.push(app.contact(&format!("Contact {number}")).await);
    }
    let batch = app.trash_all(&ids).await;
    let undone = app.undo(&batch).await["batch"].clone();
    assert_eq!((&undone["state"], &undone["doneCount"]), (&json!("UNDONE"), &json!(150)));
    let live = app.run("{ contactCount }", json!({})).await;
    assert_eq!(live["contactCount"], 150);
}

#[both_databases]
async fn an_undo_that_was_stopped_goes_on(app: TestApp) {
    let (ann, ben) = (app.contact("Ann").await, app.contact("Ben").await);
    let batch = app.trash_all(&[ann.clone(), ben.clone()]).await;
    app.sql("UPDATE batches SET state = 'undoing', done_count = 0").await;
    assert_eq!(codes(&app.undo(&batch).await), ["NOT_UNDOABLE"]);
    let domain = app.shared.domain.clone();
    let working = tokio::spawn(async move { batches::keep_up(&domain).await });
    crate::support::until("the batch is undone", || async { app.status(&ann).await == "ACTIVE" }).await;
    working.abort();
    assert_eq!(app.status(&ben).await, "ACTIVE");
}

#[both_databases]
async fn a_batch_costs_a_constant_number_of_statements(app: TestApp) {
    let mut counts = Vec::new();
    for size in [2, 40] {
        let mut ids = Vec::new();
        for number in 0..size {
            ids.push(app.contact(&format!("Contact {number}")).await);
        }
        let before = app.shared.domain.db.statement_count();
        let batch = app.trash_all(&ids).await;
        let trashed = app.shared.domain.db.statement_count();
        let list = "{ batches { nodes { id actor { id } changes(first: 2) { nodes { type } }
            kept { totalCount nodes { field } } } } }";
        app.run(list, json!({})).await;
        let listed = app.shared.domain.db.statement_count();
        app.undo(&batch).await;
        counts.push((trashed - before, listed - trashed, app.shared.domain.db.statement_count() - listed));
    }
    assert_eq!(counts[0], counts[1]);
}

const UPSERT: &str = "mutation($items: [UpsertContactInput!]!) { upsertContacts(items: $items) {
    results { outcome contact { id status name } userErrors { code } } batch { id kind changeCount } } }";

/// What a contact is, whatever was done to it.
const CARD: &str = "query($id: ID!) { contact(id: $id) {
    name status email emails { value label } phone phones { value label } links { value } tags birthday notes metadata
    addresses { street } externalId memberships { isPrimary position role company { name status } } } }";

#[both_databases]
async fn upserts_are_taken_back_and_come_again_whatever_the_policy(app: TestApp) {
    let old = app.contact_with(json!({ "name": "Ann", "externalId": "ann", "phone": "1", "tags": ["a"] })).await;
    let home = app.company("Home").await;
    app.membership(&old, &home).await;
    let before = app.run(CARD, json!({ "id": old })).await;
    let items = |policy: &str| {
        let all = json!({
            "name": "Anna", "status": "INACTIVE", "notes": "n", "birthday": "1990-05", "metadata": { "a": 1 },
            "emails": [{ "value": "a@example.com" }, { "value": "B@example.com", "label": "work" }],
            "phones": [{ "value": "2", "label": "mobile" }], "links": [{ "value": "https://example.com" }],
            "addresses": [{ "street": "Street 1" }], "tags": ["b", "c"],
        });
        let work = json!({ "company": { "findOrCreateByName": "Work" }, "role": "Boss" });
        json!({ "items": [
            { "identifier": { "externalId": "ann" }, "input": all, "primaryCompany": work, "onTrashed": policy },
            { "identifier": { "externalId": "ben" }, "input": { "name": "Ben" }, "primaryCompany": work,
                "onTrashed": policy },
            { "identifier": { "email": "cyd@example.com" }, "input": { "name": "Cyd" }, "onTrashed": policy },
        ] })
    };
    let upserted = app.run(UPSERT, items("REJECT")).await["upsertContacts"].clone();
    assert_eq!(each(&upserted["results"], "outcome"), ["UPDATED", "CREATED", "CREATED"]);
    assert_eq!(upserted["batch"]["kind"], "UPSERT");
    let unchanged = app.run(UPSERT, json!({ "items": [items("REJECT")["items"][0]] })).await["upsertContacts"].clone();
    assert_eq!((&unchanged["results"][0]["outcome"], &unchanged["batch"]), (&json!("UNCHANGED"), &Value::Null));
    let after = app.run(CARD, json!({ "id": old })).await;

    let undone = app.undo(&upserted["batch"]).await["batch"].clone();
    assert_eq!(undone["kept"], json!({ "totalCount": 0, "nodes": [] }));
    assert_eq!(app.run(CARD, json!({ "id": old })).await, before);
    // The columns by which it is found have followed.
    let found = "query($address: String!) { contacts(filter: { email: { eq: $address } }) { nodes { name } } }";
    let found = app.run(found, json!({ "address": "b@example.com" })).await;
    assert_eq!(found["contacts"]["nodes"], json!([]));
    let found = app.run("{ searchContacts(query: \"ann\") { name } }", json!({})).await;
    assert_eq!(found["searchContacts"], json!([{ "name": "Ann" }]));
    for id in ["ben", "cyd"].into_iter().zip(1..).map(|(_, place)| &upserted["results"][place]["contact"]["id"]) {
        assert_eq!(app.status(id.as_str().unwrap()).await, "TRASHED");
    }

    let again = app.run(UPSERT, items("REJECT")).await["upsertContacts"].clone();
    assert_eq!(each(&again["results"], "outcome"), ["UPDATED", "RESTORED", "RESTORED"]);
    for place in 0..3 {
        assert_eq!(again["results"][place]["contact"]["id"], upserted["results"][place]["contact"]["id"]);
    }
    assert_eq!(app.run(CARD, json!({ "id": old })).await, after);
    assert_eq!(app.run("{ companyCount }", json!({})).await["companyCount"], 2, "Work came back");
    // And once more: what the second one restored goes back to the trash, and can come back again.
    app.undo(&again["batch"]).await;
    assert_eq!(app.run(CARD, json!({ "id": old })).await, before);
    let third = app.run(UPSERT, items("IGNORE")).await["upsertContacts"].clone();
    assert_eq!(each(&third["results"], "outcome"), ["UPDATED", "RESTORED", "RESTORED"]);
}

#[both_databases]
async fn of_a_list_that_somebody_made_longer_only_the_first_is_set_back(app: TestApp) {
    let ann = app.contact_with(json!({ "name": "Ann", "externalId": "ann", "email": "a@example.com" })).await;
    let item = json!({ "identifier": { "externalId": "ann" }, "input": { "email": "b@example.com" } });
    let batch = app.run(UPSERT, json!({ "items": [item] })).await["upsertContacts"]["batch"].clone();
    let longer = "mutation($id: ID!, $emails: [ContactPointInput!]) {
        updateContact(id: $id, input: { emails: $emails }) { userErrors { code } } }";
    let emails = json!([{ "value": "b@example.com" }, { "value": "c@example.com" }]);
    app.run(longer, json!({ "id": ann, "emails": emails })).await;
    let undone = app.undo(&batch).await["batch"].clone();
    assert_eq!(each(&undone["kept"]["nodes"], "field"), ["emails"]);
    let emails = app.run(CARD, json!({ "id": ann })).await["contact"]["emails"].clone();
    assert_eq!(each(&emails, "value"), ["a@example.com", "c@example.com"]);
}

#[both_databases]
async fn external_ids_that_were_passed_on_go_back(app: TestApp) {
    let ann = app.contact_with(json!({ "name": "Ann", "externalId": "x" })).await;
    let ben = app.contact_with(json!({ "name": "Ben", "externalId": "y" })).await;
    let cyd = app.contact_with(json!({ "name": "Cyd", "externalId": "z" })).await;
    let item = |id: &str, key: Option<&str>| json!({ "identifier": { "id": id }, "input": { "externalId": key } });
    let items = json!({ "items": [item(&ann, None), item(&ben, Some("x")), item(&cyd, Some("y"))] });
    let upserted = app.run(UPSERT, items).await["upsertContacts"].clone();
    assert_eq!(each(&upserted["results"], "outcome"), ["UPDATED", "UPDATED", "UPDATED"]);
    // Somebody has taken the key that one of them gave up.
    app.contact_with(json!({ "name": "Dan", "externalId": "z" })).await;
    let undone = app.undo(&upserted["batch"]).await["batch"].clone();
    let kept = json!({ "subjectId": cyd, "subjectType": "CONTACT", "field": "externalId" });
    // Cyd cannot give y back, so that Ben keeps x, so that Ann gets nothing.
    assert_eq!(undone["kept"]["nodes"].as_array().unwrap().len(), 3);
    assert!(undone["kept"]["nodes"].as_array().unwrap().contains(&kept));
    let keys = "query($ids: [ID!]!) { contactsByIds(ids: $ids) { externalId } }";
    let keys = app.run(keys, json!({ "ids": [ann, ben, cyd] })).await["contactsByIds"].clone();
    assert_eq!(each(&keys, "externalId"), [&Value::Null, &json!("x"), &json!("y")]);
}

#[both_databases]
async fn an_undo_beside_other_writes_loses_none(app: TestApp) {
    let app = Arc::new(app);
    let mut ids = Vec::new();
    for number in 0..32 {
        ids.push(app.contact_with(json!({ "name": format!("Contact {number}"), "phone": "0" })).await);
    }
    let items: Vec<Value> =
        ids.iter().map(|id| json!({ "identifier": { "id": id }, "input": { "phone": "1" } })).collect();
    let batch = app.run(UPSERT, json!({ "items": items })).await["upsertContacts"]["batch"].clone();
    let writers: Vec<_> = ids
        .iter()
        .map(|id| {
            let (app, id) = (Arc::clone(&app), id.clone());
            let update =
                "mutation($id: ID!) { updateContact(id: $id, input: { phone: \"2\" }) { userErrors { code } } }";
            tokio::spawn(async move { app.run(update, json!({ "id": id })).await })
        })
        .collect();
    let undone = app.undo(&batch).await["batch"].clone();
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(undone["state"], "UNDONE");
    let history = "query($id: ID!) { contact(id: $id) { phone version
        history(first: 10) { nodes { type fields { field before after } } } } }";
    for id in &ids {
        let contact = app.run(history, json!({ "id": id })).await["contact"].clone();
        assert_eq!(contact["phone"], "2");
        let mut later = json!("2");
        for change in contact["history"]["nodes"].as_array().unwrap() {
            for field in change["fields"].as_array().unwrap().iter().filter(|field| field["field"] == "phone") {
                assert_eq!(field["after"], later);
                later = field["before"].clone();
            }
        }
        assert_eq!(later, "0");
    }
}

const UPDATE: &str =
    "mutation($filter: ContactFilter!, $input: ContactInput, $add: [String!], $remove: [String!], $count: Int!) {
    updateContacts(filter: $filter, input: $input, addTags: $add, removeTags: $remove, expectedCount: $count) {
        batch { id kind changeCount } updatedCount userErrors { code field } } }";

impl TestApp {
    async fn update_all(&self, variables: Value) -> Value {
        self.run(UPDATE, variables).await["updateContacts"].clone()
    }
}

#[both_databases]
async fn a_bulk_update_writes_what_differs_and_is_taken_back(app: TestApp) {
    let ann = app.contact_with(json!({ "name": "Ann", "tags": ["Old", "x"], "email": "a@example.com" })).await;
    let ben = app.contact_with(json!({ "name": "Ben", "tags": ["new"], "notes": "n", "status": "INACTIVE" })).await;
    let cyd = app.contact_with(json!({ "name": "Cyd", "tags": ["New"], "notes": "n" })).await;
    let dan = app.contact("Dan").await;
    app.codes("trashContact", &dan).await;
    let filter = json!({ "name": { "gte": "a", "lt": "z" } });
    let tags = async |id: &str| app.run(CARD, json!({ "id": id })).await["contact"]["tags"].clone();
    let before = (app.run(CARD, json!({ "id": ann })).await, app.run(CARD, json!({ "id": ben })).await);
    let wrong = json!({ "filter": filter, "input": { "notes": "n" }, "count": 4 });
    let refused = app.update_all(wrong).await;
    assert_eq!((codes(&refused), &refused["updatedCount"]), (vec!["COUNT_MISMATCH".to_owned()], &json!(0)));

    let all = json!({ "filter": filter, "input": { "notes": "n" }, "add": ["NEW"], "remove": ["OLD"], "count": 3 });
    let updated = app.update_all(all.clone()).await;
    assert_eq!(updated["userErrors"], json!([]));
    assert_eq!((&updated["updatedCount"], &updated["batch"]["changeCount"]), (&json!(1), &json!(1)));
    assert_eq!(updated["batch"]["kind"], "BULK_UPDATE");
    assert_eq!(
        (tags(&ann).await, tags(&ben).await, tags(&cyd).await),
        (json!(["NEW", "x"]), json!(["new"]), json!(["New"]))
    );
    assert_eq!(app.update_all(all).await, json!({ "batch": null, "updatedCount": 0, "userErrors": [] }));
    app.undo(&updated["batch"]).await;
    assert_eq!(app.run(CARD, json!({ "id": ann })).await, before.0);

    let rest = json!({ "filter": filter, "input": { "status": "ACTIVE", "email": "b@example.com" }, "count": 3 });
    let updated = app.update_all(rest).await;
    assert_eq!(updated["updatedCount"], 3);
    assert_eq!(app.run(CARD, json!({ "id": ben })).await["contact"]["status"], "ACTIVE");
    let undone = app.undo(&updated["batch"]).await;
    assert_eq!(undone["batch"]["kept"]["totalCount"], 0);
    let after = (app.run(CARD, json!({ "id": ann })).await, app.run(CARD, json!({ "id": ben })).await);
    assert_eq!(after, before);
}

#[both_databases]
async fn a_bulk_update_is_refused_as_a_whole(app: TestApp) {
    let full: Vec<String> = (0..100).map(|number| format!("tag {number}")).collect();
    let ann = app.contact_with(json!({ "name": "Ann", "tags": full })).await;
    app.contact("Ben").await;
    let all = json!({ "name": { "isNull": false } });
    for (variables, expected) in [
        (json!({ "filter": all, "input": { "name": "" }, "count": 3 }), vec!["BLANK", "COUNT_MISMATCH"]),
        (json!({ "filter": all, "input": { "externalId": "x" }, "count": 2 }), vec!["INVALID"]),
        (json!({ "filter": all, "input": { "tags": [] }, "add": ["a"], "count": 2 }), vec!["INVALID"]),
        (json!({ "filter": all, "add": ["a"], "count": 2 }), vec!["TOO_MANY"]),
        (json!({ "filter": all, "add": [" "], "remove": [""], "count": 2 }), vec!["BLANK", "BLANK"]),
        (json!({ "filter": all, "input": { "notes": "n" }, "count": -2 }), vec!["COUNT_MISMATCH"]),
    ] {
        assert_eq!(codes(&app.update_all(variables.clone()).await), expected, "{variables}");
    }
    app.codes("trashContact", &ann).await;
    let trashed = json!({ "filter": { "status": { "eq": "TRASHED" } }, "input": { "status": "ACTIVE" }, "count": 1 });
    assert_eq!(codes(&app.update_all(trashed).await), ["TRASHED"]);
    let nothing = app.run("{ contacts(includeTrashed: true) { nodes { version notes } } }", json!({})).await;
    let expected = json!([{ "version": 2, "notes": null }, { "version": 1, "notes": null }]);
    assert_eq!(nothing["contacts"]["nodes"], expected);
}

#[both_databases]
async fn a_bulk_update_costs_three_statements_for_500_contacts(app: TestApp) {
    let mut counts = Vec::new();
    for size in [3, 150] {
        let items: Vec<Value> = (0..size)
            .map(|n| json!({ "identifier": { "externalId": format!("{size} {n}") }, "input": { "name": format!("N{size}") } }))
            .collect();
        app.run(UPSERT, json!({ "items": items })).await;
        let filter = json!({ "name": { "eq": format!("N{size}") } });
        let variables = json!({ "filter": filter, "input": { "phone": "1" }, "add": ["a"], "count": size });
        counts.push(app.statements(UPDATE, variables).await);
    }
    assert_eq!(counts, [5, 5]);
}

#[both_databases]
async fn bulk_updates_at_once_take_turns(app: TestApp) {
    let app = Arc::new(app);
    for number in 0..20 {
        app.contact(&format!("Contact {number}")).await;
    }
    let calls: Vec<_> = (0..16)
        .map(|caller| {
            let app = Arc::clone(&app);
            let filter = json!({ "name": { "startsWith": "contact" } });
            let variables = json!({ "filter": filter, "add": [format!("tag {caller}")], "count": 20 });
            tokio::spawn(async move { app.update_all(variables).await })
        })
        .collect();
    for call in calls {
        let updated = call.await.unwrap();
        assert_eq!((&updated["updatedCount"], &updated["userErrors"]), (&json!(20), &json!([])));
    }
    let found = app.run("{ contacts { nodes { tags version } } }", json!({})).await["contacts"]["nodes"].clone();
    for contact in found.as_array().unwrap() {
        assert_eq!((contact["tags"].as_array().unwrap().len(), &contact["version"]), (16, &json!(17)));
    }
}
