//! The `contacts` table: the people that a team deals with.

use sea_orm::entity::prelude::*;

use super::status::Status;

/// Contact. Columns ending in `_key` contain the folded form of their namesake, `email_lower` the lower-cased one.
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
    pub notes: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub metadata: Json,
    pub external_id: Option<String>,
    pub external_id_key: Option<String>,
    pub user_id: Option<Uuid>,
    pub last_interaction_at: Option<DateTimeUtc>,
    pub version: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    pub trashed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
