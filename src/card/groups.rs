//! Groups of vCard (RFC 6350, section 3.3): names such as `item1` that tie a property to its label. They mean nothing beyond
//! their card.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::extras::{EXTRAS, PARAMETERS, VCARD_PROPERTIES};

/// Groups of properties without a field, and of the parameters of values.
pub(super) fn of(rest: &Map<String, Value>) -> BTreeSet<String> {
    let properties = properties(rest).filter_map(|property| property.get(1));
    let extras = rest.get(EXTRAS).and_then(Value::as_object).into_iter().flat_map(Map::values);
    let extras = extras.filter_map(Value::as_object).flat_map(Map::values).filter_map(|extra| extra.get(PARAMETERS));
    properties.chain(extras).filter_map(group).map(str::to_owned).collect()
}

/// Gives groups of the second card other names that stand for something else in the first.
pub(super) fn rename_shared(first: &Map<String, Value>, second: &mut Map<String, Value>) {
    let (taken, own) = (of(first), of(second));
    let mut number = taken.len();
    for name in taken.intersection(&own) {
        let in_first: Vec<&Value> = in_group(first, name).collect();
        let in_second: Vec<&Value> = in_group(second, name).collect();
        // The same card twice, as far as it can be seen.
        if in_first.len() == in_second.len() && in_second.iter().all(|property| in_first.contains(property)) {
            continue;
        }
        let mut free = format!("item{number}");
        while taken.contains(&free) || own.contains(&free) {
            number += 1;
            free = format!("item{number}");
        }
        number += 1;
        rename(second, name, &free);
    }
}

fn rename(rest: &mut Map<String, Value>, name: &str, free: &str) {
    let rename = |parameters: Option<&mut Value>| {
        if let Some(parameters) = parameters.filter(|parameters| group(parameters) == Some(name)) {
            parameters["group"] = free.into();
        }
    };
    let properties = rest.get_mut(VCARD_PROPERTIES).and_then(Value::as_array_mut).into_iter().flatten();
    properties.for_each(|property| rename(property.get_mut(1)));
    let extras = rest.get_mut(EXTRAS).and_then(Value::as_object_mut).into_iter().flat_map(Map::values_mut);
    let extras = extras.filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    extras.for_each(|extra| rename(extra.get_mut(PARAMETERS)));
}

fn properties(rest: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    rest.get(VCARD_PROPERTIES).and_then(Value::as_array).into_iter().flatten()
}

fn in_group<'a>(rest: &'a Map<String, Value>, name: &'a str) -> impl Iterator<Item = &'a Value> {
    properties(rest).filter(move |property| property.get(1).and_then(group) == Some(name))
}

fn group(parameters: &Value) -> Option<&str> {
    parameters.get("group")?.as_str()
}
