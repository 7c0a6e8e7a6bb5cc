//! `liaison doctor`: a database that was damaged on purpose, each kind of damage on its own.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::{Value, json};

use super::run;
use crate::support::{TestApp, both_databases, process::printed, tables::difference};

/// Damage, the check that finds it, and what is done about it.
struct Damage {
    sqlite: &'static [&'static str],
    postgres: &'static [&'static str],
    check: &'static str,
    is_mended: bool,
}

/// What is derived, and mended to what it was.
const DERIVED: [Damage; 10] = [
    Damage {
        sqlite: &["UPDATE contact_counts SET change = change + 3 WHERE status = 'active'"],
        postgres: &["INSERT INTO contact_counts VALUES ('active', 3)"],
        check: "counts",
        is_mended: true,
    },
    Damage {
        sqlite: &["UPDATE company_counts SET change = 0"],
        postgres: &["DELETE FROM company_counts"],
        check: "counts",
        is_mended: true,
    },
    Damage {
        sqlite: &["UPDATE companies SET industry_key = 'wrong'"],
        postgres: &["UPDATE companies SET industry_key = 'wrong'"],
        check: "keys",
        is_mended: true,
    },
    Damage {
        sqlite: &["UPDATE users SET email_key = 'wrong'"],
        postgres: &["UPDATE users SET email_key = 'wrong'"],
        check: "keys",
        is_mended: true,
    },
    Damage {
        sqlite: &["UPDATE contacts SET email_lower = 'wrong' WHERE email IS NOT NULL"],
        postgres: &["UPDATE contacts SET email_lower = 'wrong' WHERE email IS NOT NULL"],
        check: "keys",
        is_mended: true,
    },
    Damage {
        sqlite: &["DELETE FROM contact_emails WHERE position = 1"],
        postgres: &["DELETE FROM contact_emails WHERE position = 1"],
        check: "lists",
        is_mended: true,
    },
    Damage {
        sqlite: &["UPDATE contact_tags SET key = 'wrong'"],
        postgres: &["UPDATE contact_tags SET key = 'wrong'"],
        check: "lists",
        is_mended: true,
    },
    Damage {
        sqlite: &["DELETE FROM company_contacts"],
        postgres: &["UPDATE company_contacts SET name_key = 'wrong'"],
        check: "people",
        is_mended: true,
    },
    Damage {
        sqlite: &["UPDATE contacts SET last_interaction_at = NULL"],
        postgres: &["UPDATE contacts SET last_interaction_at = now()"],
        check: "interactions",
        is_mended: true,
    },
    Damage {
        sqlite: &[
            "DELETE FROM contacts_short WHERE rowid > 0",
            "INSERT INTO contacts_search (contacts_search) VALUES ('delete-all')",
            "INSERT INTO companies_search (rowid, search_key) VALUES (77, 'nobody at all')",
        ],
        postgres: &["UPDATE contacts_search SET search_key = 'wrong'", "DELETE FROM companies_search"],
        check: "search",
        is_mended: true,
    },
];

/// What only people know.
const OTHER: [Damage; 4] = [
    Damage {
        sqlite: &["UPDATE company_memberships SET is_primary = FALSE"],
        postgres: &["UPDATE company_memberships SET is_primary = FALSE"],
        check: "primaries",
        is_mended: false,
    },
    Damage {
        sqlite: &[
            "PRAGMA foreign_keys = OFF",
            "UPDATE company_memberships SET company_id = x'00000000000000000000000000000001'",
            "DELETE FROM company_contacts",
            "PRAGMA foreign_keys = ON",
        ],
        postgres: &["WITH off AS (SELECT set_config('session_replication_role', 'replica', false)) SELECT 1 FROM off"],
        check: "orphans",
        is_mended: false,
    },
    Damage {
        sqlite: &["INSERT INTO duplicate_scans (id, state, step, done_count, total_count, contact_count, pair_count, \
                   skipped_blocks, started_at, lease_until) VALUES (x'01', 'running', 'reading', 0, 0, 0, 0, 0, \
                   '2001-01-01T00:00:00+00:00', '2001-01-01T00:00:00+00:00')"],
        postgres: &[
            "INSERT INTO duplicate_scans (id, state, step, done_count, total_count, contact_count, pair_count, \
                     skipped_blocks, started_at, lease_until) VALUES (gen_random_uuid(), 'running', 'reading', 0, 0, 0, \
                     0, 0, '2001-01-01T00:00:00Z', '2001-01-01T00:00:00Z')",
        ],
        check: "jobs",
        is_mended: false,
    },
    Damage {
        sqlite: &["INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000099_later', 1)"],
        postgres: &["INSERT INTO seaql_migrations (version, applied_at) VALUES ('m20991231_000099_later', 1)"],
        check: "schema",
        is_mended: false,
    },
];

/// Examines a database; returns whether it is well, and the findings that are problems. It is none of them that the tests'
/// own PostgreSQL does not wait for its disk.
async fn doctor(app: &TestApp, arguments: &[&str]) -> (bool, Vec<Value>) {
    let arguments = [&["doctor", "--json"], arguments].concat();
    let output = run(&std::env::temp_dir(), &app.config.url, &arguments).await;
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", printed(&output)));
    let mut problems = report["findings"].as_array().unwrap().clone();
    problems.retain(|finding| finding["severity"] == "problem");
    let is_mended = |problems: &[Value]| problems.iter().all(|problem| problem["is_mended"] == true);
    assert_eq!(output.status.success(), is_mended(&problems), "{report:#}");
    problems.retain(|problem| !problem["what"].as_str().unwrap().starts_with("fsync is off"));
    (is_mended(&problems), problems)
}

async fn fill(app: &TestApp) {
    let ann = json!({ "name": "Ænn", "phone": "+44 20 7946 0000", "emails": [{ "value": "a@x.example" }, { "value": "B@x.example" }],
        "tags": ["vip", "Öl"] });
    let ann = app.contact_with(ann).await;
    for number in 0..20 {
        app.contact(&format!("Ben {number}")).await;
    }
    let log = "mutation($contact: ID!, $party: ID!) { createInteraction(contactId: $contact, input: { parties: [{ name: \"Zoe\", contactId: $party }] }) {
        userErrors { code } } }";
    let zoe = app.contact("Zoe").await;
    app.run(log, json!({ "contact": ann, "party": zoe })).await;
    let company = "mutation { createCompany(input: { name: \"Ærø\", industry: \"Föod\" }) { company { id } } }";
    let company = app.run(company, json!({})).await["createCompany"]["company"]["id"].as_str().unwrap().to_owned();
    app.membership(&ann, &company).await;
    app.connect(&ann, "Ann@example.com").await;
}

#[both_databases]
async fn a_healthy_database_has_no_problems(app: TestApp) {
    fill(&app).await;
    assert_eq!(doctor(&app, &[]).await, (true, Vec::new()));
    assert_eq!(doctor(&app, &["--fix"]).await, (true, Vec::new()));
    let output = run(&std::env::temp_dir(), &app.config.url, &["doctor"]).await;
    assert!(printed(&output).contains("ok      counts"), "{}", printed(&output));
}

#[both_databases]
async fn what_is_derived_is_found_and_mended(app: TestApp) {
    fill(&app).await;
    let before = app.whole_database().await;
    for damage in DERIVED {
        for sql in if app.config.is_sqlite() { damage.sqlite } else { damage.postgres } {
            app.execute(sql).await;
        }
        assert_found(&app, &damage).await;
        let (is_well, mended) = doctor(&app, &["--fix"]).await;
        assert!(is_well && mended.iter().all(|finding| finding["is_mended"] == true), "{mended:#?}");
        assert_eq!(doctor(&app, &[]).await, (true, Vec::new()), "{}", damage.check);
        let after = app.whole_database().await;
        let is_index = |row: &String| row.contains("_short_") || row.contains("_search_") || row.contains("_digits_");
        let differing: Vec<String> = difference(&before, &after).into_iter().filter(|row| !is_index(row)).collect();
        assert_eq!(differing, [""; 0], "{}", damage.check);
    }
    for (term, count) in [("ænn", 1), ("ben", 20), ("aero", 1), ("b@x", 1), ("7946", 1), ("be", 20)] {
        let query = "query($term: String!) { contacts(search: $term) { totalCount } }";
        assert_eq!(app.run(query, json!({ "term": term })).await["contacts"]["totalCount"], count, "{term}");
    }
}

async fn assert_found(app: &TestApp, damage: &Damage) {
    let (is_well, found) = doctor(app, &[]).await;
    assert!(!is_well);
    assert!(found.iter().any(|finding| finding["check"] == damage.check), "{}: {found:#?}", damage.check);
    for finding in &found {
        assert!(!finding["mend"].as_str().unwrap().is_empty() && finding["is_mended"] == false, "{finding}");
    }
}

#[both_databases]
async fn what_only_people_know_is_found_and_left(app: TestApp) {
    for damage in OTHER {
        let fresh = app.fresh().await;
        fill(&fresh).await;
        let statements = if app.config.is_sqlite() { damage.sqlite } else { damage.postgres };
        if damage.check == "orphans" && !app.config.is_sqlite() {
            let connection = sea_orm::Database::connect(&fresh.config.url).await.unwrap();
            let sql = "SET session_replication_role = replica; DELETE FROM companies";
            sea_orm::ConnectionTrait::execute_unprepared(&connection, sql).await.unwrap();
        } else {
            for sql in statements {
                fresh.execute(sql).await;
            }
        }
        assert_found(&fresh, &damage).await;
        let (is_well, found) = doctor(&fresh, &["--fix"]).await;
        let own: Vec<&Value> = found.iter().filter(|finding| finding["check"] == damage.check).collect();
        assert!(
            !is_well && !own.is_empty() && own.iter().all(|finding| finding["is_mended"] == damage.is_mended),
            "{found:#?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_others_may_read_are_found() {
    let app = TestApp::on_sqlite().await;
    let file = app.config.url.strip_prefix("sqlite://").unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
    let (is_well, found) = doctor(&app, &[]).await;
    assert!(!is_well && found[0]["mend"].as_str().unwrap().starts_with("chmod 600"), "{found:#?}");
}

/// Pages of the file, and an index that was not written.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damage_of_a_file_is_found_and_indexes_are_written_anew() {
    let app = TestApp::on_sqlite().await;
    fill(&app).await;
    app.close().await;
    let file = app.config.url.strip_prefix("sqlite://").unwrap();
    let open = || rusqlite::Connection::open(file).unwrap();
    let hide = "PRAGMA writable_schema = ON; CREATE TEMP TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = 'contacts_by_phone';
        DELETE FROM sqlite_schema WHERE name = 'contacts_by_phone'; PRAGMA writable_schema = RESET;";
    let connection = open();
    connection.execute_batch(hide).unwrap();
    connection.execute_batch("UPDATE contacts SET phone = '12345'").unwrap();
    let show =
        "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema SELECT * FROM hidden; PRAGMA writable_schema = RESET;";
    connection.execute_batch(show).unwrap();
    drop(connection);
    let (is_well, found) = doctor(&app, &[]).await;
    assert!(!is_well && found[0]["check"] == "integrity", "{found:#?}");
    let (is_well, found) = doctor(&app, &["--fix"]).await;
    assert!(found[0]["is_mended"] == true, "{is_well} {found:#?}");
    let mut bytes = fs::read(file).unwrap();
    let page = bytes.len() / 8192 * 4096;
    bytes[page..page + 4096].fill(0x5a);
    fs::write(file, bytes).unwrap();
    let (is_well, found) = doctor(&app, &["--fix"]).await;
    assert!(!is_well && found[0]["mend"].as_str().unwrap().contains("liaison restore"), "{found:#?}");
    let output = run(&std::env::temp_dir(), &app.config.url, &["backup", "-"]).await;
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn indexes_and_constraints_of_a_server_that_do_not_hold_are_found() {
    let Some(app) = TestApp::on_postgres().await else { return };
    app.execute("UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = CAST('contacts_by_phone' AS regclass)")
        .await;
    let (_, found) = doctor(&app, &[]).await;
    assert!(found[0]["what"].as_str().unwrap().contains("contacts_by_phone"), "{found:#?}");
    assert!(doctor(&app, &["--fix"]).await.0);
    app.execute("ALTER TABLE contacts ADD CONSTRAINT long CHECK (length(name) > 0) NOT VALID").await;
    let (is_well, found) = doctor(&app, &["--fix"]).await;
    assert!(!is_well && found[0]["check"] == "constraints", "{found:#?}");
    app.execute("ALTER TABLE contacts VALIDATE CONSTRAINT long").await;
    app.execute("CREATE EXTENSION IF NOT EXISTS amcheck").await;
    assert_eq!(doctor(&app, &[]).await, (true, Vec::new()));
}
