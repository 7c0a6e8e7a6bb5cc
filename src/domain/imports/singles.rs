//! The single values of a row: those that replace what a record has, where lists are united.

use serde_json::{Map, Value as Json};

use super::{
    companies,
    item::{Employer, Item},
};
use crate::{
    domain::{described::Described, upsert::Key},
    resources::ColumnKind,
};

/// Name of the value that says which company is the primary one.
pub(super) const PRIMARY: &str = "company";

impl Item {
    /// The names of the row's single values: fields, entries of objects, and roles and departments of companies.
    pub(super) fn singles<E: Described>(&self) -> Vec<String> {
        let mut names: Vec<String> = self.cleared.iter().map(|entry| entry_name("metadata", entry)).collect();
        for (name, value) in &self.fields {
            match (E::RESOURCE.field(name).map(|field| field.kind), value) {
                (Some(ColumnKind::Json), Json::Object(entries)) => {
                    names.extend(entries.keys().map(|key| entry_name(name, key)));
                }
                (Some(kind), _) if !kind.is_list() => names.push(name.clone()),
                _ => {}
            }
        }
        names.extend(self.uid.iter().map(|_| "uid".to_owned()));
        names.extend(self.card.iter().flat_map(Map::keys).map(|key| entry_name("card", key)));
        let places = self.employments.iter().filter(|place| !companies::keys(place).is_empty());
        for (at, place) in places.enumerate() {
            names.extend((at == 0 && !self.keeps_primary).then(|| PRIMARY.to_owned()));
            names.extend(place.role.iter().map(|_| place.detail_name("role")));
            names.extend(place.department.iter().map(|_| place.detail_name("department")));
        }
        names
    }

    /// Takes single values out of the row.
    pub(super) fn drop_singles(&mut self, names: &[String]) {
        let has = |name: &str| names.iter().any(|other| other == name);
        self.fields.retain(|name, _| !has(name));
        for (name, value) in &mut self.fields {
            if let Json::Object(entries) = value {
                entries.retain(|key, _| !has(&entry_name(name, key)));
            }
        }
        self.cleared.retain(|entry| !has(&entry_name("metadata", entry)));
        self.uid.take_if(|_| has("uid"));
        self.card.iter_mut().for_each(|card| card.retain(|key, _| !has(&entry_name("card", key))));
        self.keeps_primary |= has(PRIMARY);
        for place in &mut self.employments {
            let (role, department) = (place.detail_name("role"), place.detail_name("department"));
            place.role.take_if(|_| has(&role));
            place.department.take_if(|_| has(&department));
        }
    }
}

impl Employer {
    /// The name of the person's role or department there, which tells the company by what the row names it by.
    pub(super) fn detail_name(&self, detail: &str) -> String {
        let company = match companies::keys(self).into_iter().next() {
            Some(Key::Id(id)) => id.to_string(),
            Some(Key::ExternalId(text) | Key::Name(text) | Key::ExactName(text) | Key::Website(text)) => text,
            _ => String::new(),
        };
        entry_name(detail, &company)
    }
}

/// The name of an entry of an object.
pub(super) fn entry_name(object: &str, key: &str) -> String {
    format!("{object}.{key}")
}
