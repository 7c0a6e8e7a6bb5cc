//! Hints in the reports of imports: which of the contacts that they created are likely somebody who was there.

use liaison::domain::duplicates;
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, codes, id_of};

/// Imports a table; returns the job's id.
async fn import(app: &TestApp, content: &str) -> String {
    let import = "mutation($content: String!) { importContacts(content: $content, format: CSV) {
        job { id state created } userErrors { message } } }";
    let payload = app.run(import, json!({ "content": content })).await["importContacts"].clone();
    assert_eq!(codes(&payload), [""; 0]);
    id_of(&payload["job"])
}

async fn warnings(app: &TestApp, job: &str) -> Value {
    let query = "query($id: ID!) { importJob(id: $id) { state failed failures { totalCount }
        warnings { totalCount nodes { line row userErrors { code field message conflictIds } } } } }";
    let job = app.run(query, json!({ "id": job })).await["importJob"].clone();
    assert_eq!((&job["state"], &job["failures"]["totalCount"]), (&json!("DONE"), &json!(0)));
    job["warnings"].clone()
}

#[both_databases]
async fn the_report_tells_who_is_likely_there_already(app: TestApp) {
    let create = "mutation { createContact(input: { name: \"Ada Szentgyörgyi\", phone: \"+36 1 555 0101\", email:
        \"ada@home.example\" }) { contact { id } userErrors { message } } }";
    let ada = id_of(&app.run(create, json!({})).await["createContact"]["contact"]);
    // The second row has a warning of its own, and the last two are one person.
    let table = "Name,Email,Phone,Role,Birthday\n\
        Nobody Else,nobody@x.example,,,\n\
        Ada Szentgyorgyi,ada@work.example,+36 1 555 0101,,yesterday\n\
        Zoltan Etxeberria,z@x.example,+49 30 123456,,\n\
        Zoltán Etxeberria,z@x.example,030 123456,,\n";
    let job = import(&app, table).await;
    let before = warnings(&app, &job).await;
    duplicates::catch_up(app.operator()).await.unwrap();
    let after = warnings(&app, &job).await;
    let rows: Vec<&Value> = after["nodes"].as_array().unwrap().iter().map(|node| &node["row"]).collect();
    assert_eq!(rows, [2, 3, 4], "{after:#}");
    assert_eq!(after["totalCount"], 3);
    let of_ada = &after["nodes"][0]["userErrors"];
    assert_eq!(codes(&after["nodes"][0]), ["INVALID", "DUPLICATE"]);
    assert_eq!(before["nodes"][0]["userErrors"][0], of_ada[0], "what the report had stays");
    assert_eq!((&of_ada[1]["conflictIds"], &after["nodes"][0]["line"]), (&json!([ada]), &json!(3)));
    let zoltans = [2, 1].map(|at| after["nodes"][at]["userErrors"][0]["conflictIds"][0].clone());
    let names = "query($ids: [ID!]!) { contactsByIds(ids: $ids) { name } }";
    let found = app.run(names, json!({ "ids": zoltans })).await;
    assert_eq!(found["contactsByIds"], json!([{ "name": "Zoltan Etxeberria" }, { "name": "Zoltán Etxeberria" }]));
    // It is told once, and the same file again creates nobody.
    duplicates::catch_up(app.operator()).await.unwrap();
    assert_eq!(warnings(&app, &job).await, after);
    assert_eq!(app.texts("SELECT rows FROM import_created").await, [""; 0]);
    let again = import(&app, table).await;
    duplicates::catch_up(app.operator()).await.unwrap();
    assert_eq!(warnings(&app, &again).await["totalCount"], 1, "only the birthday");
}

#[both_databases]
async fn the_report_says_nothing_of_contacts_that_are_gone(app: TestApp) {
    let table =
        "Name,Email,Phone\nZoltan Etxeberria,z@x.example,030 123456\nZoltán Etxeberria,z@x.example,030 123456\n";
    let job = import(&app, table).await;
    let find = "{ contacts { nodes { id } } }";
    let contacts = app.run(find, json!({})).await["contacts"]["nodes"].clone();
    let delete = "mutation($id: ID!) { deleteContact(id: $id) { userErrors { message } } }";
    app.run(delete, json!({ "id": contacts[0]["id"] })).await;
    duplicates::catch_up(app.operator()).await.unwrap();
    assert_eq!(warnings(&app, &job).await["totalCount"], 0);
    assert_eq!(app.texts("SELECT rows FROM import_created").await, [""; 0]);
}
