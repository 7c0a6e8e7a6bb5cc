//! The queries, one file per resource.
//!
//! The futures that they await are in boxes: the future of each field is as large as that of the largest, and is moved about as a
//! whole several times.

mod access;
mod batches;
mod changes;
mod companies;
mod contacts;
mod duplicates;
mod imports;
mod interactions;
mod node;
mod records;
mod tags;
mod users;
mod webhooks;

use async_graphql::MergedObject;

pub(super) use changes::wanted;

/// Operations that read.
#[derive(MergedObject, Default)]
pub struct Query(
    node::NodeQuery,
    contacts::ContactQuery,
    companies::CompanyQuery,
    imports::ImportQuery,
    interactions::InteractionQuery,
    tags::TagQuery,
    users::UserQuery,
    access::AccessQuery,
    changes::ChangeQuery,
    batches::BatchQuery,
    duplicates::DuplicateQuery,
    webhooks::WebhookQuery,
);
