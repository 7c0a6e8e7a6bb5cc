//! The queries, one file per resource.

mod access;
mod changes;
mod companies;
mod contacts;
mod interactions;
mod node;
pub(super) mod prepared;
mod users;

use async_graphql::MergedObject;

pub(super) use changes::wanted;

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    node::NodeQuery,
    contacts::ContactQuery,
    companies::CompanyQuery,
    interactions::InteractionQuery,
    users::UserQuery,
    access::AccessQuery,
    changes::ChangeQuery,
);
