//! Likely duplicates: finding them, keeping them up to date, vetoes, groups, and what is asked before a contact is created.

use std::collections::BTreeSet;

use liaison::{
    domain::{duplicates, imports::Options},
    entity::import_job::ImportFormat,
};
use serde_json::{Value, json};

use crate::{
    imports,
    merging::certain::merge_all,
    support::{NOBODY, TestApp, both_databases, codes, each, eventually, id_of, until},
};

const DUPLICATES: &str = "query($id: ID!, $certainty: DuplicateCertainty) { contact(id: $id) {
    duplicates(certainty: $certainty) { contact { id name } score certainty reasons } } }";

const GROUPS: &str = "query($first: Int, $after: String, $certainty: DuplicateCertainty) {
    duplicateGroups(first: $first, after: $after, certainty: $certainty) {
        nodes { contacts { id } certainty suggestedSurvivor { id }
            pairs { contacts { id } score certainty reasons } }
        edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        totalCount } }";

impl TestApp {
    /// Waits until what was written is compared.
    pub(crate) async fn compared(&self) {
        duplicates::catch_up(self.operator()).await.unwrap();
    }

    /// The likely duplicates of a contact, as soon as what was written is compared.
    pub(crate) async fn duplicates(&self, id: &str) -> Vec<Value> {
        self.compared().await;
        let found = self.run(DUPLICATES, json!({ "id": id })).await["contact"]["duplicates"].clone();
        found.as_array().unwrap().clone()
    }

    /// Their ids.
    pub(crate) async fn duplicate_ids(&self, id: &str) -> BTreeSet<String> {
        self.duplicates(id).await.iter().map(|found| id_of(&found["contact"])).collect()
    }

    pub(crate) async fn groups(&self, variables: Value) -> Value {
        self.compared().await;
        self.run(GROUPS, variables).await["duplicateGroups"].clone()
    }

    pub(crate) async fn mark(&self, ids: &[&str]) -> Value {
        let mark = "mutation($ids: [ID!]!) { markNotDuplicates(ids: $ids) {
            contacts { id } userErrors { code field } } }";
        self.run(mark, json!({ "ids": ids })).await["markNotDuplicates"].clone()
    }

    pub(crate) async fn unmark(&self, ids: &[&str]) -> Value {
        let unmark = "mutation($ids: [ID!]!) { unmarkNotDuplicates(ids: $ids) {
            contacts { id } userErrors { code field } } }";
        self.run(unmark, json!({ "ids": ids })).await["unmarkNotDuplicates"].clone()
    }

    pub(crate) async fn rewrite(&self, id: &str, input: Value) {
        let update = "mutation($id: ID!, $input: ContactInput!) {
            updateContact(id: $id, input: $input) { userErrors { code message } } }";
        let payload = self.run(update, json!({ "id": id, "input": input })).await;
        assert_eq!(payload["updateContact"]["userErrors"], json!([]));
    }
}

/// Certainly the same person as each other whose number is the same, and as nobody else.
pub(crate) fn person(number: usize) -> Value {
    const FIRST: [&str; 8] =
        ["Quirina", "Thaddäus", "Ludmila", "Ignatius", "Oksana", "Balthasar", "Xenia", "Willibald"];
    const LAST: [&str; 8] =
        ["Brzozowski", "Etxeberria", "Gulbrandsen", "Kowalczyk", "Papadakis", "Szentgyörgyi", "Vuorinen", "Zwetschke"];
    let (first, last) = (FIRST[number % 8], LAST[number / 8 % 8]);
    json!({
        "name": format!("{first} {last}"),
        "email": format!("{first}.{last}{number}@example.com").to_lowercase().replace(['ä', 'ö'], "o"),
        "phone": format!("+49 30 {:07}", 1_234_567 + number * 7_919),
        "birthday": format!("19{:02}-0{}-1{}", 40 + number % 50, 1 + number % 9, number % 10),
    })
}

pub(crate) fn set(ids: &[&str]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[both_databases]
async fn two_of_one_person_are_told_with_reasons(app: TestApp) {
    let (one, two) = (app.contact_with(person(1)).await, app.contact_with(person(1)).await);
    let other = app.contact_with(person(2)).await;
    let found = app.duplicates(&one).await;
    assert_eq!(each(&json!(found), "contact"), [&json!({ "id": two, "name": person(1)["name"] })]);
    assert_eq!(found[0]["certainty"], "CERTAIN");
    assert_eq!(found[0]["reasons"], json!(["EMAIL", "PHONE", "NAME", "BIRTHDAY"]));
    let score = found[0]["score"].as_f64().unwrap();
    assert!((0.9..=1.0).contains(&score), "{score}");
    assert_eq!(app.duplicate_ids(&two).await, set(&[&one]));
    assert_eq!(app.duplicate_ids(&other).await, set(&[]));
    let certain = app.run(DUPLICATES, json!({ "id": one, "certainty": "CERTAIN" })).await;
    assert_eq!(certain["contact"]["duplicates"].as_array().unwrap().len(), 1);
}

#[both_databases]
async fn likely_means_this_or_better(app: TestApp) {
    let name = "Thaddäus Quirin Ignatius Szentgyörgyi Etxeberria";
    let one = app.contact_with(json!({ "name": name, "email": "thaddaus1877@example.com" })).await;
    let certain = app.contact_with(json!({ "name": "Thaddäus Etxeberria", "email": "thaddaus1877@example.com" })).await;
    // A name alone is never proof.
    let likely = app.contact(name).await;
    app.compared().await;
    let of = async |certainty: Value| {
        let found =
            app.run(DUPLICATES, json!({ "id": one, "certainty": certainty })).await["contact"]["duplicates"].clone();
        found.as_array().unwrap().iter().map(|found| id_of(&found["contact"])).collect::<BTreeSet<_>>()
    };
    let found = app.duplicates(&one).await;
    assert_eq!(found.iter().map(|found| &found["certainty"]).collect::<Vec<_>>(), ["CERTAIN", "LIKELY"], "{found:?}");
    assert_eq!(of(json!("CERTAIN")).await, set(&[&certain]));
    assert_eq!(of(json!("LIKELY")).await, set(&[&certain, &likely]));
    assert_eq!(of(Value::Null).await, set(&[&certain, &likely]));
    let counts = async |certainty: &str| {
        let groups = app.groups(json!({ "certainty": certainty })).await;
        groups["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|group| group["contacts"].as_array().unwrap().len())
            .sum::<usize>()
    };
    assert!(counts("LIKELY").await > counts("CERTAIN").await);
}

#[both_databases]
async fn three_of_one_long_name_are_found(app: TestApp) {
    let card = json!({ "name": "María del Carmen Etxeberria Szentgyörgyi", "email": "mce1877@example.com" });
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(app.contact_with(card.clone()).await);
    }
    assert_eq!(app.duplicate_ids(&ids[0]).await, set(&[&ids[1], &ids[2]]));
}

#[both_databases]
async fn an_address_and_the_uid_of_a_card_are_reasons(app: TestApp) {
    for name in ["Ludmila Brzozowski", "Brzozowski Ludmila"] {
        let card = json!({ "@type": "Card", "version": "1.0", "uid": "urn:uuid:1", "name": { "full": name },
            "addresses": { "a": { "components": [{ "kind": "name", "value": "Brückenstraße" },
                { "kind": "number", "value": "17" }, { "kind": "locality", "value": "Gera" }] } } });
        let new = imports::job(ImportFormat::Jscontact, Options { match_by: Vec::new(), ..Options::default() }, false);
        assert_eq!(imports::counts(&imports::run(&app, new, &card.to_string()).await), [1, 0, 0, 0, 0]);
    }
    let found = app.duplicates(&id_of(&imports::contacts(&app).await[0])).await;
    assert_eq!(found[0]["reasons"], json!(["NAME", "ADDRESS", "UID"]));
    assert_eq!(found[0]["certainty"], "CERTAIN");
}

#[both_databases]
async fn a_form_is_told_the_score_that_is_stored(app: TestApp) {
    let one = app.contact_with(person(3)).await;
    let mut other = person(3);
    other["phone"] = json!("+49 40 7654321");
    let validate = "query($input: ContactInput!) { validateContact(input: $input) {
        duplicates { contact { id name } score certainty reasons } } }";
    let before = app.run(validate, json!({ "input": other })).await["validateContact"]["duplicates"].clone();
    let two = app.contact_with(other).await;
    let stored = app.duplicates(&two).await;
    assert_eq!((stored.len(), &stored[0]["contact"]["id"]), (1, &json!(one)));
    // The new contact is one more that has the words of its name.
    let [before_score, after] = [&before[0], &stored[0]].map(|found| found["score"].as_f64().unwrap());
    assert!((before_score - after).abs() < 0.01, "{before} {stored:?}");
    for field in ["contact", "certainty", "reasons"] {
        assert_eq!(before[0][field], stored[0][field]);
    }
}

#[both_databases]
async fn a_server_shows_a_write_by_itself(app: TestApp) {
    let shown = async |id: &str| app.run(DUPLICATES, json!({ "id": id })).await["contact"]["duplicates"].clone();
    let writing = async {
        let (one, two) = (app.contact_with(person(3)).await, app.contact_with(person(3)).await);
        let found = eventually("a duplicate", || async { shown(&one).await.get(0).cloned() });
        assert_eq!(found.await["contact"]["id"], json!(two));
        app.rewrite(&two, person(4)).await;
        until("the duplicate's end", || async { shown(&one).await == json!([]) }).await;
    };
    tokio::select! {
        () = duplicates::keep_up(app.operator()) => {}
        () = writing => {}
    }
}

#[both_databases]
async fn what_is_trashed_or_deleted_is_nobodys_duplicate(app: TestApp) {
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(app.contact_with(person(5)).await);
    }
    let [one, two, three] = [&ids[0], &ids[1], &ids[2]].map(String::as_str);
    assert_eq!(app.duplicate_ids(one).await, set(&[two, three]));
    app.codes("trashContact", two).await;
    // At once, before the trashing is followed.
    let found = app.run(DUPLICATES, json!({ "id": one })).await["contact"]["duplicates"].clone();
    assert_eq!(each(&found, "contact"), [&json!({ "id": three, "name": person(5)["name"] })]);
    let trashed = app.run(DUPLICATES, json!({ "id": two })).await;
    assert_eq!(trashed["contact"]["duplicates"], json!([]));
    let groups = app.run(GROUPS, json!({})).await["duplicateGroups"].clone();
    assert_eq!(groups["nodes"][0]["contacts"], json!([{ "id": one }, { "id": three }]));
    assert_eq!(app.duplicate_ids(one).await, set(&[three]));
    app.codes("restoreContact", two).await;
    assert_eq!(app.duplicate_ids(one).await, set(&[two, three]));
    app.codes("trashContact", three).await;
    app.codes("deleteContact", three).await;
    assert_eq!(app.duplicate_ids(one).await, set(&[two]));
    app.codes("trashContact", two).await;
    app.codes("deleteContact", two).await;
    let groups = app.run(GROUPS, json!({})).await["duplicateGroups"].clone();
    assert_eq!(groups["nodes"], json!([]));
    assert_eq!(app.groups(json!({})).await["totalCount"], 0);
}

#[both_databases]
async fn companies_and_their_names_count(app: TestApp) {
    let (one, two) = (app.contact_with(person(6)).await, app.contact_with(person(6)).await);
    let (here, there) = (app.company("Zeppelin Instruments").await, app.company("Elsewhere").await);
    app.membership(&one, &here).await;
    let membership = app.membership(&two, &there).await;
    let has_company = async || app.duplicates(&one).await[0]["reasons"].as_array().unwrap().contains(&json!("COMPANY"));
    assert!(!has_company().await);
    let rename = "mutation($id: ID!, $name: String!) {
        updateCompany(id: $id, input: { name: $name }) { userErrors { code } } }";
    app.run(rename, json!({ "id": there, "name": "ZEPPELIN Instruments" })).await;
    assert!(has_company().await);
    app.codes("removeMembership", &membership).await;
    assert!(!has_company().await);
    app.membership(&two, &here).await;
    assert!(has_company().await);
}

#[both_databases]
async fn different_people_stay_different(app: TestApp) {
    let (one, two) = (app.contact_with(person(7)).await, app.contact_with(person(7)).await);
    let three = app.contact_with(person(7)).await;
    assert_eq!(app.groups(json!({})).await["nodes"][0]["pairs"].as_array().unwrap().len(), 3);
    // Twice, and each of them twice.
    for ids in [[&*one, &*two].as_slice(), &[&two, &one, &two]] {
        let marked = app.mark(ids).await;
        assert_eq!(marked["userErrors"], json!([]));
        assert_eq!(marked["contacts"], json!([{ "id": ids[0] }, { "id": ids[1] }]));
    }
    assert_eq!(app.duplicate_ids(&one).await, set(&[&three]));
    assert_eq!(app.duplicate_ids(&two).await, set(&[&three]));
    assert_eq!(app.groups(json!({})).await["nodes"][0]["pairs"].as_array().unwrap().len(), 2);
    // Neither a write nor a scan finds them again.
    app.rewrite(&one, json!({ "notes": "n" })).await;
    app.rewrite(&two, json!({ "phone": "+49 30 5550199" })).await;
    duplicates::scan(app.operator(), &|_| {}).await.unwrap();
    assert_eq!(app.duplicate_ids(&one).await, set(&[&three]));
    let validate = "query($id: ID!, $input: ContactInput!) {
        validateContact(id: $id, input: $input) { duplicates { contact { id } } } }";
    let found = app.run(validate, json!({ "id": one, "input": person(7) })).await;
    assert_eq!(found["validateContact"]["duplicates"], json!([{ "contact": { "id": three } }]));
    assert_eq!(merge_all(&app, true).await["groupCount"], 0);
    app.mark(&[&one, &two, &three]).await;
    assert_eq!(app.groups(json!({})).await["totalCount"], 0);
    assert_eq!(app.unmark(&[&one, &two, &three]).await["contacts"].as_array().unwrap().len(), 3);
    assert_eq!(app.duplicate_ids(&one).await, set(&[&two, &three]));
    assert_eq!(app.unmark(&[&one, &two]).await["userErrors"], json!([]));
    let mergeable = merge_all(&app, true).await;
    assert_eq!((&mergeable["groupCount"], &mergeable["absorbedCount"]), (&json!(1), &json!(2)));
}

#[both_databases]
async fn what_cannot_be_marked_is_refused(app: TestApp) {
    let (one, two) = (app.contact("One").await, app.contact("Two").await);
    for field in ["markNotDuplicates", "unmarkNotDuplicates"] {
        let ask = format!(
            "mutation($ids: [ID!]!) {{ {field}(ids: $ids) {{ contacts {{ id }} userErrors {{ code field }} }} }}"
        );
        let refused = async |ids: &[&str]| {
            let payload = app.run(&ask, json!({ "ids": ids })).await[field].clone();
            assert_eq!(payload["contacts"], json!([]));
            (codes(&payload), payload["userErrors"][0]["field"].clone())
        };
        assert_eq!(refused(&[]).await, (vec!["INVALID".to_owned()], json!(["ids"])));
        assert_eq!(refused(&[&one]).await.0, ["INVALID"]);
        assert_eq!(refused(&[&one, &one]).await.0, ["INVALID"]);
        assert_eq!(refused(&[&one, NOBODY]).await, (vec!["NOT_FOUND".to_owned()], json!(["ids", "1"])));
        assert_eq!(refused(&["\0", &two, "x' OR 1=1 --"]).await.0, ["NOT_FOUND", "NOT_FOUND"]);
        assert_eq!(refused(&[&*one; 51]).await.0, ["TOO_MANY"]);
    }
    let company = app.company("Company").await;
    assert_eq!(codes(&app.mark(&[&one, &company]).await), ["NOT_FOUND"]);
}

const CREATE: &str = "mutation($input: ContactInput!, $policy: DuplicatePolicy!) {
    createContact(input: $input, onDuplicate: $policy) { contact { id }
        duplicates { contact { id } certainty } userErrors { code field conflictIds } } }";

#[both_databases]
async fn a_contact_that_exists_is_refused_if_its_creator_wants_that(app: TestApp) {
    let create = async |policy: &str| {
        app.run(CREATE, json!({ "input": person(9), "policy": policy })).await["createContact"].clone()
    };
    let first = create("REJECT").await;
    assert_eq!((&first["duplicates"], &first["userErrors"]), (&json!([]), &json!([])));
    let first = id_of(&first["contact"]);
    // At once: the first one's creation need not have been followed.
    let refused = create("REJECT").await;
    assert_eq!(refused["contact"], Value::Null);
    assert_eq!(refused["userErrors"], json!([{ "code": "DUPLICATE", "field": ["input"], "conflictIds": [first] }]));
    assert_eq!(refused["duplicates"], json!([{ "contact": { "id": first }, "certainty": "CERTAIN" }]));
    app.compared().await;
    assert_eq!(codes(&create("REJECT").await), ["DUPLICATE"]);
    let second = create("ALLOW").await;
    assert_eq!(second["duplicates"], refused["duplicates"]);
    let second = id_of(&second["contact"]);
    assert_eq!(app.duplicate_ids(&first).await, set(&[&second]));
    for id in [&first, &second] {
        app.codes("trashContact", id).await;
    }
    assert_eq!(codes(&create("REJECT").await), Vec::<String>::new());
}

#[both_databases]
async fn of_many_who_create_one_person_at_once_one_does(app: TestApp) {
    let create = || app.run(CREATE, json!({ "input": person(10), "policy": "REJECT" }));
    let created = futures_util::future::join_all((0..12).map(|_| create())).await;
    let refused = created.iter().filter(|payload| codes(&payload["createContact"]) == ["DUPLICATE"]);
    assert_eq!(refused.count(), 11);
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 1);
}

#[both_databases]
async fn a_form_is_told_what_would_be_a_duplicate(app: TestApp) {
    let (one, two) = (app.contact_with(person(11)).await, app.contact_with(person(12)).await);
    let validate = "query($id: ID, $input: ContactInput!) { validateContact(id: $id, input: $input) {
        normalized userErrors { code } duplicates { contact { id } certainty score reasons } } }";
    let of = async |id: Option<&str>, input: Value| {
        let answer = app.run(validate, json!({ "id": id, "input": input })).await["validateContact"].clone();
        each(&answer["duplicates"], "contact").iter().map(|contact| id_of(contact)).collect::<BTreeSet<_>>()
    };
    for _ in 0..2 {
        assert_eq!(of(None, person(11)).await, set(&[&one]));
        assert_eq!(of(Some(&one), person(11)).await, set(&[]));
        assert_eq!(of(Some(&one), person(12)).await, set(&[&two]));
        assert_eq!(of(Some(NOBODY), person(12)).await, set(&[]));
        assert_eq!(of(None, json!({ "name": "" })).await, set(&[]));
        assert_eq!(of(None, json!({ "name": "\u{202e}🤷 \u{fb01}' %_", "email": "%@_.x" })).await, set(&[]));
        app.compared().await;
    }
}

#[both_databases]
async fn groups_come_in_pages_that_stay(app: TestApp) {
    let mut expected: Vec<BTreeSet<String>> = Vec::new();
    for number in 20..27 {
        let mut ids = BTreeSet::new();
        for _ in 0..2 + number % 3 {
            ids.insert(app.contact_with(person(number)).await);
        }
        expected.push(ids);
    }
    let all = app.groups(json!({})).await;
    assert_eq!(all["totalCount"], 7);
    let members =
        |node: &Value| each(&node["contacts"], "id").iter().map(|id| id.as_str().unwrap().to_owned()).collect();
    let mut found: Vec<BTreeSet<String>> = all["nodes"].as_array().unwrap().iter().map(members).collect();
    for node in all["nodes"].as_array().unwrap() {
        let (contacts, pairs) = (node["contacts"].as_array().unwrap(), node["pairs"].as_array().unwrap());
        assert_eq!(pairs.len(), contacts.len() * (contacts.len() - 1) / 2);
        assert_eq!((&node["certainty"], &node["suggestedSurvivor"]), (&json!("CERTAIN"), &contacts[0]));
        assert!(pairs.iter().all(|pair| pair["contacts"].as_array().unwrap().len() == 2));
    }
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    // In pages, while the group that a page has ended with goes away.
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = app.groups(json!({ "first": 2, "after": after, "certainty": "CERTAIN" })).await;
        assert_eq!(page["pageInfo"]["hasPreviousPage"], !after.is_null());
        seen.extend(page["nodes"].as_array().unwrap().clone());
        after = page["pageInfo"]["endCursor"].clone();
        assert_eq!(page["edges"].as_array().unwrap().last().unwrap()["cursor"], after);
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
        let ids = members(page["nodes"].as_array().unwrap().last().unwrap()) as BTreeSet<String>;
        for id in ids {
            app.codes("trashContact", &id).await;
        }
    }
    assert_eq!(json!(seen), all["nodes"]);
    for refused in
        [json!({ "after": "x" }), json!({ "first": 201 }), json!({ "first": -1 }), json!({ "after": "Z3JvdXA6MDox" })]
    {
        assert_eq!(app.error_code(GROUPS, refused).await, "BAD_USER_INPUT");
    }
    assert_eq!(app.groups(json!({ "first": 0 })).await["nodes"], json!([]));
}

#[both_databases]
async fn the_fullest_of_a_group_is_the_one_to_keep(app: TestApp) {
    let old = app.contact_with(person(13)).await;
    let mut input = person(13);
    input["notes"] = json!("Likes tea");
    let full = app.contact_with(input).await;
    let group = app.groups(json!({})).await["nodes"][0].clone();
    assert_eq!(group["contacts"], json!([{ "id": old }, { "id": full }]));
    assert_eq!(group["suggestedSurvivor"]["id"], json!(full));
}

#[both_databases]
async fn more_than_fifty_are_not_for_merging_and_twenty_are_shown(app: TestApp) {
    let mut first = String::new();
    for number in 0..51 {
        let id = app.contact_with(person(14)).await;
        if number == 0 {
            first = id;
        }
    }
    assert_eq!(app.duplicates(&first).await.len(), 20);
    assert_eq!(app.groups(json!({})).await["nodes"][0]["contacts"].as_array().unwrap().len(), 51);
    assert_eq!(merge_all(&app, true).await["groupCount"], 0);
    app.codes("trashContact", &first).await;
    app.compared().await;
    assert_eq!(merge_all(&app, true).await["absorbedCount"], 49);
}
