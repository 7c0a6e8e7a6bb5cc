//! Vetoes of contacts that are merged, and of those whose merge is taken back.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::json;

use crate::{
    duplicates::{person, set},
    imports,
    support::{TestApp, both_databases, codes},
};

impl TestApp {
    /// Takes a merge back, which must succeed.
    async fn undone(&self, batch: &str) {
        assert_eq!(self.undo_merge(batch).await["userErrors"], json!([]));
    }

    /// Contacts of one person.
    async fn people(&self, count: usize) -> Vec<String> {
        let mut ids = Vec::new();
        for _ in 0..count {
            ids.push(self.contact_with(person(8)).await);
        }
        ids
    }
}

#[both_databases]
async fn a_veto_goes_over_to_a_survivor_and_back(app: TestApp) {
    let ids = app.people(3).await;
    let [survivor, absorbed, other] = [&ids[0], &ids[1], &ids[2]].map(String::as_str);
    app.mark(&[absorbed, other]).await;
    assert_eq!(app.duplicate_ids(other).await, set(&[survivor]));
    let batch = app.merge(survivor, &[absorbed]).await;
    assert_eq!(app.duplicate_ids(other).await, set(&[]));
    app.undone(&batch).await;
    assert_eq!(app.duplicate_ids(other).await, set(&[survivor]));
    // What somebody has said meanwhile stays.
    let batch = app.merge(survivor, &[absorbed]).await;
    app.mark(&[survivor, other]).await;
    app.undone(&batch).await;
    assert_eq!(app.duplicate_ids(other).await, set(&[]));
}

#[both_databases]
async fn a_veto_that_two_have_said_stays_until_both_are_gone(app: TestApp) {
    let ids = app.people(4).await;
    let [one, two, survivor, other] = [&ids[0], &ids[1], &ids[2], &ids[3]].map(String::as_str);
    app.mark(&[one, other]).await;
    app.mark(&[two, other]).await;
    let first = app.merge(survivor, &[one]).await;
    let second = app.merge(survivor, &[two]).await;
    app.undone(&first).await;
    assert_eq!(app.duplicate_ids(other).await, set(&[]), "of the second");
    app.undone(&second).await;
    assert_eq!(app.duplicate_ids(other).await, set(&[survivor]));
}

#[both_databases]
async fn a_veto_of_two_merges_is_taken_back_by_either(app: TestApp) {
    let ids = app.people(4).await;
    let [one, other, survivor, second] = [&ids[0], &ids[1], &ids[2], &ids[3]].map(String::as_str);
    for is_newest_first in [true, false] {
        app.mark(&[one, other]).await;
        let mut batches = [app.merge(survivor, &[one]).await, app.merge(second, &[other]).await];
        assert_eq!(app.duplicate_ids(survivor).await, set(&[]));
        if is_newest_first {
            batches.reverse();
        }
        app.undone(&batches[0]).await;
        // What is still merged passes it on.
        let [passed_on, to] = if is_newest_first { [survivor, second] } else { [second, survivor] };
        assert_eq!(app.duplicate_ids(passed_on).await, set(&[to]));
        app.undone(&batches[1]).await;
        assert_eq!(app.duplicate_ids(one).await, set(&[survivor, second]));
    }
}

#[both_databases]
async fn lifting_an_inherited_veto_lifts_what_was_said(app: TestApp) {
    let ids = app.people(3).await;
    let [absorbed, survivor, other] = [&ids[0], &ids[1], &ids[2]].map(String::as_str);
    app.mark(&[absorbed, other]).await;
    let batch = app.merge(survivor, &[absorbed]).await;
    app.unmark(&[survivor, other]).await;
    assert_eq!(app.duplicate_ids(survivor).await, set(&[other]));
    app.undone(&batch).await;
    assert_eq!(app.duplicate_ids(other).await, set(&[survivor, absorbed]));
}

#[both_databases]
async fn a_veto_survives_the_contact_that_it_was_inherited_from(app: TestApp) {
    let ids = app.people(4).await;
    let [one, two, survivor, other] = [&ids[0], &ids[1], &ids[2], &ids[3]].map(String::as_str);
    app.mark(&[one, other]).await;
    app.merge(survivor, &[one]).await;
    let batch = app.merge(survivor, &[two]).await;
    assert_eq!(app.codes("deleteContact", one).await, [""; 0]);
    assert_eq!(app.duplicate_ids(survivor).await, set(&[]));
    app.undone(&batch).await;
    assert_eq!(app.duplicate_ids(survivor).await, set(&[two]));
}

#[both_databases]
async fn a_veto_of_a_deleted_contact_stays_with_the_one_that_it_was_merged_into(app: TestApp) {
    let ids = app.people(4).await;
    let [one, first, second, other] = [&ids[0], &ids[1], &ids[2], &ids[3]].map(String::as_str);
    app.mark(&[one, other]).await;
    app.merge(first, &[one]).await;
    let batch = app.merge(second, &[first]).await;
    assert_eq!(app.codes("deleteContact", one).await, [""; 0]);
    assert_eq!(app.duplicate_ids(second).await, set(&[]));
    app.undone(&batch).await;
    assert_eq!(app.duplicate_ids(other).await, set(&[second]));
}

#[both_databases]
async fn a_veto_between_two_who_were_merged_outlives_one_of_them(app: TestApp) {
    let ids = app.people(4).await;
    let [one, other, first, second] = [&ids[0], &ids[1], &ids[2], &ids[3]].map(String::as_str);
    app.mark(&[one, other]).await;
    let batch = app.merge(first, &[one]).await;
    app.merge(second, &[other]).await;
    assert_eq!(app.codes("deleteContact", other).await, [""; 0]);
    assert_eq!(app.duplicate_ids(second).await, set(&[]));
    app.undone(&batch).await;
    assert_eq!(app.duplicate_ids(second).await, set(&[first]));
}

#[both_databases]
async fn a_veto_survives_imports(app: TestApp) {
    let ids = app.people(2).await;
    app.mark(&[&ids[0], &ids[1]]).await;
    let rows: Vec<String> = ids.iter().map(|id| format!("{id},Quirina Etxeberria,New\n")).collect();
    let job = imports::csv(&app, &format!("ID,Name,Notes\n{}", rows.concat())).await;
    assert_eq!(imports::counts(&job), [0, 2, 0, 0, 0]);
    assert_eq!(app.duplicate_ids(&ids[0]).await, set(&[]));
    app.unmark(&[&ids[0], &ids[1]]).await;
    assert_eq!(app.duplicate_ids(&ids[0]).await, set(&[&ids[1]]));
}

type Pairs = BTreeSet<(String, String)>;

/// The pairs of the contacts that were not merged that are vetoed, and those that should be: what was said, of their survivors.
async fn vetoed_and_expected(app: &TestApp) -> (Pairs, Pairs) {
    let [id, survivor, first, second] =
        ["id", "merged_into", "first_id", "second_id"].map(|column| app.id_text(column));
    let merged = format!("SELECT {id} || ' ' || {survivor} FROM contacts WHERE merged_into IS NOT NULL");
    let merged = app.texts(&merged).await;
    let merged: BTreeMap<&str, &str> = merged.iter().filter_map(|row| row.split_once(' ')).collect();
    let rows = format!(
        "SELECT {first} || ' ' || {second} || CASE WHEN inherited_from IS NULL THEN ' said' ELSE '' END \
         FROM duplicate_vetoes"
    );
    let (mut found, mut expected) = (Pairs::new(), Pairs::new());
    for row in app.texts(&rows).await {
        let mut parts = row.split(' ');
        let pair = [parts.next().unwrap(), parts.next().unwrap()];
        if pair.iter().all(|id| !merged.contains_key(id)) {
            found.insert((pair[0].to_owned(), pair[1].to_owned()));
        }
        let [one, other] = pair.map(|id| *merged.get(id).unwrap_or(&id));
        if parts.next().is_some() && one != other {
            expected.insert((one.min(other).to_owned(), one.max(other).to_owned()));
        }
    }
    (found, expected)
}

#[both_databases]
async fn vetoes_are_what_was_said_whatever_is_merged_and_taken_back(app: TestApp) {
    let mut runner = TestRunner::deterministic();
    let mut draw = |below: usize| (0..below).new_tree(&mut runner).unwrap().current();
    let (mut vetoed, mut inherited) = (0, 0);
    for _ in 0..8 {
        let people = app.people(7).await;
        let mut batches = Vec::new();
        for _ in 0..30 {
            let (one, other) = (&people[draw(7)], &people[draw(7)]);
            match draw(10) {
                0..=2 => drop(app.mark(&[one, other]).await),
                3 => drop(app.unmark(&[one, other]).await),
                4..=6 => {
                    let merged = app.merge_with(one, &[other], json!({})).await;
                    batches.extend(merged["batch"]["id"].as_str().map(str::to_owned));
                }
                7 | 8 if !batches.is_empty() => {
                    let place = draw(batches.len());
                    if codes(&app.undo_merge(&batches[place]).await).is_empty() {
                        batches.remove(place);
                    }
                }
                _ => {}
            }
            let (found, expected) = vetoed_and_expected(&app).await;
            assert_eq!(found, expected);
            vetoed += found.len();
        }
        inherited += app.texts("SELECT 'x' FROM duplicate_vetoes WHERE inherited_from IS NOT NULL").await.len();
        for batch in batches.iter().rev() {
            app.undone(batch).await;
        }
        assert_eq!(app.texts("SELECT 'x' FROM duplicate_vetoes WHERE inherited_from IS NOT NULL").await, [""; 0]);
    }
    assert!(vetoed > 100 && inherited > 5, "{vetoed} {inherited}");
}
