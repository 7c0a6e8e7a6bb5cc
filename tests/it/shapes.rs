//! Databases of every program that has landed: each is brought to today's shape, whatever happens on the way.
//!
//! `shapes/` holds what the programs' own migrations made, as SQL: a file for each shape and database.

use std::{
    collections::BTreeSet,
    fmt::Write,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::{TestApp, each, postgres};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shapes of a database, the oldest first.
pub(crate) fn shapes(database: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("tests/it/shapes")).unwrap().map(|entry| entry.unwrap().path());
    let mut shapes: Vec<PathBuf> =
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(database)).collect();
    shapes.sort();
    assert!(shapes.len() >= 7, "the shapes of {database} are missing");
    shapes
}

/// The files below a folder, by their paths in it.
fn files_below(folder: &Path, prefix: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    let below = entries.map(|entry| {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() { files_below(&entry.path(), &format!("{name}/")) } else { vec![name] }
    });
    below.collect::<Vec<_>>().concat()
}

/// A migration that has landed means the same for ever, and so do the parts that migrations share. A new one is added
/// to the list together with its file.
#[test]
fn landed_migrations_do_not_change() {
    let folder = root().join("migration/src");
    let listed = fs::read_to_string(root().join("migration/checksums")).unwrap();
    let mut files = files_below(&folder, "");
    files.retain(|name| name != "lib.rs");
    files.sort();
    let hash = |file: &String| {
        let digest = Sha256::digest(fs::read(folder.join(file)).unwrap());
        let hex: Vec<String> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}  {file}", hex.concat())
    };
    let present: Vec<String> = files.iter().map(hash).collect();
    let listed: Vec<&str> = listed.lines().collect();
    assert_eq!(
        listed, present,
        "a landed migration was changed: mend its effect by a new one. Only a new one is added to migration/checksums: \
         cd migration/src && find * -type f | grep -v ^lib.rs | LC_ALL=C sort | xargs sha256sum > ../checksums"
    );
}

/// Records such as a program of that time would have written; its triggers put them into its indexes.
fn records(is_sqlite: bool) -> String {
    let mut sql = String::new();
    for number in 1..=40 {
        let uuid = |kind: u32| format!("018cc251-0000-7000-{:04x}-{number:012x}", 0x8000 + kind);
        let id = |kind: u32| {
            if is_sqlite { format!("x'{}'", uuid(kind).replace('-', "")) } else { format!("'{}'", uuid(kind)) }
        };
        let time = if is_sqlite { "'2026-01-01T00:00:00+00:00'" } else { "'2026-01-01T00:00:00Z'" };
        // Leap seconds were let in.
        let occurred =
            if number == 39 { time.replace("2026-01-01T00:00:00", "9999-12-31T23:59:60") } else { time.to_owned() };
        let name = ["Łukasz", "Zoë", "李明", "anna", "Ada"][number % 5];
        let key = ["lukasz", "zoe", "李明", "anna", "ada"][number % 5];
        let status =
            if number % 10 == 0 { format!("'trashed', 'active', {time}") } else { "'active', NULL, NULL".to_owned() };
        write!(
            sql,
            "INSERT INTO contacts (id, name, name_key, email, email_lower, email_key, metadata, status, prior_status,
                trashed_at, version, created_at, updated_at)
             VALUES ({0}, '{name} {number}', '{key} {number}', 'a{number}@example.com', 'a{number}@example.com',
             'a{number}@example.com', '{{}}', {status}, 1, {time}, {time});
             INSERT INTO companies (id, name, name_key, metadata, status, version, created_at, updated_at)
             VALUES ({1}, 'Ærø {number}', 'aero {number}', '{{}}', 'active', 1, {time}, {time});
             INSERT INTO company_memberships (id, contact_id, company_id, is_primary, position, created_at, updated_at)
             VALUES ({2}, {0}, {1}, TRUE, 0, {time}, {time});
             INSERT INTO interactions (id, contact_id, kind, occurred_at, metadata, version, created_at, updated_at)
             VALUES ({3}, {0}, 'note', {occurred}, '{{}}', 1, {time}, {time});
             INSERT INTO interaction_parties (interaction_id, position, name, contact_id, snapshot)
             VALUES ({3}, 0, 'P {number}', {0}, '{{\"name\": \"P\"}}'), ({3}, 1, 'Q', NULL, '{{}}');",
            id(1),
            id(2),
            id(3),
            id(4)
        )
        .unwrap();
    }
    sql
}

/// Makes a database of a shape, with records in it.
pub(crate) async fn make(connection: &DatabaseConnection, shape: &Path, is_sqlite: bool) {
    for sql in [fs::read_to_string(shape).unwrap(), records(is_sqlite)] {
        connection.execute_unprepared(&sql).await.unwrap_or_else(|cause| panic!("{}: {cause}", shape.display()));
    }
}

/// Everything that a database's schema consists of, a line each.
async fn facts(connection: &DatabaseConnection, is_sqlite: bool) -> BTreeSet<String> {
    let queries: &[&str] = if is_sqlite {
        &["SELECT type || ' ' || name || ' ' || COALESCE(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'"]
    } else {
        &[
            "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default, collation_name,
                generation_expression)
             FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'",
            "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace AND conrelid <> 0",
            "SELECT pg_get_functiondef(pg_proc.oid) FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
             WHERE pronamespace = 'public'::regnamespace AND lanname <> 'c'",
            "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        ]
    };
    let mut facts = BTreeSet::new();
    for query in queries {
        let statement = Statement::from_string(connection.get_database_backend(), *query);
        for row in connection.query_all_raw(statement).await.unwrap() {
            let fact: String = row.try_get_by_index(0).unwrap();
            facts.insert(fact.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
    facts
}

/// The schema is today's, and what was in the database is found in it.
async fn assert_is_todays(url: &str, shape: &Path, todays: &BTreeSet<String>) {
    let app = TestApp::over(url.to_owned()).await;
    let shown = shape.file_name().unwrap().to_str().unwrap();
    let facts = facts(app.shared.domain.db.writer(), url.starts_with("sqlite")).await;
    let (lost, left): (Vec<_>, Vec<_>) = (todays.difference(&facts).collect(), facts.difference(todays).collect());
    assert!(lost.is_empty() && left.is_empty(), "{shown}: lost {lost:#?}, left behind {left:#?}");
    let query = "{ contactStatusCounts { live trashed } companyCount
        trigrams: searchContacts(query: \"lukasz 1\", limit: 50) { name }
        short: searchContacts(query: \"李\", limit: 50) { name }
        companies: searchCompanies(query: \"aero 4\") { name }
        first: contacts(first: 2) {
            nodes { name primaryMembership { company { name } } } }
        email: searchContacts(query: \"a17@\") { name } }";
    let data = app.run(query, json!({})).await;
    assert_eq!(data["contactStatusCounts"], json!({ "live": 36, "trashed": 4 }), "{shown}");
    assert_eq!(data["companyCount"], 40, "{shown}");
    assert_eq!(each(&data["trigrams"], "name"), ["Łukasz 15"], "{shown}");
    assert_eq!(each(&data["short"], "name").len(), 8, "{shown}");
    assert_eq!(each(&data["companies"], "name"), ["Ærø 14", "Ærø 24", "Ærø 34", "Ærø 4", "Ærø 40"], "{shown}");
    assert_eq!(each(&data["email"], "name"), ["李明 17"], "{shown}");
    assert_eq!(
        data["first"]["nodes"][0],
        json!({ "name": "Ada 14", "primaryMembership": { "company": { "name": "Ærø 14" } } }),
        "{shown}"
    );
    let mut page = json!({ "endCursor": null });
    for number in 0..36 {
        let query = "query($after: String) { interactions(first: 1, after: $after) {
            nodes { occurredAt parties { name contact { id } snapshot } contact { id } } pageInfo { endCursor hasNextPage } } }";
        let data = app.run(query, json!({ "after": page["endCursor"] })).await;
        let year = if number == 0 { "9999" } else { "2026" };
        assert!(data["interactions"]["nodes"][0]["occurredAt"].as_str().unwrap().starts_with(year), "{shown}: {data}");
        let node = &data["interactions"]["nodes"][0];
        let (first, second) = (&node["parties"][0], &node["parties"][1]);
        assert_eq!((&first["contact"], &first["snapshot"]), (&node["contact"], &json!({ "name": "P" })), "{shown}");
        assert_eq!(*second, json!({ "name": "Q", "contact": null, "snapshot": {} }), "{shown}");
        page = data["interactions"]["pageInfo"].clone();
        assert_eq!(page["hasNextPage"], number < 35, "{shown}");
    }
    // The references hold, and so does what follows from them.
    let ada = app.run("{ contacts(first: 1) { nodes { id } } }", json!({})).await["contacts"]["nodes"][0].clone();
    assert_eq!(app.codes("deleteContact", ada["id"].as_str().unwrap()).await, [""; 0], "{shown}");
    let left = app.run("{ interactions { totalCount } }", json!({})).await;
    assert_eq!(left["interactions"]["totalCount"], 35, "{shown}");
    let new = app.contact("Новая").await;
    let found = app.run("{ searchContacts(query: \"новая\") { id } }", json!({})).await;
    assert_eq!(each(&found["searchContacts"], "id"), [&new], "{shown}");
    app.shared.domain.db.clone().close().await.unwrap();
}

fn sqlite_url(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("test.db").display())
}

async fn todays_sqlite() -> BTreeSet<String> {
    facts(TestApp::on_sqlite().await.shared.domain.db.writer(), true).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_shape_of_sqlite_is_brought_to_todays() {
    let todays = todays_sqlite().await;
    for shape in shapes("sqlite") {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(folder.path());
        let connection = Database::connect(format!("{url}?mode=rwc")).await.unwrap();
        make(&connection, &shape, true).await;
        connection.close().await.unwrap();
        assert_is_todays(&url, &shape, &todays).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_shape_of_postgres_is_brought_to_todays() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let todays = facts(app.shared.domain.db.writer(), false).await;
    for shape in shapes("postgres") {
        let database = postgres::TestDatabase::empty().await.unwrap();
        let connection = Database::connect(&database.url).await.unwrap();
        make(&connection, &shape, false).await;
        connection.close().await.unwrap();
        assert_is_todays(&database.url, &shape, &todays).await;
    }
}

/// Starts the migration again and again, and kills it a little later each time, until one comes to its end.
fn migrate_through_kills(url: &str) {
    for attempt in 0..40 {
        let mut migrating = Command::new(env!("CARGO_BIN_EXE_liaison"))
            .args(["migrate", "--database-url", url])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(10 + 8 * attempt));
        if let Some(status) = migrating.try_wait().unwrap() {
            assert!(status.success(), "the migration failed after {attempt} kills");
            return;
        }
        migrating.kill().unwrap();
        migrating.wait().unwrap();
    }
    let status = Command::new(env!("CARGO_BIN_EXE_liaison")).args(["migrate", "--database-url", url]).status().unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_of_sqlite_survives_kills() {
    let todays = todays_sqlite().await;
    for shape in shapes("sqlite").into_iter().step_by(3) {
        let folder = tempfile::tempdir().unwrap();
        let url = sqlite_url(folder.path());
        let connection = Database::connect(format!("{url}?mode=rwc")).await.unwrap();
        make(&connection, &shape, true).await;
        connection.close().await.unwrap();
        migrate_through_kills(&url);
        assert_is_todays(&url, &shape, &todays).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upgrade_of_postgres_survives_kills() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let todays = facts(app.shared.domain.db.writer(), false).await;
    for shape in shapes("postgres").into_iter().step_by(4) {
        let database = postgres::TestDatabase::empty().await.unwrap();
        let connection = Database::connect(&database.url).await.unwrap();
        make(&connection, &shape, false).await;
        connection.close().await.unwrap();
        migrate_through_kills(&database.url);
        assert_is_todays(&database.url, &shape, &todays).await;
    }
}
