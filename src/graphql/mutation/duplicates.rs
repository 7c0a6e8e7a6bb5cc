//! Mutations that say of contacts that they are different people.

use async_graphql::{Context, ID, Object};
use futures_util::future::BoxFuture;

use crate::{
    domain::{self, duplicates},
    entity::contact,
    graphql::{
        context::ContextExt,
        error::{ApiResult, Nullable},
        items::Items,
        types::{Contact, UserError, into_outcome},
    },
};

#[derive(Default)]
pub(super) struct DuplicateMutation;

#[Object]
impl DuplicateMutation {
    /// Says that these are different people, each from each other, whatever they have in common. It survives merges,
    /// imports and new scans. At most 50 contacts; saying it twice changes nothing.
    async fn mark_not_duplicates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts' ids, at least two.")] ids: Vec<ID>,
    ) -> Nullable<MarkNotDuplicatesPayload> {
        let ids: Vec<String> = ids.into_iter().map(|id| id.0).collect();
        Some(MarkNotDuplicatesPayload::of(Box::pin(duplicates::mark_different(ctx.domain(), &ids))).await)
    }

    /// Lifts `markNotDuplicates` of each pair of these contacts. Pairs of which it was not said stay as they are.
    async fn unmark_not_duplicates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts' ids, at least two.")] ids: Vec<ID>,
    ) -> Nullable<MarkNotDuplicatesPayload> {
        let ids: Vec<String> = ids.into_iter().map(|id| id.0).collect();
        Some(MarkNotDuplicatesPayload::of(Box::pin(duplicates::unmark_different(ctx.domain(), &ids))).await)
    }
}

/// Result of `markNotDuplicates` and `unmarkNotDuplicates`.
pub(crate) struct MarkNotDuplicatesPayload {
    contacts: Vec<Contact>,
    user_errors: Vec<UserError>,
}

impl MarkNotDuplicatesPayload {
    async fn of(marked: BoxFuture<'_, domain::Result<Vec<contact::Model>>>) -> ApiResult<Self> {
        Ok(match into_outcome(marked.await)? {
            Ok(contacts) => Self { contacts: contacts.into_iter().map(Contact).collect(), user_errors: Vec::new() },
            Err(user_errors) => Self { contacts: Vec::new(), user_errors },
        })
    }
}

/// Result of `markNotDuplicates` and `unmarkNotDuplicates`.
#[Object]
impl MarkNotDuplicatesPayload {
    /// The contacts, each once, in the order of the ids; empty when the mutation was refused.
    async fn contacts(&self) -> Items<&Contact> {
        self.contacts.iter().collect()
    }

    /// Errors that the user can put right; empty on success.
    async fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}
