//! Imports: rows of files become contacts and companies.

use std::{
    io::Cursor,
    sync::{Mutex, mpsc},
};

use axum::{
    body::{Body, Bytes},
    http::Request,
};
use liaison::{
    domain::{
        Context,
        imports::{self, ColumnMapping, Kind, MatchKey, NewJob, Options},
    },
    entity::{
        import_job::{ImportFormat, ImportState, ImportSubject, Model},
        role::Role,
    },
};
use serde_json::{Value, json};
use tokio::{runtime::Handle, sync::oneshot, task::JoinHandle};

use crate::support::{NOBODY, TestApp, both_databases, codes, each, eventually};

pub(crate) fn job(format: ImportFormat, options: Options, is_dry_run: bool) -> NewJob {
    NewJob { subject: ImportSubject::Contacts, format, file_name: None, is_dry_run, id: None, options }
}

pub(crate) async fn run(app: &TestApp, new: NewJob, content: &str) -> Model {
    let ctx = app.operator();
    let job = imports::create(ctx, new).await.unwrap();
    imports::run(ctx, job, Cursor::new(content.to_owned().into_bytes()), |_| {}).await.unwrap()
}

pub(crate) async fn csv(app: &TestApp, content: &str) -> Model {
    run(app, job(ImportFormat::Csv, Options::default(), false), content).await
}

/// Created, updated, unchanged, restored, failed.
pub(crate) fn counts(job: &Model) -> [i32; 5] {
    assert_eq!(job.error, None);
    assert_eq!(job.state, ImportState::Done);
    [job.created, job.updated, job.unchanged, job.restored, job.failed]
}

pub(crate) async fn contacts(app: &TestApp) -> Vec<Value> {
    let query = "{ contacts { nodes { id name email phone emails { value label } tags notes metadata externalId version
        memberships { role department isPrimary company { name website } } } } }";
    app.run(query, json!({})).await["contacts"]["nodes"].as_array().unwrap().clone()
}

const TEAM: &str = "Name,Email,Phone,Company,Role,Tags,Notes\n\
    Ada Lovelace,ada@x.example,+44 20 7946 0958,Acme,Engineer,math;first,\"two\nlines\"\n\
    Grace Hopper,grace@x.example,,ACME,Admiral,,\n\
    ,only@x.example,,,,,\n\
    Nobody Special,,030 1234,Globex,,,\n";

#[both_databases]
async fn a_table_becomes_contacts_with_their_companies(app: TestApp) {
    let dry = run(&app, job(ImportFormat::Csv, Options::default(), true), TEAM).await;
    assert_eq!((counts(&dry), dry.companies_created), ([4, 0, 0, 0, 0], 2));
    assert_eq!(contacts(&app).await.len(), 0, "a dry run writes nothing");
    let done = csv(&app, TEAM).await;
    assert_eq!((counts(&done), done.companies_created, done.rows_total), ([4, 0, 0, 0, 0], 2, Some(4)));
    let all = contacts(&app).await;
    let names: Vec<&str> = all.iter().map(|contact| contact["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Ada Lovelace", "Grace Hopper", "Nobody Special", "only@x.example"]);
    assert_eq!(all[0]["notes"], "two\nlines");
    assert_eq!(all[0]["tags"], json!(["first", "math"]));
    let place = |role: Value| json!({ "role": role, "department": null, "isPrimary": true, "company": { "name": "Acme", "website": null } });
    assert_eq!(all[0]["memberships"], json!([place(json!("Engineer"))]));
    assert_eq!(all[1]["memberships"], json!([place(json!("Admiral"))]));
}

#[both_databases]
async fn the_same_file_again_changes_nothing(app: TestApp) {
    csv(&app, TEAM).await;
    let before = (contacts(&app).await, app.run("{ changes(first: 200) { nodes { type } } }", json!({})).await);
    let again = csv(&app, TEAM).await;
    assert_eq!((counts(&again), again.companies_created), ([0, 0, 4, 0, 0], 0));
    assert_eq!((contacts(&app).await, app.run("{ changes(first: 200) { nodes { type } } }", json!({})).await), before);
}

#[both_databases]
async fn what_is_there_is_united_with_what_comes(app: TestApp) {
    let input = json!({ "name": "Ada", "emails": [{ "value": "ada@x.example", "label": "work" }], "tags": ["old"],
        "notes": "kept", "metadata": { "a": 1 }, "externalId": "k1" });
    app.contact_with(input).await;
    let content = "External ID,Name,Email,E-mail 2,Tags,Phone\nk1,Ada L.,ADA@x.example,ada@y.example,new,\n";
    assert_eq!(counts(&csv(&app, content).await), [0, 1, 0, 0, 0]);
    let ada = contacts(&app).await.remove(0);
    assert_eq!(ada["name"], "Ada L.");
    assert_eq!(
        ada["emails"],
        json!([{ "value": "ada@x.example", "label": "work" }, { "value": "ada@y.example", "label": null }])
    );
    assert_eq!(
        (&ada["tags"], &ada["notes"], &ada["metadata"]),
        (&json!(["new", "old"]), &json!("kept"), &json!({ "a": 1 }))
    );
    let clears = Options { empty_clears: true, ..Options::default() };
    let content = "External ID,Name,Notes\nk1,Ada L.,\n";
    assert_eq!(counts(&csv(&app, content).await), [0, 0, 1, 0, 0], "an empty cell clears nothing by itself");
    assert_eq!(counts(&run(&app, job(ImportFormat::Csv, clears, false), content).await), [0, 1, 0, 0, 0]);
    assert_eq!(contacts(&app).await[0]["notes"], Value::Null);
}

#[both_databases]
async fn addresses_match_only_where_the_names_agree(app: TestApp) {
    app.contact_with(json!({ "name": "Ada", "email": "info@x.example" })).await;
    app.contact_with(json!({ "name": "Twin", "email": "twin@x.example" })).await;
    app.contact_with(json!({ "name": "twin", "email": "twin@x.example" })).await;
    let content = "Name,Email,Notes\nÁDA,INFO@x.example,met\nBob,info@x.example,\nBob,info@x.example,\nTwin,twin@x.example,which\n";
    let done = csv(&app, content).await;
    assert_eq!(counts(&done), [2, 1, 0, 0, 1]);
    let ctx = app.operator();
    let request = liaison::domain::page::PageRequest::first(10);
    let report = imports::rows(&ctx.db, done.id, Kind::Failures, &request).await.unwrap();
    let failed = imports::ReportRow::of(&report.rows[0], Kind::Failures);
    assert_eq!((failed.row, failed.line, failed.faults[0].code.as_str()), (4, 5, "AMBIGUOUS"));
    assert_eq!(failed.faults[0].conflict_ids.len(), 2);
    assert_eq!(failed.cells, ["Twin", "twin@x.example", "which"]);
}

#[both_databases]
async fn a_bad_row_fails_alone_and_a_repeated_key_takes_the_last_row(app: TestApp) {
    let content = "External ID,Name,Email\na,First,a@x.example\nb,Bad,not an address\na,Last,a@x.example\n,,\nc,,\n";
    let dry = run(&app, job(ImportFormat::Csv, Options::default(), true), content).await;
    let done = csv(&app, content).await;
    assert_eq!(counts(&done), counts(&dry));
    assert_eq!((done.created, done.failed), (1, 2));
    assert_eq!(each(&json!(contacts(&app).await), "name"), ["Last"]);
    let ctx = app.operator();
    assert_eq!(imports::count(&ctx.db, done.id, Kind::Warnings).await.unwrap(), 1);
    let request = liaison::domain::page::PageRequest::first(10);
    let report = imports::rows(&ctx.db, done.id, Kind::Failures, &request).await.unwrap();
    let faults: Vec<(i32, String)> = report
        .rows
        .iter()
        .map(|row| imports::ReportRow::of(row, Kind::Failures))
        .map(|row| (row.line, row.faults[0].code.clone()))
        .collect();
    assert_eq!(faults, [(3, "INVALID".to_owned()), (6, "BLANK".to_owned())]);
}

#[both_databases]
async fn a_key_that_comes_again_much_later_takes_the_last_row(app: TestApp) {
    let key = |number: usize| if number == 2100 { 3 } else { number };
    let row = |number: usize| format!("k{},Person {number},p{number}@x.example\n", key(number));
    let content = "External ID,Name,Email\n".to_owned() + &(0..2200).map(row).collect::<String>();
    let dry = run(&app, job(ImportFormat::Csv, Options::default(), true), &content).await;
    let done = csv(&app, &content).await;
    assert_eq!((counts(&dry), counts(&done)), ([2199, 0, 0, 0, 0], [2199, 0, 0, 0, 0]));
    for job in [&dry, &done] {
        assert_eq!(imports::count(&app.operator().db, job.id, Kind::Warnings).await.unwrap(), 1);
    }
    let found = app.run("{ contacts(search: \"person 2100\") { nodes { externalId } } contactCount }", json!({})).await;
    assert_eq!((&found["contacts"]["nodes"], &found["contactCount"]), (&json!([{ "externalId": "k3" }]), &json!(2199)));
    assert_eq!(counts(&csv(&app, &content).await), [0, 0, 2199, 0, 0]);
}

#[both_databases]
async fn a_match_in_the_trash_follows_the_policy(app: TestApp) {
    use liaison::domain::upsert::OnTrashed;
    let id = app.contact_with(json!({ "name": "A", "email": "a@x.example", "externalId": "k" })).await;
    app.codes("trashContact", &id).await;
    let content = "External ID,Name\nk,B\n";
    let with = |on_trashed| job(ImportFormat::Csv, Options { on_trashed, ..Options::default() }, false);
    assert_eq!(counts(&run(&app, with(OnTrashed::Reject), content).await), [0, 0, 0, 0, 1]);
    assert_eq!(counts(&run(&app, with(OnTrashed::Ignore), content).await), [0, 0, 0, 0, 1], "the key is taken");
    assert_eq!(counts(&run(&app, with(OnTrashed::Restore), content).await), [0, 0, 0, 1, 0]);
    assert_eq!(contacts(&app).await[0]["name"], "B");
}

#[both_databases]
async fn cards_keep_what_has_no_field(app: TestApp) {
    let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:1\r\nFN:Ada Lovelace\r\nN:Lovelace;Ada;;;\r\nEMAIL;TYPE=work:ada@x.example\r\n\
        ORG:Acme;Engines\r\nTITLE:Engineer\r\nBDAY:18151210\r\nX-SKYPE:ada.l\r\nEND:VCARD\r\n";
    let vcard = || job(ImportFormat::Vcard, Options::default(), false);
    assert_eq!(counts(&run(&app, vcard(), card).await), [1, 0, 0, 0, 0]);
    assert_eq!(counts(&run(&app, vcard(), card).await), [0, 0, 1, 0, 0], "the same card again");
    let renamed = card.replace("FN:Ada Lovelace", "FN:Ada King").replace("ada@x.example", "ada@y.example");
    assert_eq!(counts(&run(&app, vcard(), &renamed).await), [0, 1, 0, 0, 0], "the UID is the same");
    let all = contacts(&app).await;
    assert_eq!((all.len(), &all[0]["name"]), (1, &json!("Ada King")));
    assert_eq!(all[0]["memberships"][0]["department"], "Engines");
    assert_eq!(all[0]["emails"].as_array().unwrap().len(), 2);
}

#[both_databases]
async fn many_rows_are_written_in_bounded_transactions(app: TestApp) {
    let row = |number| format!("k{number},Person {number},p{number}@x.example,Company {}\n", number % 40);
    let content = "External ID,Name,Email,Company\n".to_owned() + &(0..2500).map(row).collect::<String>();
    let done = csv(&app, &content).await;
    assert_eq!((counts(&done), done.companies_created), ([2500, 0, 0, 0, 0], 40));
    assert_eq!(
        app.run("{ contactCount companyCount }", json!({})).await,
        json!({ "contactCount": 2500, "companyCount": 40 })
    );
    let found = app.run("{ searchContacts(query: \"person 2499\") { name } }", json!({})).await;
    assert_eq!(found["searchContacts"], json!([{ "name": "Person 2499" }]));
    assert_eq!(counts(&csv(&app, &content).await), [0, 0, 2500, 0, 0]);
    let by_phone = Options { match_by: vec![MatchKey::Phone], ..Options::default() };
    assert_eq!(counts(&run(&app, job(ImportFormat::Csv, by_phone, true), "Name,Phone\nX,1\n").await), [1, 0, 0, 0, 0]);
}

#[both_databases]
async fn a_dry_run_counts_as_the_run_does_however_far_apart_rows_of_one_record_are(app: TestApp) {
    app.contact_with(json!({ "name": "Ada", "email": "ada@x.example", "notes": "first" })).await;
    let others = (0..1500).map(|n| format!("Person {n},p{n}@x.example,\n")).collect::<Vec<_>>().concat();
    let ada = |notes: &str| format!("Ada,ada@x.example,{notes}\n");
    let table = format!("Name,Email,Notes\n{}{others}{}{}", ada("second"), ada("second"), ada("first"));
    let dry = run(&app, job(ImportFormat::Csv, Options::default(), true), &table).await;
    let done = csv(&app, &table).await;
    assert_eq!(counts(&dry), counts(&done));
    assert_eq!(counts(&done), [1500, 0, 3, 0, 0], "the last row says what is there");
}

#[both_databases]
async fn numbers_match_by_their_digits(app: TestApp) {
    let numbers = json!([{ "value": "+44 20 7946 0958" }, { "value": "(030) 12-34" }]);
    app.contact_with(json!({ "name": "Ada", "phones": numbers })).await;
    app.contact_with(json!({ "name": "Grace", "phone": "+44 20 7946 0958" })).await;
    let by_phone = || Options { match_by: vec![MatchKey::Phone], ..Options::default() };
    let table = "Name,Phone,Notes\nAda,+442079460958,first\nada,030 1234,second\nGrace,+44-20-79460958,third\n\
        Grace,030 1234,a namesake\n";
    let done = run(&app, job(ImportFormat::Csv, by_phone(), false), table).await;
    assert_eq!(counts(&done), [1, 2, 1, 0, 0], "the first row says nothing that the second does not say otherwise");
    let all = contacts(&app).await;
    assert_eq!(each(&json!(all), "notes"), ["second", "third", "a namesake"]);
}

#[both_databases]
async fn a_company_is_found_by_the_host_of_its_website(app: TestApp) {
    let websites =
        ["https://www.acme.example/en/", "http://globex.example:8080", "initech.example?a=b", "Über.example#x"];
    for website in websites {
        let create = "mutation($input: CompanyInput!) { createCompany(input: $input) { userErrors { code } } }";
        app.run(create, json!({ "input": { "name": format!("At {website}"), "website": website } })).await;
    }
    let row = |host: &str| format!("Of {host},The {host},https://{host}/\n");
    let rows: String = ["acme.example", "www.globex.example", "initech.example", "über.example"].map(row).concat();
    let done = csv(&app, &format!("Name,Company,Company Website\n{rows}")).await;
    assert_eq!((counts(&done), done.companies_created), ([4, 0, 0, 0, 0], 0));
}

#[both_databases]
async fn a_file_that_is_no_table_fails_as_a_whole(app: TestApp) {
    let failed = run(&app, job(ImportFormat::Jscontact, Options::default(), false), "{\"@type\": \"Card\"").await;
    assert_eq!((failed.state, failed.created), (ImportState::Done, 0));
    let again = NewJob { id: Some(failed.id), ..job(ImportFormat::Csv, Options::default(), false) };
    assert!(imports::create(app.operator(), again).await.is_err(), "an id names one job");
}

#[both_databases]
async fn nul_characters_fail_their_rows_alone(app: TestApp) {
    let table = "Name,Email,External ID,Od\0d\nAda,ada@x.example,1,a\nGr\0ace,grace@x.example,2,b\nBob,b@x.example,\x003,c\n\
        Eve,eve@x.example,4,\0\nNobody,\0,5,\n";
    let done =
        run(&app, job(ImportFormat::Csv, Options { keeps_unknown: true, ..Options::default() }, false), table).await;
    assert_eq!(counts(&done), [1, 0, 0, 0, 4]);
    assert_eq!(imports::count(&app.operator().db, done.id, Kind::Failures).await.unwrap(), 4);
    let cards = r#"[{"@type": "Card", "uid": "u\u0000", "name": {"full": "Ada"}},
        {"@type": "Card", "uid": "v", "name": {"full": "Grace"}, "x:y": {"\u0000": [{"z": "\u0000"}]}},
        {"@type": "Card", "uid": "w", "name": {"full": "Eve"}}]"#;
    let done = run(&app, job(ImportFormat::Jscontact, Options::default(), false), cards).await;
    assert_eq!(counts(&done), [1, 0, 0, 0, 2]);
    let cards = "BEGIN:VCARD\nVERSION:2.1\nUID:a\nFN:Bob\nX-ODD;ENCODING=QUOTED-PRINTABLE:=00\nEND:VCARD\n\
        BEGIN:VCARD\nVERSION:2.1\nUID:b\nFN:Ada\0\nEND:VCARD\nBEGIN:VCARD\nVERSION:2.1\nUID:c\nFN:Bob\nEND:VCARD\n";
    let done = run(&app, job(ImportFormat::Vcard, Options::default(), false), cards).await;
    assert_eq!(done.state, ImportState::Done);
    assert_eq!(done.created + done.failed, 3);
    let wish = |column: &str| ColumnMapping { column: column.to_owned(), field: Some("notes".to_owned()) };
    let options = Options { mapping: vec![wish("a\0")], ..Options::default() };
    assert!(imports::create(app.operator(), job(ImportFormat::Csv, options, false)).await.is_err());
}

/// A dry run of a table, and its run.
pub(crate) async fn dry_and_real(app: &TestApp, table: &str) -> [Model; 2] {
    let dry = run(app, job(ImportFormat::Csv, Options::default(), true), table).await;
    [dry, csv(app, table).await]
}

#[both_databases]
async fn an_external_id_goes_from_one_record_to_another(app: TestApp) {
    csv(&app, "externalId,name,email\nk:0,Ann,ann@x.example\nk:1,Bob,bob@x.example\n").await;
    let table = "externalId,name,email\nk:2,Ann,ann@x.example\nk:0,Cyd,cyd@x.example\n";
    let [dry, real] = dry_and_real(&app, table).await;
    assert_eq!(counts(&dry), [1, 1, 0, 0, 0]);
    assert_eq!(counts(&real), counts(&dry));
    assert_eq!(counts(&csv(&app, table).await), [0, 0, 2, 0, 0]);
}

#[both_databases]
async fn two_rows_of_one_person_are_two_contacts_and_stay_so(app: TestApp) {
    let table = "name,email,notes\nAnn,ann@x.example,a\nAnn,ann@x.example,b\nBob,bob@x.example,\nBob,bob@x.example,\n";
    assert_eq!(counts(&csv(&app, table).await), [4, 0, 0, 0, 0]);
    assert_eq!(counts(&csv(&app, table).await), [0, 0, 4, 0, 0]);
    let unclear = csv(&app, "name,email,notes\nAnn,ann@x.example,c\n").await;
    assert_eq!(counts(&unclear), [0, 0, 0, 0, 1], "which of the two is not known");
}

/// An import that waits after its first rows are written.
struct Paused {
    told: Option<oneshot::Receiver<()>>,
    go: mpsc::Sender<()>,
    running: JoinHandle<Model>,
}

impl Paused {
    fn run(ctx: Context, created: Model, content: String) -> Self {
        let ((tell, told), (go, wait)) = (oneshot::channel(), mpsc::channel());
        let waiting = Mutex::new(Some((tell, wait)));
        let tell = move |job: &Model| {
            if job.state == ImportState::Writing
                && job.next_row > 1
                && let Some((tell, wait)) = waiting.lock().unwrap().take()
            {
                tell.send(()).unwrap();
                wait.recv().unwrap();
            }
        };
        let input = Cursor::new(content.into_bytes());
        let running = tokio::task::spawn_blocking(move || {
            Handle::current().block_on(imports::run(&ctx, created, input, tell)).unwrap()
        });
        Self { told: Some(told), go, running }
    }

    async fn first_rows_written(&mut self) {
        self.told.take().unwrap().await.unwrap();
    }

    async fn go_on(self) -> Model {
        self.go.send(()).unwrap();
        self.running.await.unwrap()
    }
}

#[both_databases]
async fn a_job_that_is_cancelled_while_it_writes_stops(app: TestApp) {
    let rows = (0..3000).map(|n| format!("Contact {n}\n")).collect::<Vec<_>>().concat();
    let ctx = app.operator().clone();
    let created = imports::create(&ctx, job(ImportFormat::Csv, Options::default(), false)).await.unwrap();
    let id = created.id.to_string();
    let mut paused = Paused::run(ctx.clone(), created, format!("Name\n{rows}"));
    paused.first_rows_written().await;
    imports::cancel(&ctx, &id).await.unwrap();
    let stopped = paused.go_on().await;
    assert_eq!((stopped.state, stopped.failed), (ImportState::Cancelled, 0));
    assert!((1..3000).contains(&stopped.created));
    assert_eq!(app.texts("SELECT CAST(count(*) AS text) FROM contacts").await, [stopped.created.to_string()]);
    assert_eq!(app.texts("SELECT CAST(job_id AS text) FROM import_chunks").await, [""; 0]);
}

#[both_databases]
async fn two_imports_of_one_file_at_once_make_each_contact_once(app: TestApp) {
    // Two rows of one person are two contacts, in whatever order the jobs write.
    let rows = (0..600).map(|n| format!("Person {n},p{n}@x.example\n")).collect::<Vec<_>>().concat();
    let table = format!("Name,Email\n{rows}Ada,ada@x.example\nAda,ada@x.example\n");
    let mut jobs = Vec::new();
    for _ in 0..2 {
        let ctx = app.operator().clone();
        let created = imports::create(&ctx, job(ImportFormat::Csv, Options::default(), false)).await.unwrap();
        jobs.push(Paused::run(ctx, created, table.clone()));
    }
    // Both have matched all rows before either goes on.
    for paused in &mut jobs {
        paused.first_rows_written().await;
    }
    for paused in jobs {
        let done = paused.go_on().await;
        assert_eq!((done.state, done.failed), (ImportState::Done, 0));
    }
    assert_eq!(app.run("{ contactCount }", json!({})).await, json!({ "contactCount": 602 }));
}

#[both_databases]
async fn what_is_trashed_or_made_while_a_job_writes_follows_its_options(app: TestApp) {
    let rows = (0..400).map(|n| format!("k:{n},Contact {n},c{n}@x.example\n")).collect::<Vec<_>>().concat();
    let table = format!("externalId,name,email\n{rows}k:new,Nils,nils@x.example\n");
    csv(&app, &format!("externalId,name,email\n{rows}")).await;
    let find = "{ contactByIdentifier(identifier: { externalId: \"k:399\" }) { id } }";
    let last = app.run(find, json!({})).await["contactByIdentifier"]["id"].clone();
    let changed = table.replace("Contact", "Person");
    let ctx = app.operator().clone();
    let created = imports::create(&ctx, job(ImportFormat::Csv, Options::default(), false)).await.unwrap();
    // After the first rows are written, the last is trashed and the new one is created by somebody else.
    let mut paused = Paused::run(ctx, created, changed);
    paused.first_rows_written().await;
    app.run("mutation($id: ID!) { trashContact(id: $id) { userErrors { code } } }", json!({ "id": last })).await;
    app.contact_with(json!({ "name": "Nils", "externalId": "k:new" })).await;
    let done = paused.go_on().await;
    assert_eq!(counts(&done), [0, 400, 0, 0, 1], "the new one is updated, and the trashed one stays in the trash");
    let status = "query($id: ID!) { contact(id: $id) { status name } }";
    let trashed = app.run(status, json!({ "id": last })).await["contact"].clone();
    assert_eq!(trashed, json!({ "status": "TRASHED", "name": "Contact 399" }));
    let request = liaison::domain::page::PageRequest::first(10);
    let report = imports::rows(&app.operator().db, done.id, Kind::Failures, &request).await.unwrap();
    let failed = imports::ReportRow::of(&report.rows[0], Kind::Failures);
    assert_eq!((failed.row, failed.faults[0].code.as_str()), (400, "TRASHED"));
    assert_eq!(failed.cells, ["k:399", "Person 399", "c399@x.example"], "the row can be mended");
}

/// A file that breaks off.
struct Broken(Cursor<Vec<u8>>);

impl std::io::Read for Broken {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match std::io::Read::read(&mut self.0, into)? {
            0 => Err(std::io::Error::other("cut off")),
            some => Ok(some),
        }
    }
}

#[both_databases]
async fn jobs_that_wrote_nothing_count_nothing(app: TestApp) {
    let rows = (0..1500).map(|n| format!("Contact {n}\n")).collect::<Vec<_>>().concat();
    let cut_off = app.operator();
    let created = imports::create(cut_off, job(ImportFormat::Csv, Options::default(), false)).await.unwrap();
    let input = Broken(Cursor::new(format!("Name\n{rows}").into_bytes()));
    let failed = imports::run(cut_off, created, input, |_| {}).await.unwrap();
    assert_eq!((failed.state, failed.created, failed.batch_id), (ImportState::Failed, 0, None));
    let created = imports::create(cut_off, job(ImportFormat::Csv, Options::default(), false)).await.unwrap();
    app.sql("UPDATE import_jobs SET created = 1000 WHERE state = 'reading'").await;
    let cancelled = imports::cancel(cut_off, &created.id.to_string()).await.unwrap();
    assert_eq!((cancelled.state, cancelled.created), (ImportState::Cancelled, 0));
}

/// Sends a file; the status and the answer.
async fn upload(app: &TestApp, token: Option<&str>, query: &str, media_type: &str, content: Vec<u8>) -> (u16, Value) {
    let mut request =
        Request::post(format!("/import?{query}")).header("host", "localhost").header("content-type", media_type);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let reply = app.reply(request.body(Body::from(content)).unwrap()).await;
    (reply.status.as_u16(), reply.body)
}

/// Waits for the end of an import.
async fn ended(app: &TestApp, id: &str) -> Value {
    let query =
        "query($id: ID!) { importJob(id: $id) { id state dryRun format fileName rowsRead rowsTotal created updated
        unchanged restored failed companiesCreated error mapping { column field samples }
        failures(first: 10) { totalCount nodes { line row userErrors { code field message } } pageInfo { hasNextPage } }
        warnings { totalCount nodes { row userErrors { code } } } startedAt finishedAt } }";
    eventually("the end of the import", || async {
        let job = app.run(query, json!({ "id": id })).await["importJob"].clone();
        matches!(job["state"].as_str(), Some("DONE" | "FAILED" | "CANCELLED")).then_some(job)
    })
    .await
}

#[both_databases]
async fn a_file_is_sent_by_post_and_its_report_is_read(app: TestApp) {
    let content = "Full name,E-mail,Shoe size\nAda,ada@x.example,38\nBob,none,44\n=Cid,none,\n";
    let (status, answer) = upload(&app, None, "fileName=team.csv", "text/csv; charset=utf-8", content.into()).await;
    assert_eq!(status, 202, "{answer}");
    let job = ended(&app, answer["id"].as_str().unwrap()).await;
    assert_eq!(
        (&job["state"], &job["created"], &job["failed"], &job["rowsTotal"]),
        (&json!("DONE"), &json!(1), &json!(2), &json!(3))
    );
    assert_eq!(job["fileName"], "team.csv");
    assert_eq!(job["mapping"][0], json!({ "column": "Full name", "field": "name", "samples": ["Ada", "Bob", "=Cid"] }));
    assert_eq!(job["mapping"][2]["field"], Value::Null);
    assert_eq!(job["failures"]["totalCount"], 2);
    assert_eq!(job["failures"]["nodes"][0]["line"], 3);
    assert_eq!(job["failures"]["nodes"][0]["userErrors"][0]["code"], "INVALID");
    let report = Request::get(format!("/import/{}/failures.csv", job["id"].as_str().unwrap()));
    let response = app.request(report.header("host", "localhost").body(Body::empty()).unwrap()).await;
    let table = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let table = String::from_utf8(table.to_vec()).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines[0], "Full name,E-mail,Shoe size,Line,Error");
    assert!(lines[1].starts_with("Bob,none,44,3,"), "{table}");
    assert!(lines[2].starts_with("'=Cid,none,,4,"), "{table}");
    let jobs =
        app.run("{ importJobs(first: 1) { nodes { id } edges { cursor } pageInfo { hasNextPage } } }", json!({})).await;
    assert_eq!(jobs["importJobs"]["nodes"][0]["id"], job["id"]);
    let node = "query($id: ID!) { node(id: $id) { ... on ImportJob { state } } }";
    assert_eq!(app.run(node, json!({ "id": job["id"] })).await["node"]["state"], "DONE");
}

#[both_databases]
async fn wrong_uploads_are_refused_and_write_nothing(app: TestApp) {
    let csv = "text/csv";
    for (query, media_type, content, expected) in [
        ("of=users", csv, "Name\nA\n", 400),
        ("dryRun=perhaps", csv, "Name\nA\n", 400),
        ("matchBy=NAME", csv, "Name\nA\n", 400),
        ("onTrashed=x", csv, "Name\nA\n", 400),
        ("id=x", csv, "Name\nA\n", 400),
        ("colour=red", csv, "Name\nA\n", 400),
        ("", "application/json", "{}", 415),
        ("of=companies", "text/vcard", "BEGIN:VCARD\nEND:VCARD\n", 422),
    ] {
        let (status, answer) = upload(&app, None, query, media_type, content.into()).await;
        assert_eq!(status, expected, "{query}: {answer}");
        assert!(answer["errors"][0]["message"].is_string(), "{answer}");
    }
    let long = format!("Name\n{}", "A,\n".repeat(400_000));
    assert_eq!(upload(&app, None, "", csv, long.into_bytes()).await.0, 413);
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 0);
    let states =
        app.run("{ importJobs { nodes { state rowsRead error } } }", json!({})).await["importJobs"]["nodes"].clone();
    assert!(states.as_array().unwrap().iter().all(|job| job["state"] == "FAILED"), "{states}");
}

#[both_databases]
async fn an_upload_that_is_cut_off_fails(app: TestApp) {
    let parts = futures_util::stream::iter([
        Ok(Bytes::from("Name,Email\nAda,ada@x.example\n".repeat(2000))),
        Err(std::io::Error::other("the client is gone")),
    ]);
    let request = Request::post("/import").header("host", "localhost").header("content-type", "text/csv");
    let reply = app.reply(request.body(Body::from_stream(parts)).unwrap()).await;
    assert_eq!(reply.status, 400, "{}", reply.body);
    let job = app.run("{ importJobs { nodes { id state error rowsTotal } } contactCount }", json!({})).await;
    let id = job["importJobs"]["nodes"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(ended(&app, &id).await["state"], "FAILED");
    assert_eq!(job["contactCount"], 0);
}

#[both_databases]
async fn members_import_and_viewers_read_the_report(app: TestApp) {
    let app = app.guarded().await;
    let (member, viewer) = (app.key(Role::Member).await, app.key(Role::Viewer).await);
    let content = || b"Name\nAda\n".to_vec();
    assert_eq!(upload(&app, None, "", "text/csv", content()).await.0, 401);
    assert_eq!(upload(&app, Some(&viewer), "", "text/csv", content()).await.0, 403);
    let (status, answer) = upload(&app, Some(&member), "", "text/csv", content()).await;
    assert_eq!(status, 202, "{answer}");
    let report = |token: Option<&str>| {
        let uri = format!("/import/{}/failures.csv", answer["id"].as_str().unwrap());
        let mut request = Request::get(uri).header("host", "localhost");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(app.request(report(None)).await.status(), 401);
    assert_eq!(app.request(report(Some(&viewer))).await.status(), 200);
}

#[both_databases]
async fn small_files_come_by_a_mutation_and_imports_are_cancelled_and_resumed(app: TestApp) {
    let mutation = "mutation($content: String!, $dryRun: Boolean! = false) {
        importContacts(format: CSV, content: $content, dryRun: $dryRun, mapping: [{ column: \"Wer\", field: \"name\" }]) {
            job { id state created unchanged failed dryRun } userErrors { code } } }";
    let content = json!({ "content": "Wer,Email\nAda,ada@x.example\n", "dryRun": true });
    let dry = app.run(mutation, content).await["importContacts"]["job"].clone();
    assert_eq!((&dry["state"], &dry["created"], &dry["dryRun"]), (&json!("DONE"), &json!(1), &json!(true)));
    let done = app.run(mutation, json!({ "content": "Wer,Email\nAda,ada@x.example\n" })).await["importContacts"]["job"]
        .clone();
    assert_eq!((&done["state"], &done["created"]), (&json!("DONE"), &json!(1)));
    for (field, id) in [("cancelImport", &done["id"]), ("resumeImport", &done["id"])] {
        let mutation = format!("mutation($id: ID!) {{ {field}(id: $id) {{ job {{ id }} userErrors {{ code }} }} }}");
        assert_eq!(codes(&app.run(&mutation, json!({ "id": id })).await[field]), ["INVALID"]);
        assert_eq!(codes(&app.run(&mutation, json!({ "id": NOBODY })).await[field]), ["NOT_FOUND"]);
    }
    // A job that nobody reads for: it can be cancelled, and another takes it up once its runner is silent.
    let waiting = imports::create(app.operator(), job(ImportFormat::Csv, Options::default(), false)).await.unwrap();
    let cancel = "mutation($id: ID!) { cancelImport(id: $id) { job { state } userErrors { code } } }";
    let cancelled = app.run(cancel, json!({ "id": waiting.id })).await["cancelImport"].clone();
    assert_eq!(cancelled, json!({ "job": { "state": "CANCELLED" }, "userErrors": [] }));
}
