//! The GraphQL object types: newtypes over rows, so that what is not written here cannot leak.

mod api_key;
mod change;
mod company;
mod contact;
mod interaction;
mod membership;
mod node;
mod user;
mod user_error;
mod viewer;

pub(crate) use api_key::ApiKey;
pub(crate) use change::{Change, ChangeConnection, ChangeEdge, SubjectType};
pub(crate) use company::{Company, CompanyConnection, CompanyTotal};
pub(crate) use contact::{Contact, ContactConnection, ContactTotal, count};
pub(crate) use interaction::{Interaction, InteractionConnection, InteractionTotal, InteractionType, Involvement};
pub(crate) use membership::{Membership, MembershipConnection};
pub(crate) use node::Node;
pub(crate) use user::{User, UserConnection, UserTotal};
pub(crate) use user_error::{UserError, UserErrorCode, current, settle};
pub(crate) use viewer::Viewer;

use async_graphql::{Enum, SimpleObject};

use crate::entity::{role, status::Status};

/// A contact's or a company's place in its life.
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

/// What somebody may do; each role may do what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "role::Role")]
pub(crate) enum Role {
    /// A connected contact: may sign in and read its own contact, nothing else.
    Contact,
    /// Reads everything.
    Viewer,
    /// Reads and writes; may trash, not delete for good.
    Member,
    /// All of it: deletes for good, manages users and API keys.
    Admin,
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

/// How many records have each status.
#[derive(Default, SimpleObject)]
pub(crate) struct StatusCounts {
    /// In use.
    active: i64,
    /// Kept, but no longer in use.
    inactive: i64,
    /// In the trash.
    trashed: i64,
    /// Active and inactive.
    live: i64,
}

impl StatusCounts {
    pub(crate) fn new(counts: Vec<(Status, i64)>) -> Self {
        let mut all = Self::default();
        for (status, count) in counts {
            match status {
                Status::Active => all.active = count,
                Status::Inactive => all.inactive = count,
                Status::Trashed => all.trashed = count,
            }
        }
        all.live = all.active + all.inactive;
        all
    }
}
