//! Resources as data: each field and each relation, described once.
//!
//! The read plans, filters, orders, inputs, defaults, records of changes, folded keys and the access of a contact to
//! itself are all derived from these descriptions. They hold nothing but constants. `tests/it/resources.rs` compares
//! them with the entities and the schema, both ways.

mod column;
mod company;
mod contact;
mod field;
mod interaction;
mod membership;
mod relation;
mod user;

pub use column::{ColumnKind, Direction, SortBy};
pub use company::{COMPANY, MEMBERS};
pub use contact::CONTACT;
pub use field::{Field, FilterField, FoldedColumn, Initial, InputField, ItemKeys, Items, PointRule, Rule};
pub use interaction::{COMPANY_INTERACTIONS, INTERACTION};
pub use membership::MEMBERSHIP;
pub use relation::{Many, Reach, Related, RelatedTest, Relation, ToOne};
pub use user::USER;

/// Longest name, e-mail address, role, department, subject, industry, website or external id, in characters.
pub const LINE_CHARS_MAX: usize = 255;
/// Longest phone number in characters.
pub const PHONE_CHARS_MAX: usize = 50;
/// Longest postal address in characters.
pub const ADDRESS_CHARS_MAX: usize = 1000;
/// Longest notes or interaction body in characters.
pub const NOTES_CHARS_MAX: usize = 100_000;

/// Most e-mail addresses, phone numbers or links of a contact.
pub const POINTS_MAX: usize = 50;
/// Most postal addresses of a contact.
pub const ADDRESSES_MAX: usize = 20;
/// Most tags of a record.
pub const TAGS_MAX: usize = 100;
/// Longest tag in characters.
pub const TAG_CHARS_MAX: usize = 50;
/// Longest label of a contact point or an address, in characters.
pub const LABEL_CHARS_MAX: usize = 100;
/// Longest link in characters.
pub const LINK_CHARS_MAX: usize = 2000;

/// All resources.
pub static RESOURCES: [&Resource; 5] = [&CONTACT, &COMPANY, &MEMBERSHIP, &INTERACTION, &USER];

/// The name of a resource, by which descriptions refer to one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named like the API's types")]
pub enum ResourceName {
    Contact,
    Company,
    Membership,
    Interaction,
    User,
}

impl ResourceName {
    /// The resource of that name.
    pub fn resource(self) -> &'static Resource {
        match self {
            Self::Contact => &CONTACT,
            Self::Company => &COMPANY,
            Self::Membership => &MEMBERSHIP,
            Self::Interaction => &INTERACTION,
            Self::User => &USER,
        }
    }
}

/// A kind of record.
#[derive(Debug)]
pub struct Resource {
    /// Its type's name in the API.
    pub type_name: &'static str,
    /// The name of its table.
    pub table: &'static str,
    /// Its trash, where its records can be trashed.
    pub trash: Option<Trash>,
    /// Its fields, in the order of its type.
    pub fields: &'static [Field],
    /// The records that belong to one, with the names of its fields.
    pub relations: &'static [Relation],
    /// The order of its lists where a request names none. The id is always the last key.
    pub order: &'static [SortBy],
    /// Its filter in the API.
    pub filter: Option<FilterType>,
    /// How the folded keys are rebuilt when the folding changes.
    pub rekey: Rekey,
    /// The documentation of its inputs in the API.
    pub docs: Docs,
}

/// The trash of a resource whose records have a status.
#[derive(Clone, Copy, Debug)]
pub struct Trash {
    /// A condition that is true of records outside the trash. It is word for word the predicate of the partial indexes:
    /// PostgreSQL cannot use those when the status is a parameter.
    pub live: &'static str,
    /// The table where triggers keep how many records have each status.
    pub counts: &'static str,
    /// A condition that is true of records that were not merged into others, where records can be merged.
    pub unmerged: Option<&'static str>,
}

/// The documentation of the types that the API makes of a resource; empty where it makes none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Docs {
    /// One key of an order of its lists.
    pub order: &'static str,
    /// The fields that its lists can be ordered by.
    pub order_field: &'static str,
}

/// A filter of a list.
#[derive(Clone, Copy, Debug)]
pub struct FilterType {
    /// Its documentation in the API.
    pub doc: &'static str,
    /// True where filters are joined by `and`, `or` and `not`.
    pub is_tree: bool,
    /// Tests that look at related records.
    pub related: &'static [RelatedTest],
}

/// How folded keys are rebuilt.
#[derive(Clone, Copy, Debug)]
pub struct Rekey {
    /// True where a record is found by its key alone, so that the keys are rebuilt before anything is served.
    pub is_first: bool,
    /// Rows of a transaction: few where texts may be long.
    pub batch: u64,
}

impl Rekey {
    /// Beside the requests, for records with short texts.
    pub const BESIDE: Self = Self { is_first: false, batch: 1000 };
}

impl Resource {
    /// The field with this name in the API.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that its type shows under this name.
    pub fn visible_field(&self, name: &str) -> Option<&'static Field> {
        self.field(name).filter(|field| !field.doc.is_empty())
    }

    /// The relation with this name in the API.
    pub fn relation(&self, name: &str) -> Option<&'static Relation> {
        self.relations.iter().find(|relation| relation.name == name)
    }

    /// The fields whose values before and after a change are recorded.
    pub fn recorded(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| field.is_recorded)
    }

    /// The fields that the input of a mutation sets.
    pub fn inputs(&self) -> impl Iterator<Item = (&'static Field, InputField)> {
        self.fields.iter().filter_map(|field| Some((field, field.input?)))
    }

    /// The fields that a filter tests.
    pub fn filters(&self) -> impl Iterator<Item = (&'static Field, FilterField)> {
        self.fields.iter().filter_map(|field| Some((field, field.filter?)))
    }

    /// The fields that lists can be ordered by.
    pub fn orders(&self) -> impl Iterator<Item = (&'static Field, SortBy)> {
        self.fields.iter().filter_map(|field| Some((field, field.order?)))
    }

    /// The list whose first value is this field.
    pub fn list_of(&self, first: &Field) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.first == Some(first.name))
    }

    /// The field that is the first value of a list.
    pub fn first_of(&self, list: &Field) -> Option<&'static Field> {
        list.first.and_then(|first| self.field(first))
    }
}
