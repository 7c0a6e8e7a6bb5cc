//! Merging all groups that are certainly one person.

use liaison::{
    domain::{imports::Options, merging},
    entity::import_job::ImportFormat,
};
use serde_json::{Value, json};

use crate::{
    duplicates::person,
    imports,
    support::{Listening, TestApp, both_databases, eventually, socket::Client, tables::difference, until},
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

#[both_databases]
async fn more_than_a_hundred_groups_are_merged_after_the_answer(app: TestApp) {
    let server = Listening::start(app).await;
    let app = &server.app;
    let row = |number: usize| {
        let person = person(number);
        let text = |field: &str| person[field].as_str().unwrap().to_owned();
        format!("{},{},{}\n", text("name"), text("email"), text("phone")).repeat(2)
    };
    let table: String = (0..101).map(row).collect();
    let options = Options { match_by: Vec::new(), ..Options::default() };
    let made =
        imports::run(app, imports::job(ImportFormat::Csv, options, false), &format!("Name,Email,Phone\n{table}")).await;
    assert_eq!(imports::counts(&made), [202, 0, 0, 0, 0]);
    let merged = merge_all(app, false).await;
    assert_eq!((&merged["groupCount"], &merged["batch"]["state"]), (&json!(101), &json!("RUNNING")), "{merged}");
    let mut client = Client::anyone(&server).await;
    let progress = "subscription($id: ID!) { batchProgress(id: $id) { state doneCount changeCount } }";
    let payload = json!({ "query": progress, "variables": { "id": merged["batch"]["id"] } });
    client.say(json!({ "id": "a", "type": "subscribe", "payload": payload })).await;
    let mut told = Vec::new();
    loop {
        let heard = client.hear().await;
        if heard["type"] == "complete" {
            break;
        }
        told.push(heard["payload"]["data"]["batchProgress"].clone());
    }
    let counts: Vec<u64> = told.iter().map(|batch| batch["doneCount"].as_u64().unwrap()).collect();
    assert!(counts.is_sorted() && counts.last() >= Some(&202), "{counts:?}");
    assert_eq!(told.last().unwrap()["state"], "DONE");
    assert_eq!(live(app).await, 101);
    let id = merged["batch"]["id"].as_str().unwrap();
    assert_eq!(app.undo_merge(id).await["userErrors"], json!([]));
    until("the end of the undo", || async { live(app).await == 202 }).await;
    drop(client);
    server.stop().await;
}

#[both_databases]
async fn a_veto_that_comes_while_groups_are_merged_is_heeded(app: TestApp) {
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(app.contact_with(person(4)).await);
    }
    app.compared().await;
    // As if it came after the groups were found: the veto is written with the first change of the merge.
    let [first, second] = [ids[0].as_str().min(&ids[1]), ids[0].as_str().max(&ids[1])];
    let (first, second) = if app.config.is_sqlite() {
        (format!("X'{}'", first.replace('-', "")), format!("X'{}'", second.replace('-', "")))
    } else {
        (format!("'{first}'"), format!("'{second}'"))
    };
    let veto = format!(
        "INSERT INTO duplicate_vetoes (first_id, second_id, created_at) VALUES ({first}, {second}, '2026-01-01 00:00:00Z') ON CONFLICT DO NOTHING;"
    );
    app.sql(&if app.config.is_sqlite() {
        format!("CREATE TRIGGER vetoed AFTER UPDATE ON contacts WHEN new.merged_into IS NOT NULL BEGIN {veto} END")
    } else {
        format!("CREATE FUNCTION veto() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {veto} RETURN NULL; END $$")
    })
    .await;
    if !app.config.is_sqlite() {
        app.sql(
            "CREATE TRIGGER vetoed AFTER UPDATE ON contacts FOR EACH ROW WHEN (new.merged_into IS NOT NULL) \
             EXECUTE FUNCTION veto()",
        )
        .await;
    }
    let merged = merge_all(&app, false).await;
    assert_eq!(merged, json!({ "batch": null, "groupCount": 0, "absorbedCount": 0, "userErrors": [] }));
    assert_eq!(live(&app).await, 2);
    assert_eq!(app.texts("SELECT kind FROM batches").await, [""; 0]);
}

#[both_databases]
async fn a_job_that_merges_its_own_survivor_is_undone(app: TestApp) {
    let mut fullest = person(5);
    fullest["notes"] = json!("Of whom most is known.");
    let [one, survivor] = [app.contact_with(person(5)).await, app.contact_with(person(5)).await];
    let last = app.contact_with(fullest).await;
    app.compared().await;
    let shown = async || {
        let rows = app.whole_database().await.into_iter();
        rows.filter(|row| !row.starts_with("duplicate_")).collect::<std::collections::BTreeSet<_>>()
    };
    let before = shown().await;
    // As if the process had ended, and the groups were found anew.
    let batch = app.merge(&survivor, &[&one]).await;
    app.compared().await;
    app.sql("UPDATE batches SET state = 'running'").await;
    let server = app.another().await;
    let keeping = tokio::spawn(async move { merging::keep_up(server.operator()).await });
    until("the merge of the survivor", || async { app.shown(&survivor).await["mergedInto"] == json!({ "id": last }) })
        .await;
    until("the end of the job", || async { app.texts("SELECT state FROM batches").await == ["done"] }).await;
    keeping.abort();
    let undone = app.undo_merge(&batch).await;
    assert_eq!(undone["batch"], json!({ "state": "UNDONE", "kept": { "totalCount": 0, "nodes": [] } }), "{undone}");
    assert_eq!(difference(&before, &shown().await), [""; 0]);
}
