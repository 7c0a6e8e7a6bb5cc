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
    /// Replaces all memberships with one primary membership; a null company clears them.
    async fn set_primary_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] contact_id: ID,
        #[graphql(desc = "The company's id; null or an empty text clears the memberships.")] company_id: Option<ID>,
        #[graphql(desc = "Role of the contact at the company; at most 255 characters.")] role: Option<String>,
        #[graphql(desc = "Department of the company; at most 255 characters.")] department: Option<String>,
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

    /// Adds a membership. With `isPrimary` it replaces the present primary one. The first membership is always primary.
    async fn add_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] contact_id: ID,
        #[graphql(desc = "The company's id.")] company_id: ID,
        #[graphql(desc = "Role of the contact at the company; at most 255 characters.")] role: Option<String>,
        #[graphql(desc = "Department of the company; at most 255 characters.")] department: Option<String>,
        #[graphql(desc = "True makes it the primary membership.", default = false)] is_primary: bool,
    ) -> Nullable<MembershipPayload> {
        let (role, department) = (role.as_ref(), department.as_ref());
        let added = memberships::add(ctx.domain(), &contact_id, &company_id, role, department, is_primary);
        MembershipPayload::from_result(added).await
    }

    /// Writes the fields of the input; the others stay as they are.
    async fn update_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The membership's id.")] id: ID,
        #[graphql(desc = "The fields to write.")] input: MembershipInput,
    ) -> Nullable<MembershipPayload> {
        MembershipPayload::from_result(memberships::update(ctx.domain(), &id, input.into())).await
    }

    /// Removes a membership. The next by position becomes primary when the primary one is removed.
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
    /// Result of a membership mutation.
    MembershipPayload {
        /// The membership after the mutation; null when the mutation was refused.
        membership: Membership(membership::Model)
    }
}

/// Result of `setPrimaryCompany`.
#[derive(SimpleObject)]
pub(crate) struct SetPrimaryCompanyPayload {
    /// The contact; null when the mutation was refused.
    contact: Option<Contact>,
    /// The new primary membership; null when the memberships were cleared.
    membership: Option<Membership>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

/// Result of `removeMembership`.
#[derive(SimpleObject)]
pub(crate) struct RemoveMembershipPayload {
    /// Id of the removed membership; null when the mutation was refused.
    removed_membership_id: Option<ID>,
    /// Contact that the membership belonged to.
    contact: Option<Contact>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}
