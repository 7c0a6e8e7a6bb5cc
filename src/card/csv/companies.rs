//! Rows of companies.

use serde_json::Value;

use super::{
    field::{AddressPart, CompanyField},
    mapping::Mapping,
    pack::{self, unescape, unpack},
};
use crate::card::{CardStatus, CompanyCard, Given, PostalAddress, rows::Warning, text::with_line_feeds};

/// The company of a row.
pub(super) fn company(mapping: &Mapping<CompanyField>, cells: &[String], warnings: &mut Vec<Warning>) -> CompanyCard {
    let mut company = CompanyCard::default();
    let mut address = PostalAddress::default();
    for (column, cell) in mapping.columns.iter().zip(cells) {
        let Some(field) = &column.field else { continue };
        let text = if mapping.is_own { unescape(cell).into() } else { with_line_feeds(cell.trim()) };
        if text.is_empty() {
            mark_empty(&mut company, field);
            continue;
        }
        let text = match column.prefix {
            Some(prefix) if !text.starts_with(prefix) => format!("{prefix}{text}"),
            _ => text.into_owned(),
        };
        match field {
            CompanyField::Id => company.id.or_set(text),
            CompanyField::ExternalId => company.external_id.or_set(text),
            CompanyField::Name => company.name.or_set(text),
            CompanyField::Website => company.website.or_set(text),
            CompanyField::Email => company.email.or_set(text),
            CompanyField::Phone => company.phone.or_set(text),
            CompanyField::Address => company.address.or_set(text),
            CompanyField::Industry => company.industry.or_set(text),
            CompanyField::Notes => company.notes.or_set(text),
            CompanyField::AddressPart(part) => put_part(&mut address, *part, &text),
            CompanyField::Tags => put_tags(&mut company, &text, mapping.is_own),
            CompanyField::Status => match CardStatus::named(&text) {
                Some(status) => company.status = Given::Value(status),
                None => warnings.push(Warning::invalid("status", "The status is none that there is.")),
            },
            CompanyField::Metadata => match serde_json::from_str(&text) {
                Ok(Value::Object(object)) => {
                    for (key, value) in object {
                        company.metadata.insert(key, value);
                    }
                }
                _ => warnings.push(Warning::invalid("metadata", "The metadata is no JSON object.")),
            },
            CompanyField::MetadataEntry(key) => company.metadata.insert(key.clone(), text.into()),
        }
    }
    if !address.is_blank() {
        company.address.or_set(address.formatted());
    }
    if let Given::Value(tags) = &mut company.tags {
        tags.sort_unstable();
        tags.dedup();
    }
    company
}

fn put_part(address: &mut PostalAddress, part: AddressPart, text: &str) {
    let part = match part {
        AddressPart::Label => &mut address.label,
        AddressPart::Street => &mut address.street,
        AddressPart::Locality => &mut address.locality,
        AddressPart::Region => &mut address.region,
        AddressPart::PostalCode => &mut address.postal_code,
        AddressPart::Country => &mut address.country,
    };
    *part = Some(part.take().map_or_else(|| text.to_owned(), |known| format!("{known}\n{text}")));
}

fn put_tags(company: &mut CompanyCard, text: &str, is_own: bool) {
    if is_own {
        for tag in unpack(text) {
            company.tags.push(tag);
        }
        return;
    }
    let separator = [pack::BETWEEN, ";", ","].into_iter().find(|separator| text.contains(separator)).unwrap_or(",");
    for tag in text.split(separator).map(str::trim).filter(|tag| !tag.is_empty()) {
        company.tags.push(tag.to_owned());
    }
}

/// Marks a field that has a column and no value.
fn mark_empty(company: &mut CompanyCard, field: &CompanyField) {
    match field {
        CompanyField::Id => company.id.or_empty(),
        CompanyField::ExternalId => company.external_id.or_empty(),
        CompanyField::Name => company.name.or_empty(),
        CompanyField::Status => company.status.or_empty(),
        CompanyField::Website => company.website.or_empty(),
        CompanyField::Email => company.email.or_empty(),
        CompanyField::Phone => company.phone.or_empty(),
        CompanyField::Address | CompanyField::AddressPart(_) => company.address.or_empty(),
        CompanyField::Industry => company.industry.or_empty(),
        CompanyField::Tags => company.tags.or_empty(),
        CompanyField::Notes => company.notes.or_empty(),
        CompanyField::Metadata => company.metadata.or_empty(),
        CompanyField::MetadataEntry(key) => company.empty_entries.push(key.clone()),
    }
}
