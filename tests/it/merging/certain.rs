//! Merging all groups that are certainly one person.

use liaison::domain::merging;
use serde_json::{Value, json};

use crate::{
    duplicates::person,
    support::{TestApp, both_databases, eventually},
};

const MERGE: &str = "mutation($dry: Boolean!) { mergeDuplicates(dryRun: $dry) {
    batch { id kind state changeCount doneCount } groupCount absorbedCount userErrors { code } } }";

pub(crate) async fn merge_all(app: &TestApp, dry: bool) -> Value {
    app.compared().await;
    app.run(MERGE, json!({ "dry": dry })).await["mergeDuplicates"].clone()
}

async fn live(app: &TestApp) -> Value {
    app.run("{ contactCount }", json!({})).await["contactCount"].clone()
}

#[both_databases]
async fn all_certain_groups_are_merged_as_one_batch_and_taken_back(app: TestApp) {
    for number in 0..6 {
        for _ in 0..=number % 3 {
            app.contact_with(person(number)).await;
        }
    }
    assert_eq!(live(&app).await, 12);
    let dry = merge_all(&app, true).await;
    assert_eq!(dry, json!({ "batch": null, "groupCount": 4, "absorbedCount": 6, "userErrors": [] }));
    assert_eq!(live(&app).await, 12);
    let merged = merge_all(&app, false).await;
    assert_eq!((&merged["groupCount"], &merged["absorbedCount"]), (&json!(4), &json!(6)), "{merged}");
    assert_eq!((&merged["batch"]["kind"], &merged["batch"]["state"]), (&json!("MERGE"), &json!("DONE")));
    assert_eq!(merged["batch"]["doneCount"], merged["batch"]["changeCount"]);
    assert_eq!(live(&app).await, 6);
    let again = merge_all(&app, false).await;
    assert_eq!(again, json!({ "batch": null, "groupCount": 0, "absorbedCount": 0, "userErrors": [] }));
    let undo = "mutation($id: ID!) { undoBatch(id: $id) { batch { state kept { totalCount } } userErrors { code } } }";
    let undone = app.run(undo, json!({ "id": merged["batch"]["id"] })).await["undoBatch"].clone();
    assert_eq!(undone, json!({ "batch": { "state": "UNDONE", "kept": { "totalCount": 0 } }, "userErrors": [] }));
    assert_eq!(live(&app).await, 12);
    assert_eq!(merge_all(&app, true).await["groupCount"], 4, "and they are found again");
}

#[both_databases]
async fn those_who_have_become_others_are_not_merged_before_they_are_compared(app: TestApp) {
    for _ in 0..2 {
        app.contact_with(person(6)).await;
    }
    let [_one, two] = [app.contact_with(person(7)).await, app.contact_with(person(7)).await];
    app.compared().await;
    app.rewrite(&two, person(8)).await;
    let merged = app.run(MERGE, json!({ "dry": false })).await["mergeDuplicates"].clone();
    assert_eq!((&merged["groupCount"], &merged["absorbedCount"]), (&json!(1), &json!(1)), "{merged}");
    assert_eq!(live(&app).await, 3);
    let found = app.run("query($id: ID!) { contact(id: $id) { name mergedInto { id } } }", json!({ "id": two })).await;
    assert_eq!(found["contact"], json!({ "name": person(8)["name"], "mergedInto": null }));
}

#[both_databases]
async fn what_somebody_must_look_at_is_not_merged(app: TestApp) {
    let vetoed = [app.contact_with(person(0)).await, app.contact_with(person(0)).await];
    let users = [app.contact_with(person(1)).await, app.contact_with(person(1)).await];
    app.mark(&[&vetoed[0], &vetoed[1]]).await;
    app.connect(&users[0], "one@example.com").await;
    app.connect(&users[1], "two@example.com").await;
    for _ in 0..51 {
        app.contact_with(person(2)).await;
    }
    let merged = merge_all(&app, false).await;
    assert_eq!(merged, json!({ "batch": null, "groupCount": 0, "absorbedCount": 0, "userErrors": [] }));
}

#[both_databases]
async fn merges_whose_process_has_ended_go_on(app: TestApp) {
    let mut first = Vec::new();
    for number in 0..40 {
        for _ in 0..2 {
            first.push(app.contact_with(person(number)).await);
        }
    }
    app.compared().await;
    // As if the process had ended after the first group.
    let batch = app.merge(&first[0], &[&first[1]]).await;
    app.sql("UPDATE batches SET state = 'running'").await;
    let server = app.another().await;
    let keeping = tokio::spawn(async move { merging::keep_up(server.operator()).await });
    let state = "query($id: ID!) { node(id: $id) { ... on Batch { state changeCount doneCount } } }";
    let done = eventually("the merges of a job that has stopped", || async {
        let batch = app.run(state, json!({ "id": batch })).await["node"].clone();
        (batch["state"] == "DONE").then_some(batch)
    })
    .await;
    keeping.abort();
    assert_eq!(done["doneCount"], done["changeCount"]);
    assert_eq!(live(&app).await, 40);
}
