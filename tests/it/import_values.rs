//! Values that an import must neither lose nor change.

use std::io::Cursor;

use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
};
use liaison::{
    domain::imports::{self, ColumnMapping, Kind, NewJob, Options, ReportRow},
    entity::import_job::{ImportFormat, ImportState, ImportSubject, Model},
};
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, until};

async fn run(app: &TestApp, subject: ImportSubject, format: ImportFormat, options: Options, file: &[u8]) -> Model {
    let new = NewJob { subject, format, file_name: None, is_dry_run: false, id: None, options };
    let job = imports::create(app.operator(), new).await.unwrap();
    let job = imports::run(app.operator(), job, Cursor::new(file.to_vec()), |_| {}).await.unwrap();
    assert_eq!((job.state, &job.error), (ImportState::Done, &None));
    job
}

async fn contacts(app: &TestApp, format: ImportFormat, options: &Options, file: &str) -> Model {
    run(app, ImportSubject::Contacts, format, options.clone(), file.as_bytes()).await
}

async fn table(app: &TestApp, file: &str) -> Model {
    contacts(app, ImportFormat::Csv, &Options::default(), file).await
}

/// Created, updated, unchanged, failed.
fn counts(job: &Model) -> [i32; 4] {
    [job.created, job.updated, job.unchanged, job.failed]
}

/// The fields of a report's rows that are at fault.
async fn faults(app: &TestApp, job: &Model, kind: Kind) -> Vec<String> {
    let request = liaison::domain::page::PageRequest::first(50);
    let rows = imports::rows(&app.operator().db, job.id, kind, &request).await.unwrap().rows;
    let faults = rows.iter().flat_map(|row| ReportRow::of(row, kind).faults);
    faults.map(|fault| format!("{} {}", fault.code, fault.field.join("."))).collect()
}

async fn only(app: &TestApp) -> Value {
    let query = "{ contacts { nodes { name notes metadata card phones { value } memberships { role department company { name } } } } }";
    let mut nodes = app.run(query, json!({})).await["contacts"]["nodes"].take();
    assert_eq!(nodes.as_array().map(Vec::len), Some(1), "{nodes}");
    nodes[0].take()
}

/// The contacts as a file of a format.
pub(crate) async fn export(app: &TestApp, format: &str) -> String {
    let request = Request::get(format!("/export?format={format}")).body(Body::empty()).unwrap();
    let body = to_bytes(app.request(request).await.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

const FORMATS: [(&str, ImportFormat); 4] = [
    ("csv", ImportFormat::Csv),
    ("vcard3", ImportFormat::Vcard),
    ("vcard4", ImportFormat::Vcard),
    ("jscontact", ImportFormat::Jscontact),
];

#[both_databases]
async fn a_role_without_a_company_is_kept_in_the_card(app: TestApp) {
    let jscontact = json!({ "@type": "Card", "version": "1.0", "name": { "full": "Ada" },
        "organizations": { "o1": { "units": [{ "name": "Sales" }] } }, "titles": { "t1": { "name": "Poet" } } });
    for (format, file) in [
        (ImportFormat::Csv, "name,job title,department\nAda,Poet,Sales\n".to_owned()),
        (ImportFormat::Vcard, "BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nORG:;Sales\nTITLE:Poet\nEND:VCARD\n".to_owned()),
        (ImportFormat::Jscontact, jscontact.to_string()),
    ] {
        let app = app.fresh().await;
        let options = Options::default();
        let done = contacts(&app, format, &options, &file).await;
        assert_eq!(counts(&done), [1, 0, 0, 0], "{file}");
        let expected: &[&str] = if format == ImportFormat::Csv { &["INVALID role", "INVALID department"] } else { &[] };
        assert_eq!(faults(&app, &done, Kind::Warnings).await, expected, "{file}");
        assert_eq!(counts(&contacts(&app, format, &options, &file).await), [0, 0, 1, 0], "{file}");
        let ada = only(&app).await;
        assert_eq!(ada["memberships"], json!([]));
        for (format, read) in FORMATS {
            let exported = export(&app, format).await;
            assert!(exported.contains("Poet") && exported.contains("Sales"), "{exported}");
            assert!(
                !format.starts_with('v') || (exported.contains("\nTITLE") && exported.contains(":Poet")),
                "{exported}"
            );
            let other = app.fresh().await;
            contacts(&other, read, &options, &exported).await;
            assert_eq!(only(&other).await["card"], ada["card"], "{format}");
        }
    }
}

#[both_databases]
async fn a_french_title_is_the_role(app: TestApp) {
    table(&app, "Prénom,Nom,Société,Titre,Adresse de messagerie\nAda,Lovelace,Acme,Chef,ada@x.example\n").await;
    assert_eq!(only(&app).await["memberships"][0]["role"], "Chef");
    let file = "Titre,Prénom,Nom,Suffixe,Deuxième prénom,Société,Titre,Adresse de messagerie\n\
                Mme,Ada,Lovelace,,,Acme,Cheffe,ada@x.example\n";
    table(&app, file).await;
    let ada = only(&app).await;
    assert_eq!(ada["memberships"][0]["role"], "Cheffe");
    assert!(ada["card"]["name"]["components"].to_string().contains("Mme"), "{ada}");
}

#[both_databases]
async fn an_empty_cell_touches_no_metadata(app: TestApp) {
    app.contact_with(json!({ "name": "Kl", "externalId": "k", "metadata": { "Foo": "precious", "n": null } })).await;
    let mapping = vec![ColumnMapping { column: "Foo".to_owned(), field: Some("metadata.Foo".to_owned()) }];
    let file = "externalId,name,Foo\nk,Kl,\n";
    for options in [Options { keeps_unknown: true, ..Options::default() }, Options { mapping, ..Options::default() }] {
        assert_eq!(counts(&contacts(&app, ImportFormat::Csv, &options, file).await), [0, 0, 1, 0]);
    }
    for (format, read) in FORMATS {
        let exported = export(&app, format).await;
        assert_eq!(counts(&contacts(&app, read, &Options::default(), &exported).await), [0, 0, 1, 0], "{format}");
    }
    assert_eq!(only(&app).await["metadata"], json!({ "Foo": "precious", "n": null }));
    let clears = Options { keeps_unknown: true, empty_clears: true, ..Options::default() };
    assert_eq!(counts(&contacts(&app, ImportFormat::Csv, &clears, file).await), [0, 1, 0, 0]);
    assert_eq!(only(&app).await["metadata"], json!({ "n": null }));
    let other = app.fresh().await;
    for (subject, kind) in [(ImportSubject::Contacts, "contacts"), (ImportSubject::Companies, "companies")] {
        let keeps = Options { keeps_unknown: true, ..Options::default() };
        let first = run(&other, subject, ImportFormat::Csv, keeps.clone(), file.as_bytes()).await;
        let again = run(&other, subject, ImportFormat::Csv, keeps, file.as_bytes()).await;
        assert_eq!((counts(&first), counts(&again)), ([1, 0, 0, 0], [0, 0, 1, 0]), "{kind}");
        let query = format!("{{ {kind} {{ nodes {{ metadata }} }} }}");
        assert_eq!(other.run(&query, json!({})).await[kind]["nodes"][0]["metadata"], json!({}));
    }
}

#[both_databases]
async fn an_empty_cell_clears_role_and_department_when_asked(app: TestApp) {
    table(&app, "externalId,name,company,role,department\nk,Kl,Co,Head,Sales\n").await;
    let file = "externalId,name,company,role,department\nk,Kl,Co,,\n";
    assert_eq!(counts(&table(&app, file).await), [0, 0, 1, 0]);
    assert_eq!(only(&app).await["memberships"][0]["role"], "Head");
    let clears = Options { empty_clears: true, ..Options::default() };
    assert_eq!(counts(&contacts(&app, ImportFormat::Csv, &clears, file).await), [0, 1, 0, 0]);
    let place = json!({ "role": null, "department": null, "company": { "name": "Co" } });
    assert_eq!(only(&app).await["memberships"], json!([place]));
    assert_eq!(counts(&contacts(&app, ImportFormat::Csv, &clears, file).await), [0, 0, 1, 0]);
}

async fn names(app: &TestApp) -> Vec<String> {
    let data = app.run("{ contacts(first: 100) { nodes { name } } }", json!({})).await;
    let nodes = data["contacts"]["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

async fn report(app: &TestApp, job: &Model) -> String {
    let request = Request::get(format!("/import/{}/failures.csv", job.id)).body(Body::empty()).unwrap();
    let body = to_bytes(app.request(request).await.into_body(), usize::MAX).await.unwrap();
    String::from_utf8(body.to_vec()).unwrap()
}

#[both_databases]
async fn one_wrong_letter_changes_no_other_row(app: TestApp) {
    let mut file = b"name\n".to_vec();
    (0..20).for_each(|number| file.extend(format!("Zoë {number:02}\n").bytes()));
    file.extend(b"Zo\xeb 99\n");
    let done = run(&app, ImportSubject::Contacts, ImportFormat::Csv, Options::default(), &file).await;
    let names = names(&app).await;
    assert_eq!((names.len(), names.iter().all(|name| name.starts_with("Zoë "))), (21, true), "{names:?}");
    assert_eq!(faults(&app, &done, Kind::Warnings).await, ["INVALID "]);
}

#[both_databases]
async fn the_media_type_names_the_encoding(app: TestApp) {
    let send = async |media: &str, body: Vec<u8>| {
        let request = Request::post("/import").header(header::CONTENT_TYPE, media);
        app.request(request.body(Body::from(body)).unwrap()).await.status().as_u16()
    };
    // "Иван" in windows-1251, too short to be guessed.
    let ivan = b"\xc8\xe2\xe0\xed";
    let table = [b"name\n".as_slice(), ivan, b"\n"].concat();
    assert_eq!(send("text/csv; charset=windows-1251", table.clone()).await, 202);
    let card = [b"BEGIN:VCARD\nVERSION:3.0\nFN:".as_slice(), ivan, b" 2\nEND:VCARD\n"].concat();
    assert_eq!(send("text/vcard;charset=\"windows-1251\"", card).await, 202);
    assert_eq!(send("text/csv; charset=US-ASCII", "name\nZoë\n".into()).await, 202);
    assert_eq!(send("text/csv; charset=klingon", table).await, 415);
    let expected = ["Zoë", "Иван", "Иван 2"];
    until("all three contacts", || async { names(&app).await == expected }).await;
}

#[both_databases]
async fn a_report_is_sent_again_as_it_is(app: TestApp) {
    let keeps = Options { keeps_unknown: true, ..Options::default() };
    let cells = ["=1+1", "+49 30", "-x", "@home", "'quoted", "'=x"];
    let long = "x".repeat(300);
    let file = format!("name,email,A,B,C,D,E,F,status\n{long},,{},ACTIVE,over\n", cells.join(","));
    let failed = contacts(&app, ImportFormat::Csv, &keeps, &file).await;
    assert_eq!(counts(&failed), [0, 0, 0, 1]);
    let first = report(&app, &failed).await;
    assert!(first.contains("'=1+1") && first.contains("''=x"), "{first}");
    // Sent again as it is, it fails with the same report; mended, it is the row that the file had.
    let again = contacts(&app, ImportFormat::Csv, &keeps, &first).await;
    assert_eq!((counts(&again), report(&app, &again).await), ([0, 0, 0, 1], first.clone()));
    let mended = contacts(&app, ImportFormat::Csv, &keeps, &first.replace(&long, "Ada")).await;
    assert_eq!(counts(&mended), [1, 0, 0, 0]);
    let keys = ["A", "B", "C", "D", "E", "F"].map(str::to_owned);
    let expected: Value = keys.into_iter().zip(cells.map(Value::from)).collect();
    assert_eq!(only(&app).await["metadata"], expected);
}

#[both_databases]
async fn a_report_of_an_export_is_sent_again_too(app: TestApp) {
    app.contact_with(json!({ "name": "'=Ada", "notes": "=1" })).await;
    let long = "y".repeat(300);
    let file = export(&app, "csv").await.replace("''=Ada", &long);
    let other = app.fresh().await;
    let failed = contacts(&other, ImportFormat::Csv, &Options::default(), &file).await;
    assert_eq!(counts(&failed), [0, 0, 0, 1]);
    let mended = report(&other, &failed).await.replace(&long, "'''=Ada");
    assert_eq!(counts(&table(&other, &mended).await), [1, 0, 0, 0]);
    let ada = only(&other).await;
    assert_eq!((&ada["name"], &ada["notes"]), (&json!("'=Ada"), &json!("=1")));
}

#[both_databases]
async fn an_export_changes_nothing_where_it_came_from(app: TestApp) {
    let input = json!({ "name": "A\r\nda", "notes": "a\r\nb\rc", "tags": ["x\r\ny"], "phone": "tel:640",
        "emails": [{ "value": "a@x.example", "label": "_$!<Other>!$_" }], "addresses": [{ "street": "a\r\nb" }] });
    let (contact, company) = (app.contact_with(input).await, app.company("Acme").await);
    let add = "mutation($contact: ID!, $company: ID!, $role: String, $department: String) {
        addMembership(contactId: $contact, companyId: $company, role: $role, department: $department) {
            userErrors { code } } }";
    let place = json!({ "contact": contact, "company": company, "role": "Poet,\r\nanalyst", "department": "a\rb" });
    app.run(add, place).await;
    for (format, read) in FORMATS {
        let exported = export(&app, format).await;
        let again = contacts(&app, read, &Options::default(), &exported).await;
        assert_eq!(counts(&again), [0, 0, 1, 0], "{format}: {exported}");
    }
    let other = app.fresh().await;
    table(&other, "name,notes,phone\n\"A\r\nda\",\"a\r\nb\",tel:+49 30 5\n").await;
    let ada = only(&other).await;
    assert_eq!((&ada["name"], &ada["notes"]), (&json!("A\nda"), &json!("a\nb")));
    assert_eq!(ada["phones"][0]["value"], "+49 30 5");
}
