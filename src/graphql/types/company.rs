//! `Company` and its connection.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use super::{
    change::{ChangeConnection, history},
    interaction::{InteractionConnection, InteractionTotal},
    membership::{MemberTotal, MembershipConnection},
    records::Company,
};
use crate::{
    domain::{
        changes::HistoryOf,
        lists,
        records::{self, Selection},
    },
    entity::{company, interaction, membership},
    graphql::{
        connection::{PageArgs, connection, count, needs_page},
        context::ContextExt,
        described::{Columns, Where},
        error::ApiResult,
        loaders::{CompanyInteractionCountOf, CompanyInteractionsOf, MembersOf},
    },
    resources::{COMPANY_INTERACTIONS, MEMBERS},
};

/// An organisation that contacts work for.
#[Object]
impl Company {
    /// The company's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    #[graphql(flatten)]
    fn columns(&self) -> Columns<'_, company::Entity> {
        Columns(&self.0)
    }

    /// Memberships of contacts that are not trashed, primary first, then by position.
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
    ) -> ApiResult<MembershipConnection> {
        let request = PageArgs { first, after, last, before }.request(&ctx.state().limits)?;
        let company_id = self.0.id;
        let page = if needs_page(ctx, &request) {
            let empty = Arc::new(lists::empty::<membership::Entity>(&MEMBERS, &request));
            Some(ctx.load_one(MembersOf { company_id, request }).await?.unwrap_or(empty))
        } else {
            None
        };
        Ok(MembershipConnection { page, total: MemberTotal(company_id) })
    }

    /// Interactions logged on the company itself, newest first.
    async fn interactions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only records that match this filter.")] filter: Option<Where<interaction::Entity>>,
    ) -> ApiResult<InteractionConnection> {
        let request = PageArgs { first, after, last, before }.request(&ctx.state().limits)?;
        let (company_id, filter) = (self.0.id, filter.map(|filter| filter.0));
        let page = if needs_page(ctx, &request) {
            let empty = Arc::new(lists::empty::<interaction::Entity>(&COMPANY_INTERACTIONS, &request));
            let key = CompanyInteractionsOf { company_id, filter: filter.clone(), request };
            Some(ctx.load_one(key).await?.unwrap_or(empty))
        } else {
            None
        };
        let total = InteractionTotal::OfCompany(Box::new(CompanyInteractionCountOf { company_id, filter }));
        Ok(InteractionConnection { page, total })
    }

    /// Changes of the record and of its interactions, newest first.
    async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only changes after this cursor in the list: older ones.")] after: Option<String>,
    ) -> ApiResult<ChangeConnection> {
        history(ctx, HistoryOf::Company, self.0.id, first, after).await
    }
}

/// List that `CompanyConnection.totalCount` counts.
pub(crate) struct CompanyTotal(pub(crate) Selection);

impl CompanyTotal {
    pub(crate) async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        Ok(count(Box::pin(records::count::<company::Entity>(ctx.db(), &self.0)).await?))
    }
}

connection!(CompanyConnection, CompanyEdge, Company(company::Model), CompanyTotal, "companies");
