//! Merge then undo is the identity, whatever is merged; and of many at once nothing is lost.

use std::{collections::BTreeSet, sync::Arc};

use liaison::{domain::imports::Options, entity::import_job::ImportFormat};
use proptest::{prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};

use super::undo::kept;
use crate::{
    imports,
    support::{self, TestApp, both_databases, codes, tables::difference},
};

/// Directories that are made and merged on each database.
const WORLDS: usize = 10;
const PEOPLE: usize = 5;
/// Callers at once, and what each does one after the other.
const CALLERS: usize = 64;

fn draw<S: Strategy>(strategy: S, runner: &mut TestRunner) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

/// A card of which each field may be missing, with few values, so that many are the same.
fn card() -> impl Strategy<Value = Value> {
    let points = |values: &'static [&'static str]| {
        let point = (select(values), prop::option::of(select(vec!["work", "home"])));
        prop::collection::btree_map(point.0, point.1, 0..3).prop_map(|points| {
            let points = points.into_iter().map(|(value, label)| json!({ "value": value, "label": label }));
            points.collect::<Value>()
        })
    };
    let text = || prop::option::of(select(vec!["One", "Two", "Zwölf"]));
    let tags = prop::collection::btree_set(select(vec!["a", "b", "Ç"]), 0..3);
    let metadata = prop::collection::btree_map(
        select(vec!["k", "l"]),
        prop_oneof![Just(json!(1)), Just(json!({ "m": [2] }))],
        0..3,
    );
    let address = (select(vec!["Pikk 1", "PIKK 1", "Lai 2"]), text())
        .prop_map(|(street, label)| json!({ "street": street, "label": label }));
    let addresses = prop::collection::vec(address, 0..3);
    let birthday = prop::option::of(select(vec!["1985-04-12", "1985", "--04-12"]));
    let points = (
        points(&["a@x.example", "b@x.example", "B@x.example"]),
        points(&["030 1234", "+49 30 1234", "55"]),
        points(&["https://x.example/a", "https://x.example/b"]),
    );
    (points, text(), tags, metadata, addresses, birthday, any::<bool>()).prop_map(
        |((emails, phones, links), notes, tags, metadata, addresses, birthday, is_active)| {
            json!({ "name": "Ann", "emails": emails, "phones": phones, "links": links, "notes": notes, "tags": tags,
                "metadata": metadata, "addresses": addresses, "birthday": birthday,
                "status": if is_active { "ACTIVE" } else { "INACTIVE" } })
        },
    )
}

/// Properties of a card of JSContact that have no field.
fn rest() -> impl Strategy<Value = Value> {
    let properties = [
        ("uid", json!("urn:uuid:1")),
        ("uid", json!("urn:uuid:2")),
        ("nicknames", json!({ "nickname1": { "name": "Annie" } })),
        ("nicknames", json!({ "nickname1": { "name": "Nan" }, "k": { "name": "Annie" } })),
        ("vCardProps", json!([["x-odd", {}, "unknown", "1"]])),
        ("vCardProps", json!([["x-odd", {}, "unknown", "1"], ["x-odd", {}, "unknown", "2"]])),
        ("language", json!("en")),
        ("language", json!("et")),
    ];
    prop::sample::subsequence(properties.to_vec(), 0..4)
        .prop_map(|properties| properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// People with companies, interactions with each other, and logins.
async fn world(app: &TestApp, number: usize, runner: &mut TestRunner) -> Vec<String> {
    let mut people = Vec::new();
    for place in 0..PEOPLE {
        let mut input = draw(card(), runner);
        if draw(any::<bool>(), runner) {
            input["externalId"] = json!(format!("{number}:{place}"));
        }
        people.push(app.contact_with(input).await);
    }
    let companies = [app.company("Acme").await, app.company("Bolt").await, app.company("Cog").await];
    for person in &people {
        for company in draw(prop::sample::subsequence(companies.to_vec(), 0..=2), runner) {
            let membership = app.membership(person, &company).await;
            let works = draw((select(vec![None, Some("Boss")]), select(vec![None, Some("Sales")])), runner);
            let update = "mutation($id: ID!, $input: MembershipInput!) {
                updateMembership(id: $id, input: $input) { userErrors { code } } }";
            let input = json!({ "role": works.0, "department": works.1 });
            app.run(update, json!({ "id": membership, "input": input })).await;
        }
        let other = draw(select(people.clone()), runner);
        let party = draw(any::<bool>(), runner).then_some(other.as_str());
        app.call(person, party, &format!("2026-0{}-01T00:00:00Z", draw(1..9, runner))).await;
    }
    let cards: Vec<Value> = people
        .iter()
        .map(|id| {
            let mut card = draw(rest(), runner);
            card["@type"] = json!("Card");
            card["liaison:id"] = json!(id);
            card
        })
        .collect();
    let new = imports::job(ImportFormat::Jscontact, Options::default(), false);
    assert_eq!(imports::counts(&imports::run(app, new, &json!(cards).to_string()).await)[4], 0);
    for _ in 0..2 {
        let different: Vec<&str> = people.iter().map(String::as_str).filter(|_| draw(any::<bool>(), runner)).collect();
        app.mark(&different).await;
    }
    let user = draw(select(people.clone()), runner);
    app.connect(&user, &format!("{number}@example.com")).await;
    people
}

#[both_databases]
async fn merge_then_undo_is_the_identity(app: TestApp) {
    let mut runner = TestRunner::deterministic();
    for number in 0..WORLDS {
        let mut people = world(&app, number, &mut runner).await;
        let beside = app.contact("Zoe").await;
        let before = app.whole_database().await;
        let mut batches = Vec::new();
        // A chain: who survives one merge may be absorbed by the next.
        while people.len() > 1 && (batches.is_empty() || draw(any::<bool>(), &mut runner)) {
            let survivor = people.remove(draw(0..people.len(), &mut runner));
            let count = draw(1..=people.len(), &mut runner);
            let absorbed: Vec<String> = people.drain(..count).collect();
            let absorbed: Vec<&str> = absorbed.iter().map(String::as_str).collect();
            batches.push(app.merge(&survivor, &absorbed).await);
            people.push(survivor);
            // In every other directory nothing else is written, and what finds contacts is the same as well.
            if number % 2 == 0 {
                let update = "mutation($id: ID!, $notes: String) {
                    updateContact(id: $id, input: { notes: $notes, phone: \"7\" }) { contact { id } } }";
                app.run(update, json!({ "id": beside, "notes": format!("beside {}", batches.len()) })).await;
            }
        }
        for batch in batches.iter().rev() {
            let undone = app.undo_merge(batch).await;
            assert_eq!(
                undone["batch"],
                json!({ "state": "UNDONE", "kept": { "totalCount": 0, "nodes": [] } }),
                "{undone}"
            );
        }
        let hidden = beside.replace('-', "");
        let is_related = |row: &String| !row.to_lowercase().replace('-', "").contains(&hidden);
        let shown: Vec<String> = difference(&before, &app.whole_database().await);
        let is_compared = |row: &String| number % 2 == 1 || is_related(row) && !is_of_search(row);
        let shown: Vec<String> = shown.into_iter().filter(is_compared).collect();
        assert_eq!(shown, [""; 0], "world {number}");
    }
}

/// True of rows by which the one contact that is written beside the merges is found.
fn is_of_search(row: &str) -> bool {
    row.contains("search") && !row.contains("contacts:")
}

#[both_databases]
async fn what_anybody_wrote_since_a_merge_is_kept_and_listed(app: TestApp) {
    let ann = app.contact_with(json!({ "name": "Ann", "tags": ["a"] })).await;
    let input = json!({ "name": "Anne", "notes": "Hers.", "phone": "55", "tags": ["b"], "email": "anne@example.com" });
    let other = app.contact_with(input).await;
    let (acme, bolt) = (app.company("Acme").await, app.company("Bolt").await);
    let (first, second) = (app.membership(&other, &acme).await, app.membership(&other, &bolt).await);
    let call = app.call(&other, None, "2026-01-01T00:00:00Z").await;
    let batch = app.merge(&ann, &[&other]).await;
    let writes = "mutation($id: ID!, $first: ID!, $second: ID!, $call: ID!) {
        a: updateContact(id: $id, input: { notes: \"Mine.\", tags: [\"a\", \"b\", \"c\"] }) { userErrors { code } }
        b: updateMembership(id: $first, input: { role: \"Boss\" }) { userErrors { code } }
        c: removeMembership(id: $second) { userErrors { code } }
        d: updateInteraction(id: $call, input: { subject: \"Tea\" }) { userErrors { code } }
        e: createInteraction(contactId: $id, input: { subject: \"New\" }) { userErrors { code } } }";
    let done = app.run(writes, json!({ "id": ann, "first": first, "second": second, "call": call })).await;
    assert!(done.as_object().unwrap().values().all(|payload| codes(payload).is_empty()), "{done}");
    let undone = app.undo_merge(&batch).await;
    assert_eq!(kept(&undone), BTreeSet::from(["CONTACT notes", "CONTACT tags", "MEMBERSHIP whole"].map(str::to_owned)));
    let (ann, other) = (app.shown(&ann).await, app.shown(&other).await);
    assert_eq!((&ann["notes"], &ann["tags"]), (&json!("Mine."), &json!(["a", "b", "c"])));
    assert_eq!((&ann["phones"], &ann["email"], &ann["memberships"]), (&json!([]), &Value::Null, &json!([])));
    assert_eq!(ann["interactions"]["nodes"].as_array().unwrap().len(), 1);
    assert_eq!((&other["notes"], &other["tags"], &other["status"]), (&json!("Hers."), &json!(["b"]), &json!("ACTIVE")));
    let works = json!([{ "isPrimary": true, "role": "Boss", "company": { "name": "Acme" } }]);
    assert_eq!((&other["memberships"], &other["interactions"]["nodes"]), (&works, &json!([{ "id": call }])));
}

#[both_databases]
async fn merges_into_one_survivor_are_undone_in_any_order(app: TestApp) {
    let ann = app.contact_with(json!({ "name": "Ann", "tags": ["a"] })).await;
    let mut others = Vec::new();
    for (name, company) in [("Bo", "Bolt"), ("Cy", "Cog")] {
        let input =
            json!({ "name": name, "notes": format!("{name}'s"), "tags": [name], "email": format!("{name}@x.example") });
        let id = app.contact_with(input).await;
        app.membership(&id, &app.company(company).await).await;
        app.call(&id, None, "2026-01-01T00:00:00Z").await;
        others.push(id);
    }
    let [bo, cy] = [app.shown(&others[0]).await, app.shown(&others[1]).await];
    let batches = [app.merge(&ann, &[&others[0]]).await, app.merge(&ann, &[&others[1]]).await];
    // The older one first: the lists to which the other has added stay.
    let undone = app.undo_merge(&batches[0]).await;
    let lists = BTreeSet::from(["CONTACT emails", "CONTACT tags"].map(str::to_owned));
    assert_eq!((&undone["batch"]["state"], kept(&undone)), (&json!("UNDONE"), lists));
    assert_eq!(app.shown(&others[0]).await, bo);
    let survivor = app.shown(&ann).await;
    assert_eq!((&survivor["notes"], &survivor["tags"]), (&Value::Null, &json!(["a", "Bo", "Cy"])), "{survivor}");
    // The first of a list is a value of its own, which is as the merge has left it.
    let emails = json!([{ "value": "Cy@x.example", "label": null }]);
    assert_eq!((&survivor["emails"], &survivor["email"]), (&emails, &json!("Cy@x.example")));
    assert_eq!(survivor["memberships"].as_array().unwrap().len(), 1);
    let undone = app.undo_merge(&batches[1]).await;
    assert_eq!(undone["batch"]["state"], "UNDONE");
    assert_eq!(app.shown(&others[1]).await, cy);
    let survivor = app.shown(&ann).await;
    assert_eq!((&survivor["memberships"], &survivor["interactions"]["nodes"]), (&json!([]), &json!([])));
    assert_eq!(survivor["tags"], json!(["a", "Bo"]), "what the second merge found");
}

/// Writes to the survivor and to what was moved to it, each with a text of its own that must not be lost.
const WRITES: &[(&str, &str)] = &[
    ("notes", "updateContact(id: $id, input: { notes: \"MARK\" })"),
    ("phones", "updateContact(id: $id, input: { phones: [{ value: \"MARK\" }] })"),
    ("metadata", "updateContact(id: $id, input: { metadata: { k: \"MARK\" } })"),
    ("tags", "updateContacts(filter: { id: { eq: $id } }, addTags: [\"MARK\"], expectedCount: 1)"),
    ("call", "createInteraction(contactId: $id, input: { subject: \"MARK\" })"),
    ("moved", "updateInteraction(id: $call, input: { subject: \"MARK\", parties: [{ name: \"P\", contactId: $id }] })"),
    ("role", "updateMembership(id: $membership, input: { role: \"MARK\", isPrimary: true })"),
    ("work", "addMembership(contactId: $id, companyId: $company, role: \"MARK\")"),
    ("trash", "trashContact(id: $id)"),
];

#[both_databases]
async fn nothing_that_anybody_wrote_since_is_lost(app: TestApp) {
    let mut runner = TestRunner::deterministic();
    for number in 0..WORLDS {
        let people = world(&app, number, &mut runner).await;
        let company = app.company(&format!("New {number}")).await;
        let rest: Vec<&str> = people.iter().skip(1).map(String::as_str).collect();
        let batch = app.merge(&people[0], &rest).await;
        let query =
            "query($id: ID!) { contact(id: $id) { memberships { id } interactions(first: 9) { nodes { id } } } }";
        let merged = app.run(query, json!({ "id": people[0] })).await["contact"].clone();
        let mut all = json!({ "id": people[0], "company": company });
        if let Some(call) = merged["interactions"]["nodes"].as_array().unwrap().first() {
            all["call"] = call["id"].clone();
        }
        if !merged["memberships"].as_array().unwrap().is_empty() {
            all["membership"] =
                draw(select(merged["memberships"].as_array().unwrap().clone()), &mut runner)["id"].clone();
        }
        let mut marks = Vec::new();
        for (name, write) in draw(prop::sample::subsequence(WRITES.to_vec(), 1..=5), &mut runner) {
            let used: Vec<(&String, &Value)> =
                all.as_object().unwrap().iter().filter(|(name, _)| write.contains(&format!("${name}"))).collect();
            if used.len() < write.matches('$').count() {
                continue;
            }
            let names: Vec<String> = used.iter().map(|(name, _)| format!("${name}: ID!")).collect();
            let mark = format!("{name}-{number}-mark");
            let mutation = format!("mutation({}) {{ done: {write} {{ userErrors {{ code }} }} }}", names.join(", "));
            let variables: serde_json::Map<_, _> =
                used.into_iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            let done = app.run(&mutation.replace("MARK", &mark), Value::Object(variables)).await["done"].clone();
            assert_eq!(done["userErrors"], json!([]), "{write}");
            marks.extend(write.contains("MARK").then_some(mark));
        }
        let undone = app.undo_merge(&batch).await;
        assert_eq!(undone["batch"]["state"], "UNDONE", "{undone}");
        let rows = app.whole_database().await;
        for mark in &marks {
            assert!(rows.iter().any(|row| row.contains(mark.as_str())), "world {number} has lost {mark}");
        }
        assert!(app.texts("SELECT name FROM contacts WHERE merged_into IS NOT NULL").await.is_empty());
        let wrong = "SELECT CAST(contact_id AS text) FROM company_memberships GROUP BY contact_id \
                     HAVING sum(CASE WHEN is_primary THEN 1 ELSE 0 END) <> 1";
        assert!(app.texts(wrong).await.is_empty(), "world {number}");
    }
}

#[both_databases]
async fn a_chain_is_undone_newest_first(app: TestApp) {
    let (one, two, three) = (app.contact("One").await, app.contact("Two").await, app.contact("Three").await);
    let first = app.merge(&two, &[&one]).await;
    let second = app.merge(&three, &[&two]).await;
    assert_eq!(app.shown(&one).await["mergedInto"], json!({ "id": three }));
    let refused = app.undo_merge(&first).await;
    assert_eq!(codes(&refused), ["NOT_UNDOABLE"]);
    assert_eq!(refused["userErrors"][0]["conflictIds"], json!([three]));
    for batch in [&second, &first] {
        assert_eq!(app.undo_merge(batch).await["batch"]["state"], "UNDONE");
    }
    assert_eq!(codes(&app.undo_merge(&first).await), ["NOT_UNDOABLE"]);
    // Two merges into one survivor stand beside each other.
    let (early, late) = (app.merge(&one, &[&two]).await, app.merge(&one, &[&three]).await);
    for batch in [&early, &late] {
        assert_eq!(app.undo_merge(batch).await["batch"]["state"], "UNDONE");
    }
    for id in [&one, &two, &three] {
        assert_eq!(
            (&app.shown(id).await["mergedInto"], &app.shown(id).await["status"]),
            (&Value::Null, &json!("ACTIVE"))
        );
    }
}

/// One caller's mutation, and its variables.
fn act(number: usize, people: &[String]) -> (&'static str, Value) {
    let (one, two) = (&people[number % people.len()], &people[(number / 3 + 1 + number) % people.len()]);
    match number % 5 {
        0 | 1 => (
            "mutation($one: ID!, $two: ID!) { done: mergeContacts(survivorId: $one, absorbedIds: [$two]) {
                batch { id } userErrors { code } } }",
            json!({ "one": one, "two": two }),
        ),
        2 => (
            "mutation($id: ID!, $notes: String) { done: updateContact(id: $id, input: { notes: $notes }) { userErrors { code } } }",
            json!({ "id": one, "notes": number.to_string() }),
        ),
        3 => ("mutation($id: ID!) { done: trashContact(id: $id) { userErrors { code } } }", json!({ "id": one })),
        _ => (
            "mutation($id: ID!, $email: String!) { done: connectUser(contactId: $id, email: $email) { userErrors { code } } }",
            json!({ "id": one, "email": format!("{}@example.com", number % 3) }),
        ),
    }
}

#[both_databases]
async fn of_many_at_once_nothing_is_lost(app: TestApp) {
    let app = Arc::new(app);
    let mut people = Vec::new();
    for number in 0..8 {
        let person = app.contact_with(json!({ "name": format!("P{number}"), "externalId": number.to_string() })).await;
        for company in ["Acme", "Bolt"] {
            app.membership(&person, &app.company(company).await).await;
        }
        app.call(&person, people.last().map(String::as_str), "2026-01-01T00:00:00Z").await;
        people.push(person);
    }
    let barrier = Arc::new(tokio::sync::Barrier::new(CALLERS));
    let calls: Vec<_> = (0..CALLERS)
        .map(|number| {
            let (app, barrier, people) = (Arc::clone(&app), Arc::clone(&barrier), people.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                let (mutation, variables) = act(number, &people);
                let done = app.run(mutation, variables).await["done"].clone();
                let batch = done["batch"]["id"].as_str().map(str::to_owned);
                // Half of the merges are taken back at once.
                let mut codes = codes(&done);
                if let Some(batch) = batch.as_ref().filter(|_| number % 2 == 0) {
                    codes.extend(support::codes(&app.undo_merge(batch).await));
                }
                codes
            })
        })
        .collect();
    let (mut refused, mut done) = (BTreeSet::new(), 0);
    for call in calls {
        let codes = call.await.unwrap();
        done += usize::from(codes.is_empty());
        refused.extend(codes);
    }
    // Seven merges at most follow each other; the first one that took its turn, and writes, must have been done.
    assert!(done >= 8, "{done} of {CALLERS}");
    let merges = "SELECT kind FROM batches WHERE kind = 'merge'";
    assert!(!app.texts(merges).await.is_empty());
    let known =
        ["MERGED", "TRASHED", "ALREADY_TRASHED", "USER_ALREADY_LINKED", "INVALID", "NOT_UNDOABLE"].map(str::to_owned);
    assert!(refused.is_subset(&BTreeSet::from(known)), "{refused:?}");
    check_invariants(&app).await;

    // Newest first, everything that is still merged can be taken back.
    let query = "{ batches(first: 100) { nodes { id kind state } } }";
    let batches = app.run(query, json!({})).await["batches"]["nodes"].clone();
    for batch in batches.as_array().unwrap() {
        if batch["kind"] == "MERGE" && batch["state"] == "DONE" {
            let undone = app.undo_merge(batch["id"].as_str().unwrap()).await;
            assert_eq!(undone["userErrors"], json!([]), "{undone}");
        }
    }
    check_invariants(&app).await;
    assert_eq!(app.texts("SELECT CAST(count(*) AS text) FROM contacts WHERE merged_into IS NOT NULL").await, ["0"]);
    for person in &people {
        let own = app.shown(person).await;
        assert_eq!(own["memberships"].as_array().unwrap().len(), 2, "{own}");
    }
}

/// Nothing is lost, and everything belongs to exactly one contact.
async fn check_invariants(app: &TestApp) {
    for (sql, expected) in [
        ("SELECT CAST(count(*) AS text) FROM contacts", "8"),
        ("SELECT CAST(count(*) AS text) FROM company_memberships", "16"),
        ("SELECT CAST(count(*) AS text) FROM interactions", "8"),
        ("SELECT CAST(count(*) AS text) FROM interaction_parties WHERE contact_id IS NOT NULL", "7"),
        ("SELECT CAST(count(DISTINCT external_id) AS text) FROM contacts", "8"),
        // A survivor is not merged itself, and nothing belongs to the absorbed but memberships that the survivor has too.
        (
            "SELECT CAST(count(*) AS text) FROM contacts one JOIN contacts two ON two.id = one.merged_into \
          WHERE two.merged_into IS NOT NULL OR one.status <> 'trashed' OR one.user_id IS NOT NULL",
            "0",
        ),
        (
            "SELECT CAST(count(*) AS text) FROM interactions JOIN contacts ON contacts.id = interactions.contact_id \
          WHERE merged_into IS NOT NULL",
            "0",
        ),
        // Each contact with memberships has one primary.
        (
            "SELECT CAST(count(*) AS text) FROM (SELECT contact_id FROM company_memberships GROUP BY contact_id \
          HAVING sum(CASE WHEN is_primary THEN 1 ELSE 0 END) <> 1) AS wrong",
            "0",
        ),
    ] {
        assert_eq!(app.texts(sql).await, [expected], "{sql}");
    }
}
