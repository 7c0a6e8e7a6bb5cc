//! The enums of records.

use async_graphql::Enum;

use crate::{
    domain::interactions,
    entity::{change, interaction, role, status::Status},
};

/// Status of a contact or a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "Status")]
pub(crate) enum RecordStatus {
    /// In use.
    Active,
    /// Kept, but no longer in use.
    Inactive,
    /// In the trash; hidden unless asked for.
    Trashed,
}

/// Roles of users and API keys: CONTACT, VIEWER, MEMBER, ADMIN. Each role includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "role::Role")]
pub(crate) enum Role {
    /// A connected contact: may sign in and read its own contact, nothing else.
    Contact,
    /// Reads everything.
    Viewer,
    /// Reads and writes; may trash, but not delete for good.
    Member,
    /// Everything, including deletion for good and management of users and API keys.
    Admin,
}

/// Types of records that changes are recorded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "change::SubjectType")]
pub(crate) enum SubjectType {
    /// A contact.
    Contact,
    /// A company.
    Company,
    /// A membership.
    Membership,
    /// An interaction.
    Interaction,
}

/// The statuses that a caller may set; the trash has its own mutations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum LiveStatus {
    /// In use.
    Active,
    /// Kept, but no longer in use.
    Inactive,
}

impl From<LiveStatus> for Status {
    fn from(status: LiveStatus) -> Self {
        match status {
            LiveStatus::Active => Self::Active,
            LiveStatus::Inactive => Self::Inactive,
        }
    }
}

/// Type of interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "interaction::InteractionKind")]
pub(crate) enum InteractionType {
    /// A phone or video call.
    Call,
    /// An e-mail, in or out.
    Email,
    /// A meeting in person or online.
    Meeting,
    /// A note for the team.
    Note,
    /// Anything else.
    Other,
}

/// Ways in which a contact is involved in an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "interactions::Involvement")]
pub(crate) enum Involvement {
    /// As the subject or as a party.
    Any,
    /// As the contact that it was logged on.
    Subject,
    /// As one of the parties.
    Party,
}
