//! `Contact` and its connection.

use async_graphql::{Context, ID, Object};

use super::{
    ChangeConnection, InteractionConnection, InteractionTotal, Involvement, Membership, RecordStatus, User,
    change::history,
};
use crate::{
    domain::{changes::HistoryOf, contacts},
    entity::contact,
    graphql::{
        connection::{PageArgs, connection, needs_page},
        context::{ContextExt, selects},
        error::{ApiResult, Nullable},
        filter::InteractionFilter,
        items::Items,
        loaders::{InteractionCountOf, InteractionsOf, InvolvedIn, MembershipsOf, PrimaryOf, UserById},
        scalars::{DateTime, Json},
    },
};

/// A person that the team deals with.
#[derive(Clone)]
pub(crate) struct Contact(pub(crate) contact::Model);

/// A person that the team deals with.
#[Object]
impl Contact {
    /// The contact's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What the contact is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The contact's place in its life.
    async fn status(&self) -> RecordStatus {
        self.0.status.into()
    }

    /// E-mail address; not unique among contacts.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Phone number, as it was given.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Free text.
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// The caller's own data: a JSON object.
    async fn metadata(&self) -> Json {
        Json(self.0.metadata.clone())
    }

    /// The caller's own key, unique, e.g. "hubspot:501".
    async fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// The login user connected to this contact, if any.
    async fn user(&self, ctx: &Context<'_>) -> Nullable<User> {
        let user_id = self.0.user_id?;
        ctx.load_one(UserById(user_id)).await.map(|user| user.map(User)).transpose()
    }

    /// The primary membership, else the first, else null.
    async fn primary_membership(&self, ctx: &Context<'_>) -> Nullable<Membership> {
        let key = PrimaryOf { contact_id: self.0.id, with_company: selects(ctx, "company") };
        ctx.load_one(key).await.map(|loaded| loaded.map(Membership::from)).transpose()
    }

    /// Primary first, then by position.
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
        #[graphql(desc = "At most this many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most this many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which it holds.")] filter: Option<Box<InteractionFilter>>,
        #[graphql(desc = "How the contact is involved.", default_with = "Involvement::Any")] involvement: Involvement,
    ) -> ApiResult<InteractionConnection> {
        let request = PageArgs { first, after, last, before }.request(&ctx.state().limits)?;
        let which = InvolvedIn { involvement: involvement.into(), filter };
        let contact_id = self.0.id;
        let page = if needs_page(ctx, &request) {
            let empty = contacts_without_interactions(&request);
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

    /// When the newest interaction happened that the contact is the subject of or a party to.
    async fn last_interaction_at(&self) -> Option<DateTime> {
        self.0.last_interaction_at.map(DateTime)
    }

    /// Who changed what, newest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most this many.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor in the list: older ones.")] after: Option<String>,
    ) -> ApiResult<ChangeConnection> {
        history(ctx, HistoryOf::Contact, self.0.id, first, after).await
    }

    /// Grows by one with each write; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When the contact was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the contact was last written.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// When the contact was moved to the trash; null when it is not there.
    async fn trashed_at(&self) -> Option<DateTime> {
        self.0.trashed_at.map(DateTime)
    }
}

fn contacts_without_interactions(
    request: &crate::domain::page::PageRequest,
) -> std::sync::Arc<crate::domain::page::Page<crate::entity::interaction::Model>> {
    std::sync::Arc::new(crate::domain::interactions::empty_page(request))
}

/// What `ContactConnection.totalCount` counts.
pub(crate) struct ContactTotal(pub(crate) contacts::Selection);

impl ContactTotal {
    pub(crate) async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        Ok(count(Box::pin(contacts::count(ctx.db(), &self.0)).await?))
    }
}

/// A count as GraphQL's Int; there are never more records than that.
pub(crate) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

connection!(ContactConnection, ContactEdge, Contact(contact::Model), ContactTotal, "contacts");
