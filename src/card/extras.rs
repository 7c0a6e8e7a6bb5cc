//! Properties of a value in a list that its field has no place for, such as a vCard parameter of one phone number.
//!
//! They stand in the card's rest below one key of our own, by property and value, in the shape of JSContact. So they leave
//! with the value they belong to, and come back into the item when the card is written.

use serde_json::{Map, Value};

/// Key of all extras in the rest of a card.
pub(super) const EXTRAS: &str = "liaison:extras";

/// Key of the vCard properties that JSContact has no place for (RFC 9555).
pub(super) const VCARD_PROPERTIES: &str = "vCardProps";

/// Key of the vCard parameters that an item of JSContact has no place for (RFC 9555).
pub(super) const PARAMETERS: &str = "vCardParams";

/// Key of the vCard property that an item of JSContact came from, where it is not the usual one (RFC 9555).
pub(super) const PROPERTY_NAME: &str = "vCardName";

/// The key of a value: extras no longer hold once the value or its label has changed.
pub(super) fn key(value: &str, label: Option<&str>) -> String {
    label.map_or_else(|| value.to_owned(), |label| format!("{value}\n{label}"))
}

/// Keeps the extras of a value of a property.
pub(super) fn keep(rest: &mut Map<String, Value>, property: &str, key: String, extras: Map<String, Value>) {
    if extras.is_empty() {
        return;
    }
    if let Value::Object(all) = rest.entry(EXTRAS).or_insert_with(|| Value::Object(Map::new()))
        && let Value::Object(of_property) = all.entry(property).or_insert_with(|| Value::Object(Map::new()))
    {
        of_property.insert(key, Value::Object(extras));
    }
}

/// The extras of a value of a property.
pub(super) fn of<'a>(rest: &'a Map<String, Value>, property: &str, key: &str) -> Option<&'a Map<String, Value>> {
    rest.get(EXTRAS)?.get(property)?.get(key)?.as_object()
}

/// Adds the extras of a value to its item.
pub(super) fn add(rest: &Map<String, Value>, property: &str, key: &str, item: &mut Map<String, Value>) {
    if let Some(extras) = of(rest, property, key) {
        item.extend(extras.iter().map(|(name, value)| (name.clone(), value.clone())));
    }
}
