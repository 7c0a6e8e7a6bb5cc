//! Login users and the link between a contact and a user.

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
