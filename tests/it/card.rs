//! The whole card of a contact: its lists, its birthday and its tags.

use liaison::entity::role::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, codes, id_of};

const CARD: &str = "id version email phone emails { value label } phones { value label } links { value label }
    addresses { label street locality region postalCode country formatted } birthday tags";

async fn create(app: &TestApp, input: Value) -> Value {
    let mutation = format!(
        "mutation($input: ContactInput!) {{ createContact(input: $input) {{ contact {{ {CARD} }}
            userErrors {{ code field message }} }} }}"
    );
    app.run(&mutation, json!({ "input": input })).await["createContact"].clone()
}

async fn update(app: &TestApp, id: &str, input: Value) -> Value {
    let mutation = format!(
        "mutation($id: ID!, $input: ContactInput!, $version: Int) {{
            updateContact(id: $id, input: $input, expectedVersion: $version) {{ contact {{ {CARD} }}
            userErrors {{ code field message }} }} }}"
    );
    app.run(&mutation, json!({ "id": id, "input": input })).await["updateContact"].clone()
}

async fn get(app: &TestApp, id: &str) -> Value {
    app.run(&format!("query($id: ID!) {{ contact(id: $id) {{ {CARD} }} }}"), json!({ "id": id })).await["contact"]
        .clone()
}

/// The names of the contacts that a filter finds.
async fn found(app: &TestApp, filter: Value) -> Vec<String> {
    let query = "query($filter: ContactFilter) { contacts(filter: $filter) { nodes { name } totalCount } }";
    let list = app.run(query, json!({ "filter": filter })).await["contacts"].clone();
    let names: Vec<String> =
        list["nodes"].as_array().unwrap().iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(list["totalCount"], names.len());
    names
}

/// Codes and fields of the errors.
fn errors(payload: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let path = |error: &Value| error["field"].as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(".");
    payload["userErrors"].as_array().unwrap().iter().map(|error| (text(&error["code"]), path(error))).collect()
}

#[both_databases]
async fn lists_are_stored_and_their_first_value_is_the_primary_one(app: TestApp) {
    let input = json!({
        "name": "Ada", "birthday": "--12-10", "tags": ["zoo", "Über", "apple", "uber", "APPLE"],
        "emails": [{ "value": " Ada@Example.com ", "label": "work" }, { "value": "ada@home.example" },
            { "value": "ADA@HOME.EXAMPLE", "label": "again" }],
        "phones": [{ "value": "+44 20 7946 0958" }], "links": [{ "value": "https://ada.example", "label": " " }],
        "addresses": [{ "label": "home", "street": "Pikk 1", "locality": "Tallinn", "postalCode": "10123", "country": "EE" }],
    });
    let payload = create(&app, input).await;
    assert_eq!(codes(&payload), [""; 0]);
    let stored = get(&app, &id_of(&payload["contact"])).await;
    assert_eq!(stored, payload["contact"]);
    assert_eq!(stored["email"], "Ada@Example.com");
    assert_eq!(stored["phone"], "+44 20 7946 0958");
    assert_eq!(
        stored["emails"],
        json!([{ "value": "Ada@Example.com", "label": "work" }, { "value": "ada@home.example", "label": null }])
    );
    assert_eq!(stored["phones"], json!([{ "value": "+44 20 7946 0958", "label": null }]));
    assert_eq!(stored["links"], json!([{ "value": "https://ada.example", "label": null }]));
    assert_eq!(stored["addresses"][0]["formatted"], "Pikk 1\n10123 Tallinn\nEE");
    assert_eq!(stored["addresses"][0]["region"], Value::Null);
    assert_eq!(stored["birthday"], "--12-10");
    assert_eq!(stored["tags"], json!(["apple", "Über", "zoo"]));
}

#[both_databases]
async fn a_single_value_stands_for_the_first_of_its_list(app: TestApp) {
    let payload = create(&app, json!({ "name": "Ada", "email": "a@x.example" })).await;
    let id = id_of(&payload["contact"]);
    assert_eq!(payload["contact"]["emails"], json!([{ "value": "a@x.example", "label": null }]));
    assert_eq!(payload["contact"]["phones"], json!([]));
    let emails =
        json!([{ "value": "a@x.example", "label": "work" }, { "value": "b@x.example" }, { "value": "c@x.example" }]);
    assert_eq!(update(&app, &id, json!({ "emails": emails })).await["contact"]["emails"][1]["value"], "b@x.example");
    // The first one is replaced and keeps its label.
    let replaced = update(&app, &id, json!({ "email": "n@x.example", "phone": "1" })).await["contact"].clone();
    assert_eq!(replaced["emails"][0], json!({ "value": "n@x.example", "label": "work" }));
    assert_eq!(replaced["email"], "n@x.example");
    assert_eq!(replaced["version"], 3);
    // Null takes it away, and the next moves up.
    let cleared = update(&app, &id, json!({ "email": null })).await["contact"].clone();
    assert_eq!(cleared["email"], "b@x.example");
    assert_eq!(cleared["emails"].as_array().unwrap().len(), 2);
    // The value of a later one moves to the front.
    let moved = update(&app, &id, json!({ "email": "C@x.example" })).await["contact"].clone();
    assert_eq!(moved["emails"], json!([{ "value": "C@x.example", "label": null }]));
    let none = update(&app, &id, json!({ "emails": [] })).await["contact"].clone();
    assert_eq!((&none["email"], &none["emails"]), (&Value::Null, &json!([])));
    // Somebody else wrote first.
    let stale = "mutation($id: ID!) { updateContact(id: $id, input: { email: \"z@x.example\" }, expectedVersion: 1) {
        userErrors { code } } }";
    update(&app, &id, json!({ "emails": emails })).await;
    let stale = app.run(stale, json!({ "id": id })).await["updateContact"].clone();
    assert_eq!(codes(&stale), ["STALE_VERSION"]);
}

#[both_databases]
async fn concurrent_writes_of_first_values_lose_none_of_the_others(app: TestApp) {
    let emails = json!([{ "value": "a@x.example", "label": "work" }, { "value": "b@x.example" }]);
    let phones = json!([{ "value": "1", "label": "work" }, { "value": "2" }]);
    let id = id_of(&create(&app, json!({ "name": "Ada", "emails": emails, "phones": phones })).await["contact"]);
    let writes = (0..16).map(|number| {
        let input = if number % 2 == 0 {
            json!({ "email": format!("n{number}@x.example") })
        } else {
            json!({ "phone": format!("555 {number}") })
        };
        update(&app, &id, input)
    });
    for payload in futures_util::future::join_all(writes).await {
        assert_eq!(codes(&payload), [""; 0]);
    }
    let stored = get(&app, &id).await;
    assert_eq!(stored["version"], 17);
    assert_eq!(stored["emails"][1]["value"], "b@x.example");
    assert_eq!(stored["phones"][1]["value"], "2");
    assert_eq!(stored["phones"][0]["label"], "work");
}

#[both_databases]
async fn what_is_wrong_in_a_list_is_said_by_its_place(app: TestApp) {
    let many = |count: usize| (0..count).map(|n| json!({ "value": format!("a{n}@x.example") })).collect::<Vec<_>>();
    let payload = create(
        &app,
        json!({ "name": "Ada", "email": "a@x.example", "phone": "1",
            "emails": [{ "value": "b@x.example" }, { "value": "none" }, { "value": " " }],
            "phones": [{ "value": "1".repeat(51), "label": "l".repeat(101) }], "links": many(51),
            "addresses": [{ "label": "home" }, { "street": "a\0b" }], "tags": ["a", " ", "t".repeat(51)] }),
    )
    .await;
    assert_eq!(payload["contact"], Value::Null);
    let mut found = errors(&payload);
    found.sort();
    let expected = [
        ("BLANK", "input.addresses.0"),
        ("BLANK", "input.addresses.1"),
        ("BLANK", "input.emails.2.value"),
        ("BLANK", "input.tags.1"),
        ("INVALID", "input.addresses.1.street"),
        ("INVALID", "input.email"),
        ("INVALID", "input.emails.1.value"),
        ("INVALID", "input.phone"),
        ("TOO_LONG", "input.phones.0.label"),
        ("TOO_LONG", "input.phones.0.value"),
        ("TOO_LONG", "input.tags.2"),
        ("TOO_MANY", "input.links"),
    ];
    assert_eq!(found, expected.map(|(code, field)| (code.to_owned(), field.to_owned())));
    let wrong = "mutation { createContact(input: { name: \"Ada\", birthday: \"1985-02-30\" }) { contact { id } } }";
    assert_eq!(app.error_code(wrong, json!({})).await, "BAD_USER_INPUT");
}

#[both_databases]
async fn history_has_the_lists_before_and_after(app: TestApp) {
    let id = id_of(&create(&app, json!({ "name": "Ada", "email": "a@x.example" })).await["contact"]);
    let emails = json!([{ "value": "a@x.example" }, { "value": "b@x.example", "label": "home" }]);
    update(&app, &id, json!({ "emails": emails, "tags": ["x"] })).await;
    update(&app, &id, json!({ "email": "c@x.example" })).await;
    // The same again: nothing differs.
    update(&app, &id, json!({ "emails": [{ "value": "c@x.example" }, { "value": "b@x.example", "label": "home" }] }))
        .await;
    let query = "query($id: ID!) { contact(id: $id) { history { nodes { type fields { field before after } } } } }";
    let history = app.run(query, json!({ "id": id })).await["contact"]["history"]["nodes"].clone();
    let (a, b) = (json!({ "value": "a@x.example" }), json!({ "value": "b@x.example", "label": "home" }));
    let c = json!({ "value": "c@x.example" });
    assert_eq!(history[0]["fields"], json!([]));
    assert_eq!(
        history[1]["fields"],
        json!([{ "field": "email", "before": "a@x.example", "after": "c@x.example" },
            { "field": "emails", "before": [a, b], "after": [c, b] }])
    );
    assert_eq!(
        history[2]["fields"],
        json!([{ "field": "emails", "before": [a], "after": [a, b] }, { "field": "tags", "before": [], "after": ["x"] }])
    );
}

#[both_databases]
async fn filters_see_all_addresses_and_numbers(app: TestApp) {
    let point = |value: &str| json!({ "value": value });
    create(&app, json!({ "name": "None" })).await;
    create(&app, json!({ "name": "One", "email": "One@X.example", "phone": "+44 20 7946 0958" })).await;
    let two = json!({ "name": "Two", "emails": [point("first@y.example"), point("ONE@x.example")],
        "phones": [point("030/1234"), point("(020) 7946-0958")] });
    create(&app, two).await;
    let email = async |filter: Value| found(&app, json!({ "email": filter })).await;
    let phone = async |filter: Value| found(&app, json!({ "phone": filter })).await;
    assert_eq!(email(json!({ "eq": "one@x.EXAMPLE" })).await, ["One", "Two"]);
    assert_eq!(email(json!({ "in": ["first@y.example", "none@x.example"] })).await, ["Two"]);
    assert_eq!(email(json!({ "neq": "one@x.example" })).await, ["None"]);
    assert_eq!(email(json!({ "notIn": ["first@y.example"] })).await, ["None", "One"]);
    assert_eq!(email(json!({ "isNull": true })).await, ["None"]);
    assert_eq!(email(json!({ "isNull": false })).await, ["One", "Two"]);
    assert_eq!(email(json!({ "startsWith": "FIRST" })).await, ["Two"]);
    assert_eq!(email(json!({ "contains": "@x." })).await, ["One", "Two"]);
    // All of one and the same address.
    assert_eq!(email(json!({ "startsWith": "first", "endsWith": "x.example" })).await, [""; 0]);
    assert_eq!(email(json!({ "startsWith": "one", "endsWith": "x.example" })).await, ["One", "Two"]);
    assert_eq!(email(json!({ "contains": "x.example", "neq": "first@y.example" })).await, ["One"]);
    assert_eq!(phone(json!({ "contains": "7946 0958" })).await, ["One", "Two"]);
    assert_eq!(phone(json!({ "contains": "7946-09" })).await, ["One", "Two"]);
    assert_eq!(phone(json!({ "contains": "030/1" })).await, ["Two"]);
    assert_eq!(phone(json!({ "eq": "(020) 7946-0958" })).await, ["Two"]);
    assert_eq!(phone(json!({ "contains": "/" })).await, ["Two"]);
    let not = json!({ "not": { "email": { "eq": "one@x.example" } } });
    assert_eq!(found(&app, not).await, ["None"]);
    // Look-up by identifier sees them too; what was removed is not found any more.
    let by_email = "query($email: String!) { contactByIdentifier(identifier: { email: $email }) { name id } }";
    let two = app.run(by_email, json!({ "email": " FIRST@y.example" })).await["contactByIdentifier"].clone();
    assert_eq!(two["name"], "Two");
    update(&app, &id_of(&two), json!({ "emails": [point("ONE@x.example")] })).await;
    assert_eq!(app.run(by_email, json!({ "email": "first@y.example" })).await["contactByIdentifier"], Value::Null);
    assert_eq!(email(json!({ "eq": "first@y.example" })).await, [""; 0]);
}

#[both_databases]
async fn tags_are_found_ignoring_case_and_accents(app: TestApp) {
    create(&app, json!({ "name": "A", "tags": ["Über", "x"] })).await;
    let b = create(&app, json!({ "name": "B", "tags": ["uber"] })).await;
    create(&app, json!({ "name": "C" })).await;
    let tags = async |filter: Value| found(&app, json!({ "tags": filter })).await;
    assert_eq!(tags(json!({ "hasAny": ["UBER"] })).await, ["A", "B"]);
    assert_eq!(tags(json!({ "hasAll": ["X", " über "] })).await, ["A"]);
    assert_eq!(tags(json!({ "hasNone": ["x"] })).await, ["B", "C"]);
    assert_eq!(tags(json!({ "hasAny": [], "hasAll": [] })).await, [""; 0]);
    assert_eq!(tags(json!({ "hasAll": [], "hasNone": [] })).await, ["A", "B", "C"]);
    let query = "query($search: String) { tags(search: $search) { tag count } }";
    let in_use = async |search: Option<&str>| app.run(query, json!({ "search": search })).await["tags"].clone();
    assert_eq!(in_use(None).await, json!([{ "tag": "uber", "count": 2 }, { "tag": "x", "count": 1 }]));
    assert_eq!(in_use(Some("ÜB")).await, json!([{ "tag": "uber", "count": 2 }]));
    app.run(
        "mutation($id: ID!) { trashContact(id: $id) { userErrors { code } } }",
        json!({ "id": id_of(&b["contact"]) }),
    )
    .await;
    assert_eq!(in_use(Some(" ")).await, json!([{ "tag": "Über", "count": 1 }, { "tag": "x", "count": 1 }]));
    assert_eq!(app.error_code("{ tags(first: 201) { tag } }", json!({})).await, "BAD_USER_INPUT");
    // Companies have them too.
    let company = "mutation { createCompany(input: { name: \"Acme\", tags: [\"b\", \"A\"] }) { company { tags } } }";
    assert_eq!(app.run(company, json!({})).await["createCompany"]["company"]["tags"], json!(["A", "b"]));
    let query = "{ companies(filter: { tags: { hasAny: [\"a\"] } }) { nodes { name } } }";
    assert_eq!(app.run(query, json!({})).await["companies"]["nodes"], json!([{ "name": "Acme" }]));
}

#[both_databases]
async fn a_connected_contact_sees_its_own_lists_and_not_its_tags(app: TestApp) {
    let emails = json!([{ "value": "ada@x.example" }, { "value": "b@x.example" }]);
    let id = id_of(&create(&app, json!({ "name": "Ada", "emails": emails, "tags": ["secret"] })).await["contact"]);
    app.connect(&id, "ada@x.example").await;
    let app = app.guarded().await;
    let token = app.user("ada@x.example", Role::Contact).await;
    let own = "{ viewer { contact { emails { value label } phones { value } links { value } addresses { formatted }
        birthday } } }";
    let reply = app.ask(Some(&token), own, json!({})).await;
    assert_eq!(reply.body["data"]["viewer"]["contact"]["emails"][1]["value"], "b@x.example", "{}", reply.body);
    for field in ["tags", "card"] {
        let reply = app.ask(Some(&token), &format!("{{ viewer {{ contact {{ {field} }} }} }}"), json!({})).await;
        assert_eq!(reply.code(), "FORBIDDEN", "{field}");
    }
}

#[both_databases]
async fn validation_shows_the_lists_as_they_would_be(app: TestApp) {
    let emails = json!([{ "value": "a@x.example", "label": "work" }, { "value": "b@x.example" }]);
    let id = id_of(&create(&app, json!({ "name": "Ada", "emails": emails })).await["contact"]);
    let query = "query($id: ID, $input: ContactInput!) { validateContact(id: $id, input: $input) { normalized
        userErrors { code } } }";
    let validated = app.run(query, json!({ "id": id, "input": { "email": " N@x.example", "tags": ["b", "a"] } })).await;
    let normalized = &validated["validateContact"]["normalized"];
    assert_eq!(normalized["emails"][0], json!({ "value": "N@x.example", "label": "work" }));
    assert_eq!(normalized["emails"][1], json!({ "value": "b@x.example" }));
    assert_eq!(normalized["tags"], json!(["a", "b"]));
    let fresh = app.run(query, json!({ "input": { "name": "Bob", "phone": "1" } })).await["validateContact"].clone();
    assert_eq!(fresh["normalized"]["phones"], json!([{ "value": "1" }]));
}

#[both_databases]
async fn the_card_is_made_of_the_fields_and_of_what_has_no_field(app: TestApp) {
    let input = json!({
        "name": "Ada Lovelace", "email": "ada@x.example", "phones": [{ "value": "+44 20", "label": "work" }],
        "birthday": "--12-10", "tags": ["b", "a"], "notes": "First", "externalId": "x:1", "metadata": { "k": [1] },
        "addresses": [{ "street": "Pikk 1", "country": "EE" }],
    });
    let id = id_of(&create(&app, input).await["contact"]);
    let query = "query($id: ID!) { contact(id: $id) { card } }";
    let card = async || app.run(query, json!({ "id": id })).await["contact"]["card"].clone();
    let plain = card().await;
    assert_eq!(plain["@type"], "Card");
    assert_eq!(plain["uid"], json!(format!("urn:uuid:{id}")));
    assert_eq!(plain["name"], json!({ "full": "Ada Lovelace" }));
    assert_eq!(plain["emails"], json!({ "email1": { "address": "ada@x.example" } }));
    assert_eq!(plain["phones"]["phone1"]["number"], "+44 20");
    assert_eq!(plain["keywords"], json!({ "a": true, "b": true }));
    assert_eq!(plain["notes"]["note1"]["note"], "First");
    assert_eq!(plain["anniversaries"]["birth1"]["date"]["day"], 10);
    assert_eq!(plain["liaison:id"], json!(id));
    assert_eq!(plain["liaison:externalId"], "x:1");
    assert_eq!(plain["liaison:metadata"], json!({ "k": [1] }));
    // As an import leaves it.
    let stored = r#"{"name": {"full": "Ada Lovelace", "components": [{"kind": "given", "value": "Ada"}]},
        "speakToAs": {"grammaticalGender": "feminine"}, "liaison:extras": {"emails": {"ada@x.example": {"pref": 1}}}}"#;
    app.sql(&format!("UPDATE contacts SET card = '{stored}', uid = 'urn:x'")).await;
    let imported = card().await;
    assert_eq!(imported["uid"], "urn:x");
    assert_eq!(imported["name"]["components"], json!([{ "kind": "given", "value": "Ada" }]));
    assert_eq!(imported["speakToAs"], json!({ "grammaticalGender": "feminine" }));
    assert_eq!(imported["emails"]["email1"], json!({ "address": "ada@x.example", "pref": 1 }));
    // Another name has other components, and another address no such properties.
    update(&app, &id, json!({ "name": "Countess", "email": "new@x.example" })).await;
    let renamed = card().await;
    assert_eq!(renamed["name"], json!({ "full": "Countess" }));
    assert_eq!(renamed["emails"], json!({ "email1": { "address": "new@x.example" } }));
    assert_eq!(renamed["speakToAs"], imported["speakToAs"]);
}
