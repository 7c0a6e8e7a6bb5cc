//! The `kept_changes` table: changes of a batch that undoing has left, because somebody changed the record since.

use sea_orm::entity::prelude::*;

use super::change::SubjectType;

/// Kept change. The field is empty for a whole record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "kept_changes")]
#[expect(missing_docs, reason = "the columns say it")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub subject_type: SubjectType,
    pub subject_id: Uuid,
    pub field: String,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
