//! Tables as the export writes them.
//!
//! The columns are named as the fields that an import maps them to. Lists stand in one cell, their values separated by ` ::: `;
//! their labels and other parts stand in the same order in cells of their own. An apostrophe stands before a cell that a
//! spreadsheet would take for a formula. An import of such a file undoes all of this.

use std::{borrow::Cow, io};

use csv::{QuoteStyle, Terminator, WriterBuilder};
use serde_json::{Map, Value};

use super::pack::{escape, pack};
use crate::card::{Card, CompanyCard, ContactPoint, Employment, Given, NameKind, PostalAddress, jscontact};

/// Columns of contacts.
pub const CONTACT_COLUMNS: &[&str] = &[
    "id",
    "externalId",
    "uid",
    "name",
    "name.given",
    "name.family",
    "status",
    "emails",
    "emails.label",
    "phones",
    "phones.label",
    "links",
    "links.label",
    "addresses.label",
    "addresses.street",
    "addresses.locality",
    "addresses.region",
    "addresses.postalCode",
    "addresses.country",
    "birthday",
    "tags",
    "notes",
    "metadata",
    "company",
    "company.id",
    "company.externalId",
    "company.website",
    "role",
    "department",
    "card",
];

/// Columns of companies.
pub const COMPANY_COLUMNS: &[&str] = &[
    "id",
    "externalId",
    "name",
    "status",
    "website",
    "email",
    "phone",
    "address",
    "industry",
    "tags",
    "notes",
    "metadata",
];

/// Columns of interactions.
pub const INTERACTION_COLUMNS: &[&str] = &[
    "id",
    "contactId",
    "contact",
    "companyId",
    "company",
    "type",
    "occurredAt",
    "timeZone",
    "subject",
    "body",
    "owner",
    "parties",
    "metadata",
];

/// An interaction as the export writes it.
#[derive(Clone, Debug, Default)]
pub struct InteractionRow {
    /// Id of the record.
    pub id: String,
    /// Id of the contact that it is about.
    pub contact_id: Option<String>,
    /// Name of that contact.
    pub contact: Option<String>,
    /// Id of the company that it is about.
    pub company_id: Option<String>,
    /// Name of that company.
    pub company: Option<String>,
    /// Its type, as the API names it.
    pub kind: String,
    /// When it was, in RFC 3339.
    pub occurred_at: String,
    /// IANA name of the time zone.
    pub time_zone: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// Body.
    pub body: Option<String>,
    /// E-mail address or name of the user who logged it.
    pub owner: Option<String>,
    /// Names of the parties.
    pub parties: Vec<String>,
    /// Metadata.
    pub metadata: Map<String, Value>,
}

/// Writes a table.
pub struct Writer<W: io::Write> {
    out: csv::Writer<W>,
}

impl<W: io::Write> Writer<W> {
    /// A table with these columns; with a byte order mark where a spreadsheet is to read it.
    pub fn new(mut out: W, columns: &[&str], has_mark: bool) -> io::Result<Self> {
        if has_mark {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut writer =
            WriterBuilder::new().quote_style(QuoteStyle::Necessary).terminator(Terminator::CRLF).from_writer(out);
        writer.write_record(columns)?;
        Ok(Self { out: writer })
    }

    /// Writes a contact, in the order of [`CONTACT_COLUMNS`].
    pub fn contact(&mut self, card: &Card) -> io::Result<()> {
        let text = |given: &Given<String>| given.text().map(str::to_owned).unwrap_or_default();
        for cell in [text(&card.id), text(&card.external_id), text(&card.uid), text(&card.name)] {
            self.cell(&cell)?;
        }
        self.cell(&card.name_part(NameKind::Given).unwrap_or_default())?;
        self.cell(&card.name_part(NameKind::Family).unwrap_or_default())?;
        self.cell(card.status.value().map_or("", |status| status.name()))?;
        for points in [&card.emails, &card.phones, &card.links] {
            self.points(points.items())?;
        }
        self.addresses(card.addresses.items())?;
        self.cell(&card.birthday.value().map(ToString::to_string).unwrap_or_default())?;
        self.cell(&pack(card.tags.items().iter().map(String::as_str)))?;
        self.cell(card.notes.text().unwrap_or_default())?;
        self.metadata(card.metadata.value())?;
        self.employments(card.employments.items())?;
        let stored = jscontact::to_stored(card).map(|stored| Value::Object(stored).to_string());
        self.cell(&stored.unwrap_or_default())?;
        self.end()
    }

    /// Writes a company, in the order of [`COMPANY_COLUMNS`].
    pub fn company(&mut self, company: &CompanyCard) -> io::Result<()> {
        self.cell(company.id.text().unwrap_or_default())?;
        self.cell(company.external_id.text().unwrap_or_default())?;
        self.cell(company.name.text().unwrap_or_default())?;
        self.cell(company.status.value().map_or("", |status| status.name()))?;
        for text in [&company.website, &company.email, &company.phone, &company.address, &company.industry] {
            self.cell(text.text().unwrap_or_default())?;
        }
        self.cell(&pack(company.tags.items().iter().map(String::as_str)))?;
        self.cell(company.notes.text().unwrap_or_default())?;
        self.metadata(company.metadata.value())?;
        self.end()
    }

    /// Writes an interaction, in the order of [`INTERACTION_COLUMNS`].
    pub fn interaction(&mut self, row: &InteractionRow) -> io::Result<()> {
        let InteractionRow {
            id,
            contact_id,
            contact,
            company_id,
            company,
            kind,
            occurred_at,
            time_zone,
            subject,
            body,
            owner,
            ..
        } = row;
        self.cell(id)?;
        for cell in [contact_id, contact, company_id, company] {
            self.cell(cell.as_deref().unwrap_or_default())?;
        }
        self.cell(kind)?;
        self.cell(occurred_at)?;
        for cell in [time_zone, subject, body, owner] {
            self.cell(cell.as_deref().unwrap_or_default())?;
        }
        self.cell(&pack(row.parties.iter().map(String::as_str)))?;
        self.metadata(Some(&row.metadata))?;
        self.end()
    }

    /// Ends the table, and answers what it was written to.
    pub fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(csv::IntoInnerError::into_error)
    }

    /// Hands everything that was written on.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    fn cell(&mut self, text: &str) -> io::Result<()> {
        let cell: Cow<'_, str> = escape(text).map_or(Cow::Borrowed(text), Cow::Owned);
        Ok(self.out.write_field(cell.as_bytes())?)
    }

    fn end(&mut self) -> io::Result<()> {
        Ok(self.out.write_record(None::<&[u8]>)?)
    }

    fn points(&mut self, points: &[ContactPoint]) -> io::Result<()> {
        self.cell(&pack(points.iter().map(|point| point.value.as_str())))?;
        self.cell(&pack(points.iter().map(|point| point.label.as_deref().unwrap_or_default())))
    }

    fn parts<T>(&mut self, items: &[T], part: impl Fn(&T) -> &Option<String>) -> io::Result<()> {
        self.cell(&pack(items.iter().map(|item| part(item).as_deref().unwrap_or_default())))
    }

    fn addresses(&mut self, addresses: &[PostalAddress]) -> io::Result<()> {
        self.parts(addresses, |address| &address.label)?;
        self.parts(addresses, |address| &address.street)?;
        self.parts(addresses, |address| &address.locality)?;
        self.parts(addresses, |address| &address.region)?;
        self.parts(addresses, |address| &address.postal_code)?;
        self.parts(addresses, |address| &address.country)
    }

    fn employments(&mut self, places: &[Employment]) -> io::Result<()> {
        self.parts(places, |place| &place.company)?;
        self.parts(places, |place| &place.company_id)?;
        self.parts(places, |place| &place.company_external_id)?;
        self.parts(places, |place| &place.website)?;
        self.cell(&pack(places.iter().map(|place| place.role.text().unwrap_or_default())))?;
        self.cell(&pack(places.iter().map(|place| place.department.text().unwrap_or_default())))
    }

    fn metadata(&mut self, metadata: Option<&Map<String, Value>>) -> io::Result<()> {
        match metadata.filter(|metadata| !metadata.is_empty()) {
            Some(metadata) => self.cell(&serde_json::to_string(metadata)?),
            None => self.cell(""),
        }
    }
}
