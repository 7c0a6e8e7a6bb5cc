//! The `webhook_keys` table: the key that webhooks' secrets are encrypted with where the operator has set none.

use sea_orm::entity::prelude::*;

/// Key. There is one at most.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_keys")]
#[expect(missing_docs, reason = "the columns say it")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub only_row: i32,
    #[sea_orm(column_type = "VarBinary(StringLen::None)")]
    pub key: Vec<u8>,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("webhook_key::Model(…)")
    }
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
