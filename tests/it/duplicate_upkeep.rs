//! Keeping likely duplicates up to date: after any writes, the same is stored as a scan finds.

use std::{
    collections::BTreeSet,
    pin::pin,
    sync::{Arc, Mutex},
};

use liaison::domain::{duplicates, error::Error};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, until};

/// Writes of a story.
const WRITES: usize = 140;
const FIRST: &[&str] = &["Anna", "Ana", "Jonathan", "Jon", "Katharina", "Kate", "Łukasz", "Lukasz", "Zoë", "Quirin"];
const LAST: &[&str] = &["Müller", "Mueller", "Szentgyörgyi", "Etxeberria", "Okonkwo", "Smith", "Smyth", "Papadakis"];

/// A write, as an operation with its variables.
#[derive(Clone, Debug)]
struct Write {
    operation: &'static str,
    variables: Value,
    /// What was written so far is compared after it.
    is_compared: bool,
}

/// Ids that a story's records have.
fn id(number: usize) -> String {
    format!("01890a5d-ac96-774b-bcce-{number:012x}")
}

const COMPANY: usize = 5_000;

/// One of a few people, most times by the right name.
fn contact(random: &mut StdRng) -> Value {
    let person: usize = random.random_range(0..14);
    let (mut first, mut last) = (FIRST[person % FIRST.len()], LAST[person % LAST.len()]);
    if random.random_bool(0.2) {
        (first, last) = (FIRST.choose(random).unwrap(), LAST.choose(random).unwrap());
    }
    let mut contact = json!({ "name": format!("{first} {last}") });
    if random.random_bool(0.7) {
        contact["email"] = json!(format!("mail{}@example.com", person * 7_919));
    }
    if random.random_bool(0.7) {
        contact["phone"] = json!(format!("+49 30 {}", 12_345_678 + person * 104_729));
    }
    if random.random_bool(0.5) {
        contact["birthday"] = json!(format!("19{}-03-0{}", 50 + person, 1 + person % 9));
    }
    contact
}

/// A story of random writes. What a write refuses is refused each time.
fn story(seed: u64) -> Vec<Write> {
    let mut random = StdRng::seed_from_u64(seed);
    let random = &mut random;
    let mut created = 0;
    let mut writes = Vec::new();
    for number in 0..4 {
        let operation = "mutation($id: ID!, $name: String!) { createCompany(id: $id, input: { name: $name }) {
            userErrors { code } } }";
        let variables = json!({ "id": id(COMPANY + number), "name": format!("Company {number}") });
        writes.push(Write { operation, variables, is_compared: false });
    }
    for _ in 0..WRITES {
        let some = id(random.random_range(0..=created));
        let company = id(COMPANY + random.random_range(0..4));
        let (operation, variables) = match random.random_range(0..20) {
            0..8 => {
                created += 1;
                let create = "mutation($id: ID!, $input: ContactInput!) { createContact(id: $id, input: $input) {
                    userErrors { code } } }";
                (create, json!({ "id": id(created), "input": contact(random) }))
            }
            8..12 => {
                let update = "mutation($id: ID!, $input: ContactInput!) { updateContact(id: $id, input: $input) {
                    userErrors { code } } }";
                (update, json!({ "id": some, "input": contact(random) }))
            }
            12..14 => ("mutation($id: ID!) { trashContact(id: $id) { userErrors { code } } }", json!({ "id": some })),
            14 => ("mutation($id: ID!) { restoreContact(id: $id) { userErrors { code } } }", json!({ "id": some })),
            15 => ("mutation($id: ID!) { deleteContact(id: $id) { userErrors { code } } }", json!({ "id": some })),
            16..18 => {
                let add = "mutation($id: ID!, $company: ID!) { addMembership(contactId: $id, companyId: $company) {
                    userErrors { code } } }";
                (add, json!({ "id": some, "company": company }))
            }
            18 => {
                let replace = "mutation($id: ID!, $company: ID!) {
                    setPrimaryCompany(contactId: $id, companyId: $company) { userErrors { code } } }";
                (replace, json!({ "id": some, "company": company }))
            }
            _ => {
                let rename = "mutation($id: ID!, $name: String!) { updateCompany(id: $id, input: { name: $name }) {
                    userErrors { code } } }";
                (rename, json!({ "id": company, "name": format!("Company {}", random.random_range(0..4)) }))
            }
        };
        writes.push(Write { operation, variables, is_compared: random.random_bool(0.2) });
    }
    writes
}

impl TestApp {
    async fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        let db = self.operator().db.reads();
        let found = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        let columns = |row: &sea_orm::QueryResult| {
            (0..row.column_names().len()).map(|place| row.try_get_by_index::<String>(place).unwrap()).collect()
        };
        found.iter().map(columns).collect()
    }

    /// The stored pairs, and the stored keys.
    async fn stored(&self) -> [BTreeSet<Vec<String>>; 2] {
        let [first, second, contact] = ["first_id", "second_id", "contact_id"].map(|column| self.id_text(column));
        let pairs = format!(
            "SELECT {first}, {second}, certainty, CAST(score AS text), CAST(reasons AS text) FROM duplicate_pairs"
        );
        let keys = format!("SELECT CAST(key AS text), {contact} FROM duplicate_keys");
        [self.rows(&pairs).await, self.rows(&keys).await].map(BTreeSet::from_iter)
    }
}

/// Plays a story on a database, and makes a scan after it; returns what is stored, and how frequent words are.
async fn scanned(app: &TestApp, story: &[Write]) -> ([BTreeSet<Vec<String>>; 2], Vec<Vec<String>>) {
    for write in story {
        app.run(write.operation, write.variables.clone()).await;
    }
    duplicates::scan(app.operator(), &|_| {}).await.unwrap();
    app.compared().await;
    let words = app.rows("SELECT word, CAST(records AS text) FROM duplicate_words").await;
    let records = app.rows("SELECT '', CAST(records AS text) FROM duplicate_upkeep").await;
    (app.stored().await, [words, records].concat())
}

// The frequencies of names are those of the whole story from its beginning, so that scores are the same.
#[both_databases]
async fn upkeep_stores_what_a_scan_finds(app: TestApp) {
    for seed in 0..3 {
        let story = story(seed);
        let (expected, frequencies) = scanned(&app.fresh().await, &story).await;
        assert!(expected[0].len() > 5, "too few pairs to tell: {expected:?}");
        let kept = app.fresh().await;
        kept.compared().await;
        for frequency in frequencies {
            let [word, records] = [&frequency[0], &frequency[1]].map(|value| value.replace('\'', "''"));
            kept.sql(&if word.is_empty() {
                format!("UPDATE duplicate_upkeep SET records = {records}")
            } else {
                format!("INSERT INTO duplicate_words (word, records) VALUES ('{word}', {records})")
            })
            .await;
        }
        for write in &story {
            kept.run(write.operation, write.variables.clone()).await;
            if write.is_compared {
                kept.compared().await;
            }
        }
        kept.compared().await;
        let stored = kept.stored().await;
        assert_eq!(stored[1], expected[1], "keys, with seed {seed}");
        assert_eq!(stored[0], expected[0], "pairs, with seed {seed}");
        // A scan of what is up to date changes nothing.
        duplicates::scan(kept.operator(), &|_| {}).await.unwrap();
        assert_eq!(kept.stored().await, stored);
    }
}

// A scan that is cut off has written keys up to one, and says so by the scoring.
#[both_databases]
async fn a_scan_goes_on_where_another_was_cut_off(app: TestApp) {
    let (expected, words) = scanned(&app, &story(3)).await;
    app.sql("UPDATE duplicate_upkeep SET scoring = 0").await;
    app.sql("DELETE FROM duplicate_keys WHERE key > 0").await;
    // Somebody whose keys were others then, and somebody who is gone.
    app.sql("INSERT INTO duplicate_keys (key, contact_id) SELECT key - 1, contact_id FROM duplicate_keys").await;
    let nobody = if app.config.is_sqlite() { "zeroblob(16)" } else { "CAST(repeat('00', 16) AS uuid)" };
    app.sql(&format!("INSERT INTO duplicate_keys (key, contact_id) VALUES (-5, {nobody}), (5, {nobody})")).await;
    app.sql("DELETE FROM duplicate_people WHERE contact_id > (SELECT first_id FROM duplicate_pairs ORDER BY first_id LIMIT 1)").await;
    app.sql("DELETE FROM duplicate_words WHERE records > 3").await;
    app.sql("DELETE FROM duplicate_pairs WHERE certainty = 'likely'").await;
    app.sql(if app.config.is_sqlite() {
        "CREATE TRIGGER written_once BEFORE INSERT ON duplicate_keys WHEN new.key <= 0
            BEGIN SELECT RAISE(ABORT, 'written again'); END"
    } else {
        "ALTER TABLE duplicate_keys ADD CONSTRAINT written_once CHECK (key > 0) NOT VALID"
    })
    .await;
    duplicates::scan(app.operator(), &|_| {}).await.unwrap();
    assert_eq!(app.stored().await, expected);
    let people = "SELECT CAST(count(*) AS text) FROM duplicate_people";
    let compared = "SELECT CAST(count(*) AS text) FROM contacts WHERE trashed_at IS NULL";
    assert_eq!(app.rows(people).await, app.rows(compared).await);
    let counted: BTreeSet<_> =
        app.rows("SELECT word, CAST(records AS text) FROM duplicate_words").await.into_iter().collect();
    assert_eq!(counted, words.into_iter().filter(|row| !row[0].is_empty()).collect());
}

const WRITTEN_BY_A_SCAN: [&str; 5] =
    ["duplicate_scans", "duplicate_words", "duplicate_keys", "duplicate_people", "duplicate_pairs"];

impl TestApp {
    /// Has each scan taken over as soon as something is written to a table, or removed from it.
    async fn take_scans_over(&self, operation: &str, table: &str) {
        let taken_over = "UPDATE duplicate_scans SET state = 'failed'";
        if self.config.is_sqlite() {
            self.sql(&format!("CREATE TRIGGER taken AFTER {operation} ON {table} BEGIN {taken_over}; END")).await;
        } else {
            let body = format!("BEGIN {taken_over}; RETURN NULL; END");
            self.sql(&format!("CREATE FUNCTION taken() RETURNS trigger LANGUAGE plpgsql AS $${body}$$")).await;
            self.sql(&format!("CREATE TRIGGER taken AFTER {operation} ON {table} EXECUTE FUNCTION taken()")).await;
        }
    }

    async fn scan_that_is_taken_over(&self) {
        let error = duplicates::scan(self.operator(), &|_| {}).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        assert!(format!("{error:?}").contains("taken the scan over"), "{error:?}");
    }

    async fn leave_scans(&self, table: &str) {
        let of = if self.config.is_sqlite() { String::new() } else { format!(" ON {table}") };
        self.sql(&format!("DROP TRIGGER taken{of}")).await;
        duplicates::scan(self.operator(), &|_| {}).await.unwrap();
    }

    async fn counts(&self) -> Vec<Vec<String>> {
        let count = |table| format!("SELECT CAST(count(*) AS text) FROM {table}");
        self.rows(&WRITTEN_BY_A_SCAN.map(count).join(" UNION ALL ")).await
    }
}

// A process that slept for longer than the lease finds so before its next transaction.
#[both_databases]
async fn a_scan_that_was_taken_over_writes_no_more(app: TestApp) {
    for (place, table) in WRITTEN_BY_A_SCAN.into_iter().enumerate() {
        let app = app.fresh().await;
        for write in story(3) {
            app.run(write.operation, write.variables).await;
        }
        app.take_scans_over("INSERT", table).await;
        app.scan_that_is_taken_over().await;
        for (other, count) in app.counts().await.iter().enumerate() {
            let written = WRITTEN_BY_A_SCAN[other];
            assert_eq!(count[0] != "0", other <= place, "{written} when taken over after {table}");
        }
        app.leave_scans(table).await;
        assert!(app.counts().await.iter().all(|count| count[0] != "0"));
    }
}

#[both_databases]
async fn a_scan_that_was_taken_over_removes_no_more(app: TestApp) {
    let tables = ["duplicate_words", "duplicate_keys", "duplicate_people", "duplicate_pairs"];
    for (place, table) in tables.into_iter().enumerate() {
        let app = app.fresh().await;
        let _written = scanned(&app, &story(3)).await;
        let before = app.counts().await;
        let [nobody, keys] = if app.config.is_sqlite() {
            ["x'00000000000000000000000000000001'", "x'0000000000000005'"]
        } else {
            ["CAST('00000000-0000-0000-0000-000000000001' AS uuid)", "decode('0000000000000005', 'hex')"]
        };
        app.sql("INSERT INTO duplicate_words (word, records) VALUES ('000000000000000a', 7)").await;
        app.sql(&format!("INSERT INTO duplicate_keys (key, contact_id) VALUES (5, {nobody})")).await;
        app.sql(&format!("INSERT INTO duplicate_people (contact_id, fingerprint, keys) VALUES ({nobody}, 1, {keys})"))
            .await;
        app.sql(
            "INSERT INTO duplicate_pairs (first_id, second_id, score, certainty, reasons)
            SELECT one.id, other.id, 1, 'likely', 1 FROM contacts AS one JOIN contacts AS other ON one.id < other.id
            WHERE NOT EXISTS (SELECT 1 FROM duplicate_pairs WHERE first_id = one.id AND second_id = other.id) LIMIT 1",
        )
        .await;
        app.take_scans_over("DELETE", table).await;
        app.scan_that_is_taken_over().await;
        // Keys and people go in one transaction.
        let gone = [true, place >= 1, place >= 1, place >= 3];
        for ((now, before), (gone, table_of)) in
            app.counts().await.iter().zip(&before).skip(1).zip(gone.iter().zip(tables))
        {
            assert_eq!(now == before, *gone, "{table_of} when taken over after {table}");
        }
        app.leave_scans(table).await;
        assert_eq!(app.counts().await[1..], before[1..]);
    }
}

#[tokio::test]
async fn nobody_takes_over_what_is_being_written() {
    let Some(app) = TestApp::on_postgres().await else { return };
    let story = story(3);
    let (expected, _) = scanned(&app.fresh().await, &story).await;
    for write in story {
        app.run(write.operation, write.variables).await;
    }
    let (other, blocking) = (app.another().await, app.another().await);
    let tx = blocking.operator().db.begin().await.unwrap();
    tx.execute_unprepared("SELECT id FROM contacts FOR UPDATE").await.unwrap();
    let mut scan = pin!(duplicates::scan(app.operator(), &|_| {}));
    let waiting = "SELECT CAST(count(*) AS text) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
        AND datname = current_database()";
    tokio::select! {
        ended = &mut scan => panic!("{ended:?}"),
        () = until("the scan that waits for contacts", async || other.rows(waiting).await == [["1"]]) => {}
    }
    // From here on its process sleeps. The statement passes, as the renewal of a lease does.
    other.sql("UPDATE duplicate_scans SET lease_until = '2000-01-01T00:00:00Z'").await;
    let mut again = pin!(duplicates::scan(other.operator(), &|_| {}));
    tokio::select! {
        ended = &mut again => panic!("{ended:?}"),
        () = until("the scan that waits for the other", async || blocking.rows(waiting).await == [["2"]]) => {}
    }
    assert_eq!(blocking.rows("SELECT state FROM duplicate_scans").await, [["running"]]);
    tx.rollback().await.unwrap();
    let (_either, again) = tokio::join!(scan, again);
    again.unwrap();
    app.compared().await;
    assert_eq!(app.stored().await, expected);
}

// Each writes and compares by itself, as replicas do; on SQLite they share the file.
#[both_databases]
async fn several_servers_do_the_work_once(app: TestApp) {
    let story = story(7);
    let (expected, _) = scanned(&app.fresh().await, &story).await;
    let servers = [app.another().await, app.another().await, app.another().await];
    let writing = async {
        for (write, server) in story.iter().zip(servers.iter().cycle()) {
            server.run(write.operation, write.variables.clone()).await;
        }
    };
    let keeping = futures_util::future::join_all(servers.iter().map(|server| duplicates::keep_up(server.operator())));
    tokio::select! {
        _ = keeping => {}
        () = writing => {}
    }
    // Cut off in the midst of its work; the next one goes on.
    app.compared().await;
    assert_eq!(app.stored().await[1], expected[1]);
    duplicates::scan(app.operator(), &|_| {}).await.unwrap();
    app.compared().await;
    assert_eq!(app.stored().await, expected);
}

#[both_databases]
async fn keys_of_too_many_say_nothing_until_they_are_fewer(app: TestApp) {
    // They share an inbox, and nothing else.
    let row = |number: usize| {
        let letter = |place: u32| char::from(b'a' + u8::try_from(number / 26_usize.pow(place) % 26).unwrap());
        let name: String = [letter(0), letter(1), 'q', letter(1), letter(0)].iter().collect();
        format!("{name} {name}son,office@example.com")
    };
    let rows: Vec<String> = (0..199).map(row).collect();
    let file = format!("Name,Email\n{}\n", rows.join("\n"));
    let import = "mutation($content: String!) { importContacts(format: CSV, content: $content, matchBy: []) {
        job { failed } userErrors { code } } }";
    app.run(import, json!({ "content": file })).await;
    app.compared().await;
    let twin = json!({ "name": "Quirina Szentgyörgyi", "email": "office@example.com", "phone": "+49 30 1234567" });
    let one = app.contact_with(twin.clone()).await;
    app.compared().await;
    let blocks = "SELECT CAST(count(*) AS text) FROM duplicate_keys GROUP BY key ORDER BY count(*) DESC LIMIT 1";
    assert_eq!(app.rows(blocks).await, [["200"]]);
    let two = app.contact_with(twin).await;
    app.compared().await;
    assert_eq!(app.rows(blocks).await, [["201"]]);
    let stored = app.stored().await;
    duplicates::scan(app.operator(), &|_| {}).await.unwrap();
    let scan = duplicates::last_scan(&app.operator().db).await.unwrap().unwrap();
    assert_eq!((scan.contact_count, scan.skipped_blocks), (201, 1));
    let ids = |stored: &[BTreeSet<Vec<String>>; 2]| stored[0].iter().map(|pair| pair[..2].to_vec()).collect::<Vec<_>>();
    assert_eq!(ids(&app.stored().await), ids(&stored));
    for id in [one, two] {
        app.codes("trashContact", &id).await;
    }
    app.compared().await;
    let stored = app.stored().await;
    duplicates::scan(app.operator(), &|_| {}).await.unwrap();
    assert_eq!(ids(&app.stored().await), ids(&stored));
}

impl TestApp {
    /// How many contacts were compared one by one since the last scan.
    async fn comparisons(&self) -> usize {
        self.compared().await;
        self.rows("SELECT CAST(compared AS text) FROM duplicate_upkeep").await[0][0].parse().unwrap()
    }
}

#[both_databases]
async fn a_contact_is_compared_once_for_many_writes(app: TestApp) {
    let update = "mutation($id: ID!, $input: ContactInput!) { updateContact(id: $id, input: $input) {
        userErrors { code } } }";
    let id = app.contact("Quirin Okonkwo").await;
    let before = app.comparisons().await;
    for number in 0..20 {
        app.run(update, json!({ "id": id, "input": { "phone": format!("+49 30 123450{number}") } })).await;
    }
    // On PostgreSQL, transactions of others may part the changes into some rounds.
    let compared = app.comparisons().await - before;
    assert!((1..=4).contains(&compared), "{compared}");
}

#[both_databases]
async fn what_is_not_compared_is_not_read(app: TestApp) {
    let update = "mutation($id: ID!, $input: ContactInput!) { updateContact(id: $id, input: $input) {
        userErrors { code } } }";
    let id = app.contact_with(json!({ "name": "Zoë Smyth", "phone": "+49 30 1234567" })).await;
    app.compared().await;
    let statements = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&statements);
    let operator = app.another().await;
    operator.operator().db.on_statement(move |statement| heard.lock().unwrap().push(statement.sql.clone()));
    for input in [json!({ "notes": "n" }), json!({ "phone": "+49 30 1234567" }), json!({ "metadata": { "a": 1 } })] {
        app.run(update, json!({ "id": id, "input": input })).await;
    }
    operator.compared().await;
    let reads = |table: &str| statements.lock().unwrap().iter().filter(|sql| sql.contains(table)).count();
    assert_eq!((reads("FROM changes") > 0, reads("FROM contacts"), reads("duplicate_people")), (true, 0, 0));
    app.run(update, json!({ "id": id, "input": { "phone": "+49 30 7654321" } })).await;
    operator.compared().await;
    assert!(reads("FROM contacts") > 0);
}
