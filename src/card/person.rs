//! Cards of persons, as files and the API describe them.

use serde_json::{Map, Value};

use super::{ContactPoint, PartialDate, PostalAddress};

/// A value of a card that may be absent, or given as empty. An import leaves what is absent as it is, and clears what is
/// empty only when it is told to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Given<T> {
    /// The source does not speak of it.
    #[default]
    Absent,
    /// The source has a place for it, which is empty.
    Empty,
    /// The source has a value.
    Value(T),
}

impl<T> Given<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Empty => None,
        }
    }

    /// The value, if there is one, to change it.
    pub fn value_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Empty => None,
        }
    }

    /// The value itself, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Empty => None,
        }
    }

    /// True where the source does not speak of it.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// True where the source has an empty place for it.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// Takes the value unless there is one already.
    pub fn or_set(&mut self, value: T) {
        if self.value().is_none() {
            *self = Self::Value(value);
        }
    }

    /// Marks the place as empty unless it has a value.
    pub fn or_empty(&mut self) {
        if self.is_absent() {
            *self = Self::Empty;
        }
    }
}

impl Given<String> {
    /// The text, if there is one.
    pub fn text(&self) -> Option<&str> {
        self.value().map(String::as_str)
    }
}

impl<T> Given<Vec<T>> {
    /// The items; none where the list is absent or empty.
    pub fn items(&self) -> &[T] {
        self.value().map_or(&[], Vec::as_slice)
    }

    /// Appends an item.
    pub fn push(&mut self, item: T) {
        match self {
            Self::Value(items) => items.push(item),
            Self::Absent | Self::Empty => *self = Self::Value(vec![item]),
        }
    }
}

impl Given<Map<String, Value>> {
    /// Sets an entry.
    pub fn insert(&mut self, key: String, value: Value) {
        match self {
            Self::Value(entries) => {
                entries.insert(key, value);
            }
            Self::Absent | Self::Empty => *self = Self::Value(Map::from_iter([(key, value)])),
        }
    }
}

impl<T> From<Option<T>> for Given<T> {
    /// The value, or absent.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

/// Part of a name that a name component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// Honorific prefix, e.g. "Dr."; JSContact calls it `title`.
    Prefix,
    /// Given name.
    Given,
    /// Additional name, e.g. a middle name; JSContact calls it `given2`.
    Additional,
    /// Family name; JSContact calls it `surname`.
    Family,
    /// Second family name; JSContact calls it `surname2`.
    Family2,
    /// Honorific suffix, e.g. "M.D."; JSContact calls it `credential`.
    Suffix,
    /// Generation, e.g. "Jr."; JSContact calls it `generation`.
    Generation,
}

impl NameKind {
    /// All kinds in the order of vCard, with their names in JSContact.
    pub(super) const NAMES: [(Self, &'static str); 7] = [
        (Self::Family, "surname"),
        (Self::Given, "given"),
        (Self::Additional, "given2"),
        (Self::Prefix, "title"),
        (Self::Suffix, "credential"),
        (Self::Family2, "surname2"),
        (Self::Generation, "generation"),
    ];

    /// Its name in JSContact.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The kind of this name in JSContact.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, other)| *other == name).map(|(kind, _)| *kind)
    }
}

/// One component of a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamePart {
    /// The part of the name that it is.
    pub kind: NameKind,
    /// Its text.
    pub value: String,
}

/// State of a record, as a file gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardStatus {
    /// In use.
    Active,
    /// Not in use any longer.
    Inactive,
    /// In the trash.
    Trashed,
}

impl CardStatus {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
            Self::Trashed => "TRASHED",
        }
    }

    /// The status of this name, in upper or lower case.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Active, Self::Inactive, Self::Trashed]
            .into_iter()
            .find(|status| name.eq_ignore_ascii_case(status.name()))
    }
}

/// A person's place in a company. A role or a department without a company is kept in the card's rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Employment {
    /// Id of the company's record.
    pub company_id: Option<String>,
    /// Caller's own key of the company.
    pub company_external_id: Option<String>,
    /// Name of the company.
    pub company: Option<String>,
    /// Website of the company.
    pub website: Option<String>,
    /// The person's role in it.
    pub role: Given<String>,
    /// The department; several levels are separated by "; ".
    pub department: Given<String>,
}

impl Employment {
    /// True where nothing is known.
    pub fn is_blank(&self) -> bool {
        !self.names_company() && self.role.value().is_none() && self.department.value().is_none()
    }

    /// True where a company is named, in whatever way.
    pub fn names_company(&self) -> bool {
        let ways = [&self.company_id, &self.company_external_id, &self.company, &self.website];
        ways.into_iter().flatten().any(|text| !text.trim().is_empty())
    }
}

/// Everything that a row of a file, or a contact, says of a person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Card {
    /// Id of the contact's record.
    pub id: Given<String>,
    /// Caller's own key.
    pub external_id: Given<String>,
    /// The card's own UID.
    pub uid: Given<String>,
    /// Status of the record.
    pub status: Given<CardStatus>,
    /// The formatted name. [`Card::display_name`] is the name of a card without one.
    pub name: Given<String>,
    /// The name's components, in the order of vCard: family name, given name, additional names, prefixes, suffixes.
    pub name_parts: Vec<NamePart>,
    /// E-mail addresses, the primary one first.
    pub emails: Given<Vec<ContactPoint>>,
    /// Phone numbers, the primary one first.
    pub phones: Given<Vec<ContactPoint>>,
    /// Web pages and profiles.
    pub links: Given<Vec<ContactPoint>>,
    /// Postal addresses.
    pub addresses: Given<Vec<PostalAddress>>,
    /// The birthday.
    pub birthday: Given<PartialDate>,
    /// Tags, sorted, each once.
    pub tags: Given<Vec<String>>,
    /// Notes.
    pub notes: Given<String>,
    /// Entries of the metadata.
    pub metadata: Given<Map<String, Value>>,
    /// Keys of entries of the metadata that the source has an empty place for.
    pub empty_entries: Vec<String>,
    /// Places in companies, the primary one first.
    pub employments: Given<Vec<Employment>>,
    /// JSContact properties that have no field here. It is made by the readers, and understood by the writers.
    pub rest: Map<String, Value>,
}

impl Card {
    /// The name that the person is shown by: the formatted name, else given and family name, else the company, an e-mail
    /// address, or a phone number.
    pub fn display_name(&self) -> Option<String> {
        let given = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let first = |points: &Given<Vec<ContactPoint>>| points.items().iter().find_map(|point| given(&point.value));
        let company = || self.employments.items().iter().find_map(|place| place.company.as_deref().and_then(given));
        self.own_name().or_else(company).or_else(|| first(&self.emails)).or_else(|| first(&self.phones))
    }

    /// The person's own name: the formatted name, else given and family name.
    pub fn own_name(&self) -> Option<String> {
        let formatted = self.name.text().map(str::trim).filter(|name| !name.is_empty());
        formatted.map(str::to_owned).or_else(|| self.joined_name())
    }

    /// The parts of the name of one kind, separated by spaces.
    pub fn name_part(&self, kind: NameKind) -> Option<String> {
        let parts = self.name_parts.iter().filter(|part| part.kind == kind);
        let parts: Vec<&str> = parts.map(|part| part.value.trim()).filter(|part| !part.is_empty()).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// True where a company has no role, so that a reader could give it one that belongs to none.
    pub(super) fn has_place_without_role(&self) -> bool {
        self.employments.items().iter().any(|place| place.role.value().is_none())
    }

    /// Given and family name.
    fn joined_name(&self) -> Option<String> {
        let kinds = [NameKind::Given, NameKind::Family, NameKind::Family2];
        let parts: Vec<String> = kinds.into_iter().filter_map(|kind| self.name_part(kind)).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// Puts the name's components into the order of vCard, so that the same name is the same card from every source.
    pub(super) fn sort_name_parts(&mut self) {
        self.name_parts.sort_by_key(|part| NameKind::NAMES.iter().position(|(kind, _)| *kind == part.kind));
    }

    /// Sorts the tags and drops repeated ones.
    pub(super) fn sort_tags(&mut self) {
        if let Given::Value(tags) = &mut self.tags {
            tags.sort_unstable();
            tags.dedup();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Card, ContactPoint, Employment, Given, NameKind, NamePart};

    #[test]
    fn a_card_without_a_name_is_shown_by_its_next_best_text() {
        let mut card = Card::default();
        assert_eq!(card.display_name(), None);
        card.phones.push(ContactPoint::new("+44 20"));
        assert_eq!(card.display_name().as_deref(), Some("+44 20"));
        card.emails.push(ContactPoint::new("a@b.org"));
        assert_eq!(card.display_name().as_deref(), Some("a@b.org"));
        card.employments.push(Employment { company: Some("Acme".to_owned()), ..Employment::default() });
        assert_eq!(card.display_name().as_deref(), Some("Acme"));
        card.name_parts.push(NamePart { kind: NameKind::Family, value: "Lovelace".to_owned() });
        card.name_parts.push(NamePart { kind: NameKind::Given, value: "Ada".to_owned() });
        assert_eq!(card.display_name().as_deref(), Some("Ada Lovelace"));
        card.name = Given::Value(" Countess ".to_owned());
        assert_eq!(card.display_name().as_deref(), Some("Countess"));
    }
}
