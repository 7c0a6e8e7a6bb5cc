//! What can be read directly: records, their columns, and the records that hang on them one to one, named as in the
//! API. Whatever is not here is for the ordinary resolvers.

/// A kind of record.
#[derive(Debug)]
pub struct Table {
    /// Its type's name in the API.
    pub type_name: &'static str,
    /// The table's name.
    pub name: &'static str,
    /// Field, column, and how the value is written.
    pub columns: &'static [(&'static str, &'static str, Kind)],
    /// Field and the record behind it.
    pub relations: &'static [(&'static str, &'static Relation)],
}

/// How a column's value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named like the API's scalars")]
pub enum Kind {
    Id,
    Text,
    Status,
    Time,
    Int,
    Flag,
    Json,
}

/// A record that another one has at most one of.
#[derive(Debug)]
pub struct Relation {
    /// The other record.
    pub table: &'static Table,
    /// What joins it; `{this}` and `{that}` stand for the tables.
    pub on: &'static str,
}

/// People.
pub static CONTACT: Table = Table {
    type_name: "Contact",
    name: "contacts",
    columns: &[
        ("id", "id", Kind::Id),
        ("name", "name", Kind::Text),
        ("status", "status", Kind::Status),
        ("email", "email", Kind::Text),
        ("phone", "phone", Kind::Text),
        ("notes", "notes", Kind::Text),
        ("metadata", "metadata", Kind::Json),
        ("externalId", "external_id", Kind::Text),
        ("lastInteractionAt", "last_interaction_at", Kind::Time),
        ("version", "version", Kind::Int),
        ("createdAt", "created_at", Kind::Time),
        ("updatedAt", "updated_at", Kind::Time),
        ("trashedAt", "trashed_at", Kind::Time),
    ],
    relations: &[("user", &USER_OF_CONTACT), ("primaryMembership", &PRIMARY_MEMBERSHIP)],
};

static USER_OF_CONTACT: Relation = Relation { table: &USER, on: "{that}.id = {this}.user_id" };

/// A contact with memberships has exactly one.
static PRIMARY_MEMBERSHIP: Relation =
    Relation { table: &MEMBERSHIP, on: "{that}.contact_id = {this}.id AND {that}.is_primary" };

/// Who works where.
pub static MEMBERSHIP: Table = Table {
    type_name: "Membership",
    name: "company_memberships",
    columns: &[
        ("id", "id", Kind::Id),
        ("role", "role", Kind::Text),
        ("department", "department", Kind::Text),
        ("isPrimary", "is_primary", Kind::Flag),
        ("position", "position", Kind::Int),
        ("createdAt", "created_at", Kind::Time),
        ("updatedAt", "updated_at", Kind::Time),
    ],
    relations: &[("company", &COMPANY_OF_MEMBERSHIP), ("contact", &CONTACT_OF_MEMBERSHIP)],
};

static COMPANY_OF_MEMBERSHIP: Relation = Relation { table: &COMPANY, on: "{that}.id = {this}.company_id" };

static CONTACT_OF_MEMBERSHIP: Relation = Relation { table: &CONTACT, on: "{that}.id = {this}.contact_id" };

/// Organisations.
pub static COMPANY: Table = Table {
    type_name: "Company",
    name: "companies",
    columns: &[
        ("id", "id", Kind::Id),
        ("name", "name", Kind::Text),
        ("status", "status", Kind::Status),
        ("website", "website", Kind::Text),
        ("email", "email", Kind::Text),
        ("phone", "phone", Kind::Text),
        ("address", "address", Kind::Text),
        ("industry", "industry", Kind::Text),
        ("notes", "notes", Kind::Text),
        ("metadata", "metadata", Kind::Json),
        ("externalId", "external_id", Kind::Text),
        ("version", "version", Kind::Int),
        ("createdAt", "created_at", Kind::Time),
        ("updatedAt", "updated_at", Kind::Time),
        ("trashedAt", "trashed_at", Kind::Time),
    ],
    relations: &[],
};

/// Login users.
pub static USER: Table = Table {
    type_name: "User",
    name: "users",
    columns: &[
        ("id", "id", Kind::Id),
        ("email", "email", Kind::Text),
        ("name", "name", Kind::Text),
        ("role", "role", Kind::Status),
        ("isPlaceholder", "is_placeholder", Kind::Flag),
        ("source", "source", Kind::Text),
        ("createdAt", "created_at", Kind::Time),
    ],
    relations: &[("contact", &CONTACT_OF_USER)],
};

static CONTACT_OF_USER: Relation = Relation { table: &CONTACT, on: "{that}.user_id = {this}.id" };
