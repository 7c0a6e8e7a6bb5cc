//! The status column that contacts and companies share.

use sea_orm::entity::prelude::*;

/// State of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Status {
    /// In use.
    #[sea_orm(string_value = "active")]
    Active,
    /// Kept, but no longer in use.
    #[sea_orm(string_value = "inactive")]
    Inactive,
    /// In the trash: hidden unless asked for.
    #[sea_orm(string_value = "trashed")]
    Trashed,
}
