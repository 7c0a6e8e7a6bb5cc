//! The types of columns, and orders by them.

/// The type of a column's values, and so how the API writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "named like the API's types")]
pub enum ColumnKind {
    Id,
    Text,
    Status,
    Role,
    InteractionType,
    Time,
    Int,
    Flag,
    Json,
    /// A list of contact points.
    Points,
    /// A list of postal addresses.
    Addresses,
    /// A list of texts.
    Texts,
    /// A date of which parts may be unknown.
    PartialDate,
}

impl ColumnKind {
    /// True of lists.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Points | Self::Addresses | Self::Texts)
    }

    /// The object type whose fields a selection names of each item, where items are objects.
    pub fn item_type(self) -> Option<&'static str> {
        match self {
            Self::Points => Some("ContactPoint"),
            Self::Addresses => Some("PostalAddress"),
            _ => None,
        }
    }
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
    /// Direction of the order.
    pub direction: Direction,
}

/// Directions of an order.
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

    /// Changes the direction.
    #[must_use]
    pub const fn direction(mut self, direction: Direction) -> Self {
        self.direction = direction;
        self
    }
}
