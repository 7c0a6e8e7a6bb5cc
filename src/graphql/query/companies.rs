//! Queries of companies.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::records::{Ids, ListArgs, Listed, Pick, PickerArgs, SelectionArgs, record};
use crate::{
    domain::{companies, parse_id, records as records_of},
    entity::company,
    graphql::{
        connection::{PICKER_LIMIT_DEFAULT, PageArgs},
        context::ContextExt,
        described::{Order, Where},
        error::{ApiResult, Nullable},
        fast::FieldValue,
        input::CompanyInput,
        items::Items,
        loaders::CompanyById,
        scalars::Json,
        types::{Company, CompanyConnection, CompanyTotal, StatusCounts, UserError, into_outcome},
    },
    resources::COMPANY,
};

#[derive(Default)]
pub(super) struct CompanyQuery;

#[Object]
impl CompanyQuery {
    /// A company of any status; null when the id is unknown or malformed.
    async fn company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company's id.")] id: ID,
    ) -> Nullable<FieldValue<Company>> {
        let id = parse_id(&id)?;
        if let Some(written) = Box::pin(record(ctx, &COMPANY, id)).await {
            return written.map(|company| company.map(FieldValue::Written)).transpose();
        }
        let company = ctx.load_one(CompanyById(id)).await;
        company.map(|company| company.map(|company| FieldValue::Resolve(Company(company)))).transpose()
    }

    /// Companies by name, unless ordered otherwise. Trashed companies are left out by default.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn companies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only records that match this filter.")] filter: Option<Where<company::Entity>>,
        #[graphql(desc = "Only companies whose name has each of these words, in any order; blank is ignored.")] search: Option<String>,
        #[graphql(desc = "Sort keys, most important first.")] order_by: Option<Vec<Order<company::Entity>>>,
        #[graphql(desc = "Include trashed records.", default = false)] include_trashed: bool,
    ) -> ApiResult<FieldValue<CompanyConnection>> {
        let page = PageArgs { first, after, last, before };
        let records = SelectionArgs { filter, search, include_trashed };
        Ok(match Box::pin(ListArgs::<company::Entity> { page, records, order_by }.list(ctx)).await? {
            Listed::Written(json) => FieldValue::Written(json),
            Listed::Read { page, selection } => {
                FieldValue::Resolve(CompanyConnection { page, total: CompanyTotal(selection) })
            }
        })
    }

    /// Companies of any status, in the order of the ids, each once; unknown and malformed ids are left out; at most 200.
    async fn companies_by_ids(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The companies' ids.")] ids: Vec<ID>,
    ) -> ApiResult<Items<Company>> {
        let keys = Ids(ids).keys(&ctx.state().limits)?;
        let mut found = Box::pin(ctx.loader().load_many(keys.iter().copied().map(CompanyById))).await?;
        Ok(keys.into_iter().filter_map(|id| found.remove(&CompanyById(id)).map(Company)).collect())
    }

    /// Companies whose name has each word of the text, in any order, by name, for pickers. A word may be a part of
    /// another. Case and accents are ignored; % and _ are literal. Blank text finds nothing; trashed companies are left
    /// out; limit at most 50.
    async fn search_companies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Text to search for.")] query: String,
        #[graphql(desc = "Maximum number of items.", default_with = "PICKER_LIMIT_DEFAULT")] limit: i32,
        #[graphql(desc = "Companies to leave out, such as those already picked; at most 200.", default)]
        exclude_ids: Vec<ID>,
    ) -> ApiResult<Items<Company>> {
        let Pick { term, limit, exclude } = PickerArgs { query, limit, exclude_ids }.pick(&ctx.state().limits)?;
        let Some(term) = term else { return Ok(Items(Vec::new())) };
        let found = Box::pin(records_of::search::<company::Entity>(ctx.db(), &term, limit, &exclude)).await?;
        Ok(found.into_iter().map(Company).collect())
    }

    /// Number of companies that match all arguments.
    async fn company_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only records that match this filter.")] filter: Option<Where<company::Entity>>,
        #[graphql(desc = "Only companies whose name has each of these words, in any order; blank is ignored.")] search: Option<String>,
        #[graphql(desc = "Include trashed records.", default = false)] include_trashed: bool,
    ) -> ApiResult<i64> {
        SelectionArgs::<company::Entity> { filter, search, include_trashed }.count(ctx).await
    }

    /// Number of companies with each status.
    async fn company_status_counts(&self, ctx: &Context<'_>) -> ApiResult<StatusCounts> {
        Ok(StatusCounts::new(Box::pin(records_of::status_counts::<company::Entity>(ctx.db())).await?))
    }

    /// Validates and normalizes an input without writing; with `id`, as an update of that company.
    async fn validate_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the company to update; omitted for a new one.")] id: Option<ID>,
        #[graphql(desc = "Fields to validate.")] input: CompanyInput,
    ) -> ApiResult<CompanyValidation> {
        let id = id.as_ref().map(|id| id.as_str());
        let outcome = into_outcome(Box::pin(companies::validate(ctx.domain(), id, input.fields.0)).await)?;
        Ok(match outcome {
            Ok(normalized) => CompanyValidation { normalized: Some(Json(normalized)), user_errors: Vec::new() },
            Err(user_errors) => CompanyValidation { normalized: None, user_errors },
        })
    }
}

/// Result of `validateCompany`.
#[derive(SimpleObject)]
pub(crate) struct CompanyValidation {
    /// The company as it would be stored; null when invalid.
    normalized: Option<Json>,
    /// All errors that the user has to put right.
    user_errors: Vec<UserError>,
}
