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
    /// Links the user with this address, or registers a placeholder and links it; all or nothing. Re-links a linked
    /// contact.
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

    /// Unlinks only; the user stays. Fine on a contact without a user.
    async fn disconnect_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] contact_id: ID,
    ) -> Nullable<ContactPayload> {
        ContactPayload::from_result(users::disconnect(ctx.domain(), &contact_id)).await
    }

    /// The user with this address, or a placeholder registered for it; links nothing. Of concurrent callers one
    /// registers it.
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

/// Where a connected user came from.
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

/// What `findOrCreateUser` did.
#[derive(SimpleObject)]
pub(crate) struct FindOrCreateUserPayload {
    /// The user; null when nothing was done.
    user: Option<User>,
    /// Where the user came from; null when nothing was done.
    outcome: Option<UserLinkOutcome>,
    /// Why it was not done; empty when it was.
    user_errors: Vec<UserError>,
}

/// What `connectUser` did.
#[derive(SimpleObject)]
pub(crate) struct ConnectUserPayload {
    /// The contact with its link; null when nothing was done.
    contact: Option<Contact>,
    /// The user; null when nothing was done.
    user: Option<User>,
    /// Where the user came from; null when nothing was done.
    outcome: Option<UserLinkOutcome>,
    /// Why it was not done; empty when it was.
    user_errors: Vec<UserError>,
}
