//! The `contacts` table.

use async_graphql::SimpleObject;
use sea_orm::entity::prelude::*;

use super::status::Status;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel, SimpleObject)]
#[sea_orm(table_name = "contacts")]
#[graphql(name = "Contact", complex)]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    #[graphql(skip)]
    pub id: Uuid,
    pub name: String,
    #[graphql(skip)]
    pub name_key: String,
    pub status: Status,
    pub email: Option<String>,
    pub phone: Option<String>,
    #[graphql(skip)]
    pub phone_key: Option<String>,
    #[graphql(skip)]
    pub search_key: String,
    #[graphql(skip)]
    pub user_id: Option<Uuid>,
    #[graphql(skip)]
    pub version: i32,
    #[graphql(skip)]
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
