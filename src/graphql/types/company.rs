//! `Company` and its connection.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::{
    ChangeConnection, MembershipConnection, RecordStatus, change::history, contact::count, membership::RosterTotal,
};
use crate::{
    domain::{changes::HistoryOf, companies, memberships},
    entity::company,
    graphql::{
        connection::{PageArgs, connection, needs_page},
        context::ContextExt,
        error::ApiResult,
        loaders::RosterOf,
        scalars::{DateTime, Json},
    },
};

/// An organisation that contacts work for.
#[derive(Clone)]
pub(crate) struct Company(pub(crate) company::Model);

/// An organisation that contacts work for.
#[Object]
impl Company {
    /// The company's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// What the company is called.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The company's place in its life.
    async fn status(&self) -> RecordStatus {
        self.0.status.into()
    }

    /// Web address, as it was given.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// E-mail address; not unique.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// Phone number, as it was given.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Postal address.
    async fn address(&self) -> Option<&str> {
        self.0.address.as_deref()
    }

    /// What the company does.
    async fn industry(&self) -> Option<&str> {
        self.0.industry.as_deref()
    }

    /// Free text.
    async fn notes(&self) -> Option<&str> {
        self.0.notes.as_deref()
    }

    /// The caller's own data: a JSON object.
    async fn metadata(&self) -> Json {
        Json(self.0.metadata.clone())
    }

    /// The caller's own key, unique, e.g. "hubspot:17".
    async fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// The roster: memberships of contacts that are not trashed, primary first, then by position.
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most this many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most this many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
    ) -> ApiResult<MembershipConnection> {
        let request = PageArgs { first, after, last, before }.request(&ctx.state().limits)?;
        let company_id = self.0.id;
        let page = if needs_page(ctx, &request) {
            let empty = Arc::new(memberships::empty_roster(&request));
            Some(ctx.load_one(RosterOf { company_id, request }).await?.unwrap_or(empty))
        } else {
            None
        };
        Ok(MembershipConnection { page, total: RosterTotal(company_id) })
    }

    /// Who changed what, newest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most this many.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor in the list: older ones.")] after: Option<String>,
    ) -> ApiResult<ChangeConnection> {
        history(ctx, HistoryOf::Company, self.0.id, first, after).await
    }

    /// Grows by one with each write; send it back as `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// When the company was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// When the company was last written.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }

    /// When the company was moved to the trash; null when it is not there.
    async fn trashed_at(&self) -> Option<DateTime> {
        self.0.trashed_at.map(DateTime)
    }
}

/// What `CompanyConnection.totalCount` counts.
pub(crate) struct CompanyTotal(pub(crate) companies::Selection);

impl CompanyTotal {
    pub(crate) async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        Ok(count(Box::pin(companies::count(ctx.db(), &self.0)).await?))
    }
}

connection!(CompanyConnection, CompanyEdge, Company(company::Model), CompanyTotal, "companies");
