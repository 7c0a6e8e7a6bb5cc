//! Cards read from JSContact.

use serde_json::{Map, Value};

use super::{ITEM_ID, LONE};
use crate::card::{
    Card, CardStatus, ContactPoint, Employment, Given, NameKind, NamePart, PartialDate, PostalAddress, extras, labels,
    text::without_scheme,
};

/// The value is no card: it is not an object, or of another type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACard;

type Object = Map<String, Value>;

/// Reads a card. Everything that has no field, or not the shape that the standard asks for, stays in the rest.
pub fn from_jscontact(value: Value) -> Result<Card, NotACard> {
    let Value::Object(mut rest) = value else { return Err(NotACard) };
    if rest.get("@type").is_some_and(|kind| kind != "Card") {
        return Err(NotACard);
    }
    rest.remove("@type");
    rest.remove("version");
    let mut card = Card {
        id: take_text(&mut rest, "liaison:id").into(),
        external_id: take_text(&mut rest, "liaison:externalId").into(),
        uid: take_text(&mut rest, "uid").into(),
        ..Card::default()
    };
    if let (Some(uid), Some(id)) = (card.uid.text(), card.id.text())
        && uid.strip_prefix("urn:uuid:") == Some(id)
    {
        card.uid = Given::Absent;
    }
    if let Some(status) = rest.get("liaison:status").and_then(Value::as_str).and_then(CardStatus::named) {
        card.status = Given::Value(status);
        rest.remove("liaison:status");
    }
    if let Some(Value::Object(_)) = rest.get("liaison:metadata")
        && let Some(Value::Object(metadata)) = rest.remove("liaison:metadata")
    {
        card.metadata = Given::Value(metadata);
    }
    read_name(&mut card, &mut rest);
    let mut kept = Object::new();
    card.emails = read_points(&mut rest, &mut kept, "emails", "address");
    card.phones = read_points(&mut rest, &mut kept, "phones", "number");
    card.links = read_points(&mut rest, &mut kept, "links", "uri");
    card.addresses = read_addresses(&mut rest, &mut kept);
    card.employments = read_employments(&mut rest, &mut kept);
    card.birthday = read_birthday(&mut rest, &mut kept).into();
    card.tags = read_tags(&mut rest).into();
    card.notes = read_notes(&mut rest, &mut kept).into();
    card.sort_tags();
    if let Some(kept) = kept.remove(extras::EXTRAS) {
        rest.insert(extras::EXTRAS.to_owned(), kept);
    }
    card.rest = rest;
    Ok(card)
}

/// Adds what was stored beside a contact's fields to its card, whose name is already set. The components of another name are
/// left out.
pub fn set_stored(card: &mut Card, stored: &Map<String, Value>) {
    let mut rest = stored.clone();
    if let Some(Value::Object(name)) = rest.get_mut("name") {
        let is_same = name.get("full").and_then(Value::as_str) == card.display_name().as_deref();
        name.remove("full");
        if !is_same {
            name.remove("components");
        }
    }
    let full = std::mem::take(&mut card.name);
    read_name(card, &mut rest);
    card.name = full;
    card.rest = rest;
}

/// Takes a text that is not blank; everything else stays.
fn take_text(object: &mut Object, key: &str) -> Option<String> {
    let text = object.get(key)?.as_str()?;
    if text.trim().is_empty() {
        return None;
    }
    let text = text.to_owned();
    object.remove(key);
    Some(text)
}

/// Takes the items of a property's map, in order: by preference, then by id. They keep their ids where the card has
/// translations, because these name items by their ids.
fn take_items(rest: &mut Object, property: &str) -> Vec<(String, Value)> {
    let Some(Value::Object(_)) = rest.get(property) else { return Vec::new() };
    let keeps_ids = rest.contains_key("localizations");
    let Some(Value::Object(items)) = rest.remove(property) else { return Vec::new() };
    let mut items: Vec<(String, Value)> = items.into_iter().collect();
    for (id, item) in items.iter_mut().filter(|_| keeps_ids) {
        if let Value::Object(item) = item {
            item.insert(ITEM_ID.to_owned(), id.clone().into());
        }
    }
    items.sort_by_cached_key(|(id, item)| {
        let preference = item.get("pref").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let head = id.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let number: u64 = id.strip_prefix(head).and_then(|number| number.parse().ok()).unwrap_or(u64::MAX);
        (preference, head.to_owned(), number)
    });
    items
}

/// Puts an item back that no field can hold.
fn put_back(rest: &mut Object, property: &str, id: String, mut item: Value) {
    item.as_object_mut().and_then(|item| item.remove(ITEM_ID));
    if let Value::Object(items) = rest.entry(property).or_insert_with(|| Value::Object(Object::new())) {
        items.insert(id, item);
    }
}

fn read_name(card: &mut Card, rest: &mut Object) {
    let Some(Value::Object(name)) = rest.get_mut("name") else { return };
    name.remove("@type");
    card.name = take_text(name, "full").into();
    let mut is_plain = name.get("isOrdered").is_none_or(|is_ordered| *is_ordered == Value::Bool(false))
        && !name.contains_key("defaultSeparator");
    card.name_parts.clear();
    for component in name.get("components").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| component.get(key).and_then(Value::as_str);
        let kind = text("kind").and_then(NameKind::named);
        if let (Some(kind), Some(value)) = (kind, text("value").filter(|value| !value.is_empty())) {
            card.name_parts.push(NamePart { kind, value: value.to_owned() });
            is_plain &= component.as_object().is_some_and(|component| component.len() == 2);
        } else {
            is_plain = false;
        }
    }
    if is_plain {
        name.remove("isOrdered");
        name.remove("components");
    }
    card.sort_name_parts();
    if name.is_empty() {
        rest.remove("name");
    }
}

fn read_points(rest: &mut Object, kept: &mut Object, property: &str, main: &str) -> Given<Vec<ContactPoint>> {
    let mut points = Given::Absent;
    for (id, item) in take_items(rest, property) {
        match item {
            Value::Object(mut item)
                if item.get(main).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty()) =>
            {
                item.remove("@type");
                // The order of the list says it.
                item.remove("pref");
                let value = take_text(&mut item, main).unwrap_or_default();
                let scheme = if property == "phones" { "tel:" } else { "" };
                let value = without_scheme(&value, scheme).to_owned();
                let label = labels::take_from_item(&mut item, property == "phones");
                extras::keep(kept, property, extras::key(&value, label.as_deref()), item);
                points.push(ContactPoint { value, label });
            }
            item => put_back(rest, property, id, item),
        }
    }
    points
}

fn read_addresses(rest: &mut Object, kept: &mut Object) -> Given<Vec<PostalAddress>> {
    let mut addresses = Given::Absent;
    for (id, item) in take_items(rest, "addresses") {
        let address = item.as_object().map(read_address).filter(|address| !address.is_blank());
        match (address, item) {
            (Some(mut address), Value::Object(mut item)) => {
                item.remove("@type");
                item.remove("pref");
                address.label = labels::take_from_item(&mut item, false);
                if is_plain_address(&item, &address) {
                    item.remove("components");
                }
                let key = extras::key(&address.formatted(), address.label.as_deref());
                extras::keep(kept, "addresses", key, item);
                addresses.push(address);
            }
            (_, item) => put_back(rest, "addresses", id, item),
        }
    }
    addresses
}

fn read_address(item: &Object) -> PostalAddress {
    let mut address = PostalAddress::default();
    let mut street: Vec<(u8, &str)> = Vec::new();
    for component in item.get("components").and_then(Value::as_array).into_iter().flatten() {
        let text = |key: &str| component.get(key).and_then(Value::as_str);
        let Some(value) = text("value").filter(|value| !value.trim().is_empty()) else { continue };
        let append = |part: &mut Option<String>| match part {
            Some(part) => *part = format!("{part} {value}"),
            None => *part = Some(value.to_owned()),
        };
        match text("kind").unwrap_or_default() {
            "locality" => append(&mut address.locality),
            "region" => append(&mut address.region),
            "postcode" => append(&mut address.postal_code),
            "country" => append(&mut address.country),
            "name" | "number" | "direction" => street.push((0, value)),
            "separator" => {}
            _ => street.push((1, value)),
        }
    }
    // Number and street stand on one line, in the order of the card; everything finer below.
    let line = |which: u8, between: &str| {
        let parts: Vec<&str> = street.iter().filter(|(line, _)| *line == which).map(|(_, value)| *value).collect();
        (!parts.is_empty()).then(|| parts.join(between))
    };
    let lines: Vec<String> = [line(0, " "), line(1, ", ")].into_iter().flatten().collect();
    address.street = (!lines.is_empty()).then(|| lines.join("\n"));
    let text = |key: &str| item.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    if address.country.is_none() {
        address.country = text("countryCode").map(str::to_owned);
    }
    if address.is_blank() || (address.street.is_none() && address.locality.is_none()) {
        address.street = text("full").map(str::to_owned);
    }
    address
}

/// True where the components are those that the address itself would be written with.
fn is_plain_address(item: &Object, address: &PostalAddress) -> bool {
    let Some(components) = item.get("components").and_then(Value::as_array) else { return true };
    let mut expected = [
        ("name", &address.street),
        ("locality", &address.locality),
        ("region", &address.region),
        ("postcode", &address.postal_code),
        ("country", &address.country),
    ]
    .into_iter()
    .filter_map(|(kind, value)| value.as_deref().map(|value| (kind, value)));
    components.iter().all(|component| {
        let text = |key: &str| component.get(key).and_then(Value::as_str).unwrap_or_default();
        expected.next() == Some((text("kind"), text("value")))
            && component.as_object().is_some_and(|component| component.len() == 2)
    }) && expected.next().is_none()
}

fn read_employments(rest: &mut Object, kept: &mut Object) -> Given<Vec<Employment>> {
    let mut places: Vec<(String, Employment)> = Vec::new();
    for (id, item) in take_items(rest, "organizations") {
        // Without a company there is nothing that a person could have a place in.
        let is_text = |key: &str| item.get(key).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty());
        let names_company =
            ["name", "liaison:companyId", "liaison:companyExternalId", "liaison:website"].into_iter().any(is_text);
        let mut item = match item {
            Value::Object(item) if names_company => item,
            item => {
                put_back(rest, "organizations", id, item);
                continue;
            }
        };
        item.remove("@type");
        let place = Employment {
            company_id: take_text(&mut item, "liaison:companyId"),
            company_external_id: take_text(&mut item, "liaison:companyExternalId"),
            company: take_text(&mut item, "name"),
            website: take_text(&mut item, "liaison:website"),
            role: Given::Absent,
            department: take_department(&mut item).into(),
        };
        extras::keep(kept, "organizations", place.company.clone().unwrap_or_default(), item);
        places.push((id, place));
    }
    let titles = take_items(rest, "titles");
    let (titles, roles): (Vec<_>, Vec<_>) =
        titles.into_iter().partition(|(_, item)| item.get("kind").is_none_or(|kind| kind != "role"));
    for (id, item) in titles.into_iter().chain(roles) {
        if let Some(item) = take_role(&mut places, kept, item) {
            put_back(rest, "titles", id, item);
        }
    }
    if places.is_empty() { Given::Absent } else { Given::Value(places.into_iter().map(|(_, place)| place).collect()) }
}

/// Names of the units, separated by "; ". Units with more than a name stay.
fn take_department(item: &mut Object) -> Option<String> {
    let units = item.get("units")?.as_array()?;
    let names: Vec<&str> = units.iter().filter_map(|unit| unit.get("name").and_then(Value::as_str)).collect();
    let is_plain = names.len() == units.len()
        && units
            .iter()
            .all(|unit| unit.as_object().is_some_and(|unit| unit.keys().all(|key| key == "name" || key == "@type")));
    let department = (!names.is_empty()).then(|| names.join("; "))?;
    if is_plain {
        item.remove("units");
    }
    Some(department)
}

/// Gives a title to the place that it belongs to, or answers it where no place can hold it.
fn take_role(places: &mut [(String, Employment)], kept: &mut Object, mut item: Value) -> Option<Value> {
    if item.as_object_mut().and_then(|item| item.remove(LONE)).is_some_and(|is_lone| is_lone == true) {
        return Some(item);
    }
    let Some(name) = item.get("name").and_then(Value::as_str).filter(|name| !name.trim().is_empty()) else {
        return Some(item);
    };
    let organization = item.get("organizationId").and_then(Value::as_str);
    let place = match organization {
        Some(organization) => places.iter_mut().find(|(id, _)| id == organization),
        None => places.first_mut(),
    };
    match place {
        Some((_, place)) if place.role.value().is_none() => {
            place.role = Given::Value(name.to_owned());
            if let Value::Object(mut item) = item {
                let role = take_text(&mut item, "name").unwrap_or_default();
                item.remove("organizationId");
                item.remove("@type");
                if item.get("kind").is_some_and(|kind| kind == "title") {
                    item.remove("kind");
                }
                extras::keep(kept, "titles", role, item);
            }
            None
        }
        _ => Some(item),
    }
}

fn read_birthday(rest: &mut Object, kept: &mut Object) -> Option<PartialDate> {
    let mut birthday = None;
    for (id, item) in take_items(rest, "anniversaries") {
        let is_birth = item.get("kind").is_some_and(|kind| kind == "birth");
        let date = item.get("date").and_then(|date| read_date(date).map(|read| (read, is_plain_date(date))));
        match (birthday, date, item) {
            (None, Some((date, is_plain)), Value::Object(mut item)) if is_birth => {
                birthday = Some(date);
                item.remove("@type");
                item.remove("kind");
                if is_plain {
                    item.remove("date");
                }
                extras::keep(kept, "anniversaries", date.to_string(), item);
            }
            (_, _, item) => put_back(rest, "anniversaries", id, item),
        }
    }
    birthday
}

/// The date of a `PartialDate` or a `Timestamp`.
fn read_date(date: &Value) -> Option<PartialDate> {
    if let Some(utc) = date.get("utc").and_then(Value::as_str) {
        return utc.get(..10)?.parse().ok();
    }
    let number = |key: &str| date.get(key).and_then(Value::as_u64);
    let year = number("year").map(u16::try_from).transpose().ok()?;
    let month = number("month").map(u8::try_from).transpose().ok()?;
    let day = number("day").map(u8::try_from).transpose().ok()?;
    PartialDate::new(year, month, day)
}

/// True of a date that says nothing else.
fn is_plain_date(date: &Value) -> bool {
    date.as_object()
        .is_some_and(|date| date.keys().all(|key| matches!(key.as_str(), "@type" | "year" | "month" | "day")))
}

fn read_tags(rest: &mut Object) -> Option<Vec<String>> {
    let keywords = rest.get("keywords")?.as_object()?;
    if keywords.is_empty() || keywords.values().any(|is_set| *is_set != Value::Bool(true)) {
        return None;
    }
    let tags = keywords.keys().cloned().collect();
    rest.remove("keywords");
    Some(tags)
}

fn read_notes(rest: &mut Object, kept: &mut Object) -> Option<String> {
    let mut notes: Vec<String> = Vec::new();
    let mut extra = Object::new();
    for (id, item) in take_items(rest, "notes") {
        match item {
            Value::Object(mut item) if item.get("note").is_some_and(Value::is_string) => {
                item.remove("@type");
                notes.extend(take_text(&mut item, "note"));
                item.remove("note");
                for (key, value) in item {
                    extra.entry(key).or_insert(value);
                }
            }
            item => put_back(rest, "notes", id, item),
        }
    }
    let notes = (!notes.is_empty()).then(|| notes.join("\n\n"))?;
    extras::keep(kept, "notes", notes.clone(), extra);
    Some(notes)
}
