//! Mutations of the link between a contact and a login user.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use super::contacts::ContactPayload;
use crate::{
    domain::users,
    graphql::{
        context::ContextExt,
        error::Nullable,
        types::{Contact, User, UserError, into_outcome},
    },
};

#[derive(Default)]
pub(super) struct UserMutation;

#[Object]
impl UserMutation {
    /// Links the contact to the user with this address, all or nothing. A placeholder is registered when there is none.
    /// A linked contact is linked anew.
    async fn connect_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] contact_id: ID,
        #[graphql(desc = "The user's e-mail address, in any case.")] email: String,
    ) -> Nullable<ConnectUserPayload> {
        let outcome = into_outcome(Box::pin(users::connect(ctx.domain(), &contact_id, &email)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok(connected) => ConnectUserPayload {
                contact: Some(Contact(connected.contact)),
                user: Some(User(connected.user)),
                outcome: Some(UserLinkOutcome::of(connected.was_created)),
                user_errors: Vec::new(),
            },
            Err(user_errors) => ConnectUserPayload { contact: None, user: None, outcome: None, user_errors },
        }))
    }

    /// Unlinks the contact's user. The user stays. A contact without a user is left as it is.
    async fn disconnect_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] contact_id: ID,
    ) -> Nullable<ContactPayload> {
        ContactPayload::from_result(users::disconnect(ctx.domain(), &contact_id)).await
    }

    /// Finds the user with this address, or registers a placeholder for it. Links nothing. Concurrent calls register
    /// one user.
    async fn find_or_create_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user's e-mail address, in any case.")] email: String,
    ) -> Nullable<FindOrCreateUserPayload> {
        let outcome = into_outcome(Box::pin(users::find_or_create(ctx.domain(), &email)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok((user, was_created)) => FindOrCreateUserPayload {
                user: Some(User(user)),
                outcome: Some(UserLinkOutcome::of(was_created)),
                user_errors: Vec::new(),
            },
            Err(user_errors) => FindOrCreateUserPayload { user: None, outcome: None, user_errors },
        }))
    }
}

/// Origins of a connected user.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
pub(crate) enum UserLinkOutcome {
    /// A user with this address existed.
    Existing,
    /// A placeholder was registered.
    Created,
}

impl UserLinkOutcome {
    fn of(was_created: bool) -> Self {
        if was_created { Self::Created } else { Self::Existing }
    }
}

/// Result of `findOrCreateUser`.
#[derive(SimpleObject)]
pub(crate) struct FindOrCreateUserPayload {
    /// The user; null when the mutation was refused.
    user: Option<User>,
    /// Origin of the user; null when the mutation was refused.
    outcome: Option<UserLinkOutcome>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

/// Result of `connectUser`.
#[derive(SimpleObject)]
pub(crate) struct ConnectUserPayload {
    /// The contact with its link; null when the mutation was refused.
    contact: Option<Contact>,
    /// The user; null when the mutation was refused.
    user: Option<User>,
    /// Origin of the user; null when the mutation was refused.
    outcome: Option<UserLinkOutcome>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}
