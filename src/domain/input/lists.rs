//! Checking the lists of an input: contact points, postal addresses, tags.

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::{
    card::{ContactPoint, PostalAddress},
    domain::{Patch, email, error::Code, folding, text::Checker},
    resources::{ADDRESS_CHARS_MAX, LABEL_CHARS_MAX, LINE_CHARS_MAX, PointRule, TAG_CHARS_MAX},
};

/// Contact points whose values are checked by a rule. A value that comes twice is kept once, in its first place.
pub(super) fn points(
    checker: &mut Checker,
    field: &str,
    given: Patch<Json>,
    (most, rule): (usize, PointRule),
) -> Option<Vec<ContactPoint>> {
    let given: Vec<ContactPoint> = items(checker, field, given, most)?;
    let mut points = Vec::with_capacity(given.len());
    for (place, ContactPoint { value, label }) in given.into_iter().enumerate() {
        checker.within(&[field, &place.to_string()], |checker| {
            let value = Patch::Set(Some(value));
            let value = match rule {
                PointRule::Text(most) => checker.required_text("value", value, most),
                PointRule::Email => match checker.email("value", value) {
                    Patch::Set(Some(address)) => Some(address.as_str().to_owned()),
                    Patch::Set(None) => checker.required_text("value", Patch::Set(None), LINE_CHARS_MAX),
                    Patch::Keep => None,
                },
            };
            let label = checker.optional("label", label, LABEL_CHARS_MAX);
            points.extend(value.map(|value| ContactPoint { value, label }));
        });
    }
    Some(distinct(points, rule))
}

/// The points without those whose value came before.
pub(crate) fn distinct(points: Vec<ContactPoint>, rule: PointRule) -> Vec<ContactPoint> {
    let key = |point: &ContactPoint| match rule {
        PointRule::Email => email::lower(&point.value),
        PointRule::Text(_) => point.value.clone(),
    };
    let mut seen = std::collections::HashSet::new();
    points.into_iter().filter(|point| seen.insert(key(point))).collect()
}

/// Postal addresses; each has a part beside its label.
pub(super) fn addresses(
    checker: &mut Checker,
    field: &str,
    given: Patch<Json>,
    most: usize,
) -> Option<Vec<PostalAddress>> {
    let given: Vec<PostalAddress> = items(checker, field, given, most)?;
    let mut addresses = Vec::with_capacity(given.len());
    for (place, address) in given.into_iter().enumerate() {
        checker.within(&[field, &place.to_string()], |checker| {
            let mut part = |name: &str, text, most| checker.optional(name, text, most);
            let address = PostalAddress {
                label: part("label", address.label, LABEL_CHARS_MAX),
                street: part("street", address.street, ADDRESS_CHARS_MAX),
                locality: part("locality", address.locality, LINE_CHARS_MAX),
                region: part("region", address.region, LINE_CHARS_MAX),
                postal_code: part("postalCode", address.postal_code, LINE_CHARS_MAX),
                country: part("country", address.country, LINE_CHARS_MAX),
            };
            addresses.push(address);
        });
        if addresses.last().is_some_and(PostalAddress::is_blank) {
            checker.within(&[field], |checker| {
                checker.refuse(&place.to_string(), Code::Blank, "An address has a street, a town or another part.");
            });
        }
    }
    Some(addresses)
}

/// Tags, each once (ignoring case and accents), in alphabetical order.
pub(super) fn tags(checker: &mut Checker, field: &str, given: Patch<Json>, most: usize) -> Option<Vec<String>> {
    let given: Vec<String> = items(checker, field, given, most)?;
    let mut tags = Vec::with_capacity(given.len());
    for (place, tag) in given.into_iter().enumerate() {
        tags.extend(checker.within(&[field], |checker| {
            checker.required_text(&place.to_string(), Patch::Set(Some(tag)), TAG_CHARS_MAX)
        }));
    }
    Some(tag_set(tags))
}

/// The tags, each once, in alphabetical order.
pub(crate) fn tag_set(tags: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut keyed: Vec<(String, String)> = tags.into_iter().map(|tag| (folding::key(&tag), tag)).collect();
    // Stable, so that of two spellings the first stays.
    keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
    keyed.dedup_by(|(later, _), (earlier, _)| later == earlier);
    keyed.into_iter().map(|(_, tag)| tag).collect()
}

/// The items given, unless they are too many; null is the empty list.
fn items<T: DeserializeOwned>(checker: &mut Checker, field: &str, given: Patch<Json>, most: usize) -> Option<Vec<T>> {
    let Patch::Set(given) = given else { return None };
    let items: Vec<T> = given.and_then(|list| serde_json::from_value(list).ok()).unwrap_or_default();
    if items.len() > most {
        checker.refuse(field, Code::TooMany, format!("At most {most} items fit here."));
        return None;
    }
    Some(items)
}
