//! Login users and the link between a contact and a user.

use std::sync::{Arc, Mutex};

use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, codes, each};

async fn connect(app: &TestApp, contact: &str, email: &str) -> Value {
    let mutation = "mutation($contact: ID!, $email: String!) { connectUser(contactId: $contact, email: $email) {
        contact { id version user { id } } user { id email name isPlaceholder source contact { id } } outcome
        userErrors { code field conflictIds } } }";
    app.run(mutation, json!({ "contact": contact, "email": email })).await["connectUser"].clone()
}

async fn user_count(app: &TestApp) -> Value {
    app.run("{ users { totalCount } }", json!({})).await["users"]["totalCount"].clone()
}

#[both_databases]
async fn an_unknown_address_registers_a_placeholder_and_links_it(app: TestApp) {
    let contact = app.contact("A").await;
    let payload = connect(&app, &contact, "  New@Example.com ").await;
    assert_eq!(payload["outcome"], "CREATED");
    assert_eq!(payload["contact"]["user"]["id"], payload["user"]["id"]);
    assert_eq!(payload["contact"]["version"], 2);
    let user = &payload["user"];
    assert_eq!(user["email"], "New@Example.com");
    assert_eq!(user["isPlaceholder"], true);
    assert_eq!(user["source"], "crm_contact");
    assert_eq!(user["name"], Value::Null);
    assert_eq!(user["contact"]["id"], json!(contact));
}

#[both_databases]
async fn a_known_address_is_linked_ignoring_case(app: TestApp) {
    let (first, second) = (app.contact("A").await, app.contact("B").await);
    let user = app.connect(&first, "user@example.com").await;
    app.run("mutation($id: ID!) { disconnectUser(contactId: $id) { contact { id } } }", json!({ "id": first })).await;
    let payload = connect(&app, &second, "USER@Example.com").await;
    assert_eq!((&payload["outcome"], &payload["user"]["id"]), (&json!("EXISTING"), &json!(user)));
    assert_eq!(user_count(&app).await, 1);
}

#[both_databases]
async fn an_address_that_is_none_is_refused(app: TestApp) {
    let contact = app.contact("A").await;
    for (email, code) in [
        ("", "BLANK"),
        ("  ", "BLANK"),
        ("x", "INVALID"),
        ("a@b", "INVALID"),
        ("a b@c.d", "INVALID"),
        ("a\0@c.d", "INVALID"),
        ("<evil@x.test>", "INVALID"),
        ("a,b@x.test", "INVALID"),
        ("a@x_y..test", "INVALID"),
        ("\"a@b\"@x.test", "INVALID"),
        (".a@x.test", "INVALID"),
    ] {
        let payload = connect(&app, &contact, email).await;
        assert_eq!(codes(&payload), [code], "{email:?}");
        assert_eq!(payload["userErrors"][0]["field"], json!(["email"]));
    }
    assert_eq!(codes(&connect(&app, &contact, &format!("{}@b.c", "a".repeat(255))).await), ["TOO_LONG"]);
    assert_eq!(user_count(&app).await, 0);
}

#[both_databases]
async fn a_failure_leaves_no_user_behind(app: TestApp) {
    assert_eq!(codes(&connect(&app, NOBODY, "a@example.com").await), ["NOT_FOUND"]);
    assert_eq!(codes(&connect(&app, "x", "a@example.com").await), ["NOT_FOUND"]);
    assert_eq!(user_count(&app).await, 0);
}

#[both_databases]
async fn a_user_whose_contact_cannot_be_linked_is_not_registered(app: TestApp) {
    let contact = app.contact("A").await;
    // The registration succeeds, and then the link fails.
    let db = app.shared.domain.db.clone();
    let break_links = match db.backend() {
        sea_orm::DbBackend::Sqlite => vec![
            "CREATE TRIGGER broken BEFORE UPDATE OF user_id ON contacts
            BEGIN SELECT RAISE(ABORT, 'broken'); END",
        ],
        _ => vec![
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'broken'; END $$",
            "CREATE TRIGGER broken BEFORE UPDATE OF user_id ON contacts FOR EACH ROW EXECUTE FUNCTION broken()",
        ],
    };
    let write = db.begin().await.unwrap();
    for statement in break_links {
        sea_orm::ConnectionTrait::execute_unprepared(&write, statement).await.unwrap();
    }
    write.commit().await.unwrap();
    let mutation = "mutation($id: ID!) { connectUser(contactId: $id, email: \"a@example.com\") { outcome } }";
    assert_eq!(app.error_code(mutation, json!({ "id": contact })).await, "INTERNAL_SERVER_ERROR");
    assert_eq!(user_count(&app).await, 0);
}

#[both_databases]
async fn a_user_is_linked_to_at_most_one_contact(app: TestApp) {
    let (first, second) = (app.contact("A").await, app.contact("B").await);
    app.connect(&first, "a@example.com").await;
    let payload = connect(&app, &second, "A@example.com").await;
    assert_eq!(
        payload["userErrors"],
        json!([
        { "code": "USER_ALREADY_LINKED", "field": ["email"], "conflictIds": [first] } ])
    );
    assert_eq!(
        (&payload["contact"], &payload["user"], &payload["outcome"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
}

#[both_databases]
async fn a_linked_contact_is_linked_anew(app: TestApp) {
    let contact = app.contact("A").await;
    let first = app.connect(&contact, "a@example.com").await;
    let payload = connect(&app, &contact, "b@example.com").await;
    assert_eq!(payload["outcome"], "CREATED");
    assert_ne!(payload["contact"]["user"]["id"], json!(first));
    let same = connect(&app, &contact, "b@example.com").await;
    assert_eq!(same["outcome"], "EXISTING");
    let data = app.run("query($id: ID!) { user(id: $id) { contact { id } } }", json!({ "id": first })).await;
    assert_eq!(data["user"]["contact"], Value::Null);
}

#[both_databases]
async fn disconnecting_only_unlinks(app: TestApp) {
    let contact = app.contact("A").await;
    let user = app.connect(&contact, "a@example.com").await;
    let mutation = "mutation($id: ID!) { disconnectUser(contactId: $id) {
        contact { id user { id } version } userErrors { code } } }";
    let data = app.run(mutation, json!({ "id": contact })).await;
    assert_eq!(data["disconnectUser"]["contact"], json!({ "id": contact, "user": null, "version": 3 }));
    let data = app.run(mutation, json!({ "id": contact })).await;
    assert_eq!(data["disconnectUser"]["contact"]["version"], 3, "there was nothing to do");
    assert_eq!(codes(&app.run(mutation, json!({ "id": NOBODY })).await["disconnectUser"]), ["NOT_FOUND"]);
    let data = app.run("query($id: ID!) { user(id: $id) { id } }", json!({ "id": user })).await;
    assert_eq!(data["user"]["id"], json!(user));
}

#[both_databases]
async fn a_contact_is_found_by_its_user(app: TestApp) {
    let contact = app.contact("A").await;
    let user = app.connect(&contact, "a@example.com").await;
    let query = "query($id: ID) { contactByUser(userId: $id) { id } }";
    assert_eq!(app.run(query, json!({ "id": user })).await["contactByUser"]["id"], json!(contact));
    for id in [Value::Null, json!(NOBODY), json!("x"), json!("")] {
        assert_eq!(app.run(query, json!({ "id": id })).await["contactByUser"], Value::Null);
    }
}

#[both_databases]
async fn users_are_listed_by_address_and_searched(app: TestApp) {
    for email in ["c@example.com", "A@example.com", "b@other.example.org"] {
        app.connect(&app.contact(email).await, email).await;
    }
    let query = "query($search: String, $first: Int, $after: String) {
        users(search: $search, first: $first, after: $after) {
            nodes { email contact { name } } totalCount pageInfo { endCursor } } }";
    let data = app.run(query, json!({})).await;
    assert_eq!(each(&data["users"]["nodes"], "email"), ["A@example.com", "b@other.example.org", "c@example.com"]);
    let data = app.run(query, json!({ "search": "OTHER" })).await;
    assert_eq!(
        (each(&data["users"]["nodes"], "email"), &data["users"]["totalCount"]),
        (vec![&json!("b@other.example.org")], &json!(1))
    );
    let data = app.run(query, json!({ "first": 1 })).await;
    let after = &data["users"]["pageInfo"]["endCursor"];
    let data = app.run(query, json!({ "first": 1, "after": after })).await;
    assert_eq!(each(&data["users"]["nodes"], "email"), ["b@other.example.org"]);
}

/// Registers users by SQL: `u00000` to `u02999`, of whom every hundredth is called Zoltán.
async fn register_many(app: &TestApp) {
    let columns = "INSERT INTO users (id, email, email_lower, email_key, name, name_key, is_placeholder, created_at,
        updated_at)";
    let sql = if app.operator().db.backend() == DbBackend::Sqlite {
        format!(
            "{columns} WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 2999),
             texts AS (SELECT n, printf('u%05d@example.com', n) AS email FROM numbers)
             SELECT randomblob(16), email, email, email, CASE WHEN n % 100 = 0 THEN 'Zoltán' END,
                CASE WHEN n % 100 = 0 THEN 'zoltan' END, TRUE, '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00'
             FROM texts"
        )
    } else {
        format!(
            "{columns} SELECT gen_random_uuid(), email, email, email, CASE WHEN n % 100 = 0 THEN 'Zoltán' END,
                CASE WHEN n % 100 = 0 THEN 'zoltan' END, TRUE, now(), now()
             FROM (SELECT n, 'u' || lpad(CAST(n AS text), 5, '0') || '@example.com' AS email
                FROM generate_series(0, 2999) AS numbers (n)) texts"
        )
    };
    app.sql(&sql).await;
}

/// True of a user's number when a search finds the user.
type IsMatch = fn(usize) -> bool;

#[both_databases]
async fn users_are_found_among_many_in_the_lists_order(app: TestApp) {
    register_many(&app).await;
    let query = "query($text: String!, $after: String) { users(search: $text, first: 20, after: $after) {
        totalCount nodes { email } pageInfo { endCursor hasNextPage } } }";
    // In few, in many and in all; several words; words that the index does not know; nowhere.
    let matches: [(&str, IsMatch); 9] = [
        ("ZOLTAN", |n| n % 100 == 0),
        ("exam zoltán 02", |n| n % 100 == 0 && format!("u{n:05}").contains("02")),
        ("0150", |n| format!("u{n:05}").contains("0150")),
        ("example", |_| true),
        ("u0", |_| true),
        ("29", |n| format!("u{n:05}").contains("29")),
        ("zq", |_| false),
        ("zoltana", |_| false),
        ("%", |_| false),
    ];
    for (text, is_match) in matches {
        let expected: Vec<Value> =
            (0..3000).filter(|n| is_match(*n)).map(|n| json!(format!("u{n:05}@example.com"))).collect();
        let mut after = Value::Null;
        for page in expected.chunks(20).take(3) {
            let found = &app.run(query, json!({ "text": text, "after": after })).await["users"];
            assert_eq!(found["totalCount"], expected.len(), "{text}");
            assert_eq!(each(&found["nodes"], "email"), page.iter().collect::<Vec<_>>(), "{text}");
            after = found["pageInfo"]["endCursor"].clone();
        }
        if expected.is_empty() {
            assert_eq!(app.run(query, json!({ "text": text })).await["users"]["totalCount"], 0, "{text}");
        }
        assert_eq!(
            app.statements(
                "query($text: String!) { users(search: $text) { nodes { id } } }",
                json!({
            "text": text })
            )
            .await,
            if text.len() > 2 { 2 } else { 1 },
            "{text}"
        );
    }
    // The index follows what is written.
    let user = app.run("{ users(first: 1) { nodes { id } } }", json!({})).await["users"]["nodes"][0]["id"].clone();
    let rename = "mutation($id: ID!, $name: String) { updateUser(userId: $id, name: $name) { user { name } } }";
    let total = async |text: &str| app.run(query, json!({ "text": text })).await["users"]["totalCount"].clone();
    app.run(rename, json!({ "id": user, "name": "Balázs" })).await;
    assert_eq!((total("zoltan").await, total("balazs").await), (json!(29), json!(1)));
    app.run("mutation($id: ID!) { deleteUser(userId: $id) { deletedUserId } }", json!({ "id": user })).await;
    assert_eq!((total("balazs").await, total("u00000").await), (json!(0), json!(0)));
}

#[both_databases]
async fn users_are_searched_by_an_index(app: TestApp) {
    register_many(&app).await;
    let db = &app.operator().db;
    let ran = Arc::<Mutex<Vec<Statement>>>::default();
    let heard = Arc::clone(&ran);
    db.on_statement(move |statement| heard.lock().unwrap().push(statement.clone()));
    app.run("{ users(search: \"zoltan\") { nodes { id } } }", json!({})).await;
    let mut ran = std::mem::take(&mut *ran.lock().unwrap());
    let is_sqlite = db.backend() == DbBackend::Sqlite;
    let mut explain = "EXPLAIN QUERY PLAN ";
    if !is_sqlite {
        explain = "EXPLAIN ";
        // What the function settles, and what it runs.
        app.sql("SET enable_seqscan = off; SET enable_indexscan = off").await;
        ran[0] = Statement::from_string(db.backend(), "SELECT id FROM users WHERE search_key LIKE '%zoltan%'");
    }
    let mut plans = Vec::new();
    for statement in &mut ran {
        statement.sql.insert_str(0, explain);
        let rows = db.writer().query_all_raw(statement.clone()).await.unwrap();
        let column = if is_sqlite { 3 } else { 0 };
        plans.push(
            rows.iter().map(|row| row.try_get_by_index::<String>(column).unwrap()).collect::<Vec<_>>().join("\n"),
        );
    }
    let expected = if is_sqlite {
        ["SCAN users_search VIRTUAL TABLE", "SEARCH users USING INDEX sqlite_autoindex_users_1 (id=?)"]
    } else {
        ["users_search_trigrams", "users_pkey"]
    };
    for (plan, expected) in plans.iter().zip(expected) {
        assert!(plan.contains(expected) && !plan.contains("SCAN users\n"), "{plan}");
    }
}
