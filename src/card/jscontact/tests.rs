//! Cards as JSContact, and back.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Reader, from_jscontact, set_stored, to_jscontact, to_stored};
use crate::card::{Card, Given, strategies};

/// A card of many properties, most of them after the examples of RFC 9553.
fn example() -> Value {
    json!({
        "@type": "Card", "version": "1.0", "uid": "22B2C7DF-9120-4969-8460-05956FE6B065", "kind": "individual",
        "name": {
            "full": "Mr. John Q. Public",
            "isOrdered": true,
            "components": [
                { "kind": "title", "value": "Mr." }, { "kind": "given", "value": "John" },
                { "kind": "separator", "value": " " }, { "kind": "surname", "value": "Public" }
            ],
            "sortAs": { "surname": "Public" }
        },
        "nicknames": { "k391": { "name": "Johnny" } },
        "emails": {
            "e1": { "contexts": { "work": true }, "address": "jqpublic@xyz.example.com" },
            "e2": { "address": "jane_doe@example.com", "pref": 1 },
            "e3": { "name": "not an address" }
        },
        "phones": {
            "tel0": { "contexts": { "private": true }, "features": { "voice": true }, "number": "tel:+1-555-555-5555;ext=5555" },
            "tel3": { "contexts": { "work": true }, "number": "tel:+1-201-555-0123" }
        },
        "organizations": { "o1": { "name": "ABC, Inc.", "units": [{ "name": "North American Division" }, { "name": "Marketing" }], "sortAs": "ABC" } },
        "titles": {
            "le9": { "kind": "title", "name": "Research Scientist" },
            "k2": { "kind": "role", "name": "Project Leader", "organizationId": "o1" }
        },
        "addresses": { "k23": {
            "contexts": { "work": true },
            "components": [
                { "kind": "number", "value": "54321" }, { "kind": "separator", "value": " " }, { "kind": "name", "value": "Oak St" },
                { "kind": "locality", "value": "Reston" }, { "kind": "region", "value": "VA" }, { "kind": "postcode", "value": "20190" }
            ],
            "countryCode": "US", "defaultSeparator": ", ", "isOrdered": true
        } },
        "anniversaries": {
            "k8": { "kind": "birth", "date": { "@type": "PartialDate", "year": 1953, "month": 4, "day": 15 }, "place": { "full": "York" } },
            "k9": { "kind": "death", "date": { "@type": "Timestamp", "utc": "2019-10-15T23:10:00Z" } }
        },
        "notes": { "n1": { "note": "Open office hours", "author": { "name": "John" } } },
        "keywords": { "internet": true, "IETF": true },
        "localizations": { "jp": { "name/full": "山田" } }
    })
}

#[test]
fn a_foreign_card_keeps_everything() {
    let card = from_jscontact(example()).unwrap();
    assert_eq!(card.name.text(), Some("Mr. John Q. Public"));
    let emails: Vec<&str> = card.emails.items().iter().map(|point| point.value.as_str()).collect();
    assert_eq!(emails, ["jane_doe@example.com", "jqpublic@xyz.example.com"]);
    let address = &card.addresses.items()[0];
    assert_eq!((address.street.as_deref(), address.country.as_deref()), (Some("54321 Oak St"), Some("US")));
    let place = &card.employments.items()[0];
    assert_eq!(place.department.text(), Some("North American Division; Marketing"));
    assert_eq!(place.role.text(), Some("Research Scientist"));
    assert_eq!(card.birthday.value().map(ToString::to_string).as_deref(), Some("1953-04-15"));
    assert_eq!(card.tags.items(), ["IETF", "internet"]);
    let written = to_jscontact(&card);
    for (property, value) in example().as_object().unwrap() {
        let texts = |value: &Value| -> Vec<String> {
            let mut found: Vec<String> = Vec::new();
            let mut open = vec![value.clone()];
            while let Some(value) = open.pop() {
                match value {
                    Value::Object(object) => open.extend(
                        object
                            .into_iter()
                            .filter(|(key, _)| key != "pref" && key != "organizationId")
                            .map(|(_, value)| value),
                    ),
                    Value::Array(array) => open.extend(array),
                    Value::String(text) if text != "title" || property == "name" => found.push(text),
                    _ => {}
                }
            }
            found.sort_unstable();
            found
        };
        assert_eq!(texts(&written[property]).iter().filter(|text| *text == "organization1").count(), 0);
        for text in texts(value) {
            let text = text.strip_prefix("tel:").unwrap_or(&text).to_owned();
            assert!(texts(&written[property]).contains(&text), "{property}: {text} is lost in {}", written[property]);
        }
    }
    assert_eq!(from_jscontact(written).unwrap(), card);
}

#[test]
fn translations_still_name_their_items() {
    let card = json!({
        "@type": "Card",
        "version": "1.0",
        "name": { "full": "Yamada" },
        "emails": { "home": { "address": "y@x.example" }, "w": { "address": "w@x.example", "pref": 1 } },
        "organizations": { "o9": { "name": "Acme" } },
        "titles": { "t1": { "name": "Scientist", "organizationId": "o9" } },
        "addresses": { "k23": { "components": [{ "kind": "locality", "value": "Tokyo" }] } },
        "notes": { "n": { "note": "Hello" } },
        "nicknames": { "k1": { "name": "Taro" } },
        "localizations": { "jp": { "titles/t1/name": "科学者", "addresses/k23/components/0/value": "東京", "notes/n/note": "どうも" } }
    });
    let written = to_jscontact(&from_jscontact(card.clone()).unwrap());
    for property in ["emails", "organizations", "titles", "addresses", "notes", "nicknames"] {
        let ids = |card: &Value| card[property].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!(ids(&written), ids(&card), "{property}");
    }
    assert_eq!(written["titles"]["t1"]["organizationId"], "o9");
    assert!(!written.to_string().contains("itemId"));
    assert_eq!(to_jscontact(&from_jscontact(written.clone()).unwrap()), written);
}

#[test]
fn other_values_are_no_cards() {
    for value in [json!(null), json!([]), json!("Card"), json!({ "@type": "Group" })] {
        assert!(from_jscontact(value).is_err());
    }
    assert_eq!(from_jscontact(json!({})), Ok(Card::default()));
}

#[test]
fn components_of_another_name_are_left_out() {
    let card = from_jscontact(example()).unwrap();
    let stored = to_stored(&card).unwrap();
    let mut same = Card { name: card.name.clone(), ..Card::default() };
    set_stored(&mut same, &stored);
    assert_eq!((&same.name_parts, &same.rest), (&card.name_parts, &card.rest));
    let mut renamed = Card { name: Given::Value("Somebody".to_owned()), ..Card::default() };
    set_stored(&mut renamed, &stored);
    assert!(renamed.name_parts.is_empty());
    assert_eq!(renamed.rest.get("nicknames"), card.rest.get("nicknames"));
    assert_eq!(to_stored(&Card { name: Given::Value("Plain".to_owned()), ..Card::default() }), None);
}

#[test]
fn files_are_read_card_by_card() {
    let read = |text: &str| -> Vec<(u64, Result<Option<String>, u64>)> {
        Reader::new(text.as_bytes())
            .map(|row| match row.unwrap() {
                Ok(row) => (row.line, Ok(row.item.display_name())),
                Err(error) => (error.line, Err(error.row)),
            })
            .collect()
    };
    let one = r#"{"@type":"Card","name":{"full":"A ] } \" B"}}"#;
    let named = |line: u64| (line, Ok(Some("A ] } \" B".to_owned())));
    assert_eq!(read(one), [named(1)]);
    assert_eq!(read(&format!("[\n{one},\n{one}\n]")), [named(2), named(3)]);
    assert_eq!(read(&format!("{one}\n{one}")), [named(1), named(2)]);
    assert_eq!(
        read(&format!("[{{\"name\":}},\n 12, \"x\", {one}, {{")),
        [(1, Err(1)), (2, Err(2)), (2, Err(3)), named(2), (2, Err(5))]
    );
    assert_eq!(read(""), []);
    assert_eq!(read("[]"), []);
    assert_eq!(read(&format!("[{one},\n{one}\n")), [named(1), named(2), (3, Err(3))]);
    assert_eq!(read("[12]\n"), [(1, Err(1))]);
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(card in strategies::card()) {
        let json = to_jscontact(&card);
        let text = json.to_string();
        prop_assert_eq!(&from_jscontact(json).unwrap(), &card);
        let read = Reader::new(text.as_bytes()).next().unwrap().unwrap().unwrap();
        prop_assert_eq!(&read.item, &card);
        let mut stored = Card { name: card.name.clone(), ..Card::default() };
        (stored.emails, stored.phones, stored.employments) = (card.emails.clone(), card.phones.clone(), card.employments.clone());
        let expected = to_stored(&card);
        if stored.name.value().is_some() && let Some(map) = &expected {
            set_stored(&mut stored, map);
            prop_assert_eq!(&stored.rest, &card.rest);
            prop_assert_eq!(&stored.name_parts, &card.name_parts);
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0..1000_usize) {
        prop_assert!(Reader::new(bytes.as_slice()).count() <= bytes.len());
        let mut text = example().to_string().into_bytes();
        let at = at % text.len();
        text.splice(at..at, bytes);
        prop_assert!(Reader::new(text.as_slice()).count() <= text.len());
    }
}
