//! Cards written as JSContact.

use serde_json::{Map, Value, json};

use super::{ITEM_ID, LONE};
use crate::card::{Card, ContactPoint, Employment, Given, PostalAddress, extras, labels};

/// Properties whose items say by `pref` which comes first, where their ids do not.
const RANKED: [&str; 4] = ["emails", "phones", "links", "addresses"];
/// Highest number that the standard allows there.
const PREFERENCE_MAX: usize = 100;

/// The whole card as JSContact.
pub fn to_jscontact(card: &Card) -> Value {
    let mut out = Map::new();
    out.insert("@type".to_owned(), "Card".into());
    out.insert("version".to_owned(), "1.0".into());
    let uid = card.uid.text().map(str::to_owned).or_else(|| card.id.text().map(|id| format!("urn:uuid:{id}")));
    put(&mut out, "uid", uid);
    out.extend(
        card.rest.iter().filter(|(key, _)| *key != extras::EXTRAS).map(|(key, value)| (key.clone(), value.clone())),
    );
    put_name(&mut out, card);
    put_points(&mut out, card, "emails", "address", "email", card.emails.items());
    put_points(&mut out, card, "phones", "number", "phone", card.phones.items());
    put_points(&mut out, card, "links", "uri", "link", card.links.items());
    put_addresses(&mut out, card);
    put_employments(&mut out, card);
    put_birthday(&mut out, card);
    mark_lone_titles(&mut out, card);
    if let Some(tags) = card.tags.value() {
        let keywords = tags.iter().map(|tag| (tag.clone(), Value::Bool(true)));
        if let Some(known) = object(&mut out, "keywords") {
            known.extend(keywords);
        }
    }
    if let Some(notes) = card.notes.text() {
        let mut item = Map::from_iter([("note".to_owned(), Value::from(notes))]);
        extras::add(&card.rest, "notes", notes, &mut item);
        put_item(&mut out, "notes", "note", item);
    }
    put(&mut out, "liaison:id", card.id.text());
    put(&mut out, "liaison:externalId", card.external_id.text());
    put(&mut out, "liaison:status", card.status.value().map(|status| status.name()));
    put(&mut out, "liaison:metadata", card.metadata.value().cloned());
    Value::Object(out)
}

/// The part of the card that the fields of a contact do not hold, to be stored beside them; none where there is nothing.
///
/// It is a part of a JSContact card. The components of the name stand beside the name that they belong to, so that they are
/// left out once the contact has another name.
pub fn to_stored(card: &Card) -> Option<Map<String, Value>> {
    let mut out = card.rest.clone();
    let mut name = Map::new();
    if let Some(Value::Object(rest)) = out.remove("name") {
        name = rest;
    }
    put_components(&mut name, card);
    if !name.is_empty() {
        put(&mut name, "full", card.display_name());
        out.insert("name".to_owned(), Value::Object(name));
    }
    (!out.is_empty()).then_some(out)
}

/// Inserts a value where there is one.
fn put(out: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        out.insert(key.to_owned(), value.into());
    }
}

/// The object of a property, made where it is missing; none where the property is something else.
fn object<'a>(out: &'a mut Map<String, Value>, property: &str) -> Option<&'a mut Map<String, Value>> {
    out.entry(property).or_insert_with(|| Value::Object(Map::new())).as_object_mut()
}

/// Adds an item to a property's map, and answers its id: the one that it came with, or a new one.
fn put_item(out: &mut Map<String, Value>, property: &str, id: &str, mut item: Map<String, Value>) -> String {
    let Some(items) = object(out, property) else { return String::new() };
    let own = item.remove(ITEM_ID).and_then(|id| id.as_str().map(str::to_owned));
    if let Some(own) = own.filter(|own| !items.contains_key(own)) {
        if RANKED.contains(&property) && items.len() < PREFERENCE_MAX {
            item.insert("pref".to_owned(), (items.len() + 1).into());
        }
        items.insert(own.clone(), Value::Object(item));
        return own;
    }
    // A long list is not searched for a gap.
    let mut number = if items.len() > 100 { items.len() + 1 } else { 1 };
    let mut free = format!("{id}{number}");
    while items.contains_key(&free) {
        number += 1;
        free = format!("{id}{number}");
    }
    items.insert(free.clone(), Value::Object(item));
    free
}

fn put_name(out: &mut Map<String, Value>, card: &Card) {
    let mut name = match out.remove("name") {
        Some(Value::Object(name)) => name,
        _ => Map::new(),
    };
    put(&mut name, "full", card.name.text());
    put_components(&mut name, card);
    if !name.is_empty() {
        out.insert("name".to_owned(), Value::Object(name));
    }
}

fn put_components(name: &mut Map<String, Value>, card: &Card) {
    if card.name_parts.is_empty() || name.contains_key("components") {
        return;
    }
    let parts = card.name_parts.iter().map(|part| json!({ "kind": part.kind.name(), "value": part.value }));
    name.insert("components".to_owned(), parts.collect());
}

fn put_points(
    out: &mut Map<String, Value>,
    card: &Card,
    property: &str,
    main: &str,
    id: &str,
    points: &[ContactPoint],
) {
    for point in points {
        let label = point.label.as_deref();
        let mut item = Map::from_iter([(main.to_owned(), Value::from(point.value.as_str()))]);
        labels::put_into_item(&mut item, label, property == "phones");
        extras::add(&card.rest, property, &extras::key(&point.value, label), &mut item);
        put_item(out, property, id, item);
    }
}

fn put_addresses(out: &mut Map<String, Value>, card: &Card) {
    for address in card.addresses.items() {
        let mut item = Map::new();
        let parts = address_components(address);
        if !parts.is_empty() {
            item.insert("components".to_owned(), parts.into());
        }
        labels::put_into_item(&mut item, address.label.as_deref(), false);
        extras::add(&card.rest, "addresses", &extras::key(&address.formatted(), address.label.as_deref()), &mut item);
        put_item(out, "addresses", "address", item);
    }
}

fn address_components(address: &PostalAddress) -> Vec<Value> {
    [
        ("name", &address.street),
        ("locality", &address.locality),
        ("region", &address.region),
        ("postcode", &address.postal_code),
        ("country", &address.country),
    ]
    .into_iter()
    .filter_map(|(kind, value)| value.as_ref().map(|value| json!({ "kind": kind, "value": value })))
    .collect()
}

fn put_employments(out: &mut Map<String, Value>, card: &Card) {
    for place in card.employments.items() {
        let company = organization(place);
        let id = (!company.is_empty()).then(|| {
            let mut company = company;
            extras::add(&card.rest, "organizations", place.company.as_deref().unwrap_or_default(), &mut company);
            if card.employments.items().len() > 1 {
                // Their order is that of their ids alone.
                company.remove(ITEM_ID);
            }
            put_item(out, "organizations", "organization", company)
        });
        if let Some(role) = place.role.text() {
            let mut title = Map::from_iter([("name".to_owned(), Value::from(role))]);
            put(&mut title, "organizationId", id);
            extras::add(&card.rest, "titles", role, &mut title);
            put_item(out, "titles", "title", title);
        }
    }
}

/// The item of a company; empty where nothing but the role is known.
fn organization(place: &Employment) -> Map<String, Value> {
    let mut item = Map::new();
    put(&mut item, "name", place.company.as_deref());
    let units = place.department.text().map(units);
    put(&mut item, "units", units);
    put(&mut item, "liaison:companyId", place.company_id.as_deref());
    put(&mut item, "liaison:companyExternalId", place.company_external_id.as_deref());
    put(&mut item, "liaison:website", place.website.as_deref());
    item
}

fn units(department: &str) -> Vec<Value> {
    department.split("; ").map(|unit| json!({ "name": unit })).collect()
}

/// Moves places that name no company to the properties without a field: roles as titles, departments as the units of an
/// organization without a name. Answers the names of the fields that were moved.
pub(in crate::card) fn keep_lone_places(card: &mut Card) -> Vec<&'static str> {
    let mut moved = Vec::new();
    let Given::Value(places) = std::mem::take(&mut card.employments) else { return moved };
    let (places, lone): (Vec<_>, Vec<_>) = places.into_iter().partition(Employment::names_company);
    if !places.is_empty() {
        card.employments = Given::Value(places);
    }
    for Employment { role, department, .. } in lone {
        if let Given::Value(role) = role {
            put_item(&mut card.rest, "titles", "title", Map::from_iter([("name".to_owned(), role.into())]));
            moved.push("role");
        }
        if let Given::Value(department) = department {
            let item = Map::from_iter([("units".to_owned(), units(&department).into())]);
            put_item(&mut card.rest, "organizations", "organization", item);
            moved.push("department");
        }
    }
    moved
}

/// Marks titles that belong to no company where a reader would give them to one.
fn mark_lone_titles(out: &mut Map<String, Value>, card: &Card) {
    let Some(Value::Object(kept)) = card.rest.get("titles").filter(|_| card.has_place_without_role()) else { return };
    let Some(titles) = out.get_mut("titles").and_then(Value::as_object_mut) else { return };
    for (id, item) in titles {
        if let Some(item) =
            item.as_object_mut().filter(|item| kept.contains_key(id) && !item.contains_key("organizationId"))
        {
            item.insert(LONE.to_owned(), true.into());
        }
    }
}

fn put_birthday(out: &mut Map<String, Value>, card: &Card) {
    let Some(date) = card.birthday.value() else { return };
    let mut parts = Map::from_iter([("@type".to_owned(), Value::from("PartialDate"))]);
    put(&mut parts, "year", date.year());
    put(&mut parts, "month", date.month());
    put(&mut parts, "day", date.day());
    let mut item = Map::from_iter([("kind".to_owned(), "birth".into()), ("date".to_owned(), Value::Object(parts))]);
    extras::add(&card.rest, "anniversaries", &date.to_string(), &mut item);
    put_item(out, "anniversaries", "birth", item);
}
