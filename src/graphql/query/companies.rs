//! Queries of companies.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

use super::contacts::{distinct, picker};
use crate::{
    domain::{
        companies::{self, OrderBy, OrderField, Selection},
        direct::List,
        parse_id,
        search::Term,
    },
    graphql::{
        connection::{PageArgs, needs_page},
        context::{ContextExt, check_ids},
        direct::{self, Direct},
        error::{ApiResult, Nullable},
        filter::{CompanyFilter, OrderDirection},
        input::CompanyInput,
        items::Items,
        loaders::CompanyById,
        scalars::Json,
        types::{Company, CompanyConnection, CompanyTotal, StatusCounts, UserError, settle},
    },
    resources::COMPANY,
};

#[derive(Default)]
pub(super) struct CompanyQuery;

#[Object]
impl CompanyQuery {
    /// Any status; null when absent or malformed.
    async fn company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company's id.")] id: ID,
    ) -> Nullable<Direct<Company>> {
        let id = parse_id(&id)?;
        if let Some(written) = Box::pin(direct::company(ctx, id)).await {
            return written.map(|company| company.map(Direct::Written)).transpose();
        }
        let company = ctx.load_one(CompanyById(id)).await;
        company.map(|company| company.map(|company| Direct::Resolve(Company(company)))).transpose()
    }

    /// By name unless ordered otherwise; trashed ones only when asked for.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn companies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most this many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most this many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which it holds.")] filter: Option<Box<CompanyFilter>>,
        #[graphql(desc = "Only those whose name contains it; blank is ignored.")] search: Option<String>,
        #[graphql(desc = "What to order by, most important first.")] order_by: Option<Vec<CompanyOrder>>,
        #[graphql(desc = "Trashed ones too.", default = false)] include_trashed: bool,
    ) -> ApiResult<Direct<CompanyConnection>> {
        let request = PageArgs { first, after, last, before }.request(&ctx.state().limits)?;
        let selection = selection(filter, search.as_deref(), include_trashed);
        let order = order(order_by);
        let total = async || CompanyTotal(selection.clone()).count(ctx).await;
        let list = List::Companies(&selection, &order);
        if let Some(written) = Box::pin(direct::connection(ctx, &COMPANY, list, &request, total)).await {
            return written.map(Direct::Written);
        }
        let page = if needs_page(ctx, &request) {
            Some(Arc::new(Box::pin(companies::list(ctx.db(), &selection, &order, &request)).await?))
        } else {
            None
        };
        Ok(Direct::Resolve(CompanyConnection { page, total: CompanyTotal(selection) }))
    }

    /// Any status, in the order asked, each once; unknown and malformed ids are left out; at most 200.
    async fn companies_by_ids(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The companies' ids.")] ids: Vec<ID>,
    ) -> ApiResult<Items<Company>> {
        check_ids(&ids, &ctx.state().limits)?;
        let keys = distinct(&ids);
        let mut found = Box::pin(ctx.loader().load_many(keys.iter().copied().map(CompanyById))).await?;
        Ok(keys.into_iter().filter_map(|id| found.remove(&CompanyById(id)).map(Company)).collect())
    }

    /// For pickers: name contains the text (case and accents ignored, % and _ literal), by name. Blank text finds
    /// nothing; trashed companies are left out; limit at most 50.
    async fn search_companies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text to look for.")] query: String,
        #[graphql(desc = "At most this many.", default = 8)] limit: i32,
        #[graphql(desc = "Companies to leave out, such as those already picked; at most 200.", default)]
        exclude_ids: Vec<ID>,
    ) -> ApiResult<Items<Company>> {
        let (limit, exclude) = picker(&ctx.state().limits, limit, &exclude_ids)?;
        let Some(term) = Term::parse(&query) else { return Ok(Items(Vec::new())) };
        let found = Box::pin(companies::search(ctx.db(), &term, limit, &exclude)).await?;
        Ok(found.into_iter().map(Company).collect())
    }

    /// How many companies there are for which all of it holds.
    async fn company_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those for which it holds.")] filter: Option<Box<CompanyFilter>>,
        #[graphql(desc = "Only those whose name contains it; blank is ignored.")] search: Option<String>,
        #[graphql(desc = "Trashed ones too.", default = false)] include_trashed: bool,
    ) -> ApiResult<i64> {
        let selection = selection(filter, search.as_deref(), include_trashed);
        let count = Box::pin(companies::count(ctx.db(), &selection)).await?;
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// How many companies have each status.
    async fn company_status_counts(&self, ctx: &Context<'_>) -> ApiResult<StatusCounts> {
        Ok(StatusCounts::new(Box::pin(companies::status_counts(ctx.db())).await?))
    }

    /// Validates and normalizes without writing; with `id`, as an update of that company.
    async fn validate_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company that would be updated; left out for a new one.")] id: Option<ID>,
        #[graphql(desc = "What would be written.")] input: CompanyInput,
    ) -> ApiResult<CompanyValidation> {
        let id = id.as_ref().map(|id| id.as_str());
        let outcome = settle(Box::pin(companies::validate(ctx.domain(), id, input.into())).await)?;
        Ok(match outcome {
            Ok(normalized) => CompanyValidation { normalized: Some(Json(normalized)), user_errors: Vec::new() },
            Err(user_errors) => CompanyValidation { normalized: None, user_errors },
        })
    }
}

/// What `validateCompany` found.
#[derive(SimpleObject)]
pub(crate) struct CompanyValidation {
    /// The company as it would be stored; null when invalid.
    normalized: Option<Json>,
    /// Everything that the user has to put right.
    user_errors: Vec<UserError>,
}

/// One key of an order. Equal values are always ordered by id as well, so pages never skip or repeat.
#[derive(InputObject)]
pub(crate) struct CompanyOrder {
    /// What to compare.
    field: CompanyOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl From<CompanyOrder> for OrderBy {
    fn from(order: CompanyOrder) -> Self {
        Self { field: order.field.into(), descending: order.direction == OrderDirection::Desc }
    }
}

/// What companies can be ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "OrderField")]
pub(crate) enum CompanyOrderField {
    /// The name, ignoring case and accents.
    Name,
    /// When the company was created.
    CreatedAt,
    /// When the company was last written.
    UpdatedAt,
}

/// The keys to order by.
pub(super) fn order(order_by: Option<Vec<CompanyOrder>>) -> Vec<OrderBy> {
    order_by.unwrap_or_default().into_iter().map(OrderBy::from).collect()
}

/// Which companies a list or a count is about.
pub(super) fn selection(filter: Option<Box<CompanyFilter>>, search: Option<&str>, include_trashed: bool) -> Selection {
    let filter = filter.map(|filter| filter.into_domain());
    Selection { filter, search: search.and_then(Term::parse), include_trashed }
}
