//! Mutations of companies.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::payload::payload;
use crate::{
    domain::{companies, trash},
    entity::company,
    graphql::{
        context::ContextExt,
        error::Nullable,
        input::CompanyInput,
        loaders::CompanyById,
        types::{Company, UserError, into_outcome},
    },
};

#[derive(Default)]
pub(super) struct CompanyMutation;

#[Object]
impl CompanyMutation {
    /// Creates a company. With an `id` (UUIDv7) of the caller's choice, repeating the call returns the same company. An
    /// id that another record has, or had before it was deleted for good, is TAKEN.
    async fn create_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company's fields.")] input: CompanyInput,
        #[graphql(desc = "An id of the caller's choice.")] id: Option<ID>,
    ) -> Nullable<CompanyPayload> {
        let id = id.as_ref().map(|id| id.as_str());
        CompanyPayload::from_result(companies::create(ctx.domain(), id, input.fields.0)).await
    }

    /// Writes the fields of the input; the others stay as they are.
    async fn update_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company's id.")] id: ID,
        #[graphql(desc = "The fields to write.")] input: CompanyInput,
        #[graphql(desc = "Version that the record must have; the update is refused otherwise.")]
        expected_version: Option<i32>,
    ) -> Nullable<CompanyPayload> {
        CompanyPayload::from_result(companies::update(ctx.domain(), &id, input.fields.0, expected_version)).await
    }

    /// Moves the company to the trash. It can be restored.
    async fn trash_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company's id.")] id: ID,
    ) -> Nullable<CompanyPayload> {
        CompanyPayload::from_result(trash::trash::<company::Entity>(ctx.domain(), &id)).await
    }

    /// Restores a company from the trash to the status it had before.
    async fn restore_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company's id.")] id: ID,
    ) -> Nullable<CompanyPayload> {
        CompanyPayload::from_result(trash::restore::<company::Entity>(ctx.domain(), &id)).await
    }

    /// Deletes a company for good, with its memberships.
    async fn delete_company(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The company's id.")] id: ID,
    ) -> Nullable<DeleteCompanyPayload> {
        let outcome = into_outcome(Box::pin(companies::delete(ctx.domain(), &id)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok(deleted) => DeleteCompanyPayload {
                deleted_company_id: Some(deleted.company_id.into()),
                deleted_membership_count: i64::try_from(deleted.membership_count).unwrap_or(i64::MAX),
                user_errors: Vec::new(),
            },
            Err(user_errors) => {
                DeleteCompanyPayload { deleted_company_id: None, deleted_membership_count: 0, user_errors }
            }
        }))
    }
}

payload! {
    /// Result of a company mutation.
    CompanyPayload {
        /// The company after the mutation; null when the mutation was refused.
        company: Company(company::Model),
        /// Present record with `STALE_VERSION`; the record that has the value with `TAKEN`; otherwise null.
        current: CompanyById
    }
}

/// Result of `deleteCompany`.
#[derive(SimpleObject)]
pub(crate) struct DeleteCompanyPayload {
    /// Id of the deleted company; null when the mutation was refused.
    deleted_company_id: Option<ID>,
    /// Number of memberships deleted with it.
    deleted_membership_count: i64,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}
