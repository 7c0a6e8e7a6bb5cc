//! The role column that users and API keys share.

use sea_orm::entity::prelude::*;

/// Role of a user or a key. Each role includes the rights of those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum Role {
    /// Sees itself and its own contact.
    #[sea_orm(string_value = "contact")]
    Contact,
    /// Reads everything.
    #[sea_orm(string_value = "viewer")]
    Viewer,
    /// Reads and writes.
    #[sea_orm(string_value = "member")]
    Member,
    /// Also deletes for good, and manages users and API keys.
    #[sea_orm(string_value = "admin")]
    Admin,
}
