//! Taking merges back.

use std::collections::BTreeSet;

use liaison::domain::batches;
use serde_json::{Value, json};

use super::{certain::merge_all, two_cards};
use crate::{
    duplicates::person,
    support::{TestApp, both_databases, codes, tables::difference, until},
};

#[both_databases]
async fn a_merge_that_is_taken_back_leaves_no_trace(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    let (acme, bolt) = (app.company("Acme").await, app.company("Bolt").await);
    for (contact, company) in [(&ann, &acme), (&other, &bolt), (&other, &acme)] {
        app.membership(contact, company).await;
    }
    app.connect(&other, "ann@example.com").await;
    let zoe = app.contact("Zoe").await;
    app.call(&other, Some(&ann), "2026-01-02T00:00:00Z").await;
    app.call(&zoe, Some(&other), "2026-02-03T00:00:00Z").await;
    let before = app.whole_database().await;
    let batch = app.merge(&ann, &[&other]).await;
    assert_ne!(app.whole_database().await, before);
    let undone = app.undo_merge(&batch).await;
    assert_eq!(undone["batch"], json!({ "state": "UNDONE", "kept": { "totalCount": 0, "nodes": [] } }));
    assert_eq!(difference(&before, &app.whole_database().await), [""; 0]);
}

/// The records that an undo has left, each with its field.
pub(super) fn kept(undone: &Value) -> BTreeSet<String> {
    let kept = undone["batch"]["kept"]["nodes"].as_array().unwrap().iter();
    kept.map(|kept| format!("{} {}", kept["subjectType"].as_str().unwrap(), kept["field"].as_str().unwrap_or("whole")))
        .collect()
}

async fn run(app: &TestApp, field: &str, id: &str) {
    let argument = if field == "deleteUser" { "userId" } else { "id" };
    let mutation = format!("mutation($id: ID!) {{ done: {field}({argument}: $id) {{ userErrors {{ code }} }} }}");
    assert_eq!(codes(&app.run(&mutation, json!({ "id": id })).await["done"]), [""; 0], "{field}");
}

#[both_databases]
async fn a_merge_with_a_contact_that_is_gone_is_not_undone(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    let third = app.contact("Third").await;
    let batch = app.merge(&ann, &[&other, &third]).await;
    run(&app, "deleteContact", &other).await;
    let before = app.whole_database().await;
    assert_eq!(codes(&app.undo_merge(&batch).await), ["NOT_UNDOABLE"]);
    assert_eq!(difference(&before, &app.whole_database().await), [""; 0]);
    // The absorbed go with their survivor.
    run(&app, "deleteContact", &ann).await;
    assert_eq!(codes(&app.undo_merge(&batch).await), ["NOT_UNDOABLE"]);
    let left = app.run("{ contacts(includeTrashed: true) { nodes { id } } }", json!({})).await;
    assert_eq!(left["contacts"]["nodes"], json!([]));
}

#[both_databases]
async fn what_was_moved_and_is_gone_stands_in_no_way(app: TestApp) {
    let (ann, other) = two_cards(&app).await;
    let (acme, bolt) = (app.company("Acme").await, app.company("Bolt").await);
    for company in [&acme, &bolt] {
        app.membership(&other, company).await;
    }
    let calls =
        [app.call(&other, None, "2026-01-02T00:00:00Z").await, app.call(&other, None, "2026-01-03T00:00:00Z").await];
    let user = app.connect(&other, "ann@example.com").await;
    let batch = app.merge(&ann, &[&other]).await;
    run(&app, "deleteInteraction", &calls[0]).await;
    run(&app, "deleteCompany", &acme).await;
    run(&app, "deleteUser", &user).await;
    let undone = app.undo_merge(&batch).await;
    assert_eq!((&undone["batch"]["state"], &undone["userErrors"]), (&json!("UNDONE"), &json!([])), "{undone}");
    assert_eq!(
        kept(&undone),
        BTreeSet::from(["INTERACTION whole", "MEMBERSHIP whole", "CONTACT user"].map(str::to_owned))
    );
    let other = app.shown(&other).await;
    assert_eq!(other["memberships"].as_array().unwrap().len(), 1, "{other}");
    assert_eq!((&other["interactions"]["nodes"], &other["user"]), (&json!([{ "id": calls[1] }]), &Value::Null));
}

/// Merges three pairs as one batch; returns it, and of each pair the survivor and the absorbed.
async fn three_merges(app: &TestApp) -> (String, Vec<[String; 2]>) {
    for number in 0..3 {
        for _ in 0..2 {
            app.contact_with(person(number)).await;
        }
    }
    let merged = merge_all(app, false).await;
    assert_eq!(merged["groupCount"], 3);
    let query = "{ contacts(includeTrashed: true, orderBy: [{ field: NAME }]) { nodes { id mergedInto { id } } } }";
    let found = app.run(query, json!({})).await;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let pairs = found["contacts"]["nodes"].as_array().unwrap().iter();
    let pairs = pairs.filter_map(|node| Some([text(&node["mergedInto"]["id"])?, text(&node["id"])?])).collect();
    (text(&merged["batch"]["id"]).unwrap(), pairs)
}

#[both_databases]
async fn of_many_merges_those_are_undone_that_can_be(app: TestApp) {
    let (batch, pairs) = three_merges(&app).await;
    run(&app, "deleteContact", &pairs[0][1]).await;
    run(&app, "deleteContact", &pairs[1][0]).await;
    let undone = app.undo_merge(&batch).await;
    assert_eq!((&undone["batch"]["state"], &undone["userErrors"]), (&json!("UNDONE"), &json!([])), "{undone}");
    assert_eq!(kept(&undone), BTreeSet::from(["CONTACT whole".to_owned()]));
    let left: BTreeSet<&str> = undone["batch"]["kept"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|kept| kept["subjectId"].as_str())
        .collect();
    assert_eq!(left, pairs[..2].iter().flatten().map(String::as_str).collect());
    for id in &pairs[2] {
        let contact = app.shown(id).await;
        assert_eq!((&contact["status"], &contact["mergedInto"]), (&json!("ACTIVE"), &Value::Null));
    }
}

#[both_databases]
async fn a_merge_between_two_steps_stops_an_undo_that_can_go_on_later(app: TestApp) {
    let (batch, pairs) = three_merges(&app).await;
    // Its process has ended before it took anything back.
    app.sql("UPDATE batches SET state = 'undoing', done_count = 0").await;
    let later = app.merge(&pairs[1][0], &[&pairs[0][0]]).await;
    let merged = app.whole_database().await;
    let domain = app.shared.domain.clone();
    let working = tokio::spawn(async move { batches::keep_up(&domain).await });
    until("the undo has stopped", || async {
        let batches = app.run("{ batches { nodes { id state } } }", json!({})).await["batches"]["nodes"].clone();
        batches.as_array().unwrap().contains(&json!({ "id": batch, "state": "DONE" }))
    })
    .await;
    working.abort();
    assert_eq!(difference(&merged, &app.whole_database().await), [""; 0]);
    assert_eq!(codes(&app.undo_merge(&batch).await), ["NOT_UNDOABLE"]);
    for batch in [&later, &batch] {
        let undone = app.undo_merge(batch).await;
        assert_eq!(undone["batch"], json!({ "state": "UNDONE", "kept": { "totalCount": 0, "nodes": [] } }), "{undone}");
    }
    for id in pairs.iter().flatten() {
        assert_eq!(app.shown(id).await["mergedInto"], Value::Null);
    }
}

#[both_databases]
async fn of_many_merges_none_is_undone_while_another_stands_on_one(app: TestApp) {
    let (batch, pairs) = three_merges(&app).await;
    let later = app.merge(&pairs[1][0], &[&pairs[0][0]]).await;
    let before = app.whole_database().await;
    let refused = app.undo_merge(&batch).await;
    assert_eq!(
        (codes(&refused), &refused["userErrors"][0]["conflictIds"]),
        (vec!["NOT_UNDOABLE".to_owned()], &json!([pairs[1][0]]))
    );
    assert_eq!(difference(&before, &app.whole_database().await), [""; 0]);
    for batch in [&later, &batch] {
        let undone = app.undo_merge(batch).await;
        assert_eq!(undone["batch"], json!({ "state": "UNDONE", "kept": { "totalCount": 0, "nodes": [] } }), "{undone}");
    }
}
