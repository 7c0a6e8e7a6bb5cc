//! Mutations of imports.

use std::io::Cursor;

use async_graphql::{Context, Enum, ID, InputObject, Object};

use super::{payload::payload, upserts::TrashedPolicy};
use crate::{
    domain::{
        Result,
        imports::{self, NewJob, Options},
    },
    entity::import_job::{self, ImportSubject},
    graphql::{
        context::ContextExt,
        error::Nullable,
        types::{ImportFormat, ImportJob},
    },
};

#[derive(Default)]
pub(super) struct ImportMutation;

#[Object]
impl ImportMutation {
    /// Imports contacts from a small file. `POST /import` takes files of any size.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn import_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Format of the file.")] format: ImportFormat,
        #[graphql(desc = "The file as a text.")] content: String,
        #[graphql(desc = "Columns that feed other fields than their names say.")] mapping: Option<Vec<ColumnMapping>>,
        #[graphql(
            desc = "Values by which rows are matched with contacts, in this order. EMAIL and PHONE match only where the \
                    names agree.",
            default_with = "default_keys()"
        )]
        match_by: Vec<MatchKey>,
        #[graphql(desc = "Action on a match in the trash.", default_with = "TrashedPolicy::Reject")]
        on_trashed: TrashedPolicy,
        #[graphql(desc = "Let an empty cell clear its field.", default = false)] empty_clears: bool,
        #[graphql(desc = "Only say what would be written.", default = false)] dry_run: bool,
    ) -> Nullable<ImportJobPayload> {
        let options = Options {
            match_by: match_by.into_iter().map(Into::into).collect(),
            on_trashed: on_trashed.into(),
            empty_clears,
            keeps_unknown: false,
            mapping: mapping.unwrap_or_default().into_iter().map(Into::into).collect(),
            encoding: None,
        };
        let new = NewJob {
            subject: ImportSubject::Contacts,
            format: format.into(),
            file_name: None,
            is_dry_run: dry_run,
            id: None,
            options,
        };
        ImportJobPayload::from_result(import(ctx, new, content)).await
    }

    /// Stops an import. What it has written stays, and can be taken back by `undoBatch`.
    async fn cancel_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The import's id.")] id: ID,
    ) -> Nullable<ImportJobPayload> {
        ImportJobPayload::from_result(imports::cancel(ctx.domain(), &id)).await
    }

    /// Goes on with an import that failed or was cut off while its rows were written.
    async fn resume_import(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The import's id.")] id: ID,
    ) -> Nullable<ImportJobPayload> {
        ImportJobPayload::from_result(imports::resume(ctx.domain(), &id)).await
    }
}

async fn import(ctx: &Context<'_>, new: NewJob, content: String) -> Result<import_job::Model> {
    let domain = ctx.domain();
    let job = imports::create(domain, new).await?;
    Box::pin(imports::run(domain, job, Cursor::new(content.into_bytes()), |_| {})).await
}

/// Values by which rows are matched with contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "imports::MatchKey")]
pub(crate) enum MatchKey {
    /// Liaison's id.
    Id,
    /// The caller's own key.
    ExternalId,
    /// The vCard's UID.
    Uid,
    /// An e-mail address, where the names agree as well.
    Email,
    /// A phone number, where the names agree as well.
    Phone,
}

fn default_keys() -> Vec<MatchKey> {
    imports::MatchKey::DEFAULT.map(MatchKey::from).to_vec()
}

/// A column, and the field that it feeds.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ColumnMapping {
    /// Name of the column.
    column: String,
    /// A field of `ContactInput`, `name.given`, `name.family`, `addresses.street` and its like, company, role, department,
    /// or `metadata.<key>`; several columns may feed one list; null leaves the column out.
    field: Option<String>,
}

impl From<ColumnMapping> for imports::ColumnMapping {
    fn from(mapping: ColumnMapping) -> Self {
        Self { column: mapping.column, field: mapping.field }
    }
}

payload! {
    /// Result of a mutation of an import.
    ImportJobPayload {
        /// The import; null when the mutation was refused.
        job: ImportJob(import_job::Model)
    }
}
