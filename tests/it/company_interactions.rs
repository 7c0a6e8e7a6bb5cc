//! Interactions of companies: logging, lists, histories, deletion, and the filter that they share with those of contacts.

use std::{collections::HashMap, sync::Arc};

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::{
    races::{CALLERS, at_once, tally},
    support::{NOBODY, TestApp, both_databases, codes, each, id_of},
};

const CREATE: &str = "mutation($contact: ID, $company: ID, $input: InteractionInput!, $id: ID) {
    createInteraction(contactId: $contact, companyId: $company, input: $input, id: $id) {
        interaction { id subject timeZone contact { id } company { id name } parties { name snapshot } }
        userErrors { code field message } } }";

async fn create(app: &TestApp, variables: Value) -> Value {
    app.run(CREATE, variables).await["createInteraction"].clone()
}

/// Logs an interaction on a company; its id.
async fn log(app: &TestApp, company: &str, input: Value) -> String {
    id_of(&create(app, json!({ "company": company, "input": input })).await["interaction"])
}

/// The subjects that a query of interactions finds.
fn subjects(connection: &Value) -> String {
    let subjects = each(&connection["nodes"], "subject").into_iter();
    subjects.map(|subject| subject.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[both_databases]
async fn an_interaction_has_one_subject(app: TestApp) {
    let (contact, company) = (app.contact("A").await, app.company("Acme").await);
    let payload = create(&app, json!({ "company": company, "input": { "subject": "S" } })).await;
    assert_eq!(payload["interaction"]["company"], json!({ "id": company, "name": "Acme" }));
    assert_eq!((&payload["interaction"]["contact"], &payload["userErrors"]), (&Value::Null, &json!([])));
    let payload = create(&app, json!({ "contact": contact, "company": null, "input": {} })).await;
    assert_eq!(payload["interaction"]["contact"], json!({ "id": contact }));
    assert_eq!(payload["interaction"]["company"], Value::Null);

    for (variables, field) in [
        (json!({ "input": {} }), "contactId"),
        (json!({ "contact": null, "company": null, "input": {} }), "contactId"),
        (json!({ "contact": contact, "company": company, "input": {} }), "companyId"),
    ] {
        let errors = create(&app, variables).await["userErrors"].clone();
        assert_eq!((&errors[0]["code"], &errors[0]["field"]), (&json!("INVALID"), &json!([field])), "{errors}");
        let message = errors[0]["message"].as_str().unwrap();
        assert!(message.contains("contactId") && message.contains("companyId"), "{message}");
        assert_eq!(errors.as_array().unwrap().len(), 1);
    }
    for id in [NOBODY, "x", contact.as_str()] {
        let errors = create(&app, json!({ "company": id, "input": {} })).await["userErrors"].clone();
        assert_eq!((&errors[0]["code"], &errors[0]["field"]), (&json!("NOT_FOUND"), &json!(["companyId"])));
    }
    let all = json!({ "input": { "subject": "s".repeat(256), "timeZone": "Mars/Olympus",
        "parties": [{ "name": "P", "contactId": NOBODY }] } });
    assert_eq!(codes(&create(&app, all).await), ["INVALID", "TOO_LONG", "INVALID", "NOT_FOUND"]);
}

#[both_databases]
async fn the_same_id_again_is_the_same_interaction(app: TestApp) {
    let (acme, other) = (app.company("Acme").await, app.company("Other").await);
    let first = create(&app, json!({ "company": acme, "input": { "subject": "One" }, "id": NOBODY })).await;
    let again = create(&app, json!({ "company": other, "input": { "subject": "Two" }, "id": NOBODY })).await;
    assert_eq!(first, again);
    assert_eq!(codes(&create(&app, json!({ "company": acme, "input": {}, "id": other })).await), ["TAKEN"]);
}

#[both_databases]
async fn a_time_zone_is_one_of_the_known_ones(app: TestApp) {
    let company = app.company("Acme").await;
    for (given, stored) in [
        (json!("Europe/Tallinn"), json!("Europe/Tallinn")),
        (json!(" america/argentina/buenos_aires "), json!("America/Argentina/Buenos_Aires")),
        (json!("UTC"), json!("UTC")),
        (json!("  "), Value::Null),
        (Value::Null, Value::Null),
    ] {
        let payload = create(&app, json!({ "company": company, "input": { "timeZone": given } })).await;
        assert_eq!(payload["interaction"]["timeZone"], stored, "{payload}");
    }
    for unknown in ["Europe/Atlantis", "+02:00", "Tallinn", "\0"] {
        let payload = create(&app, json!({ "company": company, "input": { "timeZone": unknown } })).await;
        assert_eq!(payload["userErrors"][0]["field"], json!(["input", "timeZone"]), "{unknown}");
        assert_eq!(codes(&payload), ["INVALID"], "{unknown}");
    }
    let id = log(&app, &company, json!({ "timeZone": "Asia/Tokyo" })).await;
    let update = "mutation($id: ID!, $input: InteractionInput!) { updateInteraction(id: $id, input: $input) {
        interaction { timeZone } userErrors { code } } }";
    let updated = app.run(update, json!({ "id": id, "input": { "subject": "S" } })).await["updateInteraction"].clone();
    assert_eq!(updated["interaction"]["timeZone"], "Asia/Tokyo");
    let updated =
        app.run(update, json!({ "id": id, "input": { "timeZone": "Mars" } })).await["updateInteraction"].clone();
    assert_eq!(codes(&updated), ["INVALID"]);
    let updated =
        app.run(update, json!({ "id": id, "input": { "timeZone": null } })).await["updateInteraction"].clone();
    assert_eq!(updated["interaction"]["timeZone"], Value::Null);
}

#[both_databases]
async fn a_companys_list_is_its_own_and_newest_first(app: TestApp) {
    let (acme, other) = (app.company("Acme").await, app.company("Other").await);
    let empty = app.company("Empty").await;
    for (company, day) in [(&acme, 2), (&other, 3), (&acme, 5), (&acme, 1), (&acme, 4)] {
        let kind = if day % 2 == 0 { "CALL" } else { "NOTE" };
        let at = format!("2025-01-0{day}T00:00:00Z");
        log(&app, company, json!({ "subject": day.to_string(), "occurredAt": at, "type": kind })).await;
    }
    let query = "query($ids: [ID!]!, $first: Int, $after: String, $last: Int, $before: String) {
        companiesByIds(ids: $ids) {
            page: interactions(first: $first, after: $after, last: $last, before: $before) {
                nodes { subject } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }
            calls: interactions(filter: { type: [CALL] }) { nodes { subject } totalCount }
            counted: interactions(filter: { or: [{ subject: { eq: \"1\" } }, { subject: { eq: \"5\" } }] }) {
                totalCount } } }";
    let single = query.replace("$ids: [ID!]!", "$id: ID!").replace("companiesByIds(ids: $ids)", "company(id: $id)");
    let read = async |page: Value| {
        let mut variables = page.clone();
        variables["ids"] = json!([acme, empty, other]);
        let together = app.run(query, variables).await["companiesByIds"].clone();
        let mut variables = page;
        variables["id"] = json!(acme);
        let alone = app.run(&single, variables).await["company"].clone();
        assert_eq!(together[0], alone);
        together
    };
    let all = read(json!({})).await;
    assert_eq!((subjects(&all[0]["page"]), subjects(&all[2]["page"])), ("5 4 2 1".to_owned(), "3".to_owned()));
    assert_eq!(
        all[1]["page"],
        json!({ "nodes": [], "totalCount": 0, "pageInfo": {
        "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null } })
    );
    assert_eq!((subjects(&all[0]["calls"]), subjects(&all[2]["calls"])), ("4 2".to_owned(), String::new()));
    assert_eq!((&all[0]["page"]["totalCount"], &all[0]["calls"]["totalCount"]), (&json!(4), &json!(2)));
    assert_eq!((&all[0]["counted"]["totalCount"], &all[2]["counted"]["totalCount"]), (&json!(2), &json!(0)));
    let first = read(json!({ "first": 2 })).await;
    assert_eq!(subjects(&first[0]["page"]), "5 4");
    assert_eq!(first[0]["page"]["pageInfo"]["hasNextPage"], true);
    let rest = read(json!({ "first": 2, "after": first[0]["page"]["pageInfo"]["endCursor"] })).await;
    assert_eq!((subjects(&rest[0]["page"]), subjects(&rest[2]["page"])), ("2 1".to_owned(), "3".to_owned()));
    let before = read(json!({ "last": 1, "before": rest[0]["page"]["pageInfo"]["startCursor"] })).await;
    assert_eq!(subjects(&before[0]["page"]), "4");
    // By the fast path too.
    let alone = "query($id: ID!) { company(id: $id) { interactions(first: 2) { nodes { subject company { name } contact { name } }
        totalCount pageInfo { endCursor } } } }";
    let alone = app.run(alone, json!({ "id": acme })).await["company"]["interactions"].clone();
    assert_eq!((subjects(&alone), &alone["totalCount"]), ("5 4".to_owned(), &json!(4)));
    assert_eq!(alone["nodes"][0], json!({ "subject": "5", "company": { "name": "Acme" }, "contact": null }));
    assert_eq!(alone["pageInfo"]["endCursor"], first[0]["page"]["pageInfo"]["endCursor"]);
}

#[both_databases]
async fn the_list_of_all_leaves_out_trashed_companies(app: TestApp) {
    let (contact, acme, other) = (app.contact("A").await, app.company("Acme").await, app.company("Other").await);
    create(&app, json!({ "contact": contact, "input": { "subject": "a", "occurredAt": "2025-01-01T00:00:00Z" } }))
        .await;
    log(&app, &acme, json!({ "subject": "b", "occurredAt": "2025-01-02T00:00:00Z" })).await;
    log(&app, &other, json!({ "subject": "c", "occurredAt": "2025-01-03T00:00:00Z" })).await;
    let all = async || {
        let found =
            app.run("{ interactions { nodes { subject } totalCount } }", json!({})).await["interactions"].clone();
        assert_eq!(found["totalCount"], found["nodes"].as_array().unwrap().len());
        subjects(&found)
    };
    assert_eq!(all().await, "c b a");
    app.codes("trashCompany", &acme).await;
    assert_eq!(all().await, "c a");
    let own =
        app.run("query($id: ID!) { company(id: $id) { interactions { totalCount } } }", json!({ "id": acme })).await;
    assert_eq!(own["company"]["interactions"]["totalCount"], 1, "its own list has them still");
    app.codes("trashContact", &contact).await;
    assert_eq!(all().await, "c");
    app.codes("restoreCompany", &acme).await;
    app.codes("restoreContact", &contact).await;
    assert_eq!(all().await, "c b a");
}

#[both_databases]
async fn filters_are_trees(app: TestApp) {
    let (contact, acme) = (app.contact("A").await, app.company("Acme").await);
    for (subject, kind, is_company, body) in [
        ("a", "CALL", false, Some("Größe")),
        ("b", "NOTE", false, None),
        ("c", "CALL", true, Some("klein")),
        ("d", "MEETING", true, None),
    ] {
        let input = json!({ "subject": subject, "type": kind, "body": body });
        let on = if is_company { json!({ "company": acme }) } else { json!({ "contact": contact }) };
        let mut variables = on;
        variables["input"] = input;
        create(&app, variables).await;
    }
    let query = "query($filter: InteractionFilter) { interactions(filter: $filter, last: 50) { nodes { subject } totalCount } }";
    for (filter, expected) in [
        (json!({}), "d c b a"),
        (json!({ "or": [{ "subject": { "eq": "a" } }, { "type": ["MEETING"] }] }), "d a"),
        (json!({ "and": [{ "type": ["CALL"] }, { "companyId": { "eq": acme } }] }), "c"),
        (json!({ "not": { "type": ["CALL"] } }), "d b"),
        (json!({ "not": { "body": { "contains": "GROSSE" } } }), "d c b"),
        (json!({ "companyId": { "eq": acme } }), "d c"),
        (json!({ "companyId": { "isNull": true } }), "b a"),
        (json!({ "contactId": { "isNull": true } }), "d c"),
        (json!({ "companyId": { "neq": acme } }), "b a"),
        (json!({ "contactId": { "in": [contact] } }), "b a"),
        (json!({ "or": [] }), ""),
        (json!({ "and": [] }), "d c b a"),
        (
            json!({ "or": [{ "and": [{ "contactId": { "eq": contact } }, { "body": { "isNull": true } }] },
            { "not": { "or": [{ "contactId": { "eq": contact } }, { "type": ["CALL"] }] } }] }),
            "d b",
        ),
    ] {
        let found = app.run(query, json!({ "filter": filter })).await["interactions"].clone();
        assert_eq!(subjects(&found), expected, "{filter}");
        assert_eq!(found["totalCount"], found["nodes"].as_array().unwrap().len(), "{filter}");
    }
    let deep = (0..41).fold(json!({}), |inner, _| json!({ "not": inner }));
    assert_eq!(app.error_code(query, json!({ "filter": deep })).await, "BAD_USER_INPUT");
    let broad = json!({ "or": vec![json!({ "subject": { "eq": "a" } }); 501] });
    assert_eq!(app.error_code(query, json!({ "filter": broad })).await, "BAD_USER_INPUT");
    let nested =
        "query($filter: InteractionFilter) { companies { nodes { interactions(filter: $filter) { totalCount } } } }";
    assert_eq!(app.error_code(nested, json!({ "filter": broad })).await, "BAD_USER_INPUT");
}

#[both_databases]
async fn only_parties_have_a_last_interaction(app: TestApp) {
    let (contact, party) = (app.contact("Member").await, app.contact("Party").await);
    let acme = app.company("Acme").await;
    app.membership(&contact, &acme).await;
    app.membership(&party, &acme).await;
    let last = async |id: &str| {
        let query = "query($id: ID!) { contact(id: $id) { lastInteractionAt version interactions { totalCount } } }";
        app.run(query, json!({ "id": id })).await["contact"].clone()
    };
    let parties = json!([{ "name": "P", "contactId": party }]);
    let input = json!({ "occurredAt": "2025-01-01T00:00:00Z", "parties": parties });
    let payload = create(&app, json!({ "company": acme, "input": input })).await;
    let snapshot = json!({ "name": "Party", "company": "Acme", "role": null, "department": null });
    assert_eq!(payload["interaction"]["parties"][0]["snapshot"], snapshot);
    let nothing = json!({ "lastInteractionAt": null, "version": 1, "interactions": { "totalCount": 0 } });
    assert_eq!(last(&contact).await, nothing);
    let involved = |at: &str| json!({ "lastInteractionAt": at, "version": 1, "interactions": { "totalCount": 1 } });
    assert_eq!(last(&party).await, involved("2025-01-01T00:00:00.000000Z"));
    let update = "mutation($id: ID!, $input: InteractionInput!) { updateInteraction(id: $id, input: $input) {
        userErrors { code } } }";
    let id = id_of(&payload["interaction"]);
    app.run(update, json!({ "id": id, "input": { "occurredAt": "2025-02-01T00:00:00Z" } })).await;
    assert_eq!(last(&party).await, involved("2025-02-01T00:00:00.000000Z"));
    app.run(update, json!({ "id": id, "input": { "parties": [] } })).await;
    assert_eq!(last(&party).await, nothing);
    app.run(update, json!({ "id": id, "input": { "parties": parties } })).await;
    app.codes("deleteCompany", &acme).await;
    assert_eq!(last(&party).await, nothing, "the interaction went with the company");
    let gone = app.run("query($id: ID!) { interaction(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(gone["interaction"], Value::Null);
}

#[both_databases]
async fn a_companys_history_has_its_interactions(app: TestApp) {
    let (acme, other) = (app.company("Acme").await, app.company("Other").await);
    let contact = app.contact("A").await;
    app.membership(&contact, &acme).await;
    let id = log(&app, &acme, json!({ "subject": "First", "parties": [{ "name": "A", "contactId": contact }] })).await;
    log(&app, &other, json!({})).await;
    let update = "mutation($id: ID!, $input: InteractionInput!) { updateInteraction(id: $id, input: $input) {
        userErrors { code } } }";
    app.run(update, json!({ "id": id, "input": { "subject": "Second", "timeZone": "Asia/Tokyo" } })).await;
    let rename = "mutation($id: ID!) { updateCompany(id: $id, input: { name: \"New\" }) { userErrors { code } } }";
    app.run(rename, json!({ "id": acme })).await;
    let history = async |field: &str, id: &str| {
        let query = format!(
            "query($id: ID!) {{ {field}(id: $id) {{ history {{
                nodes {{ type subjectType subjectId contactId subject {{ id }} fields {{ field before after }} }} }} }} }}"
        );
        app.run(&query, json!({ "id": id })).await[field]["history"]["nodes"].clone()
    };
    let of_company = history("company", &acme).await;
    let said = |node: &Value| format!("{} {}", node["subjectType"].as_str().unwrap(), node["type"].as_str().unwrap());
    let lines: Vec<String> = of_company.as_array().unwrap().iter().map(said).collect();
    assert_eq!(lines, ["COMPANY UPDATED", "INTERACTION UPDATED", "INTERACTION CREATED", "COMPANY CREATED"]);
    let expected = json!({ "type": "UPDATED", "subjectType": "INTERACTION", "subjectId": id, "contactId": null,
        "subject": { "id": id }, "fields": [
            { "field": "subject", "before": "First", "after": "Second" },
            { "field": "timeZone", "before": null, "after": "Asia/Tokyo" }] });
    assert_eq!(of_company[1], expected);
    let of_contact = history("contact", &contact).await;
    let lines: Vec<String> = of_contact.as_array().unwrap().iter().map(said).collect();
    assert_eq!(lines, ["MEMBERSHIP CREATED", "CONTACT CREATED"], "the page of a party does not show it");
    let nested = "{ companies { nodes { history(first: 3) { nodes { subjectId } } } } }";
    assert_eq!(app.statements(nested, json!({})).await, 2);
    let all = app.run(nested, json!({})).await["companies"]["nodes"].clone();
    let counts: Vec<usize> = each(&all, "history").iter().map(|page| page["nodes"].as_array().unwrap().len()).collect();
    assert_eq!(counts, [3, 2]);

    // The feed has them too, of no contact.
    let feed = app.feed(json!({ "first": 100, "types": ["INTERACTION"] }), 3).await;
    assert!(feed.iter().all(|edge| edge["node"]["contactId"] == Value::Null), "{feed:#?}");
    assert_eq!(feed[2]["node"]["fields"][0]["after"], "Second");

    app.codes("deleteInteraction", &id).await;
    let of_company = history("company", &acme).await;
    assert_eq!((&of_company[0]["type"], &of_company[0]["subjectId"]), (&json!("DELETED"), &json!(id)));
    assert_eq!(of_company[0]["subject"], Value::Null);
    assert_eq!(of_company[2]["fields"], json!([]), "the values went with the interaction");
    assert_ne!(of_company[1]["fields"], json!([]), "the company's did not");
}

#[both_databases]
async fn deletion_takes_the_interactions_and_what_was_recorded(app: TestApp) {
    let (acme, other) = (app.company("Acme").await, app.company("Other").await);
    let contact = app.contact("A").await;
    let update = "mutation($id: ID!, $subject: String) { updateInteraction(id: $id, input: { subject: $subject }) {
        userErrors { code } } }";
    let party = json!([{ "name": "A", "contactId": contact }]);
    let mut ids = Vec::new();
    for (company, subject) in [(&acme, "Secret"), (&other, "Known")] {
        let id = log(&app, company, json!({ "parties": party })).await;
        app.run(update, json!({ "id": id, "subject": subject })).await;
        ids.push(id);
    }
    let delete =
        "mutation($id: ID!) { deleteCompany(id: $id) { deletedCompanyId deletedMembershipCount userErrors { code } } }";
    let deleted = app.run(delete, json!({ "id": acme })).await["deleteCompany"].clone();
    assert_eq!(deleted, json!({ "deletedCompanyId": acme, "deletedMembershipCount": 0, "userErrors": [] }));
    let feed = app.feed(json!({ "first": 100 }), 9).await;
    let text = json!(feed).to_string();
    assert!(!text.contains("Secret") && text.contains("Known"), "{text}");
    let last: Vec<String> = feed[7..]
        .iter()
        .map(|edge| {
            format!("{} {}", edge["node"]["subjectType"].as_str().unwrap(), edge["node"]["type"].as_str().unwrap())
        })
        .collect();
    assert_eq!(last, ["INTERACTION DELETED", "COMPANY DELETED"]);
    assert_eq!(feed[7]["node"]["subjectId"], json!(ids[0]));
    let rows = "SELECT (SELECT count(*) FROM interactions), (SELECT count(*) FROM interaction_parties),
        (SELECT count(*) FROM changes WHERE CAST(fields AS text) LIKE '%Secret%')";
    let db = app.shared.domain.db.reads();
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), rows)).await.unwrap().unwrap();
    let counts = [0, 1, 2].map(|column| row.try_get_by_index::<i64>(column).unwrap());
    assert_eq!(counts, [1, 1, 0]);

    // A contact that is deleted leaves the interactions of companies, which are recorded on the company's page.
    app.codes("deleteContact", &contact).await;
    let query = "query($id: ID!) { company(id: $id) { history(first: 1) { nodes { subjectId type fields { field } } }
        interactions { nodes { version parties { name contact { id } } } } } }";
    let left = app.run(query, json!({ "id": other })).await["company"].clone();
    let expected = json!({ "subjectId": ids[1], "type": "UPDATED", "fields": [{ "field": "parties" }] });
    assert_eq!(left["history"]["nodes"][0], expected);
    assert_eq!(left["interactions"]["nodes"], json!([{ "version": 3, "parties": [{ "name": "A", "contact": null }] }]));
}

#[both_databases]
async fn writes_around_one_company_do_not_lock_each_other_out(app: TestApp) {
    let app = Arc::new(app);
    let acme = app.company("Acme").await;
    let mut contacts = Vec::new();
    for number in 0..4 {
        let contact = app.contact(&format!("P{number}")).await;
        app.membership(&contact, &acme).await;
        contacts.push(contact);
    }
    let log = "mutation($company: ID, $contact: ID, $parties: [InteractionPartyInput!]) {
        createInteraction(companyId: $company, contactId: $contact, input: { parties: $parties }) {
            interaction { id } userErrors { code } } }";
    let parties = |caller: usize| {
        let mut parties: Vec<Value> = contacts.iter().map(|id| json!({ "name": "P", "contactId": id })).collect();
        parties.rotate_left(caller % 4);
        parties
    };
    let logged = at_once(&app, log, |caller| {
        let on = if caller % 2 == 0 { json!({ "company": acme }) } else { json!({ "contact": contacts[caller % 4] }) };
        let mut variables = on;
        variables["parties"] = json!(parties(caller));
        variables
    })
    .await;
    assert_eq!(tally(&logged), HashMap::from([("", CALLERS)]));
    let ids: Vec<Value> = logged.iter().map(|(payload, _)| payload["interaction"]["id"].clone()).collect();
    let update = "mutation($id: ID!, $parties: [InteractionPartyInput!]) {
        updateInteraction(id: $id, input: { parties: $parties }) { interaction { id } userErrors { code } } }";
    let delete_contact = "mutation($id: ID!) { deleteContact(id: $id) { userErrors { code } } }";
    let delete_company = "mutation($id: ID!) { deleteCompany(id: $id) { userErrors { code } } }";
    let (updated, deleted, company) = tokio::join!(
        at_once(&app, update, |caller| json!({ "id": ids[caller], "parties": parties(caller)[..2] })),
        at_once(&app, delete_contact, |caller| json!({ "id": contacts[caller % 4] })),
        at_once(&app, delete_company, |_| json!({ "id": acme })),
    );
    assert!(tally(&updated).keys().all(|code| ["", "NOT_FOUND"].contains(code)), "{:?}", tally(&updated));
    assert_eq!(tally(&deleted), HashMap::from([("", 4), ("NOT_FOUND", CALLERS - 4)]));
    assert_eq!(tally(&company), HashMap::from([("", 1), ("NOT_FOUND", CALLERS - 1)]));
    let left = app.run("{ interactions { totalCount } }", json!({})).await;
    assert_eq!(left["interactions"]["totalCount"], 0);
}
