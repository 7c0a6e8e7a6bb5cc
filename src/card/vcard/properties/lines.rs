//! Properties as they are written.

use serde_json::{Map, Value, json};

use super::table::{CONTEXTS, MOMENTS, NATIVES, Native, TEXTS, ValueKind, date_of, moment};
use crate::card::{
    extras,
    vcard::{
        line::Parameters,
        out::{OutLine, Version, escaped},
    },
};

/// All properties without a field, as content lines.
pub(in crate::card::vcard) fn lines(rest: &Map<String, Value>, version: Version) -> Vec<OutLine> {
    let mut lines = Vec::new();
    for (key, value) in rest {
        match (key.as_str(), value) {
            (extras::EXTRAS, Value::Object(all)) => extra_lines(all, &mut lines),
            (extras::VCARD_PROPERTIES, Value::Array(properties)) => {
                for property in properties {
                    lines.push(
                        kept_line(property)
                            .unwrap_or_else(|| whole(extras::VCARD_PROPERTIES, None, &json!([property]))),
                    );
                }
            }
            (_, Value::Object(items)) if NATIVES.iter().any(|native| native.property == key) => {
                native_lines(key, items, version, &mut lines);
            }
            ("organizations", Value::Object(items)) => {
                for (at, (id, item)) in items.iter().enumerate() {
                    let line = department(item, (*id != format!("organization{}", at + 1)).then_some(id));
                    lines.push(line.unwrap_or_else(|| whole(key, Some(id), item)));
                }
            }
            ("members" | "relatedTo", Value::Object(items)) => {
                let relations = items
                    .iter()
                    .map(|(item, value)| relation(key, item, value).unwrap_or_else(|| whole(key, Some(item), value)));
                lines.extend(relations);
            }
            _ => lines.push(single(key, value, version).unwrap_or_else(|| whole(key, None, value))),
        }
    }
    lines
}

/// Extras that are no parameters of vCard.
fn extra_lines(all: &Map<String, Value>, lines: &mut Vec<OutLine>) {
    for (property, values) in all {
        let mut left = Map::new();
        for (value, extra) in values.as_object().into_iter().flatten() {
            let is_written = |name: &str| {
                name == extras::PARAMETERS || name == extras::PROPERTY_NAME || (property == "titles" && name == "kind")
            };
            let extra: Map<String, Value> = extra
                .as_object()
                .into_iter()
                .flatten()
                .filter(|(name, _)| !is_written(name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            if !extra.is_empty() {
                left.insert(value.clone(), Value::Object(extra));
            }
        }
        if !left.is_empty() {
            lines.push(whole(extras::EXTRAS, Some(property), &Value::Object(left)));
        }
    }
}

fn native_lines(property: &str, items: &Map<String, Value>, version: Version, lines: &mut Vec<OutLine>) {
    let mut written: Vec<&str> = Vec::new();
    let mut sorted: Vec<(&String, &Value)> = items.iter().collect();
    sorted.sort_by_key(|(id, _)| (id.len(), id.as_str()));
    for (id, item) in sorted {
        let Some((native, mut line)) = native_line(property, item, version) else {
            lines.push(whole(property, Some(id), item));
            continue;
        };
        let number = 1 + written.iter().filter(|prefix| **prefix == native.id).count();
        written.push(native.id);
        if *id != format!("{}{number}", native.id) {
            if native.value == ValueKind::List {
                lines.push(whole(property, Some(id), item));
                continue;
            }
            line.parameters.push(("prop-id".to_owned(), vec![id.clone()]));
        }
        lines.push(line);
    }
}

fn native_line(property: &str, item: &Value, version: Version) -> Option<(&'static Native, OutLine)> {
    let item = item.as_object()?;
    let kind = item.get("kind").map(|kind| kind.as_str().unwrap_or_default());
    let native = NATIVES.iter().find(|native| native.property == property && native.kind == kind)?;
    let known = ["kind", "contexts", "pref", "mediaType", native.main];
    if item.keys().any(|key| !known.contains(&key.as_str())) {
        return None;
    }
    let mut line = OutLine::new(native.vcard, String::new());
    if let Some(contexts) = item.get("contexts") {
        let contexts = contexts.as_object()?.iter().map(|(context, is_set)| {
            let name = CONTEXTS.iter().find(|(_, other)| context == other).filter(|_| *is_set == Value::Bool(true));
            name.map(|(name, _)| (*name).to_owned())
        });
        line.parameters.push(("type".to_owned(), contexts.collect::<Option<_>>()?));
    }
    if let Some(pref) = item.get("pref") {
        let pref = pref.as_u64().filter(|pref| (1..=100).contains(pref))?;
        line.parameters.push(("pref".to_owned(), vec![pref.to_string()]));
    }
    if let Some(media) = item.get("mediaType") {
        line.parameters.push(("mediatype".to_owned(), vec![media.as_str()?.to_owned()]));
    }
    let value = item.get(native.main)?;
    line.value = match native.value {
        ValueKind::Date => version.date(date_of(value)?),
        ValueKind::Text | ValueKind::List => escaped(trimmed(value)?),
        ValueKind::Uri => uri(trimmed(value)?)?,
        ValueKind::Data(_) => data(trimmed(value)?, version, &mut line)?,
    };
    Some((native, line))
}

/// A text that is read again as it is.
fn trimmed(value: &Value) -> Option<&str> {
    value.as_str().filter(|text| !text.is_empty() && text.trim() == *text)
}

/// An address as it stands in a line: addresses have no escapes, so none may look like one.
fn uri(text: &str) -> Option<String> {
    (!text.contains(['\\', '\n', '\r'])).then(|| text.to_owned())
}

/// A picture or sound; vCard 3.0 has the data alone.
fn data(text: &str, version: Version, line: &mut OutLine) -> Option<String> {
    let content = text.strip_prefix("data:").and_then(|text| text.split_once(";base64,"));
    match (content, version) {
        (Some((media, data)), Version::V3) if !media.contains(';') && !line.has("type") => {
            line.parameters.push(("encoding".to_owned(), vec!["b".to_owned()]));
            if !media.is_empty() {
                let kind = media.rsplit('/').next().unwrap_or(media);
                line.parameters.push(("type".to_owned(), vec![kind.to_ascii_uppercase()]));
            }
            uri(data)
        }
        (None, Version::V3) => {
            line.parameters.push(("value".to_owned(), vec!["uri".to_owned()]));
            uri(text)
        }
        _ => uri(text),
    }
}

fn relation(property: &str, key: &str, value: &Value) -> Option<OutLine> {
    if key.trim() != key || key.is_empty() {
        return None;
    }
    if property == "members" {
        return (*value == Value::Bool(true)).then(|| OutLine::new("member", escaped(key)));
    }
    let item = value.as_object()?;
    let relations = item.get("relation")?.as_object()?;
    let is_plain = item.len() == 1
        && relations.iter().all(|(name, is_set)| {
            *is_set == Value::Bool(true) && *name == name.to_ascii_lowercase() && !name.is_empty()
        });
    if !is_plain {
        return None;
    }
    let mut line = OutLine::new("related", escaped(key));
    if !relations.is_empty() {
        line.parameters.push(("type".to_owned(), relations.keys().cloned().collect()));
    }
    if !key.contains(':') {
        line.parameters.push(("value".to_owned(), vec!["text".to_owned()]));
    }
    Some(line)
}

/// The units of an organization without a name.
fn department(item: &Value, id: Option<&String>) -> Option<OutLine> {
    let item = item.as_object().filter(|item| item.len() == 1)?;
    let units = item.get("units")?.as_array().filter(|units| !units.is_empty())?;
    let unit = |unit: &Value| {
        let unit = unit.as_object().filter(|unit| unit.len() == 1)?;
        Some(escaped(trimmed(unit.get("name")?)?))
    };
    let units: Vec<String> = units.iter().map(unit).collect::<Option<_>>()?;
    let mut line = OutLine::new("org", format!(";{}", units.join(";")));
    if let Some(id) = id {
        line.add("prop-id", id.clone());
    }
    Some(line)
}

fn single(key: &str, value: &Value, version: Version) -> Option<OutLine> {
    let find = |names: &[(&'static str, &str)]| names.iter().find(|(_, other)| *other == key).map(|(name, _)| *name);
    if let Some(name) = find(TEXTS) {
        return Some(OutLine::new(name, escaped(trimmed(value)?)));
    }
    let text = trimmed(value)?;
    let name = find(MOMENTS)?;
    (moment(text).as_deref() == Some(text)).then(|| {
        let text = if version == Version::V4 { text.replace(['-', ':'], "") } else { text.to_owned() };
        OutLine::new(name, text)
    })
}

/// A property that was kept as it is, in the shape of jCard (RFC 7095).
fn kept_line(property: &Value) -> Option<OutLine> {
    let [name, parameters, kind, values @ ..] = property.as_array()?.as_slice() else { return None };
    let (name, parameters, kind) = (name.as_str()?, parameters.as_object()?, kind.as_str()?);
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return None;
    }
    let mut line = OutLine::new(name, String::new());
    line.group = parameters.get("group").and_then(Value::as_str).map(str::to_owned);
    line.parameters = out_parameters(parameters);
    if kind == "unknown" {
        let [Value::String(value)] = values else { return None };
        line.value = value.replace("\r\n", "\\n").replace(['\r', '\n'], "\\n");
        return Some(line);
    }
    if kind != "text" && !line.has("value") {
        line.parameters.push(("value".to_owned(), vec![kind.to_owned()]));
    }
    let text = |value: &Value| escaped(&value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    let component = |value: &Value| match value {
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(","),
        value => text(value),
    };
    let values: Vec<String> = values
        .iter()
        .map(|value| match value {
            Value::Array(components) => components.iter().map(component).collect::<Vec<_>>().join(";"),
            value => text(value),
        })
        .collect();
    line.value = values.join(",");
    Some(line)
}

/// A property of JSContact that vCard has no place for, whole (RFC 9555).
fn whole(property: &str, id: Option<&str>, value: &Value) -> OutLine {
    let name = |name: &str| name.replace('~', "~0").replace('/', "~1");
    let pointer = id.map_or_else(|| name(property), |id| format!("{}/{}", name(property), name(id)));
    let mut line = OutLine::new("jsprop", escaped(&value.to_string()));
    line.parameters.push(("jsptr".to_owned(), vec![pointer]));
    line
}

/// Parameters from JSON.
pub(in crate::card::vcard) fn out_parameters(parameters: &Map<String, Value>) -> Parameters {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = |value: &Value| match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    };
    parameters.iter().filter(|(name, _)| *name != "group").map(|(name, value)| (name.clone(), values(value))).collect()
}
