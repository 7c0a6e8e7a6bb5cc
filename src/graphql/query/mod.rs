//! The queries, one file per resource.

mod companies;
mod contacts;
mod interactions;
mod node;
pub(super) mod prepared;
mod users;

use async_graphql::MergedObject;

/// What can be read.
#[derive(MergedObject, Default)]
pub struct Query(
    node::NodeQuery,
    contacts::ContactQuery,
    companies::CompanyQuery,
    interactions::InteractionQuery,
    users::UserQuery,
);
