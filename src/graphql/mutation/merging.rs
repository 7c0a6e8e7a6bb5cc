//! Mutations that merge contacts.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::{
    domain::merging::{self, Conflict, MergeRequest, Merged, RecordVersion},
    graphql::{
        connection::count,
        context::ContextExt,
        error::{ApiResult, Nullable},
        input::ContactInput,
        scalars::Json,
        types::{Batch, Contact, UserError, into_outcome},
    },
};

#[derive(Default)]
pub(super) struct MergingMutation;

#[Object]
impl MergingMutation {
    /// Merges contacts into one of them, in one transaction, as a batch that `undoBatch` takes back. At most 49 are
    /// absorbed. They go to the trash with `mergedInto`. By id they stay what they are; look-ups by external id, e-mail and
    /// UID, upserts and imports lead to the survivor.
    ///
    /// Values that the survivor lacks come from the absorbed contacts, in the order in which they are named; lists and
    /// memberships are united, and the survivor's values win inside `metadata`.
    #[expect(clippy::too_many_arguments, reason = "the arguments of the field")]
    async fn merge_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact that stays.")] survivor_id: ID,
        #[graphql(desc = "The contacts that are merged into it.")] absorbed_ids: Vec<ID>,
        #[graphql(desc = "Fields of the survivor, which win over those of all contacts.")] overrides: Option<
            ContactInput,
        >,
        #[graphql(desc = "The login user that the survivor is connected to, where the contacts have several.")]
        keep_user_id: Option<ID>,
        #[graphql(desc = "Versions that contacts must have; the merge is refused otherwise.")]
        expected_versions: Option<Vec<RecordVersionInput>>,
        #[graphql(desc = "Computes the merge and writes nothing.", default)] dry_run: bool,
    ) -> Nullable<MergeContactsPayload> {
        let versions = expected_versions.unwrap_or_default().into_iter();
        let request = MergeRequest {
            survivor_id: survivor_id.0,
            absorbed_ids: absorbed_ids.into_iter().map(|id| id.0).collect(),
            overrides: overrides.map(|overrides| overrides.fields.0).unwrap_or_default(),
            keep_user_id: keep_user_id.map(|id| id.0),
            expected_versions: versions
                .map(|record| RecordVersion { id: record.id.0, version: record.version })
                .collect(),
        };
        Some(Box::pin(MergeContactsPayload::of(ctx, request, dry_run)).await)
    }

    /// Merges all groups that are CERTAIN, each into its suggested survivor, as one batch; none with a pair that
    /// `markNotDuplicates` names, with more than 50 members, or with several login users.
    async fn merge_duplicates(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only counts what would be merged.", default)] dry_run: bool,
    ) -> Nullable<MergeDuplicatesPayload> {
        let outcome = into_outcome(Box::pin(merging::merge_certain(ctx.domain(), dry_run)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok(merged) => MergeDuplicatesPayload {
                batch: merged.batch.map(Batch),
                group_count: count(merged.group_count as u64),
                absorbed_count: count(merged.absorbed_count as u64),
                user_errors: Vec::new(),
            },
            Err(user_errors) => MergeDuplicatesPayload { batch: None, group_count: 0, absorbed_count: 0, user_errors },
        }))
    }
}

/// Result of `mergeDuplicates`.
#[derive(SimpleObject)]
pub(crate) struct MergeDuplicatesPayload {
    /// The batch that the merges are; null with `dryRun`, and when there was nothing to merge. Many groups are merged after
    /// the answer: see `state` and `batchProgress`.
    batch: Option<Batch>,
    /// Number of groups.
    group_count: i64,
    /// Number of contacts that are absorbed.
    absorbed_count: i64,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

/// A record, and the version that it must have.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RecordVersionInput {
    /// The record's id.
    id: ID,
    /// Its version.
    version: i32,
}

/// Result of `mergeContacts`.
#[derive(Default, SimpleObject)]
pub(crate) struct MergeContactsPayload {
    /// The survivor after the merge; null when the mutation was refused, and with `dryRun`.
    contact: Option<Contact>,
    /// With `dryRun`: the fields that the survivor would have.
    preview: Option<Json>,
    /// The batch that the merge is; null when the mutation was refused, and with `dryRun`.
    batch: Option<Batch>,
    /// Fields in which the contacts differ from the survivor, with every value that it does not have.
    conflicts: Vec<MergeConflict>,
    /// Number of memberships that pass to the survivor.
    moved_membership_count: i64,
    /// Number of interactions that name the survivor instead of an absorbed contact.
    moved_interaction_count: i64,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

/// A field in which merged contacts differ from the survivor.
#[derive(SimpleObject)]
pub(crate) struct MergeConflict {
    /// The field; inside `metadata` and of memberships a path with dots.
    field: String,
    /// The survivor's value; null of an item of a list that is not the survivor's, which `overrides` left out.
    chosen: Option<Json>,
    /// The values that the survivor does not have, each once.
    discarded: Vec<Json>,
}

impl MergeContactsPayload {
    async fn of(ctx: &Context<'_>, request: MergeRequest, dry_run: bool) -> ApiResult<Self> {
        let domain = ctx.domain();
        let merged =
            if dry_run { merging::preview(domain, request).await } else { merging::merge(domain, request).await };
        Ok(match into_outcome(merged)? {
            Ok(merged) => merged.into(),
            Err(user_errors) => Self { user_errors, ..Self::default() },
        })
    }
}

impl From<Merged> for MergeContactsPayload {
    fn from(merged: Merged) -> Self {
        let is_done = merged.batch.is_some();
        Self {
            contact: is_done.then_some(Contact(merged.contact)),
            preview: (!is_done).then_some(Json(merged.preview)),
            batch: merged.batch.map(Batch),
            conflicts: merged.conflicts.into_iter().map(MergeConflict::from).collect(),
            moved_membership_count: count(merged.moved_membership_count as u64),
            moved_interaction_count: count(merged.moved_interaction_count as u64),
            user_errors: Vec::new(),
        }
    }
}

impl From<Conflict> for MergeConflict {
    fn from(conflict: Conflict) -> Self {
        let chosen = Some(conflict.chosen).filter(|value| !value.is_null()).map(Json);
        Self { field: conflict.field, chosen, discarded: conflict.discarded.into_iter().map(Json).collect() }
    }
}
