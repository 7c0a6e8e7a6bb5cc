//! The `used_sign_ins` table: sign-ins at a provider that have come back.

use sea_orm::entity::prelude::*;

/// Sign-in that has come back, until its cookie would have expired.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "used_sign_ins")]
#[expect(missing_docs, reason = "the columns say it, or the migration does")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "VarBinary(StringLen::None)")]
    pub state_hash: Vec<u8>,
    pub expires_at: DateTimeUtc,
}

/// Nothing refers to it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
