//! The GraphQL object types: newtypes over rows, so that what is not written here cannot leak.

mod api_key;
mod batch;
mod change;
mod company;
mod contact;
mod duplicate;
mod import;
mod interaction;
mod membership;
mod node;
mod records;
mod session;
mod user;
mod user_error;
mod viewer;
mod webhook;

pub(crate) use api_key::ApiKey;
pub(crate) use batch::BatchConnection;
pub(crate) use change::{ChangeConnection, ChangeEdge};
pub(crate) use company::{CompanyConnection, CompanyTotal};
pub(crate) use contact::{ContactConnection, ContactTotal};
pub(crate) use duplicate::{DuplicateCandidate, DuplicateCertainty, DuplicateGroupConnection};
pub(crate) use import::{ImportFormat, ImportJobConnection};
pub(crate) use interaction::{InteractionConnection, InteractionTotal};
pub(crate) use node::Node;
pub(crate) use records::{Batch, Change, Company, Contact, ImportJob, Interaction, Membership, User};
pub(crate) use session::Session;
pub(crate) use user::{UserConnection, UserTotal};
pub(crate) use user_error::{UserError, UserErrorCode, current, into_outcome};
pub(crate) use viewer::Viewer;
pub(crate) use webhook::Webhook;

use async_graphql::SimpleObject;

use crate::entity::status::Status;

/// Number of records with each status.
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
