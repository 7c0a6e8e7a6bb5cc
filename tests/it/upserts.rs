//! Upserts of contacts and companies.

use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, codes, id_of};

async fn upsert(app: &TestApp, identifier: Value, input: Value, more: Value) -> Value {
    let mutation =
        "mutation($identifier: ContactIdentifier!, $input: ContactInput!, $onTrashed: TrashedPolicy! = RESTORE,
        $primaryCompany: PrimaryCompanyInput) {
        upsertContact(identifier: $identifier, input: $input, onTrashed: $onTrashed, primaryCompany: $primaryCompany) {
            outcome contact { id version name email externalId status emails { value }
                memberships { role department isPrimary company { name } } }
            current { id } userErrors { code field conflictIds } } }";
    let mut variables = json!({ "identifier": identifier, "input": input });
    variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.run(mutation, variables).await["upsertContact"].clone()
}

async fn upsert_all(app: &TestApp, items: Value, all_or_none: bool) -> Vec<Value> {
    let mutation = "mutation($items: [UpsertContactInput!]!, $all: Boolean!) {
        upsertContacts(items: $items, allOrNone: $all) {
            results { outcome contact { id version name email externalId } userErrors { code field conflictIds } }
            userErrors { code } } }";
    let payload = app.run(mutation, json!({ "items": items, "all": all_or_none })).await["upsertContacts"].clone();
    assert_eq!(codes(&payload), [""; 0]);
    payload["results"].as_array().unwrap().clone()
}

fn outcomes(results: &[Value]) -> Vec<&str> {
    results.iter().map(|result| result["outcome"].as_str().unwrap()).collect()
}

/// The number of changes in the feed.
async fn change_count(app: &TestApp) -> usize {
    app.run("{ changes(first: 200) { nodes { type } } }", json!({})).await["changes"]["nodes"].as_array().unwrap().len()
}

#[both_databases]
async fn a_contact_is_created_then_updated_then_left_alone(app: TestApp) {
    let key = json!({ "externalId": " crm:1 " });
    let input = json!({ "name": "Ada", "email": "ada@x.example", "tags": ["b", "a"] });
    let created = upsert(&app, key.clone(), input.clone(), json!({})).await;
    assert_eq!((&created["outcome"], &created["contact"]["externalId"]), (&json!("CREATED"), &json!("crm:1")));
    let changes = change_count(&app).await;
    let same = upsert(&app, key.clone(), input, json!({})).await;
    assert_eq!((&same["outcome"], &same["contact"]["version"]), (&json!("UNCHANGED"), &json!(1)));
    assert_eq!(change_count(&app).await, changes, "nothing is recorded of an update that changes nothing");
    let updated =
        upsert(&app, key, json!({ "emails": [{ "value": "ada@x.example" }, { "value": "b@x.example" }] }), json!({}))
            .await;
    assert_eq!((&updated["outcome"], &updated["contact"]["version"]), (&json!("UPDATED"), &json!(2)));
    assert_eq!(updated["contact"]["name"], "Ada");
    // By any of its addresses, ignoring case; the spelling of the identifier is not written.
    let by_email = upsert(&app, json!({ "email": "B@X.example" }), json!({ "name": "Ada L." }), json!({})).await;
    assert_eq!((&by_email["outcome"], &by_email["contact"]["id"]), (&json!("UPDATED"), &created["contact"]["id"]));
    assert_eq!(by_email["contact"]["emails"][1]["value"], "b@x.example");
    // One value replaces the first of its list, as in an update.
    let first =
        upsert(&app, json!({ "id": created["contact"]["id"] }), json!({ "email": "c@x.example" }), json!({})).await;
    assert_eq!(first["contact"]["emails"], json!([{ "value": "c@x.example" }, { "value": "b@x.example" }]));
    let history = "query($id: ID!) { contact(id: $id) { history { nodes { type fields { field } } } } }";
    let history =
        app.run(history, json!({ "id": created["contact"]["id"] })).await["contact"]["history"]["nodes"].clone();
    let types: Vec<&str> = history.as_array().unwrap().iter().map(|change| change["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["UPDATED", "UPDATED", "UPDATED", "CREATED"]);
    assert_eq!(history[0]["fields"], json!([{ "field": "email" }, { "field": "emails" }]));
}

#[both_databases]
async fn an_identifier_that_several_live_contacts_have_is_ambiguous(app: TestApp) {
    let one = app.contact_with(json!({ "name": "A", "email": "info@x.example" })).await;
    let emails = json!([{ "value": "b@x.example" }, { "value": "INFO@x.example" }]);
    let two = app.contact_with(json!({ "name": "B", "emails": emails })).await;
    let payload = upsert(&app, json!({ "email": "info@x.example" }), json!({ "name": "C" }), json!({})).await;
    assert_eq!((&payload["outcome"], codes(&payload)), (&json!("FAILED"), vec!["AMBIGUOUS".to_owned()]));
    assert_eq!(payload["userErrors"][0]["conflictIds"], json!([one, two]));
    // With one of them in the trash, the other is meant.
    app.codes("trashContact", &one).await;
    let payload = upsert(&app, json!({ "email": "info@x.example" }), json!({ "name": "C" }), json!({})).await;
    assert_eq!((&payload["outcome"], &payload["contact"]["id"]), (&json!("UPDATED"), &json!(two)));
}

#[both_databases]
async fn a_match_in_the_trash_follows_the_policy(app: TestApp) {
    let id =
        app.contact_with(json!({ "name": "A", "email": "a@x.example", "externalId": "k", "status": "INACTIVE" })).await;
    app.codes("trashContact", &id).await;
    let policy = |policy: &str| json!({ "onTrashed": policy });
    let (by_key, by_email) = (json!({ "externalId": "k" }), json!({ "email": "a@x.example" }));
    let rejected = upsert(&app, by_key.clone(), json!({ "name": "B" }), policy("REJECT")).await;
    assert_eq!(
        (codes(&rejected), &rejected["userErrors"][0]["conflictIds"]),
        (vec!["TRASHED".to_owned()], &json!([id]))
    );
    let taken = upsert(&app, by_key.clone(), json!({ "name": "B" }), policy("IGNORE")).await;
    assert_eq!((codes(&taken), &taken["current"]["id"]), (vec!["TAKEN".to_owned()], &json!(id)));
    let other = upsert(&app, by_email, json!({ "name": "B" }), policy("IGNORE")).await;
    assert_eq!((&other["outcome"], &other["contact"]["email"]), (&json!("CREATED"), &json!("a@x.example")));
    let restored = upsert(&app, by_key, json!({ "name": "B" }), policy("RESTORE")).await;
    assert_eq!((&restored["outcome"], &restored["contact"]["status"]), (&json!("RESTORED"), &json!("INACTIVE")));
    assert_eq!(restored["contact"]["version"], 3);
}

#[both_databases]
async fn later_items_see_the_results_of_earlier_ones(app: TestApp) {
    let item = |key: &str, input: Value| json!({ "identifier": { "externalId": key }, "input": input });
    let results = upsert_all(
        &app,
        json!([
            item("a", json!({ "name": "A", "email": "new@x.example" })),
            item("a", json!({ "name": "A", "email": "new@x.example" })),
            { "identifier": { "email": "NEW@x.example" }, "input": { "name": "A2" } },
            item("b", json!({ "name": "B" })),
            item("a", json!({ "name": "A3" })),
        ]),
        true,
    )
    .await;
    assert_eq!(outcomes(&results), ["CREATED", "UNCHANGED", "UPDATED", "CREATED", "UPDATED"]);
    assert_eq!(
        results[0]["contact"],
        json!({ "id": results[4]["contact"]["id"], "version": 1, "name": "A3",
        "email": "new@x.example", "externalId": "a" })
    );
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 2);
}

#[both_databases]
async fn one_bad_item_undoes_all_or_fails_alone(app: TestApp) {
    let items = json!([
        { "identifier": { "externalId": "a" }, "input": { "name": "A" } },
        { "identifier": { "externalId": "b" }, "input": { "name": "B", "email": "none" } },
        { "identifier": { "externalId": "c" }, "input": {} },
        { "identifier": { "id": NOBODY.replace("-7", "-4") }, "input": { "name": "D" } },
        { "identifier": { "id": "x" }, "input": { "name": "E" } },
        { "identifier": { "email": " " }, "input": { "name": "F" } },
        { "identifier": { "externalId": "g" }, "input": { "name": "G", "externalId": "a" } },
        { "identifier": { "externalId": "h" }, "input": { "name": "H" },
            "primaryCompany": { "company": { "id": NOBODY } } },
    ]);
    let results = upsert_all(&app, items.clone(), true).await;
    assert_eq!(outcomes(&results), ["FAILED"; 8]);
    assert_eq!(results[0]["userErrors"], json!([]));
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 0);
    let results = upsert_all(&app, items, false).await;
    assert_eq!(outcomes(&results)[..2], ["CREATED", "FAILED"]);
    let found: Vec<(Vec<String>, Value)> =
        results.iter().map(|result| (codes(result), result["userErrors"][0]["field"].clone())).collect();
    let expected = [
        ("INVALID", json!(["items", "1", "input", "email"])),
        ("BLANK", json!(["items", "2", "input", "name"])),
        ("INVALID", json!(["items", "3", "identifier", "id"])),
        ("INVALID", json!(["items", "4", "identifier", "id"])),
        ("BLANK", json!(["items", "5", "identifier", "email"])),
        ("TAKEN", json!(["items", "6", "input", "externalId"])),
        ("NOT_FOUND", json!(["items", "7", "primaryCompany", "company", "id"])),
    ];
    for (found, (code, field)) in found[1..].iter().zip(expected) {
        assert_eq!(*found, (vec![code.to_owned()], field));
    }
    assert_eq!(
        app.run("{ contactCount companyCount }", json!({})).await,
        json!({ "contactCount": 1, "companyCount": 0 })
    );
}

#[both_databases]
async fn a_company_is_added_and_made_primary_while_the_others_stay(app: TestApp) {
    let key = json!({ "externalId": "a" });
    let at = |name: &str, role: Value| json!({ "primaryCompany": { "company": { "findOrCreateByName": name }, "role": role } });
    upsert(&app, key.clone(), json!({ "name": "A" }), at("Acme", json!("Buyer"))).await;
    let unchanged = upsert(&app, key.clone(), json!({}), at(" ACMÉ ", Value::Null)).await;
    assert_eq!(unchanged["outcome"], "UNCHANGED");
    let moved = upsert(&app, key.clone(), json!({}), at("Globex", json!("Chief"))).await;
    assert_eq!((&moved["outcome"], &moved["contact"]["version"]), (&json!("UPDATED"), &json!(1)));
    let membership = |name: &str, role: &str, is_primary: bool| json!({ "role": role, "department": null, "isPrimary": is_primary, "company": { "name": name } });
    assert_eq!(
        moved["contact"]["memberships"],
        json!([membership("Globex", "Chief", true), membership("Acme", "Buyer", false)])
    );
    let back = upsert(&app, key, json!({}), at("Acme", json!("Buyer"))).await;
    assert_eq!(back["contact"]["memberships"][0]["company"]["name"], "Acme");
    // Many items that name one new company make one.
    let items: Vec<Value> = (0..20)
        .map(|n| {
            json!({ "identifier": { "externalId": format!("n{n}") }, "input": { "name": format!("N{n}") },
            "primaryCompany": { "company": { "findOrCreateByName": "Initech" } } })
        })
        .collect();
    let results = upsert_all(&app, json!(items), true).await;
    assert_eq!(outcomes(&results), ["CREATED"; 20]);
    assert_eq!(app.run("{ companyCount }", json!({})).await["companyCount"], 3);
}

#[both_databases]
async fn of_concurrent_upserts_of_a_new_key_one_creates(app: TestApp) {
    for identifier in [json!({ "externalId": "new" }), json!({ "email": "new@x.example" })] {
        let upserts =
            (0..64).map(|n| upsert(&app, identifier.clone(), json!({ "name": format!("N{}", n % 3) }), json!({})));
        let payloads = futures_util::future::join_all(upserts).await;
        let created = payloads.iter().filter(|payload| payload["outcome"] == "CREATED").count();
        let others =
            payloads.iter().filter(|payload| matches!(payload["outcome"].as_str(), Some("UPDATED" | "UNCHANGED")));
        assert_eq!((created, others.count()), (1, 63));
    }
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 2);
}

#[both_databases]
async fn upserts_and_creates_of_one_external_id_share_one_contact(app: TestApp) {
    let create = "mutation { createContact(input: { name: \"C\", externalId: \"k\" }) { userErrors { code } } }";
    for _ in 0..5 {
        let creates = futures_util::future::join_all((0..4).map(|_| app.run(create, json!({}))));
        let upserts = (0..4).map(|_| upsert(&app, json!({ "externalId": "k" }), json!({ "name": "U" }), json!({})));
        let (_, payloads) = tokio::join!(creates, futures_util::future::join_all(upserts));
        assert!(payloads.iter().all(|payload| codes(payload).is_empty()), "{payloads:?}");
        let found = app.run("{ contacts { nodes { id } } }", json!({})).await["contacts"]["nodes"].clone();
        assert_eq!(found.as_array().unwrap().len(), 1);
        app.run(
            "mutation($id: ID!) { deleteContact(id: $id) { deletedContactId } }",
            json!({ "id": id_of(&found[0]) }),
        )
        .await;
    }
}

#[both_databases]
async fn the_number_of_statements_does_not_grow_with_the_items(app: TestApp) {
    let mutation = "mutation($items: [UpsertContactInput!]!) { upsertContacts(items: $items) { results { outcome } } }";
    let items = |count: usize, role: &str| -> Value {
        let item = |n| {
            json!({ "identifier": { "externalId": format!("k{n}") }, "input": { "name": format!("N{n} {role}"),
            "emails": [{ "value": format!("a{n}@x.example") }, { "value": format!("b{n}@x.example") }] },
            "primaryCompany": { "company": { "findOrCreateByName": format!("Company {}", n % 50) }, "role": role } })
        };
        (0..count).map(item).collect()
    };
    let few = app.statements(mutation, json!({ "items": items(10, "x") })).await;
    let many = app.statements(mutation, json!({ "items": items(1000, "x") })).await;
    let updates = app.statements(mutation, json!({ "items": items(1000, "y") })).await;
    assert!(many <= 12 && updates <= 12, "{few} for 10, {many} for 1000, {updates} to update them");
    assert_eq!(
        app.run("{ contactCount companyCount }", json!({})).await,
        json!({ "contactCount": 1000, "companyCount": 50 })
    );
    let too_many = json!({ "items": items(1001, "x") });
    assert_eq!(app.error_code(mutation, too_many).await, "BAD_USER_INPUT");
}

#[both_databases]
async fn companies_are_upserted_by_id_key_or_name(app: TestApp) {
    let mutation = "mutation($items: [UpsertCompanyInput!]!, $all: Boolean! = true) {
        upsertCompanies(items: $items, allOrNone: $all) { results { outcome company { id name industry externalId version }
            userErrors { code field } } userErrors { code } } }";
    let items = json!([
        { "identifier": { "name": "Acme" }, "input": { "industry": "Tools" } },
        { "identifier": { "name": " ÁCME " }, "input": { "industry": "Toys" } },
        { "identifier": { "externalId": "g" }, "input": { "name": "Globex" } },
    ]);
    let payload = app.run(mutation, json!({ "items": items })).await["upsertCompanies"].clone();
    let results = payload["results"].as_array().unwrap();
    assert_eq!(outcomes(results), ["CREATED", "UPDATED", "CREATED"]);
    assert_eq!((&results[1]["company"]["name"], &results[1]["company"]["industry"]), (&json!("Acme"), &json!("Toys")));
    let again = app
        .run(
            mutation,
            json!({ "items": [{ "identifier": { "id": results[2]["company"]["id"] },
        "input": { "name": "Acme" } }] }),
        )
        .await;
    assert_eq!(again["upsertCompanies"]["results"][0]["outcome"], "UPDATED");
    let ambiguous = app.run(mutation, json!({ "items": [{ "identifier": { "name": "acme" }, "input": {} }] })).await;
    assert_eq!(codes(&ambiguous["upsertCompanies"]["results"][0]), ["AMBIGUOUS"]);
}

#[both_databases]
async fn an_external_id_goes_from_one_record_to_another(app: TestApp) {
    let mutation = "mutation($items: [UpsertCompanyInput!]!) { upsertCompanies(items: $items, allOrNone: false) {
        results { outcome company { id name externalId } userErrors { code } } userErrors { code } } }";
    let companies =
        async |items: Value| app.run(mutation, json!({ "items": items })).await["upsertCompanies"]["results"].clone();
    let item = |key: &str, input: Value| json!({ "identifier": { "externalId": key }, "input": input });
    let pass_on =
        json!([item("k:0", json!({ "name": "Old", "externalId": "k:2" })), item("k:0", json!({ "name": "New" })),]);
    let swap = |a: &Value, b: &Value| {
        json!([
            { "identifier": { "id": a["id"] }, "input": { "externalId": "k:9" } },
            { "identifier": { "id": b["id"] }, "input": { "externalId": a["externalId"] } },
            { "identifier": { "id": a["id"] }, "input": { "externalId": b["externalId"] } },
        ])
    };
    companies(json!([item("k:0", json!({ "name": "Old" }))])).await;
    let passed = companies(pass_on.clone()).await;
    let passed = passed.as_array().unwrap();
    assert_eq!(outcomes(passed), ["UPDATED", "CREATED"]);
    let keys =
        |results: &[Value], of: &str| results.iter().map(|result| result[of]["externalId"].clone()).collect::<Vec<_>>();
    assert_eq!(keys(passed, "company"), ["k:2", "k:0"]);
    let swapped = companies(swap(&passed[0]["company"], &passed[1]["company"])).await;
    assert_eq!(keys(swapped.as_array().unwrap(), "company"), ["k:0", "k:2", "k:0"]);

    upsert_all(&app, json!([item("k:0", json!({ "name": "Old" }))]), true).await;
    let passed = upsert_all(&app, pass_on, false).await;
    assert_eq!(outcomes(&passed), ["UPDATED", "CREATED"]);
    assert_eq!(keys(&passed, "contact"), ["k:2", "k:0"]);
    let swapped = upsert_all(&app, swap(&passed[0]["contact"], &passed[1]["contact"]), true).await;
    assert_eq!(keys(&swapped, "contact"), ["k:0", "k:2", "k:0"]);
}
