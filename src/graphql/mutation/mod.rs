//! The mutations, one file per resource.
//!
//! Each calls one domain function, which is one transaction. The fields are nullable, so that one that breaks does not
//! wipe the results of the others in the request.

mod access;
mod batches;
mod companies;
mod contacts;
mod duplicates;
mod imports;
mod interactions;
mod memberships;
mod merging;
mod payload;
mod upserts;
mod users;
mod webhooks;

use async_graphql::MergedObject;

/// Operations that write.
#[derive(MergedObject, Default)]
pub struct Mutation(
    contacts::ContactMutation,
    upserts::UpsertMutation,
    memberships::MembershipMutation,
    users::UserMutation,
    companies::CompanyMutation,
    imports::ImportMutation,
    interactions::InteractionMutation,
    access::AccessMutation,
    batches::BatchMutation,
    merging::MergingMutation,
    duplicates::DuplicateMutation,
    webhooks::WebhookMutation,
);
