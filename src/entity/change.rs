//! Enumerations of the `changes` table. Only [`crate::domain::changes`] reads and writes the table itself.

use sea_orm::entity::prelude::*;

/// Kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum ChangeKind {
    /// The record was created.
    #[sea_orm(string_value = "created")]
    Created,
    /// Fields of the record were written.
    #[sea_orm(string_value = "updated")]
    Updated,
    /// The record went to the trash.
    #[sea_orm(string_value = "trashed")]
    Trashed,
    /// The record was restored from the trash.
    #[sea_orm(string_value = "restored")]
    Restored,
    /// The record was deleted for good.
    #[sea_orm(string_value = "deleted")]
    Deleted,
    /// The contact was merged into another.
    #[sea_orm(string_value = "merged")]
    Merged,
    /// Others were merged into the contact.
    #[sea_orm(string_value = "absorbed")]
    Absorbed,
    /// A merge that the contact was in was taken back.
    #[sea_orm(string_value = "unmerged")]
    Unmerged,
    /// A login user was linked to the contact.
    #[sea_orm(string_value = "user_connected")]
    UserConnected,
    /// The contact's login user was unlinked.
    #[sea_orm(string_value = "user_disconnected")]
    UserDisconnected,
}

impl ChangeKind {
    /// True of changes that say all by their kind. Their values are recorded only where undoing a batch needs them.
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Created | Self::Trashed | Self::Restored)
    }
}

/// Type of the changed record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum SubjectType {
    /// A contact.
    #[sea_orm(string_value = "contact")]
    Contact,
    /// A company.
    #[sea_orm(string_value = "company")]
    Company,
    /// A membership.
    #[sea_orm(string_value = "membership")]
    Membership,
    /// An interaction.
    #[sea_orm(string_value = "interaction")]
    Interaction,
}
