//! Queries of imports.

use async_graphql::{Context, ID, Object};

use crate::{
    domain::parse_id,
    graphql::{
        connection::PageArgs,
        context::ContextExt,
        error::{ApiResult, Nullable},
        loaders::ImportJobById,
        types::{ImportJob, ImportJobConnection},
    },
};

#[derive(Default)]
pub(super) struct ImportQuery;

#[Object]
impl ImportQuery {
    /// An import; null when the id is unknown or malformed.
    async fn import_job(&self, ctx: &Context<'_>, #[graphql(desc = "The import's id.")] id: ID) -> Nullable<ImportJob> {
        let key = ImportJobById(parse_id(&id)?);
        ctx.load_one(key).await.map(|job| job.map(ImportJob)).transpose()
    }

    /// Imports, newest first.
    async fn import_jobs(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
    ) -> ApiResult<ImportJobConnection> {
        let request = PageArgs { first, after, ..PageArgs::default() }.request(&ctx.state().limits)?;
        ImportJobConnection::read(ctx, &request).await
    }
}
