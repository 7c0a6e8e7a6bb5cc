//! `Contact` and its connection.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::{
    change::{ChangeConnection, history},
    duplicate::{DuplicateCandidate, DuplicateCertainty},
    interaction::{InteractionConnection, InteractionTotal},
    records::{Contact, Membership, User},
};
use crate::{
    domain::{
        changes::HistoryOf,
        contacts, interactions,
        records::{self, Selection},
    },
    entity::{contact, interaction},
    graphql::{
        connection::{PageArgs, connection, count, needs_page},
        context::{ContextExt, selects},
        described::{Columns, Where},
        enums::Involvement,
        error::{ApiResult, Nullable},
        items::Items,
        loaders::{
            ContactById, DuplicatesOf, InteractionCountOf, InteractionsOf, MembershipsOf, Participation, PrimaryOf,
            UserById,
        },
        scalars::Json,
    },
};

/// A person that the team deals with.
#[Object]
impl Contact {
    /// The contact's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    #[graphql(flatten)]
    fn columns(&self) -> Columns<'_, contact::Entity> {
        Columns(&self.0)
    }

    /// The whole card as JSContact (RFC 9553): the contact's fields, and every property of an imported card that has no
    /// field here.
    async fn card(&self) -> Json {
        Json(contacts::jscontact(&self.0))
    }

    /// The login user connected to this contact, if any.
    async fn user(&self, ctx: &Context<'_>) -> Nullable<User> {
        let user_id = self.0.user_id?;
        ctx.load_one(UserById(user_id)).await.map(|user| user.map(User)).transpose()
    }

    /// Primary membership; otherwise the first; null when there is none.
    async fn primary_membership(&self, ctx: &Context<'_>) -> Nullable<Membership> {
        let key = PrimaryOf { contact_id: self.0.id, with_company: selects(ctx, "company") };
        ctx.load_one(key).await.map(|loaded| loaded.map(Membership::from)).transpose()
    }

    /// Memberships of the contact, primary first, then by position.
    async fn memberships(&self, ctx: &Context<'_>) -> ApiResult<Items<Membership>> {
        let key = MembershipsOf { contact_id: self.0.id, with_company: selects(ctx, "company") };
        let loaded = ctx.load_one(key).await?.unwrap_or_default();
        Ok(loaded.into_iter().map(Membership::from).collect())
    }

    /// Interactions that the contact is the subject of or a party to, newest first.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only records that match this filter.")] filter: Option<Where<interaction::Entity>>,
        #[graphql(desc = "Involvement of the contact.", default_with = "Involvement::Any")] involvement: Involvement,
    ) -> ApiResult<InteractionConnection> {
        let request = PageArgs { first, after, last, before }.request(&ctx.state().limits)?;
        let which = Participation { involvement: involvement.into(), filter: filter.map(|filter| filter.0) };
        let contact_id = self.0.id;
        let page = if needs_page(ctx, &request) {
            let empty = Arc::new(interactions::empty_page(&request));
            let key = InteractionsOf { contact_id, which: which.clone(), request };
            Some(ctx.load_one(key).await?.unwrap_or(empty))
        } else {
            None
        };
        Ok(InteractionConnection {
            page,
            total: InteractionTotal::OfContact(Box::new(InteractionCountOf { contact_id, which })),
        })
    }

    /// The survivor, where this contact was merged away.
    async fn merged_into(&self, ctx: &Context<'_>) -> Nullable<Self> {
        let survivor = self.0.merged_into?;
        ctx.load_one(ContactById(survivor)).await.map(|row| row.map(Self)).transpose()
    }

    /// Changes of the record, newest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only changes after this cursor in the list: older ones.")] after: Option<String>,
    ) -> ApiResult<ChangeConnection> {
        history(ctx, HistoryOf::Contact, self.0.id, first, after).await
    }

    /// Likely duplicates, best first, at most 20. A write shows within a second.
    async fn duplicates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "CERTAIN: only those that are; LIKELY, and by default: this or better.")] certainty: Option<
            DuplicateCertainty,
        >,
    ) -> ApiResult<Items<DuplicateCandidate>> {
        let at_least = certainty.unwrap_or(DuplicateCertainty::Likely).into();
        let found = ctx.load_one(DuplicatesOf { contact_id: self.0.id, at_least }).await?.unwrap_or_default();
        Ok(found.into_iter().map(DuplicateCandidate::from).collect())
    }
}

/// List that `ContactConnection.totalCount` counts.
pub(crate) struct ContactTotal(pub(crate) Selection);

impl ContactTotal {
    pub(crate) async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        Ok(count(Box::pin(records::count::<contact::Entity>(ctx.db(), &self.0)).await?))
    }
}

connection!(ContactConnection, ContactEdge, Contact(contact::Model), ContactTotal, "contacts");
