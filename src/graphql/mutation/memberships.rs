//! Mutations of memberships.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::payload::payload;
use crate::{
    domain::memberships,
    entity::membership,
    graphql::{
        context::ContextExt,
        error::Nullable,
        input::MembershipInput,
        types::{Contact, Membership, UserError, into_outcome},
    },
};

#[derive(Default)]
pub(super) struct MembershipMutation;

#[Object]
impl MembershipMutation {
    /// Replaces all memberships by one primary; a null company clears them.
    async fn set_primary_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] contact_id: ID,
        #[graphql(desc = "The company's id; null or empty clears.")] company_id: Option<ID>,
        #[graphql(desc = "What the contact does there; at most 255 characters.")] role: Option<String>,
        #[graphql(desc = "Where in the company; at most 255 characters.")] department: Option<String>,
    ) -> Nullable<SetPrimaryCompanyPayload> {
        let company_id = company_id.as_ref().map(|id| id.as_str());
        let (role, department) = (role.as_ref(), department.as_ref());
        let set = memberships::set_primary_company(ctx.domain(), &contact_id, company_id, role, department);
        Some(into_outcome(Box::pin(set).await).map(|outcome| match outcome {
            Ok((contact, membership)) => SetPrimaryCompanyPayload {
                contact: Some(Contact(contact)),
                membership: membership.map(Membership),
                user_errors: Vec::new(),
            },
            Err(user_errors) => SetPrimaryCompanyPayload { contact: None, membership: None, user_errors },
        }))
    }

    /// Adds a membership. `isPrimary` takes the flag from the present primary; the first membership is always
    /// primary.
    async fn add_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] contact_id: ID,
        #[graphql(desc = "The company's id.")] company_id: ID,
        #[graphql(desc = "What the contact does there; at most 255 characters.")] role: Option<String>,
        #[graphql(desc = "Where in the company; at most 255 characters.")] department: Option<String>,
        #[graphql(desc = "Make it the primary one.", default = false)] is_primary: bool,
    ) -> Nullable<MembershipPayload> {
        let (role, department) = (role.as_ref(), department.as_ref());
        let added = memberships::add(ctx.domain(), &contact_id, &company_id, role, department, is_primary);
        MembershipPayload::from_result(added).await
    }

    /// Writes the fields that the input has; the others stay.
    async fn update_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The membership's id.")] id: ID,
        #[graphql(desc = "The fields to write.")] input: MembershipInput,
    ) -> Nullable<MembershipPayload> {
        MembershipPayload::from_result(memberships::update(ctx.domain(), &id, input.into())).await
    }

    /// Removes a membership; when it was the primary, the next by position becomes it.
    async fn remove_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The membership's id.")] id: ID,
    ) -> Nullable<RemoveMembershipPayload> {
        let outcome = into_outcome(Box::pin(memberships::remove(ctx.domain(), &id)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok(removed) => RemoveMembershipPayload {
                removed_membership_id: Some(removed.membership_id.into()),
                contact: Some(Contact(removed.contact)),
                user_errors: Vec::new(),
            },
            Err(user_errors) => RemoveMembershipPayload { removed_membership_id: None, contact: None, user_errors },
        }))
    }
}

payload! {
    /// What became of a membership.
    MembershipPayload {
        /// The membership as it is now; null when nothing was done.
        membership: Membership(membership::Model)
    }
}

/// What `setPrimaryCompany` did.
#[derive(SimpleObject)]
pub(crate) struct SetPrimaryCompanyPayload {
    /// The contact; null when nothing was done.
    contact: Option<Contact>,
    /// Null when cleared.
    membership: Option<Membership>,
    /// Why it was not done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What `removeMembership` did.
#[derive(SimpleObject)]
pub(crate) struct RemoveMembershipPayload {
    /// The id of the membership that is gone; null when nothing was done.
    removed_membership_id: Option<ID>,
    /// The contact that it belonged to.
    contact: Option<Contact>,
    /// Why it was not done; empty when it was.
    user_errors: Vec<UserError>,
}
