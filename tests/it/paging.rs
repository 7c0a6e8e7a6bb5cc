//! The law of paging: the pages put together are the sorted list, whatever the data, the order, the page size and the
//! direction, and while rows come and go between pages.

use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases};

const ORDERS: &[&str] = &["NAME", "EMAIL", "CREATED_AT", "UPDATED_AT", "LAST_INTERACTION_AT"];

/// A list as the caller asks for it.
#[derive(Clone, Debug)]
struct Walk {
    order: Value,
    size: u64,
    backwards: bool,
    filter: Value,
}

fn walks() -> impl Strategy<Value = Walk> {
    let key = (prop::sample::select(ORDERS), any::<bool>()).prop_map(
        |(field, descending)| json!({ "field": field, "direction": if descending { "DESC" } else { "ASC" } }),
    );
    let order = prop::collection::vec(key, 0..4).prop_map(Value::from);
    let filter = prop::sample::select(vec![Value::Null, json!({ "email": { "isNull": false } })]);
    (order, 1_u64..8, any::<bool>(), filter).prop_map(|(order, size, backwards, filter)| Walk {
        order,
        size,
        backwards,
        filter,
    })
}

const PAGE: &str = "query($orderBy: [ContactOrder!], $filter: ContactFilter, $first: Int, $after: String, $last: Int,
    $before: String) {
    contacts(orderBy: $orderBy, filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

/// One page; its ids, the cursor to go on from, and whether there is more that way.
async fn page(app: &TestApp, walk: &Walk, cursor: &Value) -> (Vec<String>, Value, bool) {
    let mut variables = json!({ "orderBy": walk.order, "filter": walk.filter });
    let (size, place) = if walk.backwards { ("last", "before") } else { ("first", "after") };
    variables[size] = json!(walk.size);
    variables[place] = cursor.clone();
    let data = app.run(PAGE, variables).await;
    let (edges, info) = (data["contacts"]["edges"].as_array().unwrap(), &data["contacts"]["pageInfo"]);
    let ids = edges.iter().map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(edges.first().map_or(&Value::Null, |edge| &edge["cursor"]), &info["startCursor"]);
    assert_eq!(edges.last().map_or(&Value::Null, |edge| &edge["cursor"]), &info["endCursor"]);
    if walk.backwards {
        (ids, info["startCursor"].clone(), info["hasPreviousPage"].as_bool().unwrap())
    } else {
        (ids, info["endCursor"].clone(), info["hasNextPage"].as_bool().unwrap())
    }
}

/// All pages, one after the other; `between` is called after each.
async fn all_pages(app: &TestApp, walk: &Walk, mut between: impl AsyncFnMut(&[String])) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let (ids, next, more) = page(app, walk, &cursor).await;
        assert!(ids.len() as u64 <= walk.size);
        assert!(!more || ids.len() as u64 == walk.size);
        let mut page = ids;
        if walk.backwards {
            page.extend(std::mem::take(&mut seen));
            seen = page;
        } else {
            seen.extend(page);
        }
        between(&seen).await;
        if !more {
            return seen;
        }
        cursor = next;
    }
}

/// The whole list at once.
async fn whole(app: &TestApp, walk: &Walk) -> Vec<String> {
    page(app, &Walk { size: 200, backwards: false, ..walk.clone() }, &Value::Null).await.0
}

/// Contacts with few distinct names, addresses and times, so that orders are full of ties and nulls.
async fn fill(app: &TestApp, runner: &mut TestRunner, count: usize) -> Vec<String> {
    let names = prop::sample::select(vec!["a", "A", "á", "b", "Ł", "한", "\u{10ffff}", "zz"]);
    let emails = prop::sample::select(vec![None, Some("a@b.c"), Some("A@B.C"), Some("z@b.c")]);
    let days = prop::sample::select(vec![None, Some(1), Some(1), Some(2)]);
    let mut ids = Vec::new();
    for _ in 0..count {
        let (name, email, day) = (names.clone(), emails.clone(), days.clone()).new_tree(runner).unwrap().current();
        let id = app.contact_with(json!({ "name": name, "email": email })).await;
        if let Some(day) = day {
            let log = "mutation($id: ID!, $at: DateTime!) {
                createInteraction(contactId: $id, input: { occurredAt: $at }) { interaction { id } } }";
            app.run(log, json!({ "id": id, "at": format!("2025-01-0{day}T00:00:00Z") })).await;
        }
        ids.push(id);
    }
    ids
}

#[both_databases]
async fn the_pages_put_together_are_the_list(app: TestApp) {
    let mut runner = TestRunner::deterministic();
    fill(&app, &mut runner, 40).await;
    for _ in 0..60 {
        let walk = walks().new_tree(&mut runner).unwrap().current();
        let pages = all_pages(&app, &walk, async |_| {}).await;
        assert_eq!(pages, whole(&app, &walk).await, "{walk:?}");
    }
}

#[both_databases]
async fn rows_that_come_and_go_neither_skip_nor_repeat_the_others(app: TestApp) {
    let mut runner = TestRunner::deterministic();
    for _ in 0..12 {
        let walk = walks().new_tree(&mut runner).unwrap().current();
        let mut before = fill(&app, &mut runner, 14).await;
        let mut deleted = Vec::new();
        let mut filler = TestRunner::deterministic();
        let pages = all_pages(&app, &walk, async |seen| {
            fill(&app, &mut filler, 1).await;
            // The row that the cursor points at goes, and one from somewhere else.
            let edge = if walk.backwards { seen.first() } else { seen.last() };
            for id in [edge.cloned(), before.pop()].into_iter().flatten() {
                app.codes("deleteContact", &id).await;
                deleted.push(id);
            }
        })
        .await;
        let mut distinct = pages.clone();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), pages.len(), "repeated: {walk:?}");
        let now = whole(&app, &walk).await;
        let seen_in_order: Vec<&String> = pages.iter().filter(|id| now.contains(id)).collect();
        let now_seen: Vec<&String> = now.iter().filter(|id| pages.contains(id)).collect();
        assert_eq!(seen_in_order, now_seen, "out of order: {walk:?}");
        for id in before.iter().filter(|id| !deleted.contains(id) && now.contains(id)) {
            assert!(pages.contains(id), "skipped: {walk:?}");
        }
    }
}
