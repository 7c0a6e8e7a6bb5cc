//! Operators and fields of filters: ranges of texts in the order of names, and the companies of memberships.

use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, each};

async fn names(app: &TestApp, list: &str, variables: Value) -> Vec<String> {
    let ty = if list == "contacts" { "Contact" } else { "Company" };
    let query = format!(
        "query($filter: {ty}Filter, $after: String, $first: Int) {{
            {list}(filter: $filter, after: $after, first: $first) {{ nodes {{ name }} totalCount }} }}"
    );
    let data = app.run(&query, variables).await;
    let names = each(&data[list]["nodes"], "name").into_iter();
    names.map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[both_databases]
async fn ranges_of_names_are_parts_of_the_list(app: TestApp) {
    for name in ["Zoë", "ada", "Ádám", "Łukasz", "lu", "LUKASZ", "ålesund", "李", "Ωmega", "1st", "O'Neil", "b", "B 2"]
    {
        app.contact(name).await;
        app.company(name).await;
    }
    let all = names(&app, "contacts", json!({})).await;
    assert_eq!(all.len(), 13);
    for bound in ["", "A", "a", "ÁD", "b", "l", "LUKASZ", "łukasz", "m", "z", "Zoe", "李", "\u{10ffff}"] {
        for list in ["contacts", "companies"] {
            let from = names(&app, list, json!({ "filter": { "name": { "gte": bound } } })).await;
            let before = names(&app, list, json!({ "filter": { "name": { "lt": bound } } })).await;
            assert_eq!([before, from].concat(), all, "{bound}");
        }
    }
    for (from, before, expected) in [
        ("a", "b", "ada Ádám ålesund"),
        ("B", "C", "b B 2"),
        ("l", "m", "lu Łukasz LUKASZ"),
        ("lukasz", "lukaszz", "Łukasz LUKASZ"),
        ("m", "l", ""),
        ("o'", "p", "O'Neil"),
    ] {
        let filter = json!({ "filter": { "name": { "gte": from, "lt": before } } });
        assert_eq!(names(&app, "contacts", filter).await.join(" "), expected, "{from} to {before}");
    }
    let page = json!({ "filter": { "name": { "gte": "ad", "lt": "m", "contains": "u" } }, "first": 2 });
    assert_eq!(names(&app, "contacts", page).await, ["ålesund", "lu"]);
}

#[both_databases]
async fn ranges_of_other_texts_compare_their_folded_forms(app: TestApp) {
    for (name, email, phone) in
        [("A", Some("Ärne@x.org"), Some("+1")), ("B", Some("zoe@x.org"), None), ("C", None, None)]
    {
        app.contact_with(json!({ "name": name, "email": email, "phone": phone, "externalId": name.to_lowercase() }))
            .await;
    }
    for (filter, expected) in [
        (json!({ "email": { "gte": "arne@", "lt": "b" } }), "A"),
        (json!({ "email": { "gte": "" } }), "A B"),
        (json!({ "email": { "lt": "" } }), ""),
        (json!({ "not": { "email": { "gte": "b" } } }), "A C"),
        (json!({ "externalId": { "gte": "B" } }), "B C"),
        (json!({ "phone": { "lt": "+2" } }), "A"),
        (json!({ "membership": { "role": { "gte": "a" } } }), ""),
    ] {
        assert_eq!(names(&app, "contacts", json!({ "filter": filter })).await.join(" "), expected, "{filter}");
    }
    let contact = app.contact("D").await;
    let log = "mutation($id: ID!, $body: String) { createInteraction(contactId: $id, input: { subject: $body, body: $body }) {
        userErrors { code } } }";
    for body in ["Ärger", "Zorn"] {
        app.run(log, json!({ "id": contact, "body": body })).await;
    }
    for field in ["subject", "body"] {
        let query = "query($filter: InteractionFilter) { interactions(filter: $filter) { nodes { body } } }";
        let found = app.run(query, json!({ "filter": { field: { "gte": "a", "lt": "b" } } })).await;
        assert_eq!(each(&found["interactions"]["nodes"], "body"), ["Ärger"], "{field}");
    }
}

#[both_databases]
async fn memberships_are_found_by_the_companys_industry(app: TestApp) {
    let create =
        "mutation($name: String!, $industry: String) { createCompany(input: { name: $name, industry: $industry }) {
        company { id } } }";
    for (contact, industry) in [("A", Some("Möbel")), ("B", Some("möbel und Holz")), ("C", None), ("D", Some("Tin"))]
    {
        let company = app.run(create, json!({ "name": contact, "industry": industry })).await;
        let id = app.contact(contact).await;
        app.membership(&id, company["createCompany"]["company"]["id"].as_str().unwrap()).await;
    }
    app.contact("E").await;
    for (filter, expected) in [
        (json!({ "industry": { "eq": "Möbel" } }), "A"),
        (json!({ "industry": { "startsWith": "mobel" } }), "A B"),
        (json!({ "industry": { "isNull": true } }), "C"),
        (json!({ "industry": { "gte": "n" } }), "D"),
        (json!({ "industry": { "neq": "Tin" }, "companyName": { "lt": "c" } }), "A B"),
    ] {
        let found = names(&app, "contacts", json!({ "filter": { "membership": filter } })).await;
        assert_eq!(found.join(" "), expected, "{filter}");
    }
}

#[both_databases]
async fn notes_and_the_phones_of_companies_are_filtered(app: TestApp) {
    let create = "mutation($contact: ContactInput!, $company: CompanyInput!) {
        createContact(input: $contact) { userErrors { code } } createCompany(input: $company) { userErrors { code } } }";
    for (name, phone, notes) in [
        ("A", Some("+44 (20) 7946-0958"), Some("Größe: viel\nZeile zwei")),
        ("B", Some("020 7946 0000 ext 12"), Some("klein")),
        ("C", None, None),
    ] {
        let input = json!({ "name": name, "phone": phone, "notes": notes });
        app.run(create, json!({ "contact": input, "company": input })).await;
    }
    for (filter, expected) in [
        (json!({ "notes": { "contains": "GROSSE" } }), "A"),
        (json!({ "notes": { "startsWith": "klein" } }), "B"),
        (json!({ "notes": { "eq": "klein" } }), "B"),
        (json!({ "notes": { "isNull": true } }), "C"),
        (json!({ "notes": { "gte": "h" } }), "B"),
        (json!({ "not": { "notes": { "contains": "zwei" } } }), "B C"),
        (json!({ "phone": { "contains": "79460" } }), "A B"),
        (json!({ "phone": { "contains": "7946 0958" } }), "A"),
        (json!({ "phone": { "contains": "(20) 79.46" } }), "A B"),
        (json!({ "phone": { "contains": "EXT 1" } }), "B"),
        (json!({ "phone": { "contains": "0012" } }), "B"),
        (json!({ "phone": { "contains": "+" } }), "A"),
        (json!({ "phone": { "contains": "" } }), "A B"),
        (json!({ "phone": { "eq": "+44 (20) 7946-0958" } }), "A"),
        (json!({ "phone": { "startsWith": "020" } }), "B"),
        (json!({ "phone": { "isNull": true } }), "C"),
        (json!({ "phone": { "neq": "1" } }), "A B C"),
    ] {
        for list in ["companies", "contacts"] {
            let found = names(&app, list, json!({ "filter": filter })).await;
            assert_eq!(found.join(" "), expected, "{list}: {filter}");
        }
    }
    let update = "mutation($id: ID!) { updateCompany(id: $id, input: { phone: \"555 12 34\", notes: \"Neu\" }) { userErrors { code } } }";
    let id = app.company("D").await;
    app.run(update, json!({ "id": id })).await;
    let filter = json!({ "filter": { "phone": { "contains": "5551234" }, "notes": { "contains": "neu" } } });
    assert_eq!(names(&app, "companies", filter).await, ["D"]);
}
