//! Reading: lists, filters, orders, counts, ids, identifiers and nodes.

use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, each};

async fn names(app: &TestApp, variables: Value) -> String {
    let query =
        "query($filter: ContactFilter, $search: String, $orderBy: [ContactOrder!], $includeTrashed: Boolean! = false) {
        contacts(filter: $filter, search: $search, orderBy: $orderBy, includeTrashed: $includeTrashed) {
            nodes { name } totalCount }
        contactCount(filter: $filter, search: $search, includeTrashed: $includeTrashed) }";
    let data = app.run(query, variables.clone()).await;
    let names = each(&data["contacts"]["nodes"], "name");
    assert_eq!(data["contacts"]["totalCount"], names.len(), "{variables}");
    assert_eq!(data["contactCount"], names.len(), "{variables}");
    names.into_iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

// GraphQL specification, section 6.4.1.
#[both_databases]
async fn arguments_whose_variable_is_not_given_have_their_defaults(app: TestApp) {
    app.contact("Ann").await;
    for query in [
        "query($limit: Int) { found: searchContacts(query: \"ann\", limit: $limit) { id } }",
        "query($limit: Int) { ...F } fragment F on Query { found: searchContacts(query: \"ann\", limit: $limit) {
            id } }",
        "query($trashed: Boolean, $text: String) { contacts(includeTrashed: $trashed,
            filter: { name: { contains: $text } }) { nodes { id } } }",
        "query($trashed: Boolean) { contactCount(includeTrashed: $trashed) }",
    ] {
        for _ in 0..2 {
            let answer = app.send(query, json!({})).await;
            assert_eq!(answer["errors"], serde_json::Value::Null, "{query}");
        }
    }
    // Null is not the same as nothing.
    let query = "query($limit: Int) { searchContacts(query: \"ann\", limit: $limit) { id } }";
    assert_eq!(app.error_code(query, json!({ "limit": null })).await, "BAD_USER_INPUT");
    // Nor does leaving something out hide what is wrong with the document.
    for query in [
        "query($text: String) { searchContacts(query: $text) { id } }",
        "query($limit: Int) { searchContacts(query: \"ann\", limt: $limit) { id } }",
        "query($limit: Int) { contactCount }",
        "query($limit: Intt) { searchContacts(query: \"ann\", limit: $limit) { id } }",
        "query($limit: Boolean) { searchContacts(query: \"ann\", limit: $limit) { id } }",
    ] {
        for _ in 0..2 {
            assert_eq!(app.error_code(query, json!({})).await, "GRAPHQL_VALIDATION_FAILED", "{query}");
        }
    }
}

#[both_databases]
async fn input_fields_whose_variable_is_not_given_are_left_alone(app: TestApp) {
    let id = app.contact("Ann").await;
    let query = "mutation($id: ID!, $name: String, $phone: String) {
        updateContact(id: $id, input: { name: $name, phone: $phone }) {
            contact { name phone } userErrors { code } } }";
    for (given, phone) in
        [(json!({ "phone": "1" }), json!("1")), (json!({}), json!("1")), (json!({ "phone": null }), json!(null))]
    {
        let mut variables = given;
        variables["id"] = json!(id);
        let answer = app.send(query, variables).await;
        assert_eq!(answer["data"]["updateContact"]["contact"], json!({ "name": "Ann", "phone": phone }), "{answer}");
    }
}

#[both_databases]
async fn contacts_are_listed_by_name_ignoring_case_and_trashed_ones_left_out(app: TestApp) {
    for name in ["bob", "Ärne", "Zoe", "adam", "Élodie"] {
        app.contact(name).await;
    }
    let trashed = app.contact("Carl").await;
    app.codes("trashContact", &trashed).await;
    assert_eq!(names(&app, json!({})).await, "adam Ärne bob Élodie Zoe");
    assert_eq!(names(&app, json!({ "includeTrashed": true })).await, "adam Ärne bob Carl Élodie Zoe");
    assert_eq!(names(&app, json!({ "filter": { "status": { "eq": "TRASHED" } } })).await, "Carl");
    assert_eq!(
        names(&app, json!({ "filter": { "or": [{ "status": { "in": ["TRASHED"] } }, { "name": { "eq": "bob" } }] } }))
            .await,
        "bob Carl"
    );
    assert_eq!(names(&app, json!({ "filter": { "status": { "neq": "ACTIVE" } } })).await, "Carl");
    assert_eq!(names(&app, json!({ "filter": { "trashedAt": { "isNull": false } } })).await, "", "names no status");
    assert_eq!(
        names(&app, json!({ "includeTrashed": true, "filter": { "trashedAt": { "isNull": false } } })).await,
        "Carl"
    );
}

#[both_databases]
async fn texts_are_filtered_exactly_or_folded(app: TestApp) {
    for (name, email) in [("Ärne_1", "ARNE@Example.com"), ("arne%2", "a%b@example.com"), ("Łukasz", "l@x.org")] {
        app.contact_with(json!({ "name": name, "email": email, "phone": "+1 555" })).await;
    }
    app.contact("nobody").await;
    for (filter, expected) in [
        (json!({ "name": { "eq": "Ärne_1" } }), "Ärne_1"),
        (json!({ "name": { "eq": "ärne_1" } }), ""),
        (json!({ "name": { "neq": "Ärne_1" } }), "arne%2 Łukasz nobody"),
        (json!({ "name": { "in": ["Łukasz", "x"] } }), "Łukasz"),
        (json!({ "name": { "in": [] } }), ""),
        (json!({ "name": { "notIn": ["Łukasz", "nobody"] } }), "arne%2 Ärne_1"),
        (json!({ "name": { "notIn": [] } }), "arne%2 Ärne_1 Łukasz nobody"),
        (json!({ "name": { "contains": "RNE" } }), "arne%2 Ärne_1"),
        (json!({ "name": { "contains": "%" } }), "arne%2"),
        (json!({ "name": { "contains": "_" } }), "Ärne_1"),
        (json!({ "name": { "startsWith": "lu" } }), "Łukasz"),
        (json!({ "name": { "endsWith": "SZ" } }), "Łukasz"),
        (json!({ "name": { "startsWith": "ar", "endsWith": "2" } }), "arne%2"),
        (json!({ "email": { "eq": "arne@example.COM" } }), "Ärne_1"),
        (json!({ "email": { "neq": "arne@example.com" } }), "arne%2 Łukasz nobody"),
        (json!({ "email": { "in": ["L@X.ORG"] } }), "Łukasz"),
        (json!({ "email": { "isNull": true } }), "nobody"),
        (json!({ "email": { "contains": "" } }), "arne%2 Ärne_1 Łukasz"),
        (json!({ "phone": { "startsWith": "+1" }, "email": { "endsWith": ".org" } }), "Łukasz"),
        (json!({ "not": { "email": { "endsWith": ".com" } } }), "Łukasz nobody"),
        (json!({ "not": { "not": { "email": { "endsWith": ".com" } } } }), "arne%2 Ärne_1"),
        (json!({ "or": [] }), ""),
        (json!({ "and": [] }), "arne%2 Ärne_1 Łukasz nobody"),
        (json!({ "not": { "or": [{ "name": { "eq": "nobody" } }, { "phone": { "isNull": false } }] } }), ""),
        (json!({}), "arne%2 Ärne_1 Łukasz nobody"),
    ] {
        assert_eq!(names(&app, json!({ "filter": filter })).await, expected, "{filter}");
    }
}

#[both_databases]
async fn ids_and_times_are_filtered(app: TestApp) {
    let (a, b) = (app.contact("A").await, app.contact("B").await);
    let user = app.connect(&a, "a@example.com").await;
    let query = "query($id: ID!) { contact(id: $id) { createdAt } }";
    let created_at = app.run(query, json!({ "id": b })).await["contact"]["createdAt"].clone();
    for (filter, expected) in [
        (json!({ "id": { "eq": a } }), "A"),
        (json!({ "id": { "eq": a.to_uppercase() } }), "A"),
        (json!({ "id": { "eq": "x" } }), ""),
        (json!({ "id": { "neq": "x" } }), "A B"),
        (json!({ "id": { "neq": a } }), "B"),
        (json!({ "id": { "in": ["x", b, NOBODY] } }), "B"),
        (json!({ "id": { "notIn": ["x", b] } }), "A"),
        (json!({ "userId": { "eq": user } }), "A"),
        (json!({ "userId": { "isNull": true } }), "B"),
        (json!({ "userId": { "neq": user } }), "B"),
        (json!({ "createdAt": { "eq": created_at } }), "B"),
        (json!({ "createdAt": { "lt": created_at } }), "A"),
        (json!({ "createdAt": { "gte": created_at } }), "B"),
        (json!({ "createdAt": { "gt": created_at } }), ""),
        (json!({ "createdAt": { "lte": "9999-12-31T23:59:59Z", "gte": "0001-01-01T00:00:00Z" } }), "A B"),
        (json!({ "createdAt": { "lt": "2026-06-01T02:00:00+02:00" } }), "A B"),
        (json!({ "lastInteractionAt": { "isNull": false } }), ""),
        (json!({ "updatedAt": { "isNull": false } }), "A B"),
    ] {
        assert_eq!(names(&app, json!({ "filter": filter })).await, expected, "{filter}");
    }
}

#[both_databases]
async fn one_membership_must_meet_all_of_a_membership_filter(app: TestApp) {
    let (a, b) = (app.contact("A").await, app.contact("B").await);
    app.contact("C").await;
    let (acme, other) = (app.company("Ácme").await, app.company("Other").await);
    let add = "mutation($c: ID!, $company: ID!, $role: String) {
        addMembership(contactId: $c, companyId: $company, role: $role, department: \"Lab\") { membership { id } } }";
    app.run(add, json!({ "c": a, "company": acme, "role": "CEO" })).await;
    app.run(add, json!({ "c": a, "company": other, "role": "CTO" })).await;
    app.run(add, json!({ "c": b, "company": acme, "role": "CTO" })).await;
    for (filter, expected) in [
        (json!({ "companyId": { "eq": acme } }), "A B"),
        (json!({ "companyId": { "eq": acme }, "role": { "eq": "CTO" } }), "B"),
        (json!({ "companyName": { "contains": "acme" }, "role": { "startsWith": "ct" } }), "B"),
        (json!({ "isPrimary": false }), "A"),
        (json!({ "isPrimary": true, "role": { "eq": "CTO" } }), "B"),
        (json!({ "department": { "eq": "Lab" } }), "A B"),
        (json!({}), "A B"),
    ] {
        assert_eq!(names(&app, json!({ "filter": { "membership": filter } })).await, expected, "{filter}");
    }
    assert_eq!(names(&app, json!({ "filter": { "withoutCompany": true } })).await, "C");
    assert_eq!(names(&app, json!({ "filter": { "withoutCompany": false } })).await, "A B");
    assert_eq!(names(&app, json!({ "filter": { "not": { "membership": { "role": { "eq": "CEO" } } } } })).await, "B C");
}

#[both_databases]
async fn orders_put_nulls_last_both_ways(app: TestApp) {
    for (name, email) in [("A", Some("b@x.y")), ("B", None), ("C", Some("a@x.y")), ("D", None)] {
        app.contact_with(json!({ "name": name, "email": email })).await;
    }
    let by = |field: &str, direction: &str| json!([{ "field": field, "direction": direction }]);
    assert_eq!(names(&app, json!({ "orderBy": by("EMAIL", "ASC") })).await, "C A B D");
    assert_eq!(names(&app, json!({ "orderBy": by("EMAIL", "DESC") })).await, "A C D B");
    assert_eq!(names(&app, json!({ "orderBy": by("NAME", "DESC") })).await, "D C B A");
    assert_eq!(names(&app, json!({ "orderBy": [{ "field": "CREATED_AT", "direction": "DESC" }] })).await, "D C B A");
    assert_eq!(names(&app, json!({ "orderBy": [{ "field": "LAST_INTERACTION_AT" }] })).await, "A B C D");
    assert_eq!(names(&app, json!({ "orderBy": [] })).await, "A B C D");
    let two = json!([{ "field": "EMAIL", "direction": "DESC" }, { "field": "NAME", "direction": "ASC" }]);
    assert_eq!(names(&app, json!({ "orderBy": two })).await, "A C B D");
}

#[both_databases]
async fn wrong_page_arguments_are_bad_input(app: TestApp) {
    app.contact("A").await;
    let data = app.run("{ contacts { pageInfo { endCursor } } }", json!({})).await;
    let cursor = data["contacts"]["pageInfo"]["endCursor"].as_str().unwrap();
    for arguments in [
        "first: 201".to_owned(),
        "first: -1".to_owned(),
        "last: 201".to_owned(),
        "first: 1, last: 1".to_owned(),
        "first: 2147483647".to_owned(),
        "after: \"\"".to_owned(),
        "after: \"x\"".to_owned(),
        format!("after: \"{}\"", cursor.replace(cursor.chars().last().unwrap(), "")),
        format!("after: \"{cursor}\", orderBy: [{{ field: EMAIL }}]"),
        format!("after: \"{cursor}\", orderBy: [{{ field: NAME, direction: DESC }}]"),
    ] {
        let query = format!("{{ contacts({arguments}) {{ nodes {{ id }} }} }}");
        assert_eq!(app.error_code(&query, json!({})).await, "BAD_USER_INPUT", "{arguments}");
    }
    let data = app.run("{ contacts(first: 0) { nodes { id } pageInfo { hasNextPage startCursor } } }", json!({})).await;
    assert_eq!(data["contacts"], json!({ "nodes": [], "pageInfo": { "hasNextPage": true, "startCursor": null } }));
    app.run("{ contacts(first: 200) { nodes { id } } }", json!({})).await;
}

#[both_databases]
async fn a_page_is_fifty_unless_asked_otherwise(app: TestApp) {
    for number in 0..51 {
        app.contact(&format!("{number:02}")).await;
    }
    let data = app.run("{ contacts { nodes { id } pageInfo { hasNextPage } totalCount } }", json!({})).await;
    assert_eq!(data["contacts"]["nodes"].as_array().unwrap().len(), 50);
    assert_eq!(data["contacts"]["pageInfo"]["hasNextPage"], true);
    assert_eq!(data["contacts"]["totalCount"], 51);
    let data =
        app.run("{ contacts(last: 2) { nodes { name } pageInfo { hasNextPage hasPreviousPage } } }", json!({})).await;
    assert_eq!(each(&data["contacts"]["nodes"], "name"), ["49", "50"]);
    assert_eq!(data["contacts"]["pageInfo"], json!({ "hasNextPage": false, "hasPreviousPage": true }));
}

#[both_databases]
async fn by_ids_in_the_order_asked_each_once(app: TestApp) {
    let (a, b) = (app.contact("A").await, app.contact("B").await);
    app.codes("trashContact", &a).await;
    let query = "query($ids: [ID!]!) { contactsByIds(ids: $ids) { name } }";
    let data = app.run(query, json!({ "ids": [b, "x", a, NOBODY, b, ""] })).await;
    assert_eq!(each(&data["contactsByIds"], "name"), ["B", "A"]);
    assert_eq!(app.error_code(query, json!({ "ids": vec![NOBODY; 201] })).await, "BAD_USER_INPUT");
    let (x, y) = (app.company("X").await, app.company("Y").await);
    let query = "query($ids: [ID!]!) { companiesByIds(ids: $ids) { name } }";
    let data = app.run(query, json!({ "ids": [y, x, y, "?"] })).await;
    assert_eq!(each(&data["companiesByIds"], "name"), ["Y", "X"]);
    assert_eq!(app.error_code(query, json!({ "ids": vec![NOBODY; 201] })).await, "BAD_USER_INPUT");
}

#[both_databases]
async fn any_string_is_accepted_as_an_id(app: TestApp) {
    let query = "query($id: ID!) { contact(id: $id) { id } company(id: $id) { id } user(id: $id) { id }
        interaction(id: $id) { id } node(id: $id) { id } contactByUser(userId: $id) { id } }";
    for id in
        ["", "x", "\0", "💥", NOBODY, "00000000-0000-0000-0000-000000000000", "{01890a5d-ac96-774b-bcce-b302099a8057}"]
    {
        let data = app.run(query, json!({ "id": id })).await;
        assert!(data.as_object().unwrap().values().all(Value::is_null), "{id:?}: {data}");
    }
}

#[both_databases]
async fn nodes_are_found_whatever_their_type(app: TestApp) {
    let (contact, company) = (app.contact("A").await, app.company("X").await);
    let membership = app.membership(&contact, &company).await;
    let user = app.connect(&contact, "a@example.com").await;
    let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: {}) { interaction { id } } }";
    let interaction = app.run(log, json!({ "id": contact })).await["createInteraction"]["interaction"]["id"].clone();
    let query =
        "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Contact { name } ... on User { email } } }";
    let data = app.run(query, json!({ "ids": [user, "x", interaction, membership, company, contact, NOBODY] })).await;
    let types: Vec<&Value> = data["nodes"].as_array().unwrap().iter().map(|node| &node["__typename"]).collect();
    assert_eq!(
        types,
        [
            &json!("User"),
            &Value::Null,
            &json!("Interaction"),
            &json!("Membership"),
            &json!("Company"),
            &json!("Contact"),
            &Value::Null
        ]
    );
    assert_eq!(data["nodes"][5]["name"], "A");
    let query = "query($id: ID!) { node(id: $id) { ... on Company { name } } }";
    assert_eq!(app.run(query, json!({ "id": company })).await["node"]["name"], "X");
}

#[both_databases]
async fn identifiers_name_a_contact(app: TestApp) {
    let a = app.contact_with(json!({ "name": "A", "email": "a@x.y", "externalId": "e:1" })).await;
    let trashed = app.contact_with(json!({ "name": "T", "email": "A@x.y" })).await;
    app.codes("trashContact", &trashed).await;
    let query = "query($by: ContactIdentifier!) { contactByIdentifier(identifier: $by) { id } }";
    for by in [json!({ "id": a }), json!({ "externalId": " e:1 " }), json!({ "email": " A@X.Y" })] {
        assert_eq!(app.run(query, json!({ "by": by })).await["contactByIdentifier"]["id"], json!(a), "{by}");
    }
    for by in
        [json!({ "id": "x" }), json!({ "externalId": "" }), json!({ "email": "none@x.y" }), json!({ "email": "\0" })]
    {
        assert_eq!(app.run(query, json!({ "by": by })).await["contactByIdentifier"], Value::Null, "{by}");
    }
    let other = app.contact_with(json!({ "name": "B", "email": "A@x.Y" })).await;
    let answer = app.send(query, json!({ "by": { "email": "a@x.y" } })).await;
    assert_eq!(answer["data"], json!({ "contactByIdentifier": null }));
    assert_eq!(answer["errors"][0]["extensions"], json!({ "code": "AMBIGUOUS", "conflictIds": [a, other] }));
    assert_eq!(answer["errors"][0]["path"], json!(["contactByIdentifier"]));
    let both = json!({ "by": { "email": "a@x.y", "id": a } });
    assert_eq!(app.error_code(query, both).await, "BAD_USER_INPUT");
}

#[both_databases]
async fn statuses_are_counted(app: TestApp) {
    app.contact("A").await;
    app.contact_with(json!({ "name": "B", "status": "INACTIVE" })).await;
    for name in ["C", "D"] {
        let id = app.contact(name).await;
        app.codes("trashContact", &id).await;
    }
    app.company("X").await;
    let data = app
        .run(
            "{ contactStatusCounts { active inactive trashed live }
        companyStatusCounts { active inactive trashed live } companyCount }",
            json!({}),
        )
        .await;
    assert_eq!(data["contactStatusCounts"], json!({ "active": 1, "inactive": 1, "trashed": 2, "live": 2 }));
    assert_eq!(data["companyStatusCounts"], json!({ "active": 1, "inactive": 0, "trashed": 0, "live": 1 }));
    assert_eq!(data["companyCount"], 1);
}

#[both_databases]
async fn companies_are_filtered_ordered_and_searched(app: TestApp) {
    let (acme, beta) = (app.company("Ácme").await, app.company("beta").await);
    let update =
        "mutation($id: ID!, $input: CompanyInput!) { updateCompany(id: $id, input: $input) { company { id } } }";
    app.run(
        update,
        json!({ "id": beta, "input": { "website": "https://beta.example", "industry": "Énergie", "email": "I@b.c" } }),
    )
    .await;
    let contact = app.contact("A").await;
    app.membership(&contact, &acme).await;
    let query = "query($filter: CompanyFilter, $search: String, $orderBy: [CompanyOrder!]) {
        companies(filter: $filter, search: $search, orderBy: $orderBy) { nodes { name } totalCount } }";
    for (variables, expected) in [
        (json!({}), "Ácme beta"),
        (json!({ "orderBy": [{ "field": "NAME", "direction": "DESC" }] }), "beta Ácme"),
        (json!({ "orderBy": [{ "field": "UPDATED_AT", "direction": "ASC" }] }), "Ácme beta"),
        (json!({ "orderBy": [{ "field": "CREATED_AT", "direction": "DESC" }] }), "beta Ácme"),
        (json!({ "search": "ACM" }), "Ácme"),
        (json!({ "search": "  " }), "Ácme beta"),
        (json!({ "filter": { "industry": { "contains": "energie" } } }), "beta"),
        (json!({ "filter": { "website": { "startsWith": "https" }, "email": { "eq": "i@B.C" } } }), "beta"),
        (json!({ "filter": { "withoutContacts": true } }), "beta"),
        (json!({ "filter": { "withoutContacts": false } }), "Ácme"),
        (json!({ "filter": { "not": { "name": { "eq": "beta" } } } }), "Ácme"),
        (json!({ "filter": { "externalId": { "isNull": true }, "id": { "in": [acme] } } }), "Ácme"),
    ] {
        let data = app.run(query, variables.clone()).await;
        let names: Vec<&str> =
            each(&data["companies"]["nodes"], "name").into_iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(names.join(" "), expected, "{variables}");
        assert_eq!(data["companies"]["totalCount"], names.len());
    }
    app.codes("trashContact", &contact).await;
    let data = app.run(query, json!({ "filter": { "withoutContacts": true } })).await;
    assert_eq!(data["companies"]["totalCount"], 2, "a trashed contact does not count");
}
