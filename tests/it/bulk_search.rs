//! SQLite's search entries: rows that are written at once have those of rows that are written one by one.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::{TestApp, codes, each};

/// Names of many beginnings: shared ones, other scripts, signs before and among the letters.
const NAMES: [&str; 10] =
    ["Maria Garcia", "Maria Garcia", "Åsa Öberg", "李明", "李 小龍", "O'Brien", "7 Seas Ltd", "-x-", "Ян", "annabella"];

fn items() -> Vec<Value> {
    let item = |number: usize| {
        let name = NAMES[number % NAMES.len()];
        let mut input =
            json!({ "name": format!("{name} {}", number / 3), "phone": format!("+44 20 7946 {number:04}") });
        if number.is_multiple_of(4) {
            let email = |label: &str| json!({ "value": format!("{label}{number}@x.example") });
            input["emails"] = json!([email("first"), email("second")]);
        } else if !number.is_multiple_of(5) {
            input["email"] = format!("p{number}@x.example").into();
        }
        let company = json!({ "company": { "findOrCreateByName": format!("{} & Co {}", NAMES[number * 7 % NAMES.len()], number / 2) } });
        json!({ "identifier": { "externalId": number.to_string() }, "input": input, "primaryCompany": company })
    };
    (0..60).map(item).collect()
}

async fn upsert(app: &TestApp, items: &[Value]) {
    let mutation = "mutation($items: [UpsertContactInput!]!) {
        upsertContacts(items: $items) { results { outcome userErrors { code message } } userErrors { code } } }";
    let payload = app.run(mutation, json!({ "items": items })).await["upsertContacts"].clone();
    assert_eq!(codes(&payload), [""; 0]);
    assert!(each(&payload["results"], "outcome").iter().all(|outcome| **outcome == "CREATED"), "{payload}");
}

/// The rows of a statement as one text each.
async fn texts(app: &TestApp, sql: &str) -> Vec<String> {
    let db = &app.shared.domain.db;
    let rows = db.writer().query_all_raw(Statement::from_string(db.backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// All that the indexes hold.
async fn entries(app: &TestApp) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for table in ["contacts", "companies"] {
        all.push(texts(app, &format!("SELECT name || ' ' || search_number FROM {table} ORDER BY row_number")).await);
        let out_of_place = format!("SELECT name FROM {table} WHERE search_number >> 22 <> name_order");
        assert_eq!(texts(app, &out_of_place).await, [""; 0]);
        for index in ["search", "short"] {
            let vocabulary = format!("{table}_{index}_entries");
            let create = format!("CREATE VIRTUAL TABLE {vocabulary} USING fts5vocab({table}_{index}, instance)");
            app.shared.domain.db.writer().execute_unprepared(&create).await.unwrap();
            let select =
                format!("SELECT hex(term) || ' ' || doc || ' ' || COALESCE(offset, '') FROM {vocabulary} ORDER BY 1");
            all.push(texts(app, &select).await);
        }
    }
    all.push(texts(app, "SELECT company || ' ' || contact FROM company_contacts ORDER BY 1").await);
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_written_at_once_are_indexed_as_single_ones_are() {
    let (singly, at_once) = (TestApp::on_sqlite().await, TestApp::on_sqlite().await);
    for app in [&singly, &at_once] {
        app.contact("Maria Garcia 0").await;
        app.company("Annabella & Co 2").await;
    }
    let items = items();
    for item in &items {
        upsert(&singly, std::slice::from_ref(item)).await;
    }
    upsert(&at_once, &items).await;
    let entries = (entries(&singly).await, entries(&at_once).await);
    assert_eq!(entries.0, entries.1);
    for term in ["maria", "garcia 1", "second40", "7946 0017", "小", "co", "an", "brien", "7 seas"] {
        let query = "query($term: String!) { contacts(search: $term, first: 200) { nodes { externalId } } }";
        let (one, other) =
            (singly.run(query, json!({ "term": term })).await, at_once.run(query, json!({ "term": term })).await);
        assert_eq!(one, other, "{term}");
        assert_ne!(each(&one["contacts"]["nodes"], "externalId").len(), 0, "{term}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_beginning_that_is_full_is_written_row_by_row() {
    let app = TestApp::on_sqlite().await;
    app.contact("Maria Garcia 0").await;
    let last = "UPDATE contacts SET search_number = (name_order << 22) + 4194303";
    app.shared.domain.db.writer().execute_unprepared(last).await.unwrap();
    upsert(&app, &items()).await;
    let numbers = texts(&app, "SELECT name FROM contacts WHERE search_number >> 22 <> name_order").await;
    assert_eq!(numbers, [""; 0]);
    // The first contact's entries are not moved with its number. Those whose company has the word are found too.
    let found = app.run("{ searchContacts(query: \"garcia\", limit: 50) { name } }", json!({})).await;
    let names = each(&found["searchContacts"], "name");
    assert_eq!(names.iter().filter(|name| name.as_str().is_some_and(|name| name.contains("Garcia"))).count(), 12);
}
