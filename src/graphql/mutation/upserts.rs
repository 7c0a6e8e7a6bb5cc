//! Mutations that update records, or create those that are not there.

use async_graphql::{Context, Enum, InputObject, Object, OneofObject, SimpleObject};

use crate::{
    domain::upsert::{self, CompanyItem, ContactItem, ItemResult, OnTrashed, Upserted},
    entity::{company, contact},
    graphql::{
        context::ContextExt,
        error::{ApiError, ApiResult, Nullable},
        input::{CompanyInput, ContactIdentifier, ContactInput, PrimaryCompanyInput},
        items::Items,
        loaders::ContactById,
        types::{Batch, Company, Contact, UserError, current},
    },
};

#[derive(Default)]
pub(super) struct UpsertMutation;

#[Object]
impl UpsertMutation {
    /// Updates the contact that the identifier names, or creates it. An update that changes nothing writes nothing. A
    /// company is added and made primary; other memberships stay.
    async fn upsert_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "One of the ways to name a contact.")] identifier: ContactIdentifier,
        #[graphql(desc = "The fields to write.")] input: ContactInput,
        #[graphql(desc = "Action on a match in the trash.", default_with = "TrashedPolicy::Restore")]
        on_trashed: TrashedPolicy,
        #[graphql(desc = "The company that the contact works for.")] primary_company: Option<PrimaryCompanyInput>,
    ) -> Nullable<UpsertContactPayload> {
        let item = UpsertContactInput { identifier, input, on_trashed, primary_company }.into();
        let result = Box::pin(upsert::upsert_contact(ctx.domain(), item)).await;
        Some(result.map(UpsertContactPayload::from).map_err(ApiError::from))
    }

    /// Updates or creates contacts, in one transaction. At most 1000 items; a later item sees what the earlier ones did.
    async fn upsert_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts.")] items: Vec<UpsertContactInput>,
        #[graphql(desc = "One item that fails undoes all; otherwise each item fails by itself.", default = true)]
        all_or_none: bool,
    ) -> Nullable<UpsertContactsPayload> {
        let result = async {
            check_count(ctx, items.len())?;
            let items = items.into_iter().map(Into::into).collect();
            Ok(upsert::upsert_contacts(ctx.domain(), items, all_or_none).await?)
        };
        Some(Box::pin(result).await.map(UpsertContactsPayload::from))
    }

    /// Updates or creates companies, in one transaction. At most 1000 items; a later item sees what the earlier ones did.
    async fn upsert_companies(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The companies.")] items: Vec<UpsertCompanyInput>,
        #[graphql(desc = "One item that fails undoes all; otherwise each item fails by itself.", default = true)]
        all_or_none: bool,
    ) -> Nullable<UpsertCompaniesPayload> {
        let result = async {
            check_count(ctx, items.len())?;
            let items = items.into_iter().map(Into::into).collect();
            Ok(upsert::upsert_companies(ctx.domain(), items, all_or_none).await?)
        };
        Some(Box::pin(result).await.map(UpsertCompaniesPayload::from))
    }
}

/// Refuses more items than one call may carry.
fn check_count(ctx: &Context<'_>, count: usize) -> ApiResult<()> {
    let most = ctx.state().limits.bulk_max as usize;
    if count > most {
        return Err(ApiError::bad_input(format!("At most {most} items fit in one call; split the list.")));
    }
    Ok(())
}

/// Action on a match in the trash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "OnTrashed")]
pub(crate) enum TrashedPolicy {
    /// A match in the trash is restored and updated.
    Restore,
    /// A match in the trash stays there and a new record is created; TAKEN with `conflictIds` where the match has the id
    /// or the external id.
    Ignore,
    /// A match in the trash is an error: TRASHED, with its id.
    Reject,
}

/// Outcome of an upsert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "upsert::Outcome")]
pub(crate) enum UpsertOutcome {
    /// A record was created.
    Created,
    /// A record was written.
    Updated,
    /// The record is as the item wants it; nothing was written.
    Unchanged,
    /// The record was restored from the trash, and written.
    Restored,
    /// Nothing was written: see `userErrors`, or those of the other items.
    Failed,
}

/// A contact to update or create.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpsertContactInput {
    /// One of the ways to name a contact.
    identifier: ContactIdentifier,
    /// Fields to write; lists replace.
    input: ContactInput,
    /// Action on a match in the trash.
    #[graphql(default_with = "TrashedPolicy::Restore")]
    on_trashed: TrashedPolicy,
    /// The company that the contact works for.
    primary_company: Option<PrimaryCompanyInput>,
}

impl From<UpsertContactInput> for ContactItem {
    fn from(item: UpsertContactInput) -> Self {
        Self {
            identifier: item.identifier.into(),
            input: item.input.fields.0,
            on_trashed: item.on_trashed.into(),
            primary_company: item.primary_company.map(Into::into),
        }
    }
}

/// One of the ways to name a company.
#[derive(Clone, Debug, OneofObject)]
pub(crate) enum CompanyIdentifier {
    /// Liaison's id.
    Id(async_graphql::ID),
    /// The caller's own key.
    ExternalId(String),
    /// Ignoring case and accents; AMBIGUOUS when several live companies have it.
    Name(String),
}

impl From<CompanyIdentifier> for upsert::CompanyIdentifier {
    fn from(identifier: CompanyIdentifier) -> Self {
        match identifier {
            CompanyIdentifier::Id(id) => Self::Id(id.0),
            CompanyIdentifier::ExternalId(key) => Self::ExternalId(key),
            CompanyIdentifier::Name(name) => Self::Name(name),
        }
    }
}

/// A company to update or create.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpsertCompanyInput {
    /// One of the ways to name a company.
    identifier: CompanyIdentifier,
    /// Fields to write.
    input: CompanyInput,
    /// Action on a match in the trash.
    #[graphql(default_with = "TrashedPolicy::Restore")]
    on_trashed: TrashedPolicy,
}

impl From<UpsertCompanyInput> for CompanyItem {
    fn from(item: UpsertCompanyInput) -> Self {
        Self { identifier: item.identifier.into(), input: item.input.fields.0, on_trashed: item.on_trashed.into() }
    }
}

/// Result of `upsertContact`.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct UpsertContactPayload {
    /// The contact after the mutation; null when it failed.
    contact: Option<Contact>,
    /// Outcome of the mutation.
    outcome: UpsertOutcome,
    /// The batch that the write is; null when nothing was written.
    batch: Option<Batch>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

#[async_graphql::ComplexObject]
impl UpsertContactPayload {
    /// The contact that has the value with `TAKEN`; otherwise null.
    async fn current(&self, ctx: &Context<'_>) -> Nullable<Contact> {
        let id = current(&self.user_errors)?;
        ctx.load_one(ContactById(id)).await.map(|record| record.map(Contact)).transpose()
    }
}

impl From<Upserted<contact::Entity>> for UpsertContactPayload {
    fn from(upserted: Upserted<contact::Entity>) -> Self {
        let batch = upserted.batch.map(Batch);
        let nothing = UpsertContactResult { contact: None, outcome: UpsertOutcome::Failed, user_errors: Vec::new() };
        let result = upserted.results.into_iter().next().map_or(nothing, UpsertContactResult::from);
        let UpsertContactResult { contact, outcome, user_errors } = result;
        Self { contact, outcome, batch, user_errors }
    }
}

/// Result of `upsertContacts`.
pub(crate) struct UpsertContactsPayload {
    results: Vec<UpsertContactResult>,
    batch: Option<Batch>,
}

impl From<Upserted<contact::Entity>> for UpsertContactsPayload {
    fn from(upserted: Upserted<contact::Entity>) -> Self {
        let results = upserted.results.into_iter().map(UpsertContactResult::from).collect();
        Self { results, batch: upserted.batch.map(Batch) }
    }
}

/// Result of `upsertContacts`.
#[Object]
impl UpsertContactsPayload {
    /// One result per item, in the order given. Where one item failed and undid all, those without errors are FAILED
    /// too.
    async fn results(&self) -> Items<&UpsertContactResult> {
        self.results.iter().collect()
    }

    /// The batch that the writes are; null when nothing was written.
    async fn batch(&self) -> Option<&Batch> {
        self.batch.as_ref()
    }

    /// Errors of the call as a whole; those of an item are in its result.
    async fn user_errors(&self) -> Vec<UserError> {
        Vec::new()
    }
}

/// Result of an item of `upsertContacts`.
#[derive(SimpleObject)]
pub(crate) struct UpsertContactResult {
    /// The contact after all items; null when the item failed.
    contact: Option<Contact>,
    /// Outcome of the item.
    outcome: UpsertOutcome,
    /// Errors that the user can put right; `field` begins with the item's place, e.g. `["items", "3"]`.
    user_errors: Vec<UserError>,
}

impl From<ItemResult<contact::Entity>> for UpsertContactResult {
    fn from(result: ItemResult<contact::Entity>) -> Self {
        let user_errors = result.errors.into_iter().map(UserError::from).collect();
        Self { contact: result.record.map(Contact), outcome: result.outcome.into(), user_errors }
    }
}

/// Result of `upsertCompanies`.
pub(crate) struct UpsertCompaniesPayload {
    results: Vec<UpsertCompanyResult>,
    batch: Option<Batch>,
}

impl From<Upserted<company::Entity>> for UpsertCompaniesPayload {
    fn from(upserted: Upserted<company::Entity>) -> Self {
        let results = upserted.results.into_iter().map(UpsertCompanyResult::from).collect();
        Self { results, batch: upserted.batch.map(Batch) }
    }
}

/// Result of `upsertCompanies`.
#[Object]
impl UpsertCompaniesPayload {
    /// One result per item, in the order given. Where one item failed and undid all, those without errors are FAILED
    /// too.
    async fn results(&self) -> Items<&UpsertCompanyResult> {
        self.results.iter().collect()
    }

    /// The batch that the writes are; null when nothing was written.
    async fn batch(&self) -> Option<&Batch> {
        self.batch.as_ref()
    }

    /// Errors of the call as a whole; those of an item are in its result.
    async fn user_errors(&self) -> Vec<UserError> {
        Vec::new()
    }
}

/// Result of an item of `upsertCompanies`.
#[derive(SimpleObject)]
pub(crate) struct UpsertCompanyResult {
    /// The company after all items; null when the item failed.
    company: Option<Company>,
    /// Outcome of the item.
    outcome: UpsertOutcome,
    /// Errors that the user can put right; `field` begins with the item's place, e.g. `["items", "3"]`.
    user_errors: Vec<UserError>,
}

impl From<ItemResult<company::Entity>> for UpsertCompanyResult {
    fn from(result: ItemResult<company::Entity>) -> Self {
        let user_errors = result.errors.into_iter().map(UserError::from).collect();
        Self { company: result.record.map(Company), outcome: result.outcome.into(), user_errors }
    }
}
