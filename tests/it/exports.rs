//! Records as files: who may have them, their formats, and that they show the directory at one moment.

use std::{collections::BTreeMap, fs, ops::Range};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use futures_util::StreamExt;
use liaison::{
    card::{Card, Read, csv, jscontact, vcard},
    entity::role::Role,
};
use serde_json::{Value, json};

use crate::support::{
    Listening, TestApp, both_databases, id_of,
    process::{liaison, printed},
    until,
};

struct File {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl File {
    /// The rows of a table, by the names of its columns.
    fn rows(&self) -> Vec<BTreeMap<String, String>> {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text);
        let mut reader = ::csv::Reader::from_reader(self.text.trim_start_matches('\u{feff}').as_bytes());
        let rows = reader.deserialize();
        rows.map(Result::unwrap).collect()
    }

    /// One column of a table.
    fn column(&self, name: &str) -> Vec<String> {
        self.rows().into_iter().map(|mut row| row.remove(name).unwrap()).collect()
    }

    /// The code of the error.
    fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no error: {}", self.text));
        body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
    }

    fn message(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap();
        body["errors"][0]["message"].as_str().unwrap().to_owned()
    }
}

fn path(parameters: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("/export?{query}")
}

async fn fetch(app: &TestApp, request: Request<Body>) -> File {
    let response = app.request(request).await;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    File { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
}

async fn export(app: &TestApp, parameters: &[(&str, &str)]) -> File {
    fetch(app, Request::get(path(parameters)).body(Body::empty()).unwrap()).await
}

/// Contacts with places in companies, and whatever a card may have.
async fn fill(app: &TestApp) -> [String; 3] {
    let ada = json!({
        "name": "Ada Lovelace", "externalId": "x:1", "notes": "=1+1", "metadata": { "k": "v" }, "birthday": "1815-12-10",
        "emails": [{ "value": "ada@x.example", "label": "work" }, { "value": "ada@home.example" }],
        "phones": [{ "value": "+44 20 7946 0958" }], "links": [{ "value": "https://ada.example" }],
        "addresses": [{ "label": "home", "street": "12 St James's Sq\nFlat 2", "locality": "London", "country": "GB" }],
        "tags": ["math", "a; b"],
    });
    let ids = [
        app.contact_with(ada).await,
        app.contact_with(json!({ "name": "Bob, \"the\" Builder", "email": "bob@x.example", "status": "INACTIVE" }))
            .await,
        app.contact_with(json!({ "name": "Cyd", "phone": "-1" })).await,
    ];
    let (acme, zoo) = (app.company("Acme").await, app.company("Zoo").await);
    app.membership(&ids[0], &zoo).await;
    let add = "mutation($contact: ID!, $company: ID!) { addMembership(contactId: $contact, companyId: $company, isPrimary: true,
        role: \"Analyst\", department: \"R; D\") { userErrors { code } } }";
    app.run(add, json!({ "contact": ids[0], "company": acme })).await;
    ids
}

async fn trash(app: &TestApp, id: &str) {
    app.run("mutation($id: ID!) { trashContact(id: $id) { userErrors { code } } }", json!({ "id": id })).await;
}

#[both_databases]
async fn exports_are_for_viewers_and_above_and_audited(app: TestApp) {
    app.contact("Ada").await;
    let app = app.guarded().await;
    let asked = async |token: &str| {
        let request = Request::get("/export").header(header::AUTHORIZATION, format!("Bearer {token}"));
        fetch(&app, request.body(Body::empty()).unwrap()).await
    };
    for role in [Role::Viewer, Role::Member, Role::Admin] {
        let token = app.user(&format!("{role:?}@x.example"), role).await;
        assert_eq!(asked(&token).await.column("name"), ["Ada"], "{role:?}");
        assert_eq!(asked(&app.key(role).await).await.column("name"), ["Ada"], "{role:?}");
    }
    let contact = asked(&app.user("contact@x.example", Role::Contact).await).await;
    assert_eq!((contact.status, contact.code()), (StatusCode::FORBIDDEN, "FORBIDDEN".to_owned()));
    assert_eq!(contact.message(), "Exporting needs the role VIEWER; yours is CONTACT.");
    for file in [export(&app, &[]).await, export(&app, &[("of", "nothing")]).await, asked("lsn_x").await] {
        assert_eq!((file.status, file.code()), (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED".to_owned()));
    }
    let admin = app.key(Role::Admin).await;
    let request = Request::get("/audit").header(header::AUTHORIZATION, format!("Bearer {admin}"));
    let events = app.reply(request.body(Body::empty()).unwrap()).await.body;
    let exported: Vec<&Value> = events.as_array().unwrap().iter().filter(|event| event["kind"] == "EXPORTED").collect();
    assert_eq!(exported.len(), 6, "{events}");
    assert!(exported.iter().all(|event| event["subject"] == "contacts csv"));
    assert!(exported.iter().all(|event| event["userId"].is_string() != event["apiKeyId"].is_string()));
}

/// A link on a page of the server is enough; a page of another site gets nothing by the browser's cookie.
#[both_databases]
async fn the_cookie_counts_on_pages_of_this_server(app: TestApp) {
    app.contact("Ada").await;
    let app = app.guarded().await;
    let token = app.user("ann@x.example", Role::Viewer).await;
    let status = async |headers: &[(&str, &str)]| {
        let mut request = Request::get("/export").header(header::COOKIE, format!("__Host-liaison={token}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        fetch(&app, request.body(Body::empty()).unwrap()).await.status.as_u16()
    };
    assert_eq!(status(&[("liaison-csrf", "1")]).await, 200);
    assert_eq!(status(&[("liaison-csrf", "1"), ("origin", "https://contacts.example.com")]).await, 200);
    assert_eq!(status(&[("liaison-csrf", "1"), ("origin", "https://evil.example")]).await, 401);
    assert_eq!(status(&[("sec-fetch-site", "same-origin")]).await, 200);
    assert_eq!(status(&[("sec-fetch-site", "none")]).await, 200);
    assert_eq!(status(&[("sec-fetch-site", "same-site")]).await, 401);
    assert_eq!(status(&[("sec-fetch-site", "cross-site")]).await, 401);
    assert_eq!(status(&[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")]).await, 401);
    assert_eq!(status(&[]).await, 401);
}

#[both_databases]
async fn wrong_parameters_are_told(app: TestApp) {
    for (parameters, part) in [
        (&[("of", "users")][..], "`of` must be one of contacts, companies, interactions."),
        (&[("format", "xlsx")], "`format` must be one of csv, vcard3, vcard4, jscontact."),
        (&[("of", "companies"), ("format", "vcard4")], "Companies and interactions can be exported as csv only."),
        (&[("format", "vcard3"), ("bom", "true")], "A byte order mark stands before csv only."),
        (&[("bom", "1")], "`bom` must be true or false."),
        (&[("includeTrashed", "")], "`includeTrashed` must be true or false."),
        (&[("include_trashed", "true")], "The parameters of an export are"),
        (&[("of", "contacts"), ("of", "companies")], "only once"),
        (&[("filter", "{")], "`filter` must be JSON"),
        (&[("filter", "[]")], "filter"),
        (&[("filter", "{\"nme\": {\"eq\": \"Ada\"}}")], "nme"),
        (&[("filter", "{\"name\": {\"eq\": 1}}")], "name"),
        (&[("of", "companies"), ("filter", "{\"birthday\": null}")], "birthday"),
        (&[("filter", "{\"createdAt\": {\"gt\": \"never\"}}")], "createdAt"),
    ] {
        let file = export(&app, parameters).await;
        assert_eq!((file.status, &*file.code()), (StatusCode::BAD_REQUEST, "BAD_USER_INPUT"), "{parameters:?}");
        assert!(file.message().contains(part), "{parameters:?}: {}", file.message());
    }
    let deep = format!("{}{}", "{\"not\":".repeat(60), "}".repeat(60));
    assert_eq!(export(&app, &[("filter", &deep)]).await.status, StatusCode::BAD_REQUEST);
    let long = json!({ "name": { "in": vec!["a"; 501] } }).to_string();
    assert_eq!(export(&app, &[("filter", &long)]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(export(&app, &[("filter", "")]).await.status, StatusCode::OK);
    let posted = app.request(Request::post("/export").body(Body::empty()).unwrap()).await;
    assert_eq!(posted.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[both_databases]
async fn tables_have_everything_and_no_formulas(app: TestApp) {
    let ids = fill(&app).await;
    let file = export(&app, &[]).await;
    assert_eq!(file.headers[header::CONTENT_TYPE], "text/csv; charset=utf-8; header=present");
    let disposition = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"contacts-") && disposition.ends_with(".csv\""));
    assert_eq!(file.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(file.headers["x-accel-buffering"], "no");
    let rows = file.rows();
    assert_eq!(file.column("id"), ids);
    let ada = |name: &str| rows[0][name].as_str();
    assert_eq!(ada("name"), "Ada Lovelace");
    assert_eq!(ada("emails"), "ada@x.example ::: ada@home.example");
    assert_eq!(ada("emails.label"), "work ::: ");
    assert_eq!(ada("phones"), "'+44 20 7946 0958");
    assert_eq!(ada("notes"), "'=1+1");
    assert_eq!(ada("addresses.street"), "12 St James's Sq\nFlat 2");
    assert_eq!(ada("tags"), "a; b ::: math");
    assert_eq!(ada("metadata"), "{\"k\":\"v\"}");
    assert_eq!(ada("company"), "Acme ::: Zoo");
    assert_eq!(ada("role"), "Analyst ::: ");
    assert_eq!(ada("department"), "R; D ::: ");
    let company = ada("company.id").split(" ::: ").next().unwrap();
    let query = "query($id: ID!) { company(id: $id) { name } }";
    assert_eq!(app.run(query, json!({ "id": company })).await["company"]["name"], "Acme");
    assert_eq!(file.column("status"), ["ACTIVE", "INACTIVE", "ACTIVE"]);
    assert_eq!(rows[1]["name"], "Bob, \"the\" Builder");
    assert_eq!(rows[1]["company"], "");
    assert_eq!(rows[2]["phones"], "'-1");
    assert!(!file.text.starts_with('\u{feff}'));
    let marked = export(&app, &[("bom", "true")]).await;
    assert_eq!(marked.text, format!("\u{feff}{}", file.text));
    // HEAD begins nothing.
    let before = app.shared.domain.db.statement_count();
    let head = fetch(&app, Request::head("/export").body(Body::empty()).unwrap()).await;
    assert_eq!((head.status, &*head.text), (StatusCode::OK, ""));
    assert_eq!(head.headers[header::CONTENT_TYPE], file.headers[header::CONTENT_TYPE]);
    assert_eq!(app.shared.domain.db.statement_count(), before);
    // As long as there are none, there is a header alone.
    let nobody = export(&app.fresh().await, &[]).await;
    assert_eq!((nobody.text.lines().count(), nobody.rows().len()), (1, 0));
}

/// The cards of a file, without a warning.
fn cards(reader: impl Iterator<Item = Read<Card>>) -> Vec<Card> {
    let rows = reader.map(|read| read.unwrap().unwrap());
    rows.map(|row| {
        assert_eq!(row.warnings, []);
        row.item
    })
    .collect()
}

/// Whatever the format, a reader finds the same cards.
#[both_databases]
async fn every_format_has_the_same_cards(app: TestApp) {
    fill(&app).await;
    let stored = r#"{"speakToAs": {"grammaticalGender": "feminine"}}"#;
    app.sql(&format!("UPDATE contacts SET card = '{stored}', uid = 'urn:x' WHERE name = 'Ada Lovelace'")).await;
    let table = export(&app, &[]).await.text;
    let v4 = export(&app, &[("format", "vcard4")]).await;
    let v3 = export(&app, &[("format", "vcard3")]).await;
    let json = export(&app, &[("format", "jscontact")]).await;
    assert_eq!(v3.headers[header::CONTENT_TYPE], "text/vcard; charset=utf-8; version=3.0");
    assert_eq!(v4.headers[header::CONTENT_TYPE], "text/vcard; charset=utf-8; version=4.0");
    assert_eq!(json.headers[header::CONTENT_TYPE], "application/jscontact+json");
    assert!(v3.headers[header::CONTENT_DISPOSITION].to_str().unwrap().ends_with(".vcf\""));
    assert_eq!(v4.text.matches("BEGIN:VCARD\r\nVERSION:4.0\r\n").count(), 3);
    assert_eq!(v3.text.matches("BEGIN:VCARD\r\nVERSION:3.0\r\n").count(), 3);
    let array: Value = serde_json::from_str(&json.text).unwrap();
    assert_eq!(array[0]["speakToAs"]["grammaticalGender"], "feminine");
    assert_eq!(array[0]["organizations"]["organization1"]["name"], "Acme");
    let from_table = cards(csv::Reader::new(table.as_bytes(), &csv::Options::default()).unwrap());
    let from_json = cards(jscontact::Reader::new(json.text.as_bytes()));
    let from_vcards = cards(vcard::Reader::new(v4.text.as_bytes()));
    assert_eq!((from_table.len(), from_json.len(), from_vcards.len()), (3, 3, 3));
    for (number, card) in from_json.iter().enumerate() {
        let card = jscontact::to_jscontact(card);
        assert_eq!(jscontact::to_jscontact(&from_vcards[number]), card);
        assert_eq!(jscontact::to_jscontact(&from_table[number]), card);
    }
    let nobody = app.fresh().await;
    assert_eq!(export(&nobody, &[("format", "vcard4")]).await.text, "");
    assert_eq!(export(&nobody, &[("format", "jscontact")]).await.text, "[]\n");
}

#[both_databases]
async fn filters_are_those_of_the_lists(app: TestApp) {
    let ids = fill(&app).await;
    trash(&app, &ids[2]).await;
    let names = async |parameters: &[(&str, &str)]| export(&app, parameters).await.column("name");
    assert_eq!(names(&[]).await, ["Ada Lovelace", "Bob, \"the\" Builder"]);
    assert_eq!(names(&[("includeTrashed", "false")]).await.len(), 2);
    assert_eq!(names(&[("includeTrashed", "true")]).await.len(), 3);
    assert_eq!(names(&[("filter", r#"{"status": {"eq": "TRASHED"}}"#)]).await, ["Cyd"]);
    assert_eq!(names(&[("filter", r#"{"name": {"startsWith": "ÁDA"}}"#)]).await, ["Ada Lovelace"]);
    assert_eq!(names(&[("filter", r#"{"membership": {"companyName": {"eq": "Zoo"}}}"#)]).await, ["Ada Lovelace"]);
    assert_eq!(names(&[("filter", r#"{"tags": {"hasAny": "MATH"}}"#)]).await, ["Ada Lovelace"]);
    let either = r#"{"or": [{"phone": {"contains": "1"}}, {"email": {"eq": "BOB@x.example"}}]}"#;
    assert_eq!(names(&[("filter", either)]).await, ["Bob, \"the\" Builder"]);
    assert_eq!(names(&[("filter", either), ("includeTrashed", "true")]).await.len(), 2);
    let zoo = [("of", "companies"), ("filter", r#"{"name": {"contains": "oo"}}"#)];
    assert_eq!(names(&zoo).await, ["Zoo"]);
    assert_eq!(export(&app, &[("of", "companies")]).await.column("status"), ["ACTIVE", "ACTIVE"]);
}

#[both_databases]
async fn interactions_name_what_they_concern(app: TestApp) {
    let (ada, bob, acme) = (app.contact("Ada").await, app.contact("Bob").await, app.company("Acme").await);
    let log = "mutation($contact: ID, $company: ID, $input: InteractionInput!) {
        createInteraction(contactId: $contact, companyId: $company, input: $input) { interaction { id } } }";
    let call = json!({ "type": "CALL", "occurredAt": "2026-01-31T09:30:00Z", "timeZone": "Europe/Tallinn",
        "subject": "@home", "body": "long\ntext", "parties": [{ "name": "Bob", "contactId": bob }, { "name": "Anna ::: B" }],
        "metadata": { "a": 1 } });
    let call = app.run(log, json!({ "contact": ada, "input": call })).await;
    let note = json!({ "occurredAt": "2026-02-01T00:00:00.5Z" });
    app.run(log, json!({ "company": acme, "input": note })).await;
    let of = ("of", "interactions");
    let rows = export(&app, &[of]).await.rows();
    assert_eq!(rows.len(), 2);
    // The newest first.
    assert_eq!((&*rows[0]["company"], &*rows[0]["companyId"], &*rows[0]["contact"]), ("Acme", &*acme, ""));
    assert_eq!((&*rows[0]["type"], &*rows[0]["occurredAt"]), ("NOTE", "2026-02-01T00:00:00.500000Z"));
    let expected = [
        ("id", id_of(&call["createInteraction"]["interaction"])),
        ("contactId", ada.clone()),
        ("contact", "Ada".to_owned()),
        ("companyId", String::new()),
        ("type", "CALL".to_owned()),
        ("occurredAt", "2026-01-31T09:30:00.000000Z".to_owned()),
        ("timeZone", "Europe/Tallinn".to_owned()),
        ("subject", "'@home".to_owned()),
        ("body", "long\ntext".to_owned()),
        ("owner", String::new()),
        ("parties", "Bob ::: Anna \\::: B".to_owned()),
        ("metadata", "{\"a\":1}".to_owned()),
    ];
    for (column, value) in expected {
        assert_eq!(rows[1][column], value, "{column}");
    }
    let calls = [of, ("filter", r#"{"type": ["CALL"]}"#)];
    assert_eq!(export(&app, &calls).await.column("contact"), ["Ada"]);
    trash(&app, &ada).await;
    assert_eq!(export(&app, &[of]).await.column("company"), ["Acme"]);
    assert_eq!(export(&app, &[of, ("includeTrashed", "true")]).await.rows().len(), 2);
}

/// Adds contacts with notes of a thousand letters, and a membership each.
async fn many(app: &TestApp, numbers: Range<usize>) {
    let create = "mutation($items: [UpsertContactInput!]!) { upsertContacts(items: $items) { userErrors { code } } }";
    let item = |number: usize| {
        let input = json!({ "name": format!("Contact {number}"), "notes": "n".repeat(1000) });
        json!({ "identifier": { "externalId": format!("x:{number:04}") }, "input": input,
            "primaryCompany": { "company": { "findOrCreateByName": "Acme" } } })
    };
    let items: Vec<Value> = numbers.map(item).collect();
    for items in items.chunks(500) {
        app.run(create, json!({ "items": items })).await;
    }
}

#[both_databases]
async fn an_export_of_any_length_costs_as_many_statements(app: TestApp) {
    let statements = async || {
        let before = app.shared.domain.db.statement_count();
        let rows = export(&app, &[]).await.rows();
        (rows.len(), app.shared.domain.db.statement_count() - before)
    };
    many(&app, 0..1).await;
    // The record in the audit, and the export.
    assert_eq!(statements().await, (1, 2));
    many(&app, 1..1000).await;
    assert_eq!(statements().await, (1000, 2));
}

#[both_databases]
async fn an_export_shows_one_moment(app: TestApp) {
    many(&app, 0..1000).await;
    let response = app.request(Request::get("/export").body(Body::empty()).unwrap()).await;
    let mut body = response.into_body().into_data_stream();
    let mut bytes = body.next().await.unwrap().unwrap().to_vec();
    assert!(bytes.len() < 300_000, "{}", bytes.len());
    // The rest is not read yet.
    app.sql("UPDATE contacts SET notes = 'changed'").await;
    app.sql("DELETE FROM company_memberships").await;
    app.contact("Late").await;
    while let Some(part) = body.next().await {
        bytes.extend(part.unwrap());
    }
    let file = File { status: StatusCode::OK, headers: HeaderMap::new(), text: String::from_utf8(bytes).unwrap() };
    let rows = file.rows();
    assert_eq!(rows.len(), 1000);
    assert!(rows.iter().all(|row| row["notes"].starts_with("nnn") && row["company"] == "Acme"));
    assert_eq!(export(&app, &[]).await.rows().len(), 1001);
}

/// Rows that cannot be read stand for a database that fails on the way.
#[both_databases]
async fn a_file_that_cannot_be_finished_is_cut_off(app: TestApp) {
    many(&app, 0..1000).await;
    let broken = if app.config.is_sqlite() {
        "UPDATE contacts SET metadata = '{' WHERE external_id = 'x:0999'"
    } else {
        "ALTER TABLE company_memberships RENAME TO hidden;
         CREATE VIEW company_memberships AS SELECT hidden.* FROM hidden WHERE CASE
             WHEN contact_id = (SELECT id FROM contacts WHERE external_id = 'x:0999') THEN 1 / position > 0
             ELSE TRUE END"
    };
    app.sql(broken).await;
    let server = Listening::start(app).await;
    for encoding in ["identity", "gzip"] {
        let client = reqwest::Client::new();
        let url = format!("http://{}/export", server.address);
        // The connection may be gone before the first of the answer has left.
        let outcome = async {
            let mut response = client.get(url).header("accept-encoding", encoding).send().await?;
            assert_eq!(response.status(), 200);
            while response.chunk().await?.is_some() {}
            Ok::<_, reqwest::Error>(())
        };
        assert!(outcome.await.is_err(), "{encoding}: the file seems to be complete");
    }
    server.stop().await;
}

#[both_databases]
async fn an_export_ends_when_its_client_has_gone(app: TestApp) {
    many(&app, 0..1000).await;
    // As many as one caller may have.
    for _ in 0..5 {
        let mut open = Vec::new();
        for _ in 0..2 {
            open.push(app.request(Request::get("/export").body(Body::empty()).unwrap()).await);
            assert_eq!(open.last().unwrap().status(), StatusCode::OK);
        }
        let refused = export(&app, &[]).await;
        assert_eq!((refused.status, &*refused.code()), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"));
        assert_eq!(refused.headers[header::RETRY_AFTER], "10");
    }
    if app.config.is_sqlite() {
        return;
    }
    until("an end of the statements", || async {
        let sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' \
                   AND pid <> pg_backend_pid()";
        let db = &app.shared.domain.db;
        let statement = sea_orm::Statement::from_string(db.backend(), sql);
        let row = sea_orm::ConnectionTrait::query_one_raw(db.writer(), statement).await.unwrap();
        row.unwrap().try_get_by_index::<i64>(0).unwrap() == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_exports_too() {
    let app = TestApp::on_sqlite().await;
    let ids = fill(&app).await;
    trash(&app, &ids[2]).await;
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = liaison(&["export"]);
        command.args(arguments).env("DATABASE_URL", &app.config.url).current_dir(folder.path()).output().unwrap()
    };
    let table = run(&[]);
    assert!(table.status.success(), "{}", printed(&table));
    assert_eq!(String::from_utf8(table.stdout).unwrap(), export(&app, &[]).await.text);
    let cards = run(&["--format", "vcard4", "--include-trashed", "all.vcf"]);
    assert!(cards.status.success() && printed(&cards).is_empty(), "{}", printed(&cards));
    let written = fs::read_to_string(folder.path().join("all.vcf")).unwrap();
    assert_eq!(written, export(&app, &[("format", "vcard4"), ("includeTrashed", "true")]).await.text);
    let found = run(&["--filter", r#"{"name": {"eq": "Bob, \"the\" Builder"}}"#, "--bom", "-"]);
    let found = String::from_utf8(found.stdout).unwrap();
    assert!(found.starts_with('\u{feff}') && found.lines().count() == 2, "{found}");
    let companies = run(&["--of", "companies"]);
    assert_eq!(String::from_utf8(companies.stdout).unwrap().lines().count(), 3);
    for (arguments, part) in [
        (&["--filter", "{\"nme\": null}"][..], "nme"),
        (&["--of", "companies", "--format", "vcard4"], "csv only"),
        (&["no/such/folder/x.csv"], "cannot be written"),
    ] {
        let failed = run(arguments);
        assert!(!failed.status.success() && printed(&failed).contains(part), "{}", printed(&failed));
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let audit = liaison(&["audit"]).env("DATABASE_URL", &app.config.url).output().unwrap();
    assert!(printed(&audit).contains("\"subject\":\"contacts csv filtered\""), "{}", printed(&audit));
}

#[both_databases]
async fn a_compressed_file_is_whole(app: TestApp) {
    for count in [0, 1, 3000] {
        let app = app.fresh().await;
        many(&app, 0..count).await;
        for format in ["csv", "vcard3", "vcard4", "jscontact"] {
            let as_encoded = async |encoding: &str| {
                let request = Request::get(path(&[("format", format)])).header(header::ACCEPT_ENCODING, encoding);
                let response = app.request(request.body(Body::empty()).unwrap()).await;
                to_bytes(response.into_body(), usize::MAX).await.unwrap()
            };
            let plain = as_encoded("identity").await;
            let zipped = as_encoded("gzip").await;
            // A gzip file ends with the length of what is in it.
            let length = zipped.last_chunk().map(|length| u32::from_le_bytes(*length) as usize);
            assert!((count < 3000 && zipped == plain) || length == Some(plain.len()), "{count} {format}");
            assert!(plain.is_empty() || !as_encoded("br").await.is_empty());
        }
    }
}
