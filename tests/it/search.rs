//! Search: words in any order, as substrings, folded the same way on both databases.

use std::collections::BTreeSet;

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;

use crate::support::{TestApp, both_databases, each};

/// True of a text that contains every word.
fn has_words(text: &str, words: &str) -> bool {
    words.split(' ').all(|word| text.contains(word))
}

async fn found(app: &TestApp, text: &str) -> Vec<String> {
    let query = "query($text: String!) { searchContacts(query: $text, limit: 50) { name } }";
    let data = app.run(query, json!({ "text": text })).await;
    each(&data["searchContacts"], "name").into_iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

#[both_databases]
async fn case_accents_and_scripts_do_not_matter(app: TestApp) {
    for name in
        ["Łukasz Żółć", "Søren Ærø", "Ελένη Παπαδοπούλου", "Наталія Шевченко", "김민준", "Straße Müller", "राज कुमार"]
    {
        app.contact(name).await;
    }
    for (text, expected) in [
        ("zolc", "Łukasz Żółć"),
        ("ŁUK", "Łukasz Żółć"),
        ("aero", "Søren Ærø"),
        ("ελενη", "Ελένη Παπαδοπούλου"),
        ("ΠΑΠΑ", "Ελένη Παπαδοπούλου"),
        ("шевч", "Наталія Шевченко"),
        ("민준", "김민준"),
        ("strasse", "Straße Müller"),
        ("ü", "Straße Müller"),
        ("राज", "राज कुमार"),
        ("  ŁUK  ", "Łukasz Żółć"),
        ("lu\0k", "Łukasz Żółć"),
    ] {
        assert!(found(&app, text).await.contains(&expected.to_owned()), "{text:?}");
    }
}

#[both_databases]
async fn wildcards_and_quotes_are_literal(app: TestApp) {
    for name in ["100%", "a_b", "c\\d", "say \"hi\"", "it's", "plain"] {
        app.contact(name).await;
    }
    for (text, expected) in [
        ("%", "100%"),
        ("_", "a_b"),
        ("\\", "c\\d"),
        ("00%", "100%"),
        ("a_b", "a_b"),
        ("c\\d", "c\\d"),
        ("\"hi\"", "say \"hi\""),
        ("\"", "say \"hi\""),
        ("it's", "it's"),
        ("y \"h", "say \"hi\""),
    ] {
        assert_eq!(found(&app, text).await, [expected], "{text:?}");
    }
    for text in ["%%%", "___", "\\\\\\", "\"\"\"", "*", "OR", "a AND b", "NEAR("] {
        assert_eq!(found(&app, text).await, [""; 0], "{text:?}");
    }
}

#[both_databases]
async fn names_and_addresses_are_searched_but_not_across(app: TestApp) {
    app.contact_with(json!({ "name": "Ann", "email": "bob@example.com" })).await;
    assert_eq!(found(&app, "BOB@ex").await, ["Ann"]);
    assert_eq!(found(&app, "nnb").await, [""; 0]);
    assert_eq!(found(&app, "n\u{1f}b").await, [""; 0]);
}

#[both_databases]
async fn terms_in_few_in_many_and_in_all_records_are_found_in_the_lists_order(app: TestApp) {
    let names = (0..2100)
        .map(|number| format!("Early {number:04}"))
        .chain((0..1250).map(|number| format!("Later {number:04} ж")));
    let names: Vec<String> = names.collect();
    // The last by name are the oldest.
    for names in names.chunks(50).rev() {
        let create = |name: &String| {
            format!("_{}: createContact(input: {{ name: {name:?} }}) {{ contact {{ id }} }}", name.get(6..10).unwrap())
        };
        app.run(&format!("mutation {{ {} }}", names.iter().map(create).collect::<Vec<_>>().join(" ")), json!({})).await;
    }
    let first = |term: &str| {
        names.iter().filter(|name| has_words(&name.to_lowercase(), term)).take(50).cloned().collect::<Vec<_>>()
    };
    // In all, early in the order, late in the order only; in few; nowhere. By trigrams, then by shorter grams.
    for term in [
        "r 0",
        "early",
        "later",
        "0249",
        "earliest",
        "e",
        "ea",
        "la",
        "ж",
        "49",
        "y",
        "q",
        "qz",
        "0249 early",
        "ж early",
        "ж 7 later",
    ] {
        assert_eq!(found(&app, term).await, first(term), "{term:?}");
        let matching = names.iter().filter(|name| has_words(&name.to_lowercase(), term)).count();
        let query = "query($text: String!) { contactCount(search: $text) contacts(search: $text, last: 1) {
            totalCount nodes { name } } }";
        let data = app.run(query, json!({ "text": term })).await;
        assert_eq!(data["contactCount"], json!(matching), "{term:?}");
        assert_eq!(data["contacts"]["totalCount"], json!(matching), "{term:?}");
        let last = names.iter().rfind(|name| has_words(&name.to_lowercase(), term));
        assert_eq!(data["contacts"]["nodes"][0]["name"].as_str(), last.map(String::as_str), "{term:?}");
    }
}

#[both_databases]
async fn blank_text_finds_nothing_in_pickers_and_is_ignored_in_lists(app: TestApp) {
    app.contact("A").await;
    app.company("A").await;
    for text in ["", " ", "\0", "\t\n", "\u{200b}"] {
        assert_eq!(found(&app, text).await, [""; 0], "{text:?}");
        let query =
            "query($text: String!) { searchCompanies(query: $text) { id } contacts(search: $text) { totalCount }
            contactCount(search: $text) companyCount(search: $text) users(search: $text) { totalCount } }";
        let data = app.run(query, json!({ "text": text })).await;
        assert_eq!(data["searchCompanies"], json!([]));
        assert_eq!((&data["contacts"]["totalCount"], &data["contactCount"]), (&json!(1), &json!(1)));
    }
}

#[both_databases]
async fn pickers_leave_out_trashed_and_excluded_ones_and_are_ordered_by_name(app: TestApp) {
    let mut ids = Vec::new();
    for name in ["ab 3", "AB 1", "ab 2", "ab 4"] {
        ids.push(app.contact(name).await);
    }
    app.codes("trashContact", &ids[3]).await;
    for text in ["a", "ab", "ab ", "ab 2"] {
        let names = found(&app, text).await;
        assert_eq!(names, if text == "ab 2" { vec!["ab 2"] } else { vec!["AB 1", "ab 2", "ab 3"] });
    }
    let query = "query($ids: [ID!]!, $limit: Int! = 8) { searchContacts(query: \"ab\", excludeIds: $ids,
        limit: $limit) { name } }";
    let data = app.run(query, json!({ "ids": [ids[1], "x"] })).await;
    assert_eq!(each(&data["searchContacts"], "name"), ["ab 2", "ab 3"]);
    let data = app.run(query, json!({ "ids": [], "limit": 1 })).await;
    assert_eq!(each(&data["searchContacts"], "name"), ["AB 1"]);
    for limit in [-1, 51, i32::MAX] {
        assert_eq!(app.error_code(query, json!({ "ids": [], "limit": limit })).await, "BAD_USER_INPUT");
    }
}

#[both_databases]
async fn the_first_by_name_are_found_whatever_the_names_begin_with(app: TestApp) {
    let beginnings = [
        "",
        "a",
        "an",
        "ann",
        "Anna",
        "annab",
        "annabell",
        "annabella",
        "z",
        "zz",
        "!",
        "0",
        "-",
        "a b",
        "a-b",
        "a!b",
        "{",
        "~",
        "é",
        "Ω",
        "Ωm",
        "ж",
        "жа",
        "жук",
        "жя",
        "李",
        "李明",
        "李\u{20000}",
        "\u{20000}",
        "\u{20000}x",
        "\u{301}",
        "!!",
        "\u{1f600}",
        "annabel ",
        "annabel-",
        "annabelž",
        "a  ",
        "az",
        "a{",
    ];
    let names: Vec<String> = beginnings
        .iter()
        .map(|start| format!("{start}anna k"))
        .chain((0..90).map(|number| format!("annabella anna {number:02}")))
        .collect();
    let mut ids = Vec::new();
    // Neither in the order of the names nor against it.
    for number in 0..names.len() {
        ids.push(app.contact(&names[number * 7 % names.len()]).await);
    }
    let search = "query($text: String!, $limit: Int!, $not: [ID!]!) {
        searchContacts(query: $text, limit: $limit, excludeIds: $not) { id } }";
    let rename =
        "mutation($id: ID!, $name: String) { updateContact(id: $id, input: { name: $name }) { contact { id } } }";
    for round in 0..4 {
        let all = app.run("{ contacts(first: 200) { nodes { id name } } }", json!({})).await;
        let all: Vec<(&str, String)> = all["contacts"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|node| (node["id"].as_str().unwrap(), node["name"].as_str().unwrap().to_lowercase()))
            .collect();
        for term in ["anna", "an", "n", "a k", "nna 0", "bell", "\u{1f600}", "ж", "q"] {
            for limit in [1, 3, 8, 50] {
                let not: Vec<&str> = all.iter().step_by(3 + round).map(|(id, _)| *id).collect();
                let expected: Vec<&str> = all
                    .iter()
                    .filter(|(id, name)| has_words(name, term) && !not.contains(id))
                    .map(|(id, _)| *id)
                    .take(limit)
                    .collect();
                let found = app.run(search, json!({ "text": term, "limit": limit, "not": not })).await;
                assert_eq!(each(&found["searchContacts"], "id"), expected, "{term} {limit} {round}");
            }
        }
        // Some go somewhere else, and come back; some go for good.
        for (number, id) in ids.iter().enumerate().skip(round).step_by(4) {
            app.run(rename, json!({ "id": id, "name": names[(number * 11 + round) % names.len()] })).await;
        }
        let gone = ids.pop().unwrap();
        app.codes("trashContact", &gone).await;
        app.codes(if round % 2 == 0 { "deleteContact" } else { "trashContact" }, &gone).await;
    }
}

#[both_databases]
async fn search_follows_updates_and_deletions(app: TestApp) {
    let id = app.contact_with(json!({ "name": "Before", "email": "old@example.com" })).await;
    let update =
        "mutation($id: ID!, $input: ContactInput!) { updateContact(id: $id, input: $input) { contact { id } } }";
    app.run(update, json!({ "id": id, "input": { "name": "After" } })).await;
    assert_eq!(found(&app, "before").await, [""; 0]);
    assert_eq!(found(&app, "after").await, ["After"]);
    assert_eq!(found(&app, "old@").await, ["After"]);
    app.run(update, json!({ "id": id, "input": { "email": "new@example.com" } })).await;
    assert_eq!(found(&app, "old@").await, [""; 0]);
    assert_eq!(found(&app, "new@").await, ["After"]);
    app.codes("deleteContact", &id).await;
    assert_eq!(found(&app, "after").await, [""; 0]);
}

/// Text from a small, nasty alphabet, so that names and searches often meet.
fn text(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let letters = prop::sample::select(vec![
        "a",
        "b",
        "A",
        "á",
        "a\u{301}",
        "ß",
        "s",
        "S",
        "ł",
        "l",
        "%",
        "_",
        "\\",
        "'",
        "\"",
        " ",
        "İ",
        "i",
        "ı",
        "한",
        "하",
        "🦀",
        "👩‍👩‍👧",
        "\u{200d}",
        "ﬁ",
        "f",
        "中",
        "م",
        "\u{fdfa}",
        "\u{1f}",
        "*",
        "-",
        ".",
        "\u{10ffff}",
        "\t",
    ]);
    prop::collection::vec(letters, length).prop_map(|letters| letters.concat())
}

/// For any names and any text the two databases find the same contacts, and those are the ones whose folded name
/// contains each word of the folded text.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_databases_find_the_same_for_any_text() {
    use liaison::domain::{folding::fold, text::trim};

    let sqlite = TestApp::on_sqlite().await;
    let Some(postgres) = TestApp::on_postgres().await else { return };
    let mut runner = TestRunner::deterministic();
    let names: Vec<String> = (0..60)
        .map(|_| text(1..9).new_tree(&mut runner).unwrap().current())
        .filter(|name| !trim(name).is_empty())
        .collect();
    for app in [&sqlite, &postgres] {
        for name in &names {
            app.contact_with(json!({ "name": name })).await;
        }
    }
    let query = "query($text: String!) { contacts(search: $text, first: 200) { nodes { name } } }";
    for round in 0..300 {
        let mut text = text(0..5).new_tree(&mut runner).unwrap().current();
        if round % 10 == 0 {
            text.insert(0, '\0');
        }
        let mut answers = Vec::new();
        for app in [&sqlite, &postgres] {
            let data = app.run(query, json!({ "text": text })).await;
            let names = each(&data["contacts"]["nodes"], "name").into_iter();
            answers.push(names.map(|name| name.as_str().unwrap().to_owned()).collect::<Vec<_>>());
        }
        assert_eq!(answers[0], answers[1], "{text:?}");
        let wanted = fold(trim(&text.replace('\0', "")));
        if !wanted.trim().is_empty() {
            let expected: BTreeSet<&str> =
                names.iter().map(|name| trim(name)).filter(|name| has_words(&fold(name), &wanted)).collect();
            assert_eq!(answers[0].iter().map(String::as_str).collect::<BTreeSet<_>>(), expected, "{text:?}");
        }
    }
}
