//! Items of lists that stand in several columns or share one cell.

use super::field::Field;
use crate::card::{ContactPoint, Employment, Given, text::without_scheme};

/// Items of a list that are taken from one row, far beyond what a contact may have.
pub(super) const ITEMS_MAX: u32 = 1000;

/// Values and label of one item of a list.
#[derive(Default)]
pub(super) struct Points {
    pub(super) slot: u32,
    pub(super) values: Vec<String>,
    pub(super) label: Option<String>,
}

/// Sets a part that no column before has given.
pub(super) fn set(part: &mut Option<String>, text: &str) {
    if part.is_none() {
        *part = Some(text.to_owned());
    }
}

/// The place in a company of a slot.
pub(super) fn place(places: &mut Vec<(u32, Employment)>, slot: u32) -> &mut Employment {
    &mut of_slot(places, slot, |(slot, _)| *slot, || (slot, Employment::default())).1
}

/// The item of a slot, made where it is missing.
pub(super) fn of_slot<T>(
    items: &mut Vec<T>,
    slot: u32,
    slot_of: impl Fn(&T) -> u32,
    make: impl FnOnce() -> T,
) -> &mut T {
    let at = items.iter().position(|item| slot_of(item) == slot).unwrap_or(items.len());
    if at == items.len() {
        items.push(make());
    }
    #[expect(clippy::indexing_slicing, reason = "the position was found, or the item was pushed there")]
    &mut items[at]
}

/// The values of a cell that may hold several, without schemes.
pub(super) fn split(field: &Field, text: &str) -> Vec<String> {
    let plain = |value: String| match field {
        Field::Emails => without_scheme(&value, "mailto:").to_owned(),
        Field::Phones => without_scheme(&value, "tel:").to_owned(),
        _ => value,
    };
    values(field, text).into_iter().map(plain).collect()
}

fn values(field: &Field, text: &str) -> Vec<String> {
    if text.starts_with('[')
        && let Ok(values) = serde_json::from_str::<Vec<String>>(text)
    {
        return values.into_iter().filter(|value| !value.trim().is_empty()).collect();
    }
    let split = |separators: &[char]| -> Vec<String> {
        text.split(separators).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
    };
    if text.contains(":::") {
        return text.split(":::").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
    }
    match field {
        Field::Emails => {
            let parts = split(&[';', ',', '\n']);
            if parts.iter().all(|part| part.contains('@')) { parts } else { split(&['\n']) }
        }
        Field::Phones => {
            let parts = split(&[';', '\n']);
            let is_number = |part: &String| part.chars().filter(char::is_ascii_digit).count() >= 5;
            if parts.iter().all(is_number) { parts } else { split(&['\n']) }
        }
        _ => split(&['\n']),
    }
}

/// The values of a list in their order, each with the label of its item.
pub(super) fn joined(lists: Vec<Points>, is_own: bool) -> Given<Vec<ContactPoint>> {
    let mut points: Vec<ContactPoint> = Vec::new();
    for Points { values, label, .. } in lists {
        for value in values.into_iter().take(ITEMS_MAX as usize) {
            let point = ContactPoint { value, label: label.clone() };
            if is_own || !points.contains(&point) {
                points.push(point);
            }
        }
    }
    if points.is_empty() { Given::Absent } else { Given::Value(points) }
}
