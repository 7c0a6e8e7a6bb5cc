//! Uniting the properties without a field of two cards of one person.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{
    extras::{EXTRAS, VCARD_PROPERTIES},
    groups,
};

/// Properties of JSContact that are items under ids which mean nothing beyond their card (RFC 9553, section 1.4.1).
/// Organizations come before the titles that name them.
const ITEMS: [&str; 17] = [
    "addresses",
    "anniversaries",
    "calendars",
    "cryptoKeys",
    "directories",
    "emails",
    "links",
    "media",
    "nicknames",
    "notes",
    "onlineServices",
    "organizations",
    "personalInfo",
    "phones",
    "preferredLanguages",
    "schedulingAddresses",
    "titles",
];

/// Properties that are maps by keys which mean something: a language, another card, a value.
const BY_MEANING: [&str; 5] = [EXTRAS, "keywords", "localizations", "members", "relatedTo"];

type Object = Map<String, Value>;

/// The first card's properties, and those of the second that it does not have: lists are united, and of other values the
/// first card's is kept.
pub(crate) fn unite(mut first: Object, mut second: Object) -> Object {
    groups::rename_shared(&first, &mut second);
    let mut ids = Ids::default();
    for property in ITEMS {
        if let Some(Value::Object(items)) = second.remove(property) {
            add_items(&mut first, property, items, &mut ids);
        }
    }
    if let Some(Value::Array(new)) = second.remove(VCARD_PROPERTIES) {
        add_properties(&mut first, new);
    }
    if let Some(Value::Object(languages)) = second.get_mut("localizations") {
        languages.values_mut().filter_map(Value::as_object_mut).for_each(|patch| ids.follow(patch));
    }
    for (property, value) in second {
        match first.get_mut(&property) {
            Some(own) if BY_MEANING.contains(&property.as_str()) => add_members(own, value),
            Some(_) => {}
            None => drop(first.insert(property, value)),
        }
    }
    first
}

/// True of a property whose parts are united; of any other, one card's value is kept whole.
pub(crate) fn is_united(property: &str) -> bool {
    ITEMS.contains(&property) || BY_MEANING.contains(&property) || property == VCARD_PROPERTIES
}

/// Adds the items that are not there yet, each under its id or another that is free.
fn add_items(first: &mut Object, property: &str, new: Object, ids: &mut Ids) {
    let Value::Object(items) = first.entry(property).or_insert_with(|| Object::new().into()) else { return };
    let mut known: HashMap<String, String> = items.iter().map(|(id, item)| (item.to_string(), id.clone())).collect();
    for (id, mut item) in new {
        ids.follow_organization(&mut item);
        let text = item.to_string();
        if let Some(same) = known.get(&text) {
            ids.add(property, id, same.clone());
            continue;
        }
        let (mut free, mut number) = (id.clone(), items.len());
        while items.contains_key(&free) {
            number += 1;
            free = format!("{}{number}", id.trim_end_matches(|letter: char| letter.is_ascii_digit()));
        }
        known.insert(text, free.clone());
        items.insert(free.clone(), item);
        ids.add(property, id, free);
    }
}

/// Adds the properties of vCard that are not there yet.
fn add_properties(first: &mut Object, new: Vec<Value>) {
    let Value::Array(properties) = first.entry(VCARD_PROPERTIES).or_insert_with(|| Value::Array(Vec::new())) else {
        return;
    };
    let mut seen: HashSet<String> = properties.iter().map(Value::to_string).collect();
    properties.extend(new.into_iter().filter(|property| seen.insert(property.to_string())));
}

/// Adds the members that an object does not have, at any depth.
pub(crate) fn add_members(own: &mut Value, other: Value) {
    if let (Value::Object(members), Value::Object(others)) = (own, other) {
        for (key, value) in others {
            match members.get_mut(&key) {
                Some(own) => add_members(own, value),
                None => drop(members.insert(key, value)),
            }
        }
    }
}

/// The ids in the first card of items of the second, by property.
#[derive(Default)]
struct Ids(HashMap<(String, String), String>);

impl Ids {
    fn add(&mut self, property: &str, id: String, new: String) {
        if id != new {
            self.0.insert((property.to_owned(), id), new);
        }
    }

    fn of(&self, property: &str, id: &str) -> Option<&str> {
        self.0.get(&(property.to_owned(), id.to_owned())).map(String::as_str)
    }

    /// Has a title name its organization as the first card does.
    fn follow_organization(&self, item: &mut Value) {
        let named = item.get("organizationId").and_then(Value::as_str);
        if let Some(id) = named.and_then(|id| self.of("organizations", id)) {
            item["organizationId"] = id.into();
        }
    }

    /// Has a patch, whose keys are paths, name the items as the first card does.
    fn follow(&self, patch: &mut Object) {
        let followed = |path: String| {
            let parts: Vec<&str> = path.splitn(3, '/').collect();
            let [property, id, rest @ ..] = parts.as_slice() else { return path };
            let Some(id) = self.of(property, &id.replace("~1", "/").replace("~0", "~")) else { return path };
            let id = id.replace('~', "~0").replace('/', "~1");
            [*property, &id].iter().chain(rest).copied().collect::<Vec<_>>().join("/")
        };
        *patch = std::mem::take(patch).into_iter().map(|(path, value)| (followed(path), value)).collect();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::card::strategies::rest;

    /// The second card with other values under the same ids.
    fn changed(card: &Object) -> Object {
        let text = Value::from(card.clone())
            .to_string()
            .replace("Ada", "Bea")
            .replace("AAEC", "AAED")
            .replace("\\\\;b", "\\\\;c");
        serde_json::from_str(&text).unwrap()
    }

    /// The items of a list, in the order of their texts.
    fn items(card: &Object, property: &str) -> HashSet<String> {
        match card.get(property) {
            Some(Value::Object(items)) => items.values().map(Value::to_string).collect(),
            Some(Value::Array(items)) => items.iter().map(Value::to_string).collect(),
            _ => HashSet::new(),
        }
    }

    proptest! {
        #[test]
        fn a_card_united_with_itself_is_the_same(card in rest()) {
            prop_assert_eq!(unite(card.clone(), card.clone()), card);
        }

        #[test]
        fn united_cards_have_the_items_of_both_once(first in rest(), second in rest(), is_changed: bool) {
            let second = if is_changed { changed(&second) } else { second };
            let united = unite(first.clone(), second.clone());
            for property in ITEMS.into_iter().chain([VCARD_PROPERTIES]) {
                let both: HashSet<String> = &items(&first, property) | &items(&second, property);
                prop_assert_eq!(items(&united, property), both);
            }
            for (property, value) in first.iter().filter(|(property, _)| !is_united(property)) {
                prop_assert_eq!(united.get(property), Some(value));
            }
            prop_assert_eq!(unite(united.clone(), second), united);
        }
    }

    fn object(value: Value) -> Object {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn what_names_an_item_follows_it() {
        let first = object(json!({ "organizations": { "o1": { "units": [{ "name": "Sales" }] } } }));
        let second = object(json!({
            "organizations": { "o1": { "units": [{ "name": "Support" }] } },
            "titles": { "t1": { "name": "Head", "organizationId": "o1" } },
            "localizations": { "de": { "organizations/o1/units": [], "organizations/o9": null, "language": "x" } },
        }));
        let united = unite(first, second);
        assert_eq!(united["organizations"]["o2"]["units"][0]["name"], "Support");
        assert_eq!(united["titles"]["t1"]["organizationId"], "o2");
        let paths: Vec<&String> = united["localizations"]["de"].as_object().unwrap().keys().collect();
        assert_eq!(paths, ["language", "organizations/o2/units", "organizations/o9"]);
    }
}
