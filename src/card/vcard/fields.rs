//! The fields of a vCard, from its content lines.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::{
    line::{Coding, Line},
    properties,
};
use crate::card::{
    Card, CardStatus, ContactPoint, Employment, Given, NameKind, NamePart, PartialDate, PostalAddress, extras, labels,
    rows::Warning, text::without_scheme,
};

/// State of reading one card.
struct Reading<'a> {
    card: Card,
    notes: Vec<String>,
    tags: Vec<String>,
    titles: Vec<Line>,
    places: Vec<(Option<String>, Employment)>,
    /// Labels of groups, by Apple's property.
    labels: HashMap<String, String>,
    /// Groups whose name must be kept, because properties without a field belong to them.
    shared: HashMap<String, bool>,
    /// Lists whose primary item is known.
    preferred: Vec<&'static str>,
    warnings: &'a mut Vec<Warning>,
}

/// The card of content lines.
pub(super) fn read_card(lines: Vec<Line>, warnings: &mut Vec<Warning>) -> Card {
    let mut reading = Reading {
        card: Card::default(),
        notes: Vec::new(),
        tags: Vec::new(),
        titles: Vec::new(),
        places: Vec::new(),
        labels: HashMap::new(),
        shared: HashMap::new(),
        preferred: Vec::new(),
        warnings,
    };
    reading.read_groups(&lines);
    for line in lines {
        if let Some(line) = reading.read_field(line) {
            properties::keep(&mut reading.card.rest, &line);
        }
    }
    reading.finish()
}

/// Parameter of a title or role that belongs to none of the companies.
pub(super) const LONE: &str = "x-liaison-alone";

/// True of properties whose group only gives them a label.
fn has_label(line: &Line) -> bool {
    match line.name.as_str() {
        "x-socialprofile" | "socialprofile" => is_page(&line.text()),
        name => matches!(name, "email" | "tel" | "url" | "adr"),
    }
}

impl Reading<'_> {
    fn read_groups(&mut self, lines: &[Line]) {
        for line in lines {
            let Some(group) = &line.group else { continue };
            if line.name == "x-ablabel" {
                self.labels.entry(group.clone()).or_insert_with(|| labels::from_apple(line.text().trim()));
            } else {
                let is_shared = !has_label(line);
                *self.shared.entry(group.clone()).or_insert(is_shared) |= is_shared;
            }
        }
        // A label without anything to stand on is a property like any other.
        let shared = &self.shared;
        self.labels.retain(|group, _| shared.contains_key(group));
    }

    /// Gives a line to its field, or answers it where there is none.
    fn read_field(&mut self, mut line: Line) -> Option<Line> {
        if line.has("derived", "true") && matches!(line.name.as_str(), "n" | "fn") {
            return None;
        }
        match line.name.as_str() {
            "version" => {}
            "x-ablabel" if line.group.as_ref().is_some_and(|group| self.is_label(group)) => {}
            "fn" if self.card.name.is_absent() => {
                let name = line.text().trim().to_owned();
                if !name.is_empty() {
                    self.keep_parameters(line, "name", name.clone());
                    self.card.name = Given::Value(name);
                }
            }
            "n" if self.card.name_parts.is_empty() => {
                self.read_name(&line);
                let key = self.card.name_parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(" ");
                self.keep_parameters(line, "nameParts", key);
            }
            "email" => self.read_point(line, "emails"),
            "tel" => self.read_point(line, "phones"),
            "url" => self.read_point(line, "links"),
            "x-socialprofile" | "socialprofile" if is_page(&line.text()) => self.read_point(line, "links"),
            "adr" => self.read_address(line),
            "bday" if self.card.birthday.is_absent() => return self.read_birthday(line),
            "categories" => self.tags.extend(line.list()),
            "note" => {
                let note = line.text();
                if !note.trim().is_empty() {
                    self.notes.push(note);
                }
            }
            "uid" if self.card.uid.is_absent() => set_text(&mut self.card.uid, &line),
            "org" => return self.read_organization(line),
            "title" | "role" if line.has(LONE, "true") => {
                line.take_parameter(LONE);
                return Some(line);
            }
            "title" | "role" => self.titles.push(line),
            "x-liaison-id" => set_text(&mut self.card.id, &line),
            "x-liaison-external-id" => set_text(&mut self.card.external_id, &line),
            "x-liaison-status" => self.card.status = CardStatus::named(line.text().trim()).into(),
            "x-liaison-metadata" => match serde_json::from_str(&line.text()) {
                Ok(Value::Object(metadata)) => self.card.metadata = Given::Value(metadata),
                _ => self.warnings.push(Warning::invalid("metadata", "The metadata is no JSON object.")),
            },
            "jsprop" => return properties::restore(&mut self.card.rest, line),
            _ => return Some(line),
        }
        None
    }

    /// True of a group whose label is given to its addresses and numbers, and is nobody else's.
    fn is_label(&self, group: &str) -> bool {
        self.labels.contains_key(group) && self.shared.get(group) == Some(&false)
    }

    fn read_name(&mut self, line: &Line) {
        let kinds = [
            NameKind::Family,
            NameKind::Given,
            NameKind::Additional,
            NameKind::Prefix,
            NameKind::Suffix,
            NameKind::Family2,
            NameKind::Generation,
        ];
        for (kind, values) in kinds.into_iter().zip(line.component_lists()) {
            let parts = values.into_iter().map(|value| NamePart { kind, value });
            // The sixth and seventh component repeat what the first and the fifth already have (RFC 9554).
            let repeated = match kind {
                NameKind::Family2 => Some(NameKind::Family),
                NameKind::Generation => Some(NameKind::Suffix),
                _ => None,
            };
            for part in parts {
                if let Some(repeated) = repeated {
                    self.card.name_parts.retain(|other| other.kind != repeated || other.value != part.value);
                }
                self.card.name_parts.push(part);
            }
        }
        self.card.sort_name_parts();
    }

    /// Label of a line, by its group or its types. The types that the label leaves out stay parameters.
    fn take_label(&mut self, line: &mut Line, has_features: bool) -> Option<String> {
        let types = line.take_parameter("type");
        let label =
            line.group.as_ref().and_then(|group| self.labels.get(group)).filter(|label| !label.is_empty()).cloned();
        if line.group.as_ref().is_some_and(|group| self.shared.get(group) == Some(&false)) {
            line.group = None;
        }
        let (by_types, mut left) = labels::from_types(&types, has_features);
        if label.is_some() && label != by_types {
            left = labels::telling(&types);
        }
        if !left.is_empty() {
            line.parameters.push(("type".to_owned(), left));
        }
        label.or(by_types)
    }

    fn read_point(&mut self, mut line: Line, property: &'static str) {
        let is_preferred = line.has("type", "pref") || line.take_parameter("pref").iter().any(|pref| pref == "1");
        let name = line.name.clone();
        let label = self.take_label(&mut line, property == "phones");
        let text = line.text().trim().to_owned();
        let value = match property {
            "phones" => without_scheme(&text, "tel:").to_owned(),
            "emails" => without_scheme(&text, "mailto:").to_owned(),
            _ => text,
        };
        if value.is_empty() {
            return;
        }
        line.take_parameter("value");
        let key = extras::key(&value, label.as_deref());
        let points = match property {
            "phones" => &mut self.card.phones,
            "emails" => &mut self.card.emails,
            _ => &mut self.card.links,
        };
        points.push(ContactPoint { value, label });
        // The first that is preferred is the primary one, and stands first. The others keep their order.
        if is_preferred
            && !self.preferred.contains(&property)
            && let Given::Value(points) = points
        {
            points.rotate_right(1);
            self.preferred.push(property);
        }
        if name.ends_with("socialprofile") {
            let extra = Map::from_iter([(extras::PROPERTY_NAME.to_owned(), name.into())]);
            self.keep_extras(line, property, key, extra);
        } else {
            self.keep_parameters(line, property, key);
        }
    }

    fn read_address(&mut self, mut line: Line) {
        let label = self.take_label(&mut line, false);
        line.take_parameter("pref");
        let mut parts = line.components().into_iter();
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (post_box, extended, street) = (part(), part(), part());
        let (locality, region, postal_code, country) = (part(), part(), part(), part());
        let lines: Vec<String> = [street, extended, post_box].into_iter().flatten().collect();
        let street = (!lines.is_empty()).then(|| lines.join("\n"));
        let address = PostalAddress { label, street, locality, region, postal_code, country };
        if !address.is_blank() {
            let key = extras::key(&address.formatted(), address.label.as_deref());
            self.keep_parameters(line, "addresses", key);
            self.card.addresses.push(address);
        }
    }

    fn read_birthday(&mut self, line: Line) -> Option<Line> {
        let text = line.text();
        let omitted = line.parameter("x-apple-omit-year").first();
        let date = properties::date(text.trim());
        let date = match (date, omitted) {
            (Some(date), Some(year)) if date.year().map(|year| year.to_string()).as_ref() == Some(year) => {
                PartialDate::new(None, date.month(), date.day())
            }
            _ => date,
        };
        if let Some(date) = date {
            self.card.birthday = Given::Value(date);
            return None;
        }
        if text.trim().is_empty() {
            return None;
        }
        self.warnings.push(Warning::invalid("birthday", "The birthday is no date; it is kept in the card."));
        Some(line)
    }

    /// Gives a company to the places; a department without one stays among the properties.
    fn read_organization(&mut self, mut line: Line) -> Option<Line> {
        let mut parts = line.components().into_iter();
        let text = |text: String| (!text.is_empty()).then_some(text);
        let company = parts.next().and_then(text);
        let units: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
        let mut own = |name: &str| line.take_parameter(name).into_iter().next();
        let place = Employment {
            company,
            department: (!units.is_empty()).then(|| units.join("; ")).into(),
            role: Given::Absent,
            company_id: own("x-liaison-id"),
            company_external_id: own("x-liaison-external-id"),
            website: own("x-liaison-website"),
        };
        if place.names_company() {
            let group = line.group.take();
            self.keep_parameters(line, "organizations", place.company.clone().unwrap_or_default());
            self.places.push((group, place));
            return None;
        }
        place.department.value().is_some().then_some(line)
    }

    fn keep_parameters(&mut self, line: Line, property: &str, key: String) {
        self.keep_extras(line, property, key, Map::new());
    }

    fn keep_extras(&mut self, line: Line, property: &str, key: String, mut extra: Map<String, Value>) {
        let mut parameters = properties::parameters(&line.parameters);
        if let Some(group) = line.group {
            parameters.insert("group".to_owned(), group.into());
        }
        if line.coding == Coding::Base64 {
            parameters.insert("encoding".to_owned(), "b".into());
        }
        if !parameters.is_empty() {
            extra.insert(extras::PARAMETERS.to_owned(), Value::Object(parameters));
        }
        extras::keep(&mut self.card.rest, property, key, extra);
    }

    fn finish(mut self) -> Card {
        self.titles.sort_by_key(|line| line.name == "role");
        for line in std::mem::take(&mut self.titles) {
            self.give_role(line);
        }
        if !self.places.is_empty() {
            self.card.employments = Given::Value(self.places.into_iter().map(|(_, place)| place).collect());
        }
        if !self.notes.is_empty() {
            self.card.notes = Given::Value(self.notes.join("\n\n"));
        }
        if !self.tags.is_empty() {
            self.card.tags = Given::Value(self.tags);
            self.card.sort_tags();
        }
        self.card
    }

    /// Gives a title or role to the company of its group, else to the first one without; what is over stays in the card.
    fn give_role(&mut self, mut line: Line) {
        let name = line.text().trim().to_owned();
        if name.is_empty() {
            return;
        }
        let is_role = line.name == "role";
        let is_free = |place: &Employment| place.role.value().is_none();
        let of_group = self
            .places
            .iter()
            .position(|(other, place)| line.group.is_some() && *other == line.group && is_free(place));
        // A role is a company's only where no title is.
        let has_titles = is_role && self.places.iter().any(|(_, place)| !is_free(place));
        let at = of_group
            .or_else(|| if has_titles { None } else { self.places.iter().position(|(_, place)| is_free(place)) });
        if let Some((_, place)) = at.and_then(|at| self.places.get_mut(at)) {
            place.role = Given::Value(name.clone());
            line.group = None;
            let kind = is_role.then(|| ("kind".to_owned(), "role".into()));
            self.keep_extras(line, "titles", name, kind.into_iter().collect());
        } else {
            properties::keep(&mut self.card.rest, &line);
        }
    }
}

fn set_text(field: &mut Given<String>, line: &Line) {
    let text = line.text();
    if !text.trim().is_empty() {
        *field = Given::Value(text.trim().to_owned());
    }
}

fn is_page(text: &str) -> bool {
    let text = text.trim_start();
    ["http://", "https://"]
        .iter()
        .any(|scheme| text.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))
}
