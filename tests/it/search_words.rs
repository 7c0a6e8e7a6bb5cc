//! Search by words: the name, all e-mail addresses, the phone numbers and the primary company's name.

use std::collections::BTreeSet;

use liaison::domain::folding::fold;
use rand::{Rng, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, each};

async fn found(app: &TestApp, text: &str) -> Vec<String> {
    let query = "query($text: String!) { searchContacts(query: $text, limit: 50) { name } }";
    names(&app.run(query, json!({ "text": text })).await["searchContacts"])
}

fn names(records: &Value) -> Vec<String> {
    each(records, "name").into_iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

async fn works_at(app: &TestApp, contact: &str, company: &str) {
    let set = "mutation($contact: ID!, $company: ID) {
        setPrimaryCompany(contactId: $contact, companyId: $company) { userErrors { code } } }";
    app.run(set, json!({ "contact": contact, "company": company })).await;
}

async fn update(app: &TestApp, kind: &str, id: &str, input: Value) {
    let mutation = format!(
        "mutation($id: ID!, $input: {kind}Input!) {{ update{kind}(id: $id, input: $input) {{ userErrors {{ code }} }} }}"
    );
    let data = app.run(&mutation, json!({ "id": id, "input": input })).await;
    assert_eq!(data[format!("update{kind}")]["userErrors"], json!([]), "{data}");
}

#[both_databases]
async fn words_are_found_in_any_order_and_wherever_they_are(app: TestApp) {
    let ada = app.contact_with(json!({ "name": "Ada Lovelace", "email": "ada@example.com" })).await;
    app.contact("Ada Byron").await;
    works_at(&app, &ada, &app.company("Acme Engines").await).await;
    for text in [
        "lovelace ada",
        "ada acme",
        "ENGINES lovel",
        "engine",
        "ad lo ac",
        "a e l",
        "example acme ada",
        "é engines   ADA",
    ] {
        assert_eq!(found(&app, text).await, ["Ada Lovelace"], "{text}");
    }
    assert_eq!(found(&app, "ada").await, ["Ada Byron", "Ada Lovelace"]);
    for text in ["ada acmes", "lovelace byron", "acme byron", "ada nobody", "lovelacada"] {
        assert_eq!(found(&app, text).await, [""; 0], "{text}");
    }
}

#[both_databases]
async fn only_the_primary_company_counts_under_its_name_of_now_trashed_or_not(app: TestApp) {
    let (ada, acme, other) = (app.contact("Ada").await, app.company("Acme").await, app.company("Other").await);
    works_at(&app, &ada, &acme).await;
    app.membership(&ada, &other).await;
    assert_eq!((found(&app, "acme").await.len(), found(&app, "other").await.len()), (1, 0));
    update(&app, "Company", &acme, json!({ "name": "Analytical" })).await;
    assert_eq!((found(&app, "acme").await.len(), found(&app, "analytical ada").await.len()), (0, 1));
    app.codes("trashCompany", &acme).await;
    assert_eq!(found(&app, "analytical").await, ["Ada"]);
    app.codes("deleteCompany", &acme).await;
    assert_eq!((found(&app, "analytical").await.len(), found(&app, "other").await.len()), (0, 1));
    works_at(&app, &ada, "").await;
    assert_eq!(found(&app, "other").await, [""; 0]);
}

#[both_databases]
async fn four_digits_are_found_in_phone_numbers(app: TestApp) {
    let ada = app.contact_with(json!({ "name": "Ada", "phone": "+44 20 7946 0958" })).await;
    app.contact_with(json!({ "name": "Bob", "phone": "(020) 7946-0000" })).await;
    app.contact_with(json!({ "name": "Cem 4420" })).await;
    for (text, expected) in [
        ("7946 0958", &["Ada"][..]),
        ("0958 7946", &["Ada"]),
        ("79460958", &["Ada"]),
        ("7946-0958", &["Ada"]),
        ("+44 20 7946 0958", &["Ada"]),
        ("+44 (20) 7946", &["Ada"]),
        ("ada 7946", &["Ada"]),
        ("7946", &["Ada", "Bob"]),
        ("020 7946", &["Bob"]),
        ("4420", &["Ada", "Cem 4420"]),
        ("442", &["Cem 4420"]),
        ("794", &[]),
        ("9467", &[]),
        ("bob 0958", &[]),
        ("7946x", &[]),
    ] {
        assert_eq!(found(&app, text).await, expected, "{text}");
    }
    for (phone, hits) in [(json!("020 1234 5678"), 0), (json!(null), 0), (json!("07946"), 1)] {
        update(&app, "Contact", &ada, json!({ "phone": phone })).await;
        assert_eq!(found(&app, "7946").await.len(), hits + 1);
    }
    app.codes("deleteContact", &ada).await;
    assert_eq!(found(&app, "7946").await, ["Bob"]);
}

#[both_databases]
async fn all_addresses_and_numbers_are_found(app: TestApp) {
    let points = |values: &[&str]| values.iter().map(|value| json!({ "value": value })).collect::<Vec<_>>();
    let emails = points(&["ada@first.example", "countess@second.example"]);
    let phones = points(&["+44 20 7946 0958", "+1 555 0100 200"]);
    let ada = app.contact_with(json!({ "name": "Ada", "emails": emails, "phones": phones })).await;
    app.contact("Bob").await;
    for text in ["countess", "first second", "second.ex", "@s", "a c d", "01002", "7946 0100", "ada 0958 cou"] {
        assert_eq!(found(&app, text).await, ["Ada"], "{text}");
    }
    for text in ["0958 1556", "09581", "examplecount", "0100 bob"] {
        assert_eq!(found(&app, text).await, [""; 0], "{text}");
    }
    update(&app, "Contact", &ada, json!({ "emails": points(&["x@third.example", "y@fourth.example"]) })).await;
    update(&app, "Contact", &ada, json!({ "phones": points(&["030 1111", "030 2222"]) })).await;
    for (text, hits) in [("countess", 0), ("fourth", 1), ("ou", 1), ("sec", 0), ("co", 0), ("0958", 0), ("2222", 1)] {
        assert_eq!(found(&app, text).await.len(), hits, "{text}");
    }
    update(&app, "Contact", &ada, json!({ "emails": points(&["x@third.example"]), "name": "Zoe" })).await;
    assert_eq!((found(&app, "fourth").await.len(), found(&app, "third").await), (0, vec!["Zoe".to_owned()]));
}

/// Many numbers are merged into the index at once.
#[both_databases]
async fn numbers_are_found_before_and_after_they_are_indexed(app: TestApp) {
    let mut ids = Vec::new();
    for number in 0..300 {
        ids.push(
            app.contact_with(json!({ "name": format!("n{number:03}"), "phone": format!("77{number:03}0") })).await,
        );
    }
    for (number, id) in ids.iter().enumerate().step_by(3) {
        update(&app, "Contact", id, json!({ "phone": format!("88{number:03}0") })).await;
    }
    for number in [0, 1, 2, 3, 150, 151, 298, 299] {
        let digits = |first: &str| format!("{first}{number:03}0");
        let (old, new) = (found(&app, &digits("77")).await, found(&app, &digits("88")).await);
        assert_eq!((old.len(), new.len()), if number % 3 == 0 { (0, 1) } else { (1, 0) }, "{number}");
    }
}

/// A contact as the API shows it, with the texts that are searched.
struct Card {
    id: String,
    is_trashed: bool,
    texts: Vec<String>,
    digits: Vec<String>,
}

impl Card {
    fn has(&self, text: &str) -> bool {
        let folded = fold(text);
        let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
        !words.is_empty() && (0..words.len()).all(|place| self.has_word(&words, place))
    }

    fn has_word(&self, words: &[&str], place: usize) -> bool {
        let word = words[place];
        if self.texts.iter().any(|text| text.contains(word)) {
            return true;
        }
        let is_dialed = |word: &&&str| word.chars().all(|letter| letter.is_ascii_digit() || "+()-./".contains(letter));
        if !is_dialed(&&word) {
            return false;
        }
        let own = digits(word);
        let after = words[place..].iter().take_while(is_dialed).copied();
        let before = words[..place].iter().rev().take_while(is_dialed).copied().collect::<Vec<_>>();
        let all = digits(&before.into_iter().rev().chain(after).collect::<String>());
        let wanted = if own.len() < 4 { all } else { own };
        wanted.len() >= 4 && self.digits.iter().any(|number| number.contains(&wanted))
    }
}

fn digits(text: &str) -> String {
    fold(text).chars().filter(char::is_ascii_digit).collect()
}

async fn cards(app: &TestApp) -> Vec<Card> {
    let query =
        "{ contacts(first: 200, includeTrashed: true) { nodes { id name status emails { value } phones { value }
        primaryMembership { company { name } } } } }";
    let data = app.run(query, json!({})).await;
    let card = |node: &Value| {
        let texts = [&node["name"], &node["primaryMembership"]["company"]["name"]].map(|text| text.as_str());
        let emails = node["emails"].as_array().unwrap().iter().map(|email| email["value"].as_str());
        let phones = node["phones"].as_array().unwrap().iter().map(|phone| digits(phone["value"].as_str().unwrap()));
        Card {
            id: node["id"].as_str().unwrap().to_owned(),
            is_trashed: node["status"] == "TRASHED",
            texts: texts.into_iter().chain(emails).flatten().map(fold).collect(),
            digits: phones.collect(),
        }
    };
    data["contacts"]["nodes"].as_array().unwrap().iter().map(card).collect()
}

const NAMES: [&str; 12] =
    ["ada", "Ada B", "Lovelace", "Ann", "an", "Łukasz", "acme", "Żółć", "a", "7946 B", "李明", "Ann Acme"];
const EMPLOYERS: [&str; 7] = ["Acme", "Ada & Co", "Lukas Ltd", "Ltd 7946", "a", "李 Ltd", "Annex"];
const PHONES: [&str; 5] = ["+44 20 7946 0958", "7946", "0044", "020/7946-1", "12 34"];
const EMAILS: [&str; 4] = ["ada@acme.example", "an@b.example", "LTD@x.example", "l@ukasz.example"];
const WORDS: [&str; 22] = [
    "ada", "acme", "an", "a", "b", "ltd", "lovelace", "łuk", "zolc", "7946", "0958", "20", "+44", "12", "李", "@",
    "exam", "co", "&", "nn", "zz", "4420",
];

fn some<'a>(rng: &mut ChaCha8Rng, of: &[&'a str]) -> &'a str {
    of.choose(rng).unwrap()
}

fn contact(rng: &mut ChaCha8Rng) -> Value {
    let points = |rng: &mut ChaCha8Rng, of: &[&str]| {
        let values: BTreeSet<&str> = (0..rng.random_range(0..3)).map(|_| some(rng, of)).collect();
        values.into_iter().map(|value| json!({ "value": value })).collect::<Vec<_>>()
    };
    let name = format!("{} {}", some(rng, &NAMES), some(rng, &NAMES));
    json!({ "name": name, "emails": points(rng, &EMAILS), "phones": points(rng, &PHONES) })
}

/// Does something to the directory that changes what is found.
async fn change(app: &TestApp, rng: &mut ChaCha8Rng, contacts: &mut Vec<String>, companies: &mut Vec<String>) {
    let (one, firm) = (contacts.choose(rng).unwrap().clone(), companies.choose(rng).unwrap().clone());
    match rng.random_range(0..14) {
        0 | 1 => contacts.push(app.contact_with(contact(rng)).await),
        2 => companies.push(app.company(some(rng, &EMPLOYERS)).await),
        3 | 4 => update(app, "Contact", &one, contact(rng)).await,
        5 => update(app, "Company", &firm, json!({ "name": some(rng, &EMPLOYERS) })).await,
        6 | 7 => works_at(app, &one, &firm).await,
        8 => works_at(app, &one, "").await,
        9 => {
            let add = "mutation($contact: ID!, $company: ID!, $first: Boolean!) {
                addMembership(contactId: $contact, companyId: $company, isPrimary: $first) { userErrors { code } } }";
            app.run(add, json!({ "contact": one, "company": firm, "first": rng.random_bool(0.5) })).await;
        }
        10 => drop(app.codes("trashContact", &one).await),
        11 => drop(app.codes(some(rng, &["trashCompany", "restoreCompany"]), &firm).await),
        12 if contacts.len() > 5 => {
            app.codes("deleteContact", &one).await;
            contacts.retain(|id| *id != one);
        }
        13 if companies.len() > 2 => {
            app.codes("deleteCompany", &firm).await;
            companies.retain(|id| *id != firm);
        }
        _ => drop(app.codes("restoreContact", &one).await),
    }
}

/// For any directory, whatever happened to it, and any words, the contacts found are those that a plain look at each of
/// them finds, in the same order.
#[both_databases]
async fn searches_find_what_a_look_at_every_contact_finds(app: TestApp) {
    let mut rng = ChaCha8Rng::seed_from_u64(20);
    let (mut contacts, mut companies) = (Vec::new(), Vec::new());
    for _ in 0..4 {
        companies.push(app.company(some(&mut rng, &EMPLOYERS)).await);
    }
    for _ in 0..40 {
        contacts.push(app.contact_with(contact(&mut rng)).await);
    }
    let query = "query($text: String!, $limit: Int!, $not: [ID!]!) {
        searchContacts(query: $text, limit: $limit, excludeIds: $not) { id }
        contacts(search: $text, first: 200) { nodes { id } totalCount }
        all: contacts(search: $text, first: 200, includeTrashed: true, orderBy: [{ field: CREATED_AT }]) { nodes { id } }
        contactCount(search: $text) }";
    for round in 0..25 {
        for _ in 0..12 {
            change(&app, &mut rng, &mut contacts, &mut companies).await;
        }
        let cards = cards(&app).await;
        for _ in 0..12 {
            let count = rng.random_range(1..4);
            let text = (0..count).map(|_| some(&mut rng, &WORDS)).collect::<Vec<_>>().join(" ");
            let limit = *[1, 3, 50].choose(&mut rng).unwrap();
            let not: Vec<&String> = contacts.iter().step_by(7).collect();
            let data = app.run(query, json!({ "text": text, "limit": limit, "not": not })).await;
            let all: Vec<&Card> = cards.iter().filter(|card| card.has(&text)).collect();
            let live: Vec<&String> = all.iter().filter(|card| !card.is_trashed).map(|card| &card.id).collect();
            let picked: Vec<&&String> = live.iter().filter(|id| !not.contains(id)).take(limit).collect();
            let context = format!("{text:?}, limit {limit}, round {round}");
            assert_eq!(json!(each(&data["searchContacts"], "id")), json!(picked), "{context}");
            assert_eq!(json!(each(&data["contacts"]["nodes"], "id")), json!(live), "{context}");
            assert_eq!(data["contactCount"], json!(live.len()), "{context}");
            assert_eq!(data["contacts"]["totalCount"], json!(live.len()), "{context}");
            let found: BTreeSet<&str> =
                each(&data["all"]["nodes"], "id").into_iter().map(|id| id.as_str().unwrap()).collect();
            assert_eq!(found, all.iter().map(|card| card.id.as_str()).collect(), "{context}");
        }
    }
}

/// Words that many companies have, and contacts that are early and late in the order.
#[both_databases]
async fn words_of_many_companies_are_found_in_the_lists_order(app: TestApp) {
    let companies: Vec<String> = (0..1050).map(|number| format!("Firm {number:04} Ltd")).collect();
    for some in companies.chunks(50) {
        // Contacts of the later companies come first by name, and those of the first companies last.
        let create = |name: &String| {
            let number: usize = name.get(5..9).unwrap().parse().unwrap();
            let contact = format!("{}{number:04} person", if number < 40 { "z" } else { "p" });
            format!(
                "_{number}: createContact(input: {{ name: {contact:?} }}, primaryCompany: {{ company: {{
                    findOrCreateByName: {name:?} }} }}) {{ userErrors {{ code }} }}"
            )
        };
        app.run(&format!("mutation {{ {} }}", some.iter().map(create).collect::<Vec<_>>().join(" ")), json!({})).await;
    }
    for (text, first, count) in [
        ("ltd", "p0040 person", 1050),
        ("firm person", "p0040 person", 1050),
        ("t", "p0040 person", 1050),
        ("lt", "p0040 person", 1050),
        ("ltd z00", "z0000 person", 40),
        ("z ltd", "z0000 person", 40),
        ("person 0030", "z0030 person", 1),
        ("0999 ltd", "p0999 person", 1),
    ] {
        let query = "query($text: String!) { searchContacts(query: $text, limit: 1) { name }
            contacts(search: $text, first: 1) { nodes { name } } contactCount(search: $text) }";
        let data = app.run(query, json!({ "text": text })).await;
        assert_eq!(names(&data["searchContacts"]), [first], "{text}");
        assert_eq!(names(&data["contacts"]["nodes"]), [first], "{text}");
        assert_eq!(data["contactCount"], count, "{text}");
    }
}

#[both_databases]
async fn a_search_costs_at_most_two_statements(app: TestApp) {
    let ada = app.contact_with(json!({ "name": "Ada", "phone": "7946 0958" })).await;
    works_at(&app, &ada, &app.company("Acme").await).await;
    for text in ["ada", "a", "ada acme", "7946", "ada 7946 acme", "a d", "nothing", "ﷺ"] {
        for query in [
            "query($text: String!) { searchContacts(query: $text) { name } }",
            "query($text: String!) { searchCompanies(query: $text) { name } }",
            "query($text: String!) { contacts(search: $text) { nodes { name } } }",
            "query($text: String!) { contactCount(search: $text) }",
            "query($text: String!) { companies(search: $text) { nodes { name } } }",
        ] {
            let statements = app.statements(query, json!({ "text": text })).await;
            assert!(statements <= 2, "{text:?}: {statements} for {query}");
        }
    }
}

#[both_databases]
async fn companies_and_users_are_found_by_words_in_any_order(app: TestApp) {
    let acme = app.company("Acme Analytical Engines").await;
    app.company("Acme").await;
    let ada = app.contact("Ada").await;
    app.connect(&ada, "ada.lovelace@example.com").await;
    let query = "query($text: String!) { searchCompanies(query: $text) { id } companies(search: $text) { nodes { id } }
        companyCount(search: $text) }";
    for text in ["engines acme", "an en", "y a ACME", "analytical"] {
        let data = app.run(query, json!({ "text": text })).await;
        assert_eq!(each(&data["searchCompanies"], "id"), [&json!(acme)], "{text}");
        assert_eq!(each(&data["companies"]["nodes"], "id"), [&json!(acme)], "{text}");
        assert_eq!(data["companyCount"], 1, "{text}");
    }
    let data = app.run("{ users(search: \"lovelace ada\") { totalCount } }", json!({})).await;
    assert_eq!(data["users"]["totalCount"], 1);
}
