//! Rows of persons as cards.

use serde_json::{Map, Value};

use super::{
    dates,
    field::{AddressPart, Field},
    lists::{ITEMS_MAX, Points, joined, of_slot, place, set, split},
    mapping::{Column, Mapping},
    pack::{self, unescape, unpack},
};
use crate::card::{
    Card, CardStatus, Employment, Given, NameKind, NamePart, PostalAddress, jscontact, labels, rows::Warning,
    text::with_line_feeds,
};

/// Labels that say how Outlook sends, and not what an address is for.
const TRANSPORTS: &[&str] = &["smtp", "ex", "internet"];

/// Groups that Google Contacts puts everybody into.
const SYSTEM_GROUPS: &[&str] = &["mycontacts", "my contacts"];

/// A card while its row is read.
struct Building<'a> {
    mapping: &'a Mapping<Field>,
    card: Card,
    emails: Vec<Points>,
    phones: Vec<Points>,
    links: Vec<Points>,
    addresses: Vec<(u32, PostalAddress)>,
    whole_addresses: Vec<(u32, String)>,
    places: Vec<(u32, Employment)>,
    stored: Option<Map<String, Value>>,
    warnings: &'a mut Vec<Warning>,
}

/// The card of a row.
pub(super) fn card(mapping: &Mapping<Field>, cells: &[String], warnings: &mut Vec<Warning>) -> Card {
    let mut building = Building {
        mapping,
        card: Card::default(),
        emails: Vec::new(),
        phones: Vec::new(),
        links: Vec::new(),
        addresses: Vec::new(),
        whole_addresses: Vec::new(),
        places: Vec::new(),
        stored: None,
        warnings,
    };
    for (column, cell) in mapping.columns.iter().zip(cells) {
        if let Some(field) = &column.field {
            building.read(column, field, cell);
        }
    }
    building.finish()
}

impl Building<'_> {
    fn read(&mut self, column: &Column<Field>, field: &Field, cell: &str) {
        if !self.mapping.is_own {
            let text = with_line_feeds(cell.trim());
            if text.is_empty() {
                self.put_empty(field, column.slot);
            } else {
                self.put(field, column.slot, column.label, column.prefix, &text);
            }
            return;
        }
        let cell = unescape(cell);
        match field {
            Field::Tags => {
                for tag in unpack(cell) {
                    self.card.tags.push(tag);
                }
            }
            field if is_packed(field) => {
                for (slot, text) in (0..ITEMS_MAX).zip(unpack(cell)) {
                    if !text.is_empty() {
                        self.put(field, slot, None, None, &text);
                    }
                }
            }
            field if !cell.is_empty() => self.put(field, 0, None, None, cell),
            field => self.put_empty(field, 0),
        }
    }

    /// Remembers an empty cell whose field [`mark_empty`] does not know, or not of which item.
    fn put_empty(&mut self, field: &Field, slot: u32) {
        match field {
            Field::MetadataEntry(key) => self.card.empty_entries.push(key.clone()),
            Field::Department => place(&mut self.places, slot).department.or_empty(),
            Field::Role => place(&mut self.places, slot).role.or_empty(),
            _ => {}
        }
    }

    fn put(&mut self, field: &Field, slot: u32, label: Option<&str>, prefix: Option<&str>, text: &str) {
        let owned = || match prefix {
            Some(prefix) if !text.starts_with(prefix) => format!("{prefix}{text}"),
            _ => text.to_owned(),
        };
        match field {
            Field::Id => self.card.id.or_set(owned()),
            Field::ExternalId => self.card.external_id.or_set(owned()),
            Field::Uid => self.card.uid.or_set(owned()),
            Field::Name => self.card.name.or_set(owned()),
            Field::Notes => match self.card.notes.value_mut() {
                Some(notes) => *notes = format!("{notes}\n\n{text}"),
                None => self.card.notes = Given::Value(owned()),
            },
            Field::NamePrefix => self.put_name(NameKind::Prefix, text),
            Field::NameGiven => self.put_name(NameKind::Given, text),
            Field::NameAdditional => self.put_name(NameKind::Additional, text),
            Field::NameFamily => self.put_name(NameKind::Family, text),
            Field::NameSuffix => self.put_name(NameKind::Suffix, text),
            Field::Nickname => {
                let nickname = serde_json::json!({ "nickname1": { "name": text } });
                self.card.rest.entry("nicknames").or_insert(nickname);
            }
            Field::Emails | Field::Phones | Field::Links => self.put_point(field, slot, label, text),
            Field::EmailLabels | Field::PhoneLabels | Field::LinkLabels => self.put_label(field, slot, text),
            Field::Addresses(part) => self.put_address(*part, slot, label, text),
            Field::Tags => self.put_tags(text),
            Field::Company => set(&mut place(&mut self.places, slot).company, text),
            Field::CompanyId => set(&mut place(&mut self.places, slot).company_id, text),
            Field::CompanyExternalId => set(&mut place(&mut self.places, slot).company_external_id, text),
            Field::CompanyWebsite => set(&mut place(&mut self.places, slot).website, text),
            Field::Department => place(&mut self.places, slot).department.or_set(text.to_owned()),
            Field::Role => place(&mut self.places, slot).role.or_set(text.to_owned()),
            Field::Status | Field::Birthday | Field::Metadata | Field::MetadataEntry(_) | Field::Card => {
                self.put_parsed(field, text);
            }
        }
    }

    /// Values that must be read first.
    fn put_parsed(&mut self, field: &Field, text: &str) {
        let object = || match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Some(object),
            _ => None,
        };
        match field {
            Field::Status => match CardStatus::named(text) {
                Some(status) => self.card.status = Given::Value(status),
                None => self.warn("status", format!("\"{}\" is no status.", short(text))),
            },
            Field::Birthday => match dates::parse(text, self.mapping.is_day_first) {
                Ok(date) => self.card.birthday = date.into(),
                Err(dates::NotADate) => self.warn("birthday", format!("\"{}\" is no date.", short(text))),
            },
            Field::Metadata => match object() {
                Some(object) => {
                    for (key, value) in object {
                        self.card.metadata.insert(key, value);
                    }
                }
                None => self.warn("metadata", "The metadata is no JSON object.".to_owned()),
            },
            Field::MetadataEntry(key) => self.card.metadata.insert(key.clone(), text.into()),
            Field::Card => match object() {
                Some(object) => self.stored = Some(object),
                None => self.warn("card", "The card is no JSON object.".to_owned()),
            },
            _ => {}
        }
    }

    fn warn(&mut self, field: &'static str, message: String) {
        self.warnings.push(Warning::invalid(field, message));
    }

    fn put_name(&mut self, kind: NameKind, text: &str) {
        self.card.name_parts.push(NamePart { kind, value: text.to_owned() });
    }

    fn points(&mut self, field: &Field, slot: u32) -> &mut Points {
        let list = match field {
            Field::Emails | Field::EmailLabels => &mut self.emails,
            Field::Phones | Field::PhoneLabels => &mut self.phones,
            _ => &mut self.links,
        };
        of_slot(list, slot, |points| points.slot, || Points { slot, ..Points::default() })
    }

    fn put_point(&mut self, field: &Field, slot: u32, label: Option<&str>, text: &str) {
        let values = if self.mapping.is_own { vec![text.to_owned()] } else { split(field, text) };
        let points = self.points(field, slot);
        points.values.extend(values);
        if points.label.is_none() {
            points.label = label.map(str::to_owned);
        }
    }

    fn put_label(&mut self, field: &Field, slot: u32, text: &str) {
        let label = if self.mapping.is_own {
            Some(text.to_owned())
        } else {
            labels::tidy(text).filter(|label| !TRANSPORTS.contains(&label.to_ascii_lowercase().as_str()))
        };
        self.points(field, slot).label = label;
    }

    fn put_address(&mut self, part: Option<AddressPart>, slot: u32, label: Option<&str>, text: &str) {
        let is_own = self.mapping.is_own;
        // Google packs several addresses of one label into the same cells.
        if !is_own && text.contains(pack::BETWEEN) {
            for (at, text) in text.split(pack::BETWEEN).take(ITEMS_MAX as usize).enumerate() {
                let nth = if at == 0 {
                    slot
                } else {
                    slot.wrapping_add(ITEMS_MAX)
                        .wrapping_mul(ITEMS_MAX)
                        .wrapping_add(u32::try_from(at).unwrap_or_default())
                };
                if !text.trim().is_empty() {
                    self.put_address(part, nth, label, text.trim());
                }
            }
            return;
        }
        let (_, address) = of_slot(&mut self.addresses, slot, |(slot, _)| *slot, || (slot, PostalAddress::default()));
        if address.label.is_none() {
            address.label = label.map(str::to_owned);
        }
        match part {
            Some(AddressPart::Label) if is_own => address.label = Some(text.to_owned()),
            Some(AddressPart::Label) => address.label = labels::tidy(text),
            Some(AddressPart::Street) => match &mut address.street {
                Some(street) => *street = format!("{street}\n{text}"),
                None => address.street = Some(text.to_owned()),
            },
            Some(AddressPart::Locality) => set(&mut address.locality, text),
            Some(AddressPart::Region) => set(&mut address.region, text),
            Some(AddressPart::PostalCode) => set(&mut address.postal_code, text),
            Some(AddressPart::Country) => set(&mut address.country, text),
            None => {}
        }
        // The whole address counts only where its parts are missing, which the end of the row shows.
        if part.is_none() {
            self.whole_addresses.push((slot, text.to_owned()));
        }
    }

    fn put_tags(&mut self, text: &str) {
        let separators: &[char] = if text.contains(pack::BETWEEN) {
            &[]
        } else if text.contains(';') {
            &[';']
        } else {
            &[',']
        };
        let parts: Vec<&str> =
            if separators.is_empty() { text.split(pack::BETWEEN).collect() } else { text.split(separators).collect() };
        for part in parts {
            let tag = part.trim();
            let tag = tag.strip_prefix("* ").unwrap_or(tag).trim();
            if !tag.is_empty() && !SYSTEM_GROUPS.contains(&tag.to_lowercase().as_str()) {
                self.card.tags.push(tag.to_owned());
            }
        }
    }

    fn finish(mut self) -> Card {
        if self.mapping.is_own {
            // Parts that are missing in the first item must not change the order.
            self.addresses.sort_by_key(|(slot, _)| *slot);
            self.places.sort_by_key(|(slot, _)| *slot);
        }
        self.card.emails = joined(self.emails, self.mapping.is_own);
        self.card.phones = joined(self.phones, self.mapping.is_own);
        self.card.links = joined(self.links, self.mapping.is_own);
        let mut addresses: Vec<PostalAddress> = Vec::new();
        for (slot, mut address) in self.addresses {
            if address.is_blank() {
                let whole = self.whole_addresses.iter().find(|(other, _)| *other == slot);
                address.street = whole.map(|(_, text)| text.clone());
            }
            if !address.is_blank() {
                addresses.push(address);
            }
        }
        if !addresses.is_empty() {
            self.card.addresses = Given::Value(addresses);
        }
        let mut places: Vec<Employment> =
            self.places.into_iter().map(|(_, place)| place).filter(|place| !place.is_blank()).collect();
        if self.mapping.is_own {
            // A packed cell that is empty has an empty place for each company.
            for column in &self.mapping.columns {
                for place in &mut places {
                    match column.field {
                        Some(Field::Role) => place.role.or_empty(),
                        Some(Field::Department) => place.department.or_empty(),
                        _ => {}
                    }
                }
            }
        }
        if !places.is_empty() {
            self.card.employments = Given::Value(places);
        }
        self.card.sort_tags();
        if self.mapping.is_own {
            // The components of a name of our own stand in the card, with the name that they belong to.
            let parts = std::mem::take(&mut self.card.name_parts);
            if self.card.name.value().is_none() {
                self.card.name_parts = parts;
            }
        }
        if let Some(stored) = &self.stored {
            jscontact::set_stored(&mut self.card, stored);
        }
        for field in jscontact::keep_lone_places(&mut self.card) {
            let message = format!("The {field} names no company; it is kept in the card.");
            self.warnings.push(Warning::invalid(field, message));
        }
        self.card.sort_name_parts();
        for field in self.mapping.columns.iter().filter_map(|column| column.field.as_ref()) {
            mark_empty(&mut self.card, field);
        }
        self.card
    }
}

/// True of lists that our own files pack into one cell.
fn is_packed(field: &Field) -> bool {
    matches!(
        field,
        Field::Emails
            | Field::EmailLabels
            | Field::Phones
            | Field::PhoneLabels
            | Field::Links
            | Field::LinkLabels
            | Field::Addresses(_)
            | Field::Company
            | Field::CompanyId
            | Field::CompanyExternalId
            | Field::CompanyWebsite
            | Field::Department
            | Field::Role
    )
}

/// Marks a field that has a column and no value.
fn mark_empty(card: &mut Card, field: &Field) {
    match field {
        Field::Id => card.id.or_empty(),
        Field::ExternalId => card.external_id.or_empty(),
        Field::Uid => card.uid.or_empty(),
        Field::Status => card.status.or_empty(),
        Field::Name => card.name.or_empty(),
        Field::Emails => card.emails.or_empty(),
        Field::Phones => card.phones.or_empty(),
        Field::Links => card.links.or_empty(),
        Field::Addresses(_) => card.addresses.or_empty(),
        Field::Birthday => card.birthday.or_empty(),
        Field::Tags => card.tags.or_empty(),
        Field::Notes => card.notes.or_empty(),
        Field::Metadata => card.metadata.or_empty(),
        Field::Company
        | Field::CompanyId
        | Field::CompanyExternalId
        | Field::CompanyWebsite
        | Field::Department
        | Field::Role => {
            card.employments.or_empty();
        }
        _ => {}
    }
}

fn short(text: &str) -> String {
    text.chars().take(50).collect()
}
