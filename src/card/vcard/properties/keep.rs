//! Properties as they are kept in a card.

use serde_json::{Map, Value, json};

use super::table::{CONTEXTS, MOMENTS, NATIVES, Native, TEXTS, ValueKind, date, date_value, moment};
use crate::card::{
    extras::VCARD_PROPERTIES,
    vcard::line::{Coding, Line, Parameters},
};

/// Keeps a line among the properties that have no field.
pub(in crate::card::vcard) fn keep(rest: &mut Map<String, Value>, line: &Line) {
    if line.group.is_none()
        && (keep_native(rest, line)
            || keep_single(rest, line)
            || keep_relation(rest, line)
            || keep_department(rest, line))
    {
        return;
    }
    let mut parameters = parameters(&line.parameters);
    let kind = parameters.remove("value").and_then(|kind| kind.as_str().map(str::to_ascii_lowercase));
    if let Some(group) = &line.group {
        parameters.insert("group".to_owned(), group.as_str().into());
    }
    if line.coding == Coding::Base64 {
        parameters.insert("encoding".to_owned(), "b".into());
    }
    // The value keeps its escapes, which only a value of unknown type may have; its type stands beside.
    if let Some(kind) = kind {
        parameters.insert("value".to_owned(), kind.into());
    }
    let property = json!([line.name, parameters, "unknown", line.raw()]);
    if let Value::Array(properties) = rest.entry(VCARD_PROPERTIES).or_insert_with(|| json!([])) {
        properties.push(property);
    }
}

fn keep_native(rest: &mut Map<String, Value>, line: &Line) -> bool {
    let Some(native) = NATIVES.iter().find(|native| native.vcard == line.name) else { return false };
    let Some(mut common) = common(line, native) else { return false };
    let id = common.remove("prop-id").and_then(|id| id.as_str().map(str::to_owned));
    let values: Vec<Value> = match native.value {
        ValueKind::List => line.list().into_iter().map(Value::from).collect(),
        ValueKind::Date => date(line.text().trim()).map(date_value).into_iter().collect(),
        ValueKind::Data(family) if line.coding == Coding::Base64 => vec![data_uri(line, family).into()],
        _ if line.coding == Coding::Base64 => return false,
        ValueKind::Text | ValueKind::Uri | ValueKind::Data(_) => {
            let text = line.text();
            (!text.trim().is_empty()).then(|| text.trim().into()).into_iter().collect()
        }
    };
    if values.is_empty() {
        return false;
    }
    for value in values {
        let mut item = common.clone();
        item.insert(native.main.to_owned(), value);
        if let Some(kind) = native.kind {
            item.insert("kind".to_owned(), kind.into());
        }
        put_item(rest, native.property, native.id, id.as_deref(), item);
    }
    true
}

/// The parameters that every item has a key for; none where there are others.
fn common(line: &Line, native: &Native) -> Option<Map<String, Value>> {
    let mut common = Map::new();
    for (name, values) in &line.parameters {
        let first = values.first().map(String::as_str).unwrap_or_default();
        match name.as_str() {
            "value" => {}
            "type" if line.coding == Coding::Base64 && matches!(native.value, ValueKind::Data(_)) => {}
            "type" => {
                let mut contexts = Map::new();
                for value in values {
                    let (_, context) = CONTEXTS.iter().find(|(name, _)| value.eq_ignore_ascii_case(name))?;
                    contexts.insert((*context).to_owned(), true.into());
                }
                common.insert("contexts".to_owned(), contexts.into());
            }
            "pref" => {
                let pref: u8 = first.parse().ok().filter(|pref| (1..=100).contains(pref))?;
                common.insert("pref".to_owned(), pref.into());
            }
            "mediatype" => {
                common.insert("mediaType".to_owned(), first.into());
            }
            "prop-id" if native.value != ValueKind::List => {
                common.insert("prop-id".to_owned(), first.into());
            }
            _ => return None,
        }
    }
    Some(common)
}

fn data_uri(line: &Line, family: &str) -> String {
    let kind = line.parameter("type").first().map(|kind| kind.to_ascii_lowercase());
    let media = match kind.as_deref() {
        None | Some("") => String::new(),
        Some(kind) if kind.contains('/') => kind.to_owned(),
        Some("wave") => "audio/wav".to_owned(),
        Some("jpg") => "image/jpeg".to_owned(),
        Some(kind) => format!("{family}/{kind}"),
    };
    format!("data:{media};base64,{}", line.raw())
}

fn keep_single(rest: &mut Map<String, Value>, line: &Line) -> bool {
    let text = line.text().trim().to_owned();
    let is_plain = line.parameters.iter().all(|(name, _)| name == "value") && !text.is_empty();
    let find = |names: &[(&str, &'static str)]| names.iter().find(|(name, _)| *name == line.name).map(|(_, key)| *key);
    let (key, value) = if let Some(key) = find(TEXTS) {
        (key, Some(text))
    } else if let Some(key) = find(MOMENTS) {
        (key, moment(&text))
    } else {
        return false;
    };
    match value {
        Some(value) if is_plain && !rest.contains_key(key) => {
            rest.insert(key.to_owned(), value.into());
            true
        }
        _ => false,
    }
}

fn keep_relation(rest: &mut Map<String, Value>, line: &Line) -> bool {
    let key = line.text();
    if key.trim().is_empty() || !line.parameters.iter().all(|(name, _)| matches!(name.as_str(), "value" | "type")) {
        return false;
    }
    let (property, value) = match line.name.as_str() {
        "member" if line.parameter("type").is_empty() => ("members", Value::Bool(true)),
        "related" => {
            let relations = line.parameter("type").iter().map(|name| (name.to_ascii_lowercase(), Value::Bool(true)));
            ("relatedTo", json!({ "relation": relations.collect::<Map<String, Value>>() }))
        }
        _ => return false,
    };
    let items = rest.entry(property).or_insert_with(|| json!({}));
    let Value::Object(items) = items else { return false };
    if items.contains_key(key.trim()) {
        return false;
    }
    items.insert(key.trim().to_owned(), value);
    true
}

/// Keeps the department of a line that names no company as the units of an organization without a name.
fn keep_department(rest: &mut Map<String, Value>, line: &Line) -> bool {
    if line.name != "org" || line.parameters.iter().any(|(name, _)| name != "prop-id") {
        return false;
    }
    let units: Vec<Value> =
        line.components().into_iter().filter(|unit| !unit.is_empty()).map(|unit| json!({ "name": unit })).collect();
    let item = Map::from_iter([("units".to_owned(), units.into())]);
    put_item(rest, "organizations", "organization", line.parameter("prop-id").first().map(String::as_str), item);
    true
}

/// Adds an item under its own id, or the next free one.
fn put_item(rest: &mut Map<String, Value>, property: &str, prefix: &str, id: Option<&str>, item: Map<String, Value>) {
    let Value::Object(items) = rest.entry(property).or_insert_with(|| json!({})) else { return };
    let mut free = id.map_or_else(|| format!("{prefix}1"), str::to_owned);
    // A long list is not searched for a gap.
    let mut number = if items.len() > 100 { items.len() } else { 1 };
    while items.contains_key(&free) {
        number += 1;
        free = format!("{prefix}{number}");
    }
    items.insert(free, Value::Object(item));
}

/// Puts a property of JSContact back that was written whole; answers the line where it cannot be read.
pub(in crate::card::vcard) fn restore(rest: &mut Map<String, Value>, line: Line) -> Option<Line> {
    let read = || {
        let pointer = line.parameter("jsptr").first()?;
        let value: Value = serde_json::from_str(&line.text()).ok()?;
        let names =
            pointer.trim_start_matches('/').splitn(2, '/').map(|name| name.replace("~1", "/").replace("~0", "~"));
        Some((names.collect::<Vec<String>>(), value))
    };
    match read() {
        Some((names, value)) if names.first().is_some_and(|name| !name.is_empty()) => {
            let mut names = names.into_iter();
            let property = names.next().unwrap_or_default();
            match names.next() {
                None => merge(rest.entry(property).or_insert(Value::Null), value),
                Some(id) => {
                    let items = rest.entry(property).or_insert_with(|| json!({}));
                    if let Value::Object(items) = items {
                        merge(items.entry(id).or_insert(Value::Null), value);
                    }
                }
            }
            None
        }
        _ => Some(line),
    }
}

fn merge(target: &mut Value, value: Value) {
    match (target, value) {
        (Value::Object(target), Value::Object(value)) => {
            for (key, value) in value {
                merge(target.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(target), Value::Array(value)) => target.extend(value),
        (target, value) => *target = value,
    }
}

/// Parameters as JSON: one text, or an array of several.
pub(in crate::card::vcard) fn parameters(parameters: &Parameters) -> Map<String, Value> {
    let value = |values: &[String]| match values {
        [value] => Value::from(value.as_str()),
        values => values.iter().map(String::as_str).collect(),
    };
    parameters.iter().map(|(name, values)| (name.clone(), value(values))).collect()
}
