//! Fields: a column, its name in the API, and what can be done with it.

use super::{ColumnKind, Direction, SortBy};

/// A field of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name in the API.
    pub name: &'static str,
    /// The column that holds it.
    pub column: &'static str,
    /// The type of its values.
    pub kind: ColumnKind,
    /// True where there may be no value.
    pub is_nullable: bool,
    /// Its documentation in the API; empty where the type does not show it.
    pub doc: &'static str,
    /// The column with the folded form of its text.
    pub folded: Option<FoldedColumn>,
    /// The column with its text in lower case, by which e-mail addresses are compared.
    pub lower: Option<&'static str>,
    /// The column with the digits of its text, by which parts of phone numbers are found.
    pub digits: Option<&'static str>,
    /// The field that is the first value of this list.
    pub first: Option<&'static str>,
    /// The keys of the list's items, and the table where they are found.
    pub items: Option<Items>,
    /// The value that a new record has where its input gives none.
    pub initial: Initial,
    /// How a mutation sets it.
    pub input: Option<InputField>,
    /// How a filter tests it.
    pub filter: Option<FilterField>,
    /// How lists are ordered by it.
    pub order: Option<SortBy>,
    /// Its documentation as a field that lists can be ordered by.
    pub order_doc: &'static str,
    /// True where changes are recorded with the values before and after.
    pub is_recorded: bool,
    /// True where a signed-in contact sees it of itself.
    pub is_own: bool,
}

/// A column that holds the folded form of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FoldedColumn {
    /// Its name.
    pub column: &'static str,
    /// True where equal texts are found by it. Others are unique, or their folded form has no index.
    pub finds_equals: bool,
    /// True where the form is as long as the text; otherwise it is cut, so that it fits into an index.
    pub is_whole: bool,
}

/// The items of a list by their keys, for look-ups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Items {
    /// The column that has the keys of all items, as JSON; null where the first value alone says all.
    pub column: &'static str,
    /// The table that has a row for each item. A trigger keeps it.
    pub table: &'static str,
    /// The column of that table with the id of the record.
    pub owner: &'static str,
    /// The keys.
    pub keys: ItemKeys,
}

/// The keys that an item of a list has: the columns of its table after the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemKeys {
    /// Lower case, and folded.
    Email,
    /// As it is, folded, and its digits.
    Phone,
    /// As it is, and folded.
    Tag,
}

/// The value that a new record has where its input gives none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Initial {
    /// None; or the field is required.
    Null,
    /// A word, as the column holds it.
    Word(&'static str),
    /// A JSON object without members.
    EmptyObject,
    /// A JSON list without items.
    EmptyList,
    /// The number one.
    One,
    /// The time of the creation.
    Now,
}

/// A field of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct InputField {
    /// Its documentation in the API.
    pub doc: &'static str,
    /// How its value is checked.
    pub rule: Rule,
}

/// How the value of an input is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// A text of at most so many characters; blank is null.
    Text(usize),
    /// The same, but it must not be blank.
    RequiredText(usize),
    /// An e-mail address.
    Email,
    /// A JSON object.
    Object,
    /// A list of at most so many contact points, whose values are checked by another rule.
    Points(usize, PointRule),
    /// A list of at most so many postal addresses.
    Addresses(usize),
    /// A set of at most so many tags.
    Tags(usize),
    /// A date of which parts may be unknown.
    PartialDate,
    /// The IANA name of a time zone; blank is null.
    TimeZone,
    /// A value that a new record has by itself. It cannot be cleared; the text says so.
    NotNull(&'static str),
}

/// How the value of a contact point is checked. It must not be blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PointRule {
    /// An e-mail address.
    Email,
    /// A text of at most so many characters.
    Text(usize),
}

/// A field of a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FilterField {
    /// Its documentation in the API.
    pub doc: &'static str,
}

impl Field {
    /// A field that may be null. Its column has the same name.
    pub const fn new(name: &'static str, kind: ColumnKind, doc: &'static str) -> Self {
        Self {
            name,
            column: name,
            kind,
            is_nullable: true,
            doc,
            folded: None,
            lower: None,
            digits: None,
            first: None,
            items: None,
            initial: Initial::Null,
            input: None,
            filter: None,
            order: None,
            order_doc: "",
            is_recorded: false,
            is_own: false,
        }
    }

    /// A text.
    pub const fn text(name: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnKind::Text, doc)
    }

    /// The record's id.
    pub const fn id(doc: &'static str) -> Self {
        Self::new("id", ColumnKind::Id, doc).not_null()
    }

    /// The id of another record: filters test it, but the type shows the record instead.
    pub const fn reference(name: &'static str, column: &'static str) -> Self {
        Self::new(name, ColumnKind::Id, "").column(column)
    }

    /// A time that is always there; at first that of the creation.
    pub const fn time(name: &'static str, column: &'static str, doc: &'static str) -> Self {
        Self::new(name, ColumnKind::Time, doc).column(column).not_null().initial(Initial::Now)
    }

    /// The number of writes of a record.
    pub const fn version() -> Self {
        let doc = "Version of the record, which grows by one with each write; send it back as `expectedVersion`.";
        Self::new("version", ColumnKind::Int, doc).not_null().initial(Initial::One)
    }

    /// The caller's own data.
    pub const fn metadata() -> Self {
        Self::new("metadata", ColumnKind::Json, "The caller's own data: a JSON object.")
            .not_null()
            .initial(Initial::EmptyObject)
            .input(Rule::Object, "Replaces the whole object; at most 64 KiB.")
            .recorded()
    }

    /// The set of tags, whose keys are in a column and a table.
    pub const fn tags(table: &'static str, owner: &'static str) -> Self {
        Self::new("tags", ColumnKind::Texts, "Tags, in alphabetical order, each once.")
            .not_null()
            .initial(Initial::EmptyList)
            .items(Items { column: "tag_keys", table, owner, keys: ItemKeys::Tag })
            .input(
                Rule::Tags(super::TAGS_MAX),
                "Replaces the set: at most 100 tags of 1 to 50 characters, compared ignoring case and accents.",
            )
            .recorded()
    }

    /// Sets another name for the column.
    #[must_use]
    pub const fn column(mut self, column: &'static str) -> Self {
        self.column = column;
        self
    }

    /// Marks the field as having a value in every record.
    #[must_use]
    pub const fn not_null(mut self) -> Self {
        self.is_nullable = false;
        self
    }

    /// Sets the value of new records.
    #[must_use]
    pub const fn initial(mut self, initial: Initial) -> Self {
        self.initial = initial;
        self
    }

    /// Adds a folded key, by which equal texts are found.
    #[must_use]
    pub const fn folded(mut self, column: &'static str) -> Self {
        self.folded = Some(FoldedColumn { column, finds_equals: true, is_whole: false });
        self
    }

    /// Adds a folded key for parts of the text; equal texts are found by the column itself.
    #[must_use]
    pub const fn folded_for_parts(mut self, column: &'static str) -> Self {
        self.folded = Some(FoldedColumn { column, finds_equals: false, is_whole: false });
        self
    }

    /// Adds a folded form of the whole text.
    #[must_use]
    pub const fn folded_whole(mut self, column: &'static str) -> Self {
        self.folded = Some(FoldedColumn { column, finds_equals: false, is_whole: true });
        self
    }

    /// Adds the column with the digits of the text.
    #[must_use]
    pub const fn digits(mut self, column: &'static str) -> Self {
        self.digits = Some(column);
        self
    }

    /// Makes the list's first value a field of its own, whose name is given. The column is null where that field says
    /// all: no value, or one without a label.
    #[must_use]
    pub const fn first(mut self, field: &'static str) -> Self {
        self.first = Some(field);
        self
    }

    /// Lets records be found by the list's items.
    #[must_use]
    pub const fn items(mut self, items: Items) -> Self {
        self.items = Some(items);
        self
    }

    /// Adds the column in lower case, by which texts are compared.
    #[must_use]
    pub const fn lower(mut self, column: &'static str) -> Self {
        self.lower = Some(column);
        self
    }

    /// Lets mutations set the field.
    #[must_use]
    pub const fn input(mut self, rule: Rule, doc: &'static str) -> Self {
        self.input = Some(InputField { doc, rule });
        self
    }

    /// Lets filters test the field.
    #[must_use]
    pub const fn filter(mut self, doc: &'static str) -> Self {
        self.filter = Some(FilterField { doc });
        self
    }

    /// Makes the field a key of orders, by its folded form where it has one; `name` is the key's name in cursors.
    #[must_use]
    pub const fn order(mut self, name: &'static str, doc: &'static str) -> Self {
        let column = if let Some(folded) = self.folded { folded.column } else { self.column };
        let (kind, is_nullable) = (self.kind, self.is_nullable);
        self.order = Some(SortBy { name, column, kind, is_nullable, direction: Direction::Ascending });
        self.order_doc = doc;
        self
    }

    /// Records the field's values in the history.
    #[must_use]
    pub const fn recorded(mut self) -> Self {
        self.is_recorded = true;
        self
    }

    /// Shows the field to a contact that sees only itself.
    #[must_use]
    pub const fn own(mut self) -> Self {
        self.is_own = true;
        self
    }
}
