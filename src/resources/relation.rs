//! Relations between records, and the orders of lists.

use std::hash::{Hash, Hasher};

use super::{Resource, ResourceName, SortBy};

/// Records that belong to a record.
#[derive(Debug)]
pub struct Relation {
    /// Its name in the API.
    pub name: &'static str,
    /// Their kind.
    pub to: ResourceName,
    /// How many there are, and how they are found.
    pub reach: Reach,
    /// True where a signed-in contact sees it of itself.
    pub is_own: bool,
}

/// Relations are constants, so two are equal where they are at the same place in memory.
impl PartialEq for Relation {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Relation {}

impl Hash for Relation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self, state);
    }
}

/// How many records a relation leads to.
#[derive(Debug)]
pub enum Reach {
    /// At most one.
    One(ToOne),
    /// A list so short that it is read whole.
    Few(Many),
    /// A list that is read page by page.
    Page(Many),
    /// Records that only its resolver can read.
    Resolver,
}

/// A record that another has at most one of.
#[derive(Clone, Copy, Debug)]
pub struct ToOne {
    /// The column of the record that refers.
    pub this: &'static str,
    /// The column of the other record that holds the same.
    pub that: &'static str,
    /// A column that is true of the other record.
    pub flag: Option<&'static str>,
    /// True where an API type promises the record.
    pub is_promised: bool,
}

/// A list of the records that refer to a record.
#[derive(Clone, Copy, Debug)]
pub struct Many {
    /// The column that holds the id of the record that they belong to.
    pub by: &'static str,
    /// A to-one relation of theirs whose record must not be in the trash.
    pub live: Option<&'static str>,
    /// Their order. The id is always the last key.
    pub order: &'static [SortBy],
}

impl Relation {
    /// The record whose id is in the column `this`.
    pub const fn one(name: &'static str, to: ResourceName, this: &'static str) -> Self {
        let one = ToOne { this, that: "id", flag: None, is_promised: false };
        Self { name, to, reach: Reach::One(one), is_own: false }
    }

    /// Builds the same where the API promises that the record is there.
    pub const fn promised(name: &'static str, to: ResourceName, this: &'static str) -> Self {
        let one = ToOne { this, that: "id", flag: None, is_promised: true };
        Self { name, to, reach: Reach::One(one), is_own: false }
    }

    /// The only record that has the id in its column `that`, or the only one of them with a flag.
    pub const fn only(name: &'static str, to: ResourceName, that: &'static str, flag: Option<&'static str>) -> Self {
        let one = ToOne { this: "id", that, flag, is_promised: false };
        Self { name, to, reach: Reach::One(one), is_own: false }
    }

    /// A short list.
    pub const fn few(name: &'static str, to: ResourceName, many: Many) -> Self {
        Self { name, to, reach: Reach::Few(many), is_own: false }
    }

    /// A list in pages.
    pub const fn page(name: &'static str, to: ResourceName, many: Many) -> Self {
        Self { name, to, reach: Reach::Page(many), is_own: false }
    }

    /// Records that only its resolver can read.
    pub const fn resolver(name: &'static str, to: ResourceName) -> Self {
        Self { name, to, reach: Reach::Resolver, is_own: false }
    }

    /// Shows the relation to a contact that sees only itself.
    #[must_use]
    pub const fn own(mut self) -> Self {
        self.is_own = true;
        self
    }

    /// The resource of the records that it leads to.
    pub fn to(&self) -> &'static Resource {
        self.to.resource()
    }

    /// The record that it leads to.
    pub fn one_record(&self) -> Option<ToOne> {
        match self.reach {
            Reach::One(one) => Some(one),
            Reach::Few(_) | Reach::Page(_) | Reach::Resolver => None,
        }
    }

    /// The list that it leads to.
    pub fn many(&self) -> Option<&Many> {
        match &self.reach {
            Reach::Few(many) | Reach::Page(many) => Some(many),
            Reach::One(_) | Reach::Resolver => None,
        }
    }
}

/// A test that looks at related records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RelatedTest {
    /// Its name in the filter.
    pub name: &'static str,
    /// Its documentation in the API.
    pub doc: &'static str,
    /// The records that it looks at.
    pub test: Related,
}

/// The records that a test looks at; relations are given by their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Related {
    /// One record of a list meets a filter.
    Any(&'static str),
    /// A list is empty (true), or is not (false).
    Empty(&'static str),
    /// A field of a to-one relation's record is tested.
    FieldOf(&'static str, &'static str),
}
