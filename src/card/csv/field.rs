//! Fields that columns feed.

use std::fmt;

/// Part of a postal address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressPart {
    /// Its label.
    Label,
    /// Street and number.
    Street,
    /// Town or village.
    Locality,
    /// State, province or county.
    Region,
    /// Postal code.
    PostalCode,
    /// Country.
    Country,
}

/// Field of a contact that a column feeds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// Id of the record.
    Id,
    /// Caller's own key.
    ExternalId,
    /// UID of the card.
    Uid,
    /// Status of the record.
    Status,
    /// The whole name.
    Name,
    /// Honorific prefix.
    NamePrefix,
    /// Given name.
    NameGiven,
    /// Additional names.
    NameAdditional,
    /// Family name.
    NameFamily,
    /// Honorific suffix.
    NameSuffix,
    /// Nickname.
    Nickname,
    /// E-mail addresses.
    Emails,
    /// Labels of the e-mail addresses.
    EmailLabels,
    /// Phone numbers.
    Phones,
    /// Labels of the phone numbers.
    PhoneLabels,
    /// Web pages and profiles.
    Links,
    /// Labels of the links.
    LinkLabels,
    /// A part of an address; `None` is the whole address on several lines.
    Addresses(Option<AddressPart>),
    /// Birthday.
    Birthday,
    /// Tags.
    Tags,
    /// Notes.
    Notes,
    /// The whole metadata as a JSON object.
    Metadata,
    /// One entry of the metadata.
    MetadataEntry(String),
    /// Name of the company.
    Company,
    /// Id of the company's record.
    CompanyId,
    /// Caller's own key of the company.
    CompanyExternalId,
    /// Website of the company.
    CompanyWebsite,
    /// Department.
    Department,
    /// Role in the company.
    Role,
    /// Properties of the card without a field, as JSON.
    Card,
}

/// Names of the fields; the first name of a field is the one that is shown.
const NAMES: &[(Field, &str)] = &[
    (Field::Id, "id"),
    (Field::ExternalId, "externalId"),
    (Field::Uid, "uid"),
    (Field::Status, "status"),
    (Field::Name, "name"),
    (Field::NamePrefix, "name.prefix"),
    (Field::NameGiven, "name.given"),
    (Field::NameAdditional, "name.additional"),
    (Field::NameFamily, "name.family"),
    (Field::NameSuffix, "name.suffix"),
    (Field::Nickname, "nickname"),
    (Field::Emails, "emails"),
    (Field::Emails, "email"),
    (Field::EmailLabels, "emails.label"),
    (Field::Phones, "phones"),
    (Field::Phones, "phone"),
    (Field::PhoneLabels, "phones.label"),
    (Field::Links, "links"),
    (Field::Links, "link"),
    (Field::LinkLabels, "links.label"),
    (Field::Addresses(None), "addresses"),
    (Field::Addresses(Some(AddressPart::Label)), "addresses.label"),
    (Field::Addresses(Some(AddressPart::Street)), "addresses.street"),
    (Field::Addresses(Some(AddressPart::Locality)), "addresses.locality"),
    (Field::Addresses(Some(AddressPart::Region)), "addresses.region"),
    (Field::Addresses(Some(AddressPart::PostalCode)), "addresses.postalCode"),
    (Field::Addresses(Some(AddressPart::Country)), "addresses.country"),
    (Field::Birthday, "birthday"),
    (Field::Tags, "tags"),
    (Field::Notes, "notes"),
    (Field::Metadata, "metadata"),
    (Field::Company, "company"),
    (Field::CompanyId, "company.id"),
    (Field::CompanyExternalId, "company.externalId"),
    (Field::CompanyWebsite, "company.website"),
    (Field::Department, "department"),
    (Field::Role, "role"),
    (Field::Card, "card"),
];

/// Field that a column may feed: one of a contact, or one of a company.
pub trait ColumnField: Clone + fmt::Display + PartialEq {
    /// The field of this name, e.g. `name.given` or `metadata.source`.
    fn named(name: &str) -> Option<Self>;

    /// The field for a column that no other is known for.
    fn metadata(key: &str) -> Self;
}

impl ColumnField for Field {
    fn named(name: &str) -> Option<Self> {
        match name.strip_prefix("metadata.") {
            Some(key) => (!key.trim().is_empty()).then(|| Self::MetadataEntry(key.trim().to_owned())),
            None => NAMES.iter().find(|(_, other)| *other == name).map(|(field, _)| field.clone()),
        }
    }

    fn metadata(key: &str) -> Self {
        Self::MetadataEntry(key.to_owned())
    }
}

impl fmt::Display for Field {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MetadataEntry(key) => write!(formatter, "metadata.{key}"),
            field => formatter.write_str(NAMES.iter().find(|(other, _)| other == field).map_or("", |(_, name)| name)),
        }
    }
}

/// Field of a company that a column feeds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum CompanyField {
    /// Id of the record.
    Id,
    /// Caller's own key.
    ExternalId,
    /// Name.
    Name,
    /// Status of the record.
    Status,
    /// Website.
    Website,
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// The whole address.
    Address,
    /// A part of the address, which is put together.
    AddressPart(AddressPart),
    /// Industry.
    Industry,
    /// Tags.
    Tags,
    /// Notes.
    Notes,
    /// The whole metadata as a JSON object.
    Metadata,
    /// One entry of the metadata.
    MetadataEntry(String),
}

const COMPANY_NAMES: &[(CompanyField, &str)] = &[
    (CompanyField::Id, "id"),
    (CompanyField::ExternalId, "externalId"),
    (CompanyField::Name, "name"),
    (CompanyField::Status, "status"),
    (CompanyField::Website, "website"),
    (CompanyField::Email, "email"),
    (CompanyField::Phone, "phone"),
    (CompanyField::Address, "address"),
    (CompanyField::AddressPart(AddressPart::Street), "address.street"),
    (CompanyField::AddressPart(AddressPart::Locality), "address.locality"),
    (CompanyField::AddressPart(AddressPart::Region), "address.region"),
    (CompanyField::AddressPart(AddressPart::PostalCode), "address.postalCode"),
    (CompanyField::AddressPart(AddressPart::Country), "address.country"),
    (CompanyField::Industry, "industry"),
    (CompanyField::Tags, "tags"),
    (CompanyField::Notes, "notes"),
    (CompanyField::Metadata, "metadata"),
];

impl ColumnField for CompanyField {
    fn named(name: &str) -> Option<Self> {
        match name.strip_prefix("metadata.") {
            Some(key) => (!key.trim().is_empty()).then(|| Self::MetadataEntry(key.trim().to_owned())),
            None => COMPANY_NAMES.iter().find(|(_, other)| *other == name).map(|(field, _)| field.clone()),
        }
    }

    fn metadata(key: &str) -> Self {
        Self::MetadataEntry(key.to_owned())
    }
}

impl fmt::Display for CompanyField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MetadataEntry(key) => write!(formatter, "metadata.{key}"),
            field => {
                formatter.write_str(COMPANY_NAMES.iter().find(|(other, _)| other == field).map_or("", |(_, name)| name))
            }
        }
    }
}
