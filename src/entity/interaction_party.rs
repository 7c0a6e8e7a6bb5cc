//! The `interaction_parties` table: participants of interactions.

use sea_orm::entity::prelude::*;

/// Party: the text as typed, and the contact that it stands for, if any.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "interaction_parties")]
#[expect(missing_docs, reason = "the columns' meanings are documented on the GraphQL type, in one place")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub interaction_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub name: String,
    pub contact_id: Option<Uuid>,
    #[sea_orm(column_type = "JsonBinary")]
    pub snapshot: Json,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
