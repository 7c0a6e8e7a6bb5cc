//! Cards for property tests.

use proptest::{collection, option, prelude::*};
use serde_json::{Map, Value, json};

use super::{Card, CardStatus, ContactPoint, Employment, Given, NameKind, NamePart, PartialDate, PostalAddress};

/// A text of one line with everything that a format must escape.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Zäß山=+@'\"\\\\,;:^~/|-]([a-zé ,;:\"=\\\\^/-]{0,30}[a-z山\"\\\\,;])?"
        .prop_map(|text| text.replace("; ", "; x"))
}

/// A text of several lines.
fn lines() -> impl Strategy<Value = String> {
    collection::vec(text(), 1..4).prop_map(|lines| lines.join("\n"))
}

fn label() -> impl Strategy<Value = Option<String>> {
    let known =
        prop::sample::select(vec!["work", "home", "mobile", "work fax", "Work", "other"]).prop_map(str::to_owned);
    option::of(prop_oneof![known, text()])
}

fn points(value: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = Given<Vec<ContactPoint>>> {
    let point = (value, label()).prop_map(|(value, label)| ContactPoint { value, label });
    given(collection::vec(point, 1..4))
}

fn given<T: std::fmt::Debug + Clone>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Given<T>> {
    option::of(value).prop_map(Given::from)
}

fn addresses() -> impl Strategy<Value = Given<Vec<PostalAddress>>> {
    let parts =
        (label(), option::of(lines()), option::of(text()), option::of(text()), option::of(text()), option::of(text()));
    let address = parts.prop_map(|(label, street, locality, region, postal_code, country)| {
        let street = street.or_else(|| Some("Pikk 1".to_owned()));
        PostalAddress { label, street, locality, region, postal_code, country }
    });
    given(collection::vec(address, 1..3))
}

fn employments() -> impl Strategy<Value = Given<Vec<Employment>>> {
    let parts = (text(), option::of(text()), option::of("[a-z]{1,5}(; [a-z]{1,5})?"), option::of("[a-z]{1,9}\\.org"));
    let place = parts.prop_map(|(company, role, department, website)| Employment {
        company: Some(company),
        role: role.into(),
        department: department.into(),
        website,
        ..Employment::default()
    });
    given(collection::vec(place, 1..3))
}

fn birthday() -> impl Strategy<Value = Given<PartialDate>> {
    given(prop::sample::select(vec!["1985-04-12", "1985-04", "1985", "--04-12"]).prop_map(|text| text.parse().unwrap()))
}

fn name_parts() -> impl Strategy<Value = Vec<NamePart>> {
    let kinds = [NameKind::Family, NameKind::Given, NameKind::Additional, NameKind::Prefix, NameKind::Suffix];
    collection::vec((prop::sample::select(kinds.to_vec()), text()), 0..4).prop_map(move |mut parts| {
        parts.sort_by_key(|(kind, _)| kinds.iter().position(|other| other == kind));
        parts.into_iter().map(|(kind, value)| NamePart { kind, value }).collect()
    })
}

/// Properties without a field, as readers make them.
pub(super) fn rest() -> impl Strategy<Value = Map<String, Value>> {
    let properties = vec![
        (
            "nicknames",
            json!({ "nickname1": { "name": "Ada, the \"first\"" }, "k7": { "name": "A", "contexts": { "work": true } } }),
        ),
        ("media", json!({ "photo1": { "kind": "photo", "uri": "data:image/jpeg;base64,AAEC" } })),
        (
            "anniversaries",
            json!({ "wedding1": { "kind": "wedding", "date": { "@type": "PartialDate", "year": 1835, "month": 7 } } }),
        ),
        (
            "onlineServices",
            json!({ "x": { "service": "Mastodon", "user": "@ada" }, "service1": { "uri": "xmpp:ada@x.org" } }),
        ),
        ("relatedTo", json!({ "urn:uuid:1": { "relation": { "friend": true } } })),
        ("kind", json!("individual")),
        ("updated", json!("2024-01-31T08:30:00Z")),
        ("example.com:own", json!({ "a": [1, "\n;,\\", null] })),
        ("vCardProps", json!([["x-android-custom", { "type": "x" }, "unknown", "vnd.android;a\\;b;;"]])),
    ];
    prop::sample::subsequence(properties, 0..4)
        .prop_map(|properties| properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// A card that every format can hold.
pub(super) fn card() -> impl Strategy<Value = Card> {
    let email = "[a-z+=]{1,8}@[a-z]{1,8}\\.org";
    let metadata = collection::btree_map("[a-z.]{1,5}", lines(), 1..3).prop_map(|entries| {
        entries.into_iter().map(|(key, value)| (key, Value::from(value))).collect::<Map<String, Value>>()
    });
    let status = prop::sample::select(vec![CardStatus::Active, CardStatus::Inactive]);
    let tags = collection::btree_set(text(), 1..4).prop_map(|tags| tags.into_iter().collect::<Vec<String>>());
    let keys = (given("[0-9a-f]{8}"), given(text()), given(text()), given(status), given(text()), name_parts());
    let lists = (
        points(email),
        points("\\+?[0-9]{3,9}"),
        points("https://[a-z]{1,9}\\.org/[a-z,;=\\\\?]{0,9}"),
        addresses(),
        employments(),
    );
    let others = (birthday(), given(tags), given(lines()), given(metadata), rest());
    (keys, lists, others).prop_map(|(keys, lists, others)| {
        let (id, external_id, uid, status, name, name_parts) = keys;
        let (emails, phones, links, addresses, employments) = lists;
        let (birthday, tags, notes, metadata, rest) = others;
        Card {
            id,
            external_id,
            uid,
            status,
            name,
            name_parts,
            emails,
            phones,
            links,
            addresses,
            birthday,
            tags,
            notes,
            metadata,
            empty_entries: Vec::new(),
            employments,
            rest,
        }
    })
}
