//! The `contacts` table: the people that a team deals with.

use sea_orm::entity::prelude::*;

use super::status::Status;

/// Contact. Columns ending in `_key` contain the folded form of their namesake, `email_lower` the lower-cased one, and
/// `phone_digits` the digits. `emails` and `phones` are null where `email` or `phone`, without a label, says all;
/// `email_points`, `phone_points` and `tag_keys` have the keys of each item, for the tables by which they are found.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contacts")]
#[expect(missing_docs, reason = "the columns' meanings are documented on the GraphQL type, in one place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub name_key: String,
    pub status: Status,
    pub prior_status: Option<Status>,
    pub email: Option<String>,
    pub email_lower: Option<String>,
    pub email_key: Option<String>,
    pub phone: Option<String>,
    pub phone_key: Option<String>,
    pub phone_digits: Option<String>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub emails: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub email_points: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub phones: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub phone_points: Option<Json>,
    #[sea_orm(column_type = "JsonBinary")]
    pub links: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub addresses: Json,
    pub birthday: Option<String>,
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
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub card: Option<Json>,
    pub uid: Option<String>,
    pub user_id: Option<Uuid>,
    pub last_interaction_at: Option<DateTimeUtc>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub trashed_at: Option<DateTimeUtc>,
    /// Time when an undo moved the record to the trash.
    pub undone_at: Option<DateTimeUtc>,
    /// The survivor, where the contact was merged away.
    pub merged_into: Option<Uuid>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
