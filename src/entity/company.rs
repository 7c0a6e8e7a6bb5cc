//! The `companies` table: the organisations that contacts work for.

use sea_orm::entity::prelude::*;

use super::status::Status;

/// Company. Columns ending in `_key` contain the folded form of their namesake, `email_lower` the lower-cased one,
/// `phone_digits` the digits, and `tag_keys` the keys of each tag, for the table by which they are found.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "companies")]
#[expect(missing_docs, reason = "the columns' meanings are documented on the GraphQL type, in one place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub name_key: String,
    pub status: Status,
    pub prior_status: Option<Status>,
    pub website: Option<String>,
    pub website_key: Option<String>,
    pub email: Option<String>,
    pub email_lower: Option<String>,
    pub email_key: Option<String>,
    pub phone: Option<String>,
    pub phone_key: Option<String>,
    pub phone_digits: Option<String>,
    pub address: Option<String>,
    pub industry: Option<String>,
    pub industry_key: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub tags: Json,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub tag_keys: Option<Json>,
    pub notes: Option<String>,
    pub notes_key: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    pub external_id: Option<String>,
    pub external_id_key: Option<String>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub trashed_at: Option<DateTimeUtc>,
    /// Time when an undo moved the record to the trash.
    pub undone_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
