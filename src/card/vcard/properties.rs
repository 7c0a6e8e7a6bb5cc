//! Properties of vCard that no field holds: where JSContact has a place for them (RFC 9555), and `vCardProps` for all others.
//!
//! A property is given its place in JSContact only if that place holds all of it; otherwise it stays as it was.

use serde_json::{Map, Value, json};

use super::{
    line::{Coding, Line, Parameters},
    out::{OutLine, Version, escaped},
};
use crate::card::{PartialDate, extras};

/// Kind of the value of a property.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ValueKind {
    Text,
    /// Texts that are separated by commas.
    List,
    Uri,
    /// A picture or a sound: an address, or the data itself, of this media type.
    Data(&'static str),
    Date,
}

/// A property that is an item in a map of JSContact.
struct Native {
    vcard: &'static str,
    property: &'static str,
    /// Key of the item that holds the value.
    main: &'static str,
    /// The item's `kind`.
    kind: Option<&'static str>,
    /// Beginning of the item's id.
    id: &'static str,
    value: ValueKind,
}

const fn native(
    vcard: &'static str,
    property: &'static str,
    main: &'static str,
    kind: Option<&'static str>,
    id: &'static str,
    value: ValueKind,
) -> Native {
    Native { vcard, property, main, kind, id, value }
}

const NATIVES: &[Native] = &[
    native("nickname", "nicknames", "name", None, "nickname", ValueKind::List),
    native("photo", "media", "uri", Some("photo"), "photo", ValueKind::Data("image")),
    native("logo", "media", "uri", Some("logo"), "logo", ValueKind::Data("image")),
    native("sound", "media", "uri", Some("sound"), "sound", ValueKind::Data("audio")),
    native("impp", "onlineServices", "uri", None, "service", ValueKind::Uri),
    native("anniversary", "anniversaries", "date", Some("wedding"), "wedding", ValueKind::Date),
    native("deathdate", "anniversaries", "date", Some("death"), "death", ValueKind::Date),
    native("lang", "preferredLanguages", "language", None, "language", ValueKind::Text),
    native("expertise", "personalInfo", "value", Some("expertise"), "expertise", ValueKind::Text),
    native("hobby", "personalInfo", "value", Some("hobby"), "hobby", ValueKind::Text),
    native("interest", "personalInfo", "value", Some("interest"), "interest", ValueKind::Text),
    native("key", "cryptoKeys", "uri", None, "key", ValueKind::Uri),
    native("caluri", "calendars", "uri", Some("calendar"), "calendar", ValueKind::Uri),
    native("fburl", "calendars", "uri", Some("freeBusy"), "freebusy", ValueKind::Uri),
    native("caladruri", "schedulingAddresses", "uri", None, "scheduling", ValueKind::Uri),
    native("source", "directories", "uri", Some("entry"), "entry", ValueKind::Uri),
    native("org-directory", "directories", "uri", Some("directory"), "directory", ValueKind::Uri),
    native("role", "titles", "name", Some("role"), "title", ValueKind::Text),
    native("title", "titles", "name", None, "title", ValueKind::Text),
];

/// Properties with one text, and their names in JSContact.
const TEXTS: &[(&str, &str)] = &[("kind", "kind"), ("language", "language"), ("prodid", "prodId")];

/// Properties with one moment, and their names in JSContact.
const MOMENTS: &[(&str, &str)] = &[("created", "created"), ("rev", "updated")];

const CONTEXTS: &[(&str, &str)] = &[("home", "private"), ("work", "work")];

/// Property of JSContact for properties of vCard that it has no place for.
const VCARD_PROPERTIES: &str = "vCardProps";

/// Keeps a line among the properties that have no field.
pub(super) fn keep(rest: &mut Map<String, Value>, line: &Line) {
    if line.group.is_none() && (keep_native(rest, line) || keep_single(rest, line) || keep_relation(rest, line)) {
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

/// Adds an item under its own id, or the next free one.
pub(super) fn put_item(
    rest: &mut Map<String, Value>,
    property: &str,
    prefix: &str,
    id: Option<&str>,
    item: Map<String, Value>,
) {
    let Value::Object(items) = rest.entry(property).or_insert_with(|| json!({})) else { return };
    let mut free = id.map_or_else(|| format!("{prefix}1"), str::to_owned);
    let mut number = 1;
    while items.contains_key(&free) {
        number += 1;
        free = format!("{prefix}{number}");
    }
    items.insert(free, Value::Object(item));
}

/// Parameters as JSON: one text, or an array of several.
pub(super) fn parameters(parameters: &Parameters) -> Map<String, Value> {
    let value = |values: &[String]| match values {
        [value] => Value::from(value.as_str()),
        values => values.iter().map(String::as_str).collect(),
    };
    parameters.iter().map(|(name, values)| (name.clone(), value(values))).collect()
}

/// Parameters from JSON.
pub(super) fn out_parameters(parameters: &Map<String, Value>) -> Parameters {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let values = |value: &Value| match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => vec![text(value)],
    };
    parameters.iter().filter(|(name, _)| *name != "group").map(|(name, value)| (name.clone(), values(value))).collect()
}

/// A date of vCard: `19850412`, `1985-04-12`, `1985-04`, `1985`, `--0412` or `--04-12`; a time after it is left out.
pub(super) fn date(text: &str) -> Option<PartialDate> {
    let day = text.split(['T', 't', ' ']).next()?;
    if let Ok(date) = day.parse() {
        return Some(date);
    }
    let number =
        |from: usize, to: usize| day.get(from..to).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    let (year, month, date) = match day.len() {
        8 => (Some(number(0, 4)?), number(4, 6)?, number(6, 8)?),
        6 if day.starts_with("--") => (None, number(2, 4)?, number(4, 6)?),
        _ => return None,
    };
    PartialDate::new(year.map(str::parse).transpose().ok()?, month.parse().ok(), date.parse().ok())
}

fn date_value(date: PartialDate) -> Value {
    let parts = [
        ("@type", Some(Value::from("PartialDate"))),
        ("year", date.year().map(Value::from)),
        ("month", date.month().map(Value::from)),
        ("day", date.day().map(Value::from)),
    ];
    parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

fn date_of(value: &Value) -> Option<PartialDate> {
    let number = |key: &str| value.get(key).and_then(Value::as_u64);
    let (year, month, day) = (number("year"), number("month"), number("day"));
    let date = PartialDate::new(
        year.and_then(|year| year.try_into().ok()),
        month.and_then(|month| month.try_into().ok()),
        day.and_then(|day| day.try_into().ok()),
    )?;
    (date_value(date) == *value).then_some(date)
}

/// A moment in UTC, e.g. `20240131T083000Z`, as JSContact writes it.
fn moment(text: &str) -> Option<String> {
    let digits: String = text.strip_suffix('Z')?.chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
    let (day, time) = digits.split_once('T')?;
    let is_whole =
        day.len() == 8 && time.len() == 6 && day.bytes().chain(time.bytes()).all(|byte| byte.is_ascii_digit());
    let part = |text: &'_ str, from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    is_whole.then(|| {
        let date = [part(day, 0, 4), part(day, 4, 6), part(day, 6, 8)].join("-");
        format!("{date}T{}Z", [part(time, 0, 2), part(time, 2, 4), part(time, 4, 6)].join(":"))
    })
}

/// Puts a property of JSContact back that was written whole; answers the line where it cannot be read.
pub(super) fn restore(rest: &mut Map<String, Value>, line: Line) -> Option<Line> {
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

/// All properties without a field, as content lines.
pub(super) fn lines(rest: &Map<String, Value>, version: Version) -> Vec<OutLine> {
    let mut lines = Vec::new();
    for (key, value) in rest {
        match (key.as_str(), value) {
            (extras::EXTRAS, Value::Object(all)) => extra_lines(all, &mut lines),
            (VCARD_PROPERTIES, Value::Array(properties)) => {
                for property in properties {
                    lines.push(kept_line(property).unwrap_or_else(|| whole("vCardProps", None, &json!([property]))));
                }
            }
            (_, Value::Object(items)) if NATIVES.iter().any(|native| native.property == key) => {
                native_lines(key, items, version, &mut lines);
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
            let is_written =
                |name: &str| name == extras::PARAMETERS || name == extras::PROPERTY_NAME || property == "titles";
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
