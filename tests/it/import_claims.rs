//! Rows of one file that are about one record, and disagree.

use liaison::{
    domain::imports::{self, Kind, NewJob, Options},
    entity::import_job::{ImportFormat, ImportSubject},
};
use serde_json::json;

use crate::{
    imports::{contacts, counts, csv, dry_and_real, job, run},
    support::{TestApp, both_databases},
};

/// The number of changes that were recorded.
async fn change_count(app: &TestApp) -> Vec<String> {
    app.texts("SELECT CAST(count(*) AS text) FROM changes").await
}

/// Imports a table, with so many rows of other records between its own; then again, which changes nothing.
async fn twice(app: &TestApp, subject: ImportSubject, head: &str, rows: [&str; 2], between: usize) -> [i32; 5] {
    twice_with(app, (subject, Options::default()), head, rows, between).await
}

async fn twice_with(
    app: &TestApp,
    (subject, options): (ImportSubject, Options),
    head: &str,
    rows: [&str; 2],
    between: usize,
) -> [i32; 5] {
    let commas = ",".repeat(head.matches(',').count());
    let others = (0..between).map(|n| format!("Other {n}{commas}\n")).collect::<Vec<_>>().concat();
    let table = format!("{head}\n{}\n{others}{}\n", rows[0], rows[1]);
    let new = |is_dry_run| NewJob { subject, ..job(ImportFormat::Csv, options.clone(), is_dry_run) };
    let dry = run(app, new(true), &table).await;
    let done = run(app, new(false), &table).await;
    assert_eq!(counts(&dry), counts(&done), "{head}");
    let before = change_count(app).await;
    let (dry, again) = (run(app, new(true), &table).await, run(app, new(false), &table).await);
    let unchanged = i32::try_from(between).unwrap() + 2;
    assert_eq!((counts(&dry), counts(&again)), ([0, 0, unchanged, 0, 0], [0, 0, unchanged, 0, 0]), "{head}");
    assert_eq!(change_count(app).await, before, "{head}");
    counts(&done)
}

#[both_databases]
async fn two_rows_of_one_contact_that_disagree_are_unchanged_when_they_come_again(app: TestApp) {
    for between in [0, 1200] {
        let app = app.fresh().await;
        let others = i32::try_from(between).unwrap();
        let twice = async |head, rows| twice(&app, ImportSubject::Contacts, head, rows, between).await;
        let ada = json!({ "name": "Ada", "email": "ada@x.example", "notes": "old", "metadata": { "k": 0, "kept": 1 } });
        app.contact_with(ada).await;
        let rows = ["Ada,ada@x.example,first,a,1815-12-10,1", "ADA,ada@x.example,second,b,,"];
        assert_eq!(twice("Name,Email,Notes,Tags,Birthday,metadata.k", rows).await, [others, 2, 0, 0, 0]);
        let known = contacts(&app).await;
        let ada = known.iter().find(|contact| contact["email"] == "ada@x.example").unwrap();
        assert_eq!((&ada["name"], &ada["notes"], &ada["tags"]), (&json!("ADA"), &json!("second"), &json!(["a", "b"])));
        assert_eq!(ada["metadata"], json!({ "k": "1", "kept": 1 }));
        // The companies are both kept, and the last row's is the primary one. A role is the last one, too.
        let rows = ["Ada,ada@x.example,Acme,Poet", "Ada,ada@x.example,Globex,Head"];
        assert_eq!(twice("Name,Email,Company,Role", rows).await, [0, 2, others, 0, 0]);
        let rows = ["Ada,ada@x.example,Globex,Analyst", "Ada,ada@x.example,globex,Countess"];
        assert_eq!(twice("Name,Email,Company,Role", rows).await, [0, 1, others + 1, 0, 0]);
        let known = contacts(&app).await;
        let ada = known.iter().find(|contact| contact["email"] == "ada@x.example").unwrap();
        let places = ada["memberships"].as_array().unwrap();
        let places: Vec<_> = places.iter().map(|place| (&place["company"]["name"], &place["role"])).collect();
        assert_eq!(places, [(&json!("Globex"), &json!("Countess")), (&json!("Acme"), &json!("Poet"))]);
    }
}

#[both_databases]
async fn of_a_row_that_clears_a_list_and_one_that_adds_to_it_the_last_is_taken(app: TestApp) {
    let options = Options { empty_clears: true, ..Options::default() };
    let head = "Name,Email,Tags,Notes,metadata";
    let (full, empty) = ("Ada,ada@x.example,a,full,\"{\"\"k\"\":1}\"", "ADA,ada@x.example,,,");
    for between in [0, 1200] {
        let app = app.fresh().await;
        let ada = json!({ "name": "Ada", "email": "ada@x.example", "tags": ["old"], "metadata": { "old": 1 } });
        app.contact_with(ada).await;
        let twice =
            async |rows| twice_with(&app, (ImportSubject::Contacts, options.clone()), head, rows, between).await;
        let others = i32::try_from(between).unwrap();
        let ada = async || {
            let known = contacts(&app).await;
            known.into_iter().find(|contact| contact["email"] == "ada@x.example").unwrap()
        };
        assert_eq!(twice([full, empty]).await, [others, 1, 1, 0, 0], "nothing is left of the first row");
        let cleared = ada().await;
        assert_eq!((&cleared["tags"], &cleared["notes"], &cleared["metadata"]), (&json!([]), &json!(null), &json!({})));
        assert_eq!(twice([empty, full]).await, [0, 1, others + 1, 0, 0]);
        let full = ada().await;
        assert_eq!((&full["tags"], &full["notes"]), (&json!(["a"]), &json!("full")));
        assert_eq!(full["metadata"], json!({ "k": 1 }));
    }
}

#[both_databases]
async fn a_company_is_one_however_rows_and_parts_of_a_card_call_it(app: TestApp) {
    for between in [0, 1200] {
        let app = app.fresh().await;
        app.contact_with(json!({ "name": "Ada", "email": "ada@x.example" })).await;
        let company = "mutation { createCompany(input: { name: \"Acme\", website: \"https://acme.example\" }) {
            userErrors { code } } }";
        app.run(company, json!({})).await;
        let others = i32::try_from(between).unwrap();
        let head = "Name,Email,Company,Company Website,Role";
        let rows = ["Ada,ada@x.example,Acme Inc,https://acme.example,Poet", "Ada,ada@x.example,Acme,,Countess"];
        let done = twice(&app, ImportSubject::Contacts, head, rows, between).await;
        assert_eq!(done, [others, 2, 0, 0, 0]);
    }
    let card = "BEGIN:VCARD\nVERSION:4.0\nFN:Grace\nUID:grace\nORG:Acme;Sales\nORG:Acme;Research\nEND:VCARD\n";
    for counted in [[1, 0, 0, 0, 0], [0, 0, 1, 0, 0]] {
        let new = |is_dry_run| job(ImportFormat::Vcard, Options::default(), is_dry_run);
        let (dry, done) = (run(&app, new(true), card).await, run(&app, new(false), card).await);
        assert_eq!((counts(&dry), counts(&done)), (counted, counted));
    }
}

#[both_databases]
async fn two_rows_of_one_company_that_disagree_are_unchanged_when_they_come_again(app: TestApp) {
    for between in [0, 1200] {
        let app = app.fresh().await;
        app.company("Acme").await;
        let rows = ["Acme,https://one.example,Steel,a", "ACME,https://two.example,,b"];
        let others = i32::try_from(between).unwrap();
        let done = twice(&app, ImportSubject::Companies, "name,website,industry,tags", rows, between).await;
        assert_eq!(done, [others, 2, 0, 0, 0]);
        let found =
            app.run("{ companies(search: \"acme\") { nodes { name website industry tags } } }", json!({})).await;
        let acme = json!({ "name": "ACME", "website": "https://two.example", "industry": "Steel", "tags": ["a", "b"] });
        assert_eq!(found["companies"]["nodes"], json!([acme]));
    }
}

#[both_databases]
async fn a_row_that_loses_its_values_and_then_its_key_counts_once(app: TestApp) {
    app.contact_with(json!({ "name": "Ada", "email": "ada@x.example", "externalId": "k" })).await;
    let others = |from: usize| (from..from + 1100).map(|n| format!(",Other {n},,\n")).collect::<Vec<_>>().concat();
    // The second row takes the note, the third the key as well, and the fourth is the last with the key.
    let rows = ["k,Ada,,first", ",Ada,ada@x.example,second", "k,Ada,,third", "k,Ada,,fourth"];
    let [first, second, third, fourth] = rows;
    let (a, b, c) = (others(0), others(2000), others(4000));
    let table = format!("externalId,name,email,notes\n{first}\n{a}{second}\n{b}{third}\n{c}{fourth}\n");
    let [dry, real] = dry_and_real(&app, &table).await;
    assert_eq!((counts(&dry), counts(&real)), ([3300, 1, 1, 0, 0], [3300, 1, 1, 0, 0]));
    let [dry, real] = dry_and_real(&app, &table).await;
    assert_eq!((counts(&dry), counts(&real)), ([0, 0, 3302, 0, 0], [0, 0, 3302, 0, 0]));
}

#[both_databases]
async fn rows_of_one_record_change_nothing_there_and_back(app: TestApp) {
    csv(&app, "externalId,name,email,notes\nk,Old Name,old@x.example,\n").await;
    let table = "externalId,name,email,notes\nk,New Name,,\n,Old Name,old@x.example,\n,Old Name,old@x.example,a\n";
    let [dry, real] = dry_and_real(&app, table).await;
    assert_eq!(
        counts(&dry),
        [0, 1, 2, 0, 0],
        "the last rows name it as it is called, and the last one notes something"
    );
    assert_eq!(counts(&real), counts(&dry));
    for job in [dry, real] {
        assert_eq!(imports::count(&app.operator().db, job.id, Kind::Warnings).await.unwrap(), 1, "it is not renamed");
    }
    let [dry, real] = dry_and_real(&app, table).await;
    assert_eq!((counts(&dry), counts(&real)), ([0, 0, 3, 0, 0], [0, 0, 3, 0, 0]));
}
