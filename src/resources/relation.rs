//! Relations between records, and the orders of lists.

use super::{ColumnKind, Resource};

/// Records that belong to a record.
#[derive(Debug)]
pub struct Relation {
    /// Its name in the API.
    pub name: &'static str,
    /// Their kind.
    pub to: &'static Resource,
    /// How many there are, and how they are found.
    pub reach: Reach,
    /// True where a contact that is signed in sees it of itself.
    pub is_own: bool,
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
    /// The condition that joins it; `{this}` and `{that}` stand for the tables.
    pub on: &'static str,
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

/// One key of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortBy {
    /// Its name in cursors.
    pub name: &'static str,
    /// The column that is compared.
    pub column: &'static str,
    /// The type of its values.
    pub kind: ColumnKind,
    /// True where there may be no value. Nulls come last in both directions.
    pub is_nullable: bool,
    /// The way that it goes.
    pub direction: Direction,
}

/// The way that an order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
    /// True before false. It ascends, by the opposite, so that it can be one with keys that ascend.
    TrueFirst,
}

impl SortBy {
    /// A key that ascends, by a column without nulls.
    pub const fn new(name: &'static str, column: &'static str, kind: ColumnKind) -> Self {
        Self { name, column, kind, is_nullable: false, direction: Direction::Ascending }
    }

    /// The same in another direction.
    #[must_use]
    pub const fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }
}

impl Relation {
    /// A record that another has at most one of.
    pub const fn one(name: &'static str, to: &'static Resource, on: &'static str) -> Self {
        Self { name, to, reach: Reach::One(ToOne { on, is_promised: false }), is_own: false }
    }

    /// The same where the API promises that the record is there.
    pub const fn promised(name: &'static str, to: &'static Resource, on: &'static str) -> Self {
        Self { name, to, reach: Reach::One(ToOne { on, is_promised: true }), is_own: false }
    }

    /// A short list.
    pub const fn few(name: &'static str, to: &'static Resource, many: Many) -> Self {
        Self { name, to, reach: Reach::Few(many), is_own: false }
    }

    /// A list in pages.
    pub const fn page(name: &'static str, to: &'static Resource, many: Many) -> Self {
        Self { name, to, reach: Reach::Page(many), is_own: false }
    }

    /// Records that only its resolver can read.
    pub const fn resolver(name: &'static str, to: &'static Resource) -> Self {
        Self { name, to, reach: Reach::Resolver, is_own: false }
    }

    /// The same visible to a contact that sees only itself.
    #[must_use]
    pub const fn own(mut self) -> Self {
        self.is_own = true;
        self
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
