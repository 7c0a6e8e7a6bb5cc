//! Cards written as vCards.

use std::collections::{BTreeSet, HashSet};

use serde_json::{Map, Value};

use super::{
    fields::LONE,
    out::{OutLine, Version, escaped},
    properties,
};
use crate::card::{Card, ContactPoint, Employment, NameKind, PostalAddress, extras, groups, labels};

/// Writes a card, and a line break after it.
pub fn write_card(card: &Card, version: Version, out: &mut String) {
    let mut writing = Writing {
        version,
        rest: &card.rest,
        lines: Vec::new(),
        groups: groups::of(&card.rest),
        labelled: labelled_groups(&card.rest),
        group: 0,
    };
    writing.put_head(card);
    writing.put_name(card);
    writing.put_points("emails", "email", card.emails.items());
    writing.put_points("phones", "tel", card.phones.items());
    writing.put_points("links", "url", card.links.items());
    for address in card.addresses.items() {
        writing.put_address(address);
    }
    writing.put_employments(card.employments.items());
    if let Some(date) = card.birthday.value() {
        writing.lines.push(OutLine::new("bday", version.date(*date)));
    }
    if let Some(tags) = card.tags.value().filter(|tags| !tags.is_empty()) {
        let tags: Vec<String> = tags.iter().map(|tag| escaped(tag)).collect();
        writing.lines.push(OutLine::new("categories", tags.join(",")));
    }
    writing.put_text("note", card.notes.text());
    let mut others = properties::lines(&card.rest, version);
    if card.has_place_without_role() {
        for line in others.iter_mut().filter(|line| matches!(line.name.as_str(), "title" | "role")) {
            line.add(LONE, "true".to_owned());
        }
    }
    writing.lines.extend(others);
    out.push_str("BEGIN:VCARD\r\nVERSION:");
    out.push_str(if version == Version::V3 { "3.0\r\n" } else { "4.0\r\n" });
    writing.lines.iter().for_each(|line| line.write(out));
    out.push_str("END:VCARD\r\n");
}

struct Writing<'a> {
    version: Version,
    rest: &'a Map<String, Value>,
    lines: Vec<OutLine>,
    /// Groups whose names are taken.
    groups: BTreeSet<String>,
    /// Groups whose label is among the properties without a field.
    labelled: HashSet<String>,
    group: u32,
}

fn labelled_groups(rest: &Map<String, Value>) -> HashSet<String> {
    let kept = rest.get(extras::VCARD_PROPERTIES).and_then(Value::as_array).into_iter().flatten();
    let labels = kept.filter(|property| property.get(0).is_some_and(|name| name == "x-ablabel"));
    labels.filter_map(|label| label.get(1)?.get("group")?.as_str().map(str::to_owned)).collect()
}

impl Writing<'_> {
    fn put_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.lines.push(OutLine::new(name, escaped(text)));
        }
    }

    fn put_head(&mut self, card: &Card) {
        self.put_text("uid", card.uid.text());
        self.put_text("x-liaison-id", card.id.text());
        self.put_text("x-liaison-external-id", card.external_id.text());
        self.put_text("x-liaison-status", card.status.value().map(|status| status.name()));
        if let Some(metadata) = card.metadata.value() {
            self.put_text("x-liaison-metadata", Some(&Value::Object(metadata.clone()).to_string()));
        }
    }

    /// The names. Every card must have a formatted name, and in vCard 3.0 its components; one that is made up is marked.
    fn put_name(&mut self, card: &Card) {
        let name = card.display_name().unwrap_or_default();
        let mut line = OutLine::new("fn", escaped(&name));
        match card.name.text() {
            Some(name) => self.add_parameters("name", name, &mut line),
            None => line.add("derived", "true".to_owned()),
        }
        self.lines.push(line);
        let parts = |kinds: &[NameKind]| {
            let parts = card.name_parts.iter().filter(|part| kinds.contains(&part.kind));
            parts.map(|part| escaped(&part.value)).collect::<Vec<_>>().join(",")
        };
        if card.name_parts.is_empty() {
            if self.version == Version::V3 {
                let (given, family) = name.rsplit_once(' ').unwrap_or((&name, ""));
                let value = format!("{};{};;;", escaped(family), escaped(given));
                self.lines.push(OutLine::new("n", value).with("derived", "true"));
            }
            return;
        }
        let has = |kind: NameKind| card.name_parts.iter().any(|part| part.kind == kind);
        let mut components = vec![
            parts(&[NameKind::Family, NameKind::Family2]),
            parts(&[NameKind::Given]),
            parts(&[NameKind::Additional]),
            parts(&[NameKind::Prefix]),
            parts(&[NameKind::Suffix, NameKind::Generation]),
        ];
        if self.version == Version::V4 && (has(NameKind::Family2) || has(NameKind::Generation)) {
            components.extend([parts(&[NameKind::Family2]), parts(&[NameKind::Generation])]);
        }
        let mut line = OutLine::new("n", components.join(";"));
        let key = card.name_parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(" ");
        self.add_parameters("nameParts", &key, &mut line);
        self.lines.push(line);
    }

    fn put_points(&mut self, property: &str, name: &str, points: &[ContactPoint]) {
        for (at, point) in points.iter().enumerate() {
            let label = point.label.as_deref();
            // Links are addresses, which have no escapes; a backslash of theirs would be read as one.
            let is_plain = property == "links" && !point.value.contains(['\\', '\n', '\r']);
            let mut line = OutLine::new(name, if is_plain { point.value.clone() } else { escaped(&point.value) });
            if at == 0 && points.len() > 1 {
                match self.version {
                    Version::V3 => line.add("type", "pref".to_owned()),
                    Version::V4 => line.add("pref", "1".to_owned()),
                }
            }
            self.put_labelled(line, property, &extras::key(&point.value, label), label);
        }
    }

    fn put_address(&mut self, address: &PostalAddress) {
        let text = |part: &Option<String>| part.as_deref().map(escaped).unwrap_or_default();
        let parts = [&address.street, &address.locality, &address.region, &address.postal_code, &address.country];
        let value = format!(";;{}", parts.map(text).join(";"));
        let key = extras::key(&address.formatted(), address.label.as_deref());
        self.put_labelled(OutLine::new("adr", value), "addresses", &key, address.label.as_deref());
    }

    /// Writes a line with its label: by types where they say it, else by a group.
    fn put_labelled(&mut self, mut line: OutLine, property: &str, key: &str, label: Option<&str>) {
        let types = label.and_then(|label| labels::to_types(label, property == "phones"));
        for name in types.iter().flatten() {
            line.add("type", (*name).to_owned());
        }
        self.add_parameters(property, key, &mut line);
        let is_labelled = line.group.as_ref().is_some_and(|group| self.labelled.contains(group));
        let label = label.filter(|_| types.is_none() && !is_labelled);
        if label.is_some() && line.group.is_none() {
            line.group = Some(self.free_group());
        }
        let group = line.group.clone();
        self.lines.push(line);
        if let Some(label) = label {
            let mut line = OutLine::new("x-ablabel", escaped(label));
            line.group = group;
            self.lines.push(line);
        }
    }

    fn free_group(&mut self) -> String {
        loop {
            self.group += 1;
            let group = format!("item{}", self.group);
            if !self.groups.contains(&group) {
                return group;
            }
        }
    }

    /// Adds what a value has besides its field.
    fn add_parameters(&self, property: &str, key: &str, line: &mut OutLine) {
        let Some(extra) = extras::of(self.rest, property, key) else { return };
        if let Some(name) = extra.get(extras::PROPERTY_NAME).and_then(Value::as_str) {
            name.clone_into(&mut line.name);
        }
        if let Some(parameters) = extra.get(extras::PARAMETERS).and_then(Value::as_object) {
            line.group = parameters.get("group").and_then(Value::as_str).map(str::to_owned);
            for (name, values) in properties::out_parameters(parameters) {
                for value in values {
                    line.add(&name, value);
                }
            }
        }
    }

    /// Companies with their roles. Several are told apart by their groups.
    fn put_employments(&mut self, places: &[Employment]) {
        for place in places {
            let group = (places.len() > 1).then(|| self.free_group());
            let mut parts = vec![place.company.as_deref().map(escaped).unwrap_or_default()];
            parts.extend(place.department.text().iter().flat_map(|department| department.split("; ")).map(escaped));
            let mut line = OutLine::new("org", parts.join(";"));
            self.add_parameters("organizations", place.company.as_deref().unwrap_or_default(), &mut line);
            line.group.clone_from(&group);
            let own = [
                ("x-liaison-id", &place.company_id),
                ("x-liaison-external-id", &place.company_external_id),
                ("x-liaison-website", &place.website),
            ];
            for (name, value) in own {
                if let Some(value) = value {
                    line.add(name, value.clone());
                }
            }
            if line.value.chars().any(|letter| letter != ';') || !line.parameters.is_empty() {
                self.lines.push(line);
            }
            if let Some(role) = place.role.text() {
                let is_role = extras::of(self.rest, "titles", role)
                    .and_then(|extra| extra.get("kind"))
                    .is_some_and(|kind| kind == "role");
                let mut line = OutLine::new(if is_role { "role" } else { "title" }, escaped(role));
                self.add_parameters("titles", role, &mut line);
                line.group = group;
                self.lines.push(line);
            }
        }
    }
}
