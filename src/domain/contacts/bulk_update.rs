//! The same fields written to many contacts.

use sea_orm::{QueryOrder, QuerySelect, sea_query::LockType};
use uuid::Uuid;

use super::tagging::Tagging;
use crate::{
    domain::{
        Context, Write, batches,
        changes::{Diff, NewChange},
        error::{Code, Error, Result, UserError},
        filter::Filter,
        input::{Input, check, with_whole_lists},
        merging,
        records::{self, Selection},
        refusal,
        search::Extent,
        trash::Trashable,
    },
    entity::{
        batch::{self, BatchKind},
        change::ChangeKind,
        contact::{ActiveModel, Column, Entity, Model},
    },
};

/// Most contacts of one call.
const CONTACTS_MAX: usize = 10_000;
/// Contacts that are read and written in one statement.
const CONTACTS_PER_STATEMENT: usize = 500;

/// A write to all contacts that a filter finds.
#[derive(Clone, Debug)]
pub struct BulkUpdate {
    /// The filter. Trashed contacts are found only where it names a status.
    pub filter: Filter,
    /// The fields to write.
    pub input: Input,
    /// Tags to add.
    pub add_tags: Vec<String>,
    /// Tags to remove, ignoring case and accents.
    pub remove_tags: Vec<String>,
    /// The number of contacts that the caller expects the filter to find.
    pub expected_count: i32,
}

/// Outcome of a write to many contacts.
#[derive(Debug)]
pub struct BulkUpdated {
    /// The batch that the updates are; none where nothing differed.
    pub batch: Option<batch::Model>,
    /// The number of contacts that were changed.
    pub count: u64,
}

/// The changes to each contact, checked.
struct Checked {
    row: ActiveModel,
    tagging: Tagging,
}

/// Writes the same fields to all contacts that a filter finds, as a batch, in one transaction. Contacts that have the
/// values already are not written. It costs three statements for 500 contacts, and two more.
pub async fn update_found(ctx: &Context, bulk: BulkUpdate) -> Result<BulkUpdated> {
    let sets_tags = bulk.input.gives("tags");
    let (row, mut errors) = check::<Entity>(&["input"], bulk.input, false)?;
    let (tagging, wrong) = Tagging::check(&bulk.add_tags, &bulk.remove_tags, sets_tags)?;
    errors.extend(wrong);
    let checked = Checked { row, tagging };
    let selection = Selection { filter: Some(bulk.filter), ..Selection::default() };
    let found = selection.select::<Entity>(&ctx.db, Extent::Whole).await?;
    let mut write = ctx.begin().await?;
    batches::begin(&mut write);
    let ids: Vec<Uuid> = found
        .select_only()
        .column(Column::Id)
        .order_by_asc(Column::Id)
        .limit(CONTACTS_MAX as u64 + 1)
        .lock(LockType::NoKeyUpdate)
        .into_tuple()
        .all(&write.tx)
        .await?;
    errors.extend(refused(ids.len(), bulk.expected_count, &checked.row));
    if !errors.is_empty() {
        return Err(Error::Rejected(errors));
    }
    let mut count = 0;
    for some in ids.chunks(CONTACTS_PER_STATEMENT) {
        count += write_some(&write, some, &checked).await.map_err(refusal::explain::<Entity>)?;
    }
    let batch = batches::finish(&write, BatchKind::BulkUpdate).await?;
    write.commit().await?;
    Ok(BulkUpdated { batch, count })
}

/// Says why so many contacts cannot be written to.
fn refused(found: usize, expected: i32, row: &ActiveModel) -> Vec<UserError> {
    let mut errors = Vec::new();
    if found > CONTACTS_MAX {
        let message = format!("The filter finds more than {CONTACTS_MAX} contacts.");
        errors.push(UserError::new(Code::TooMany, &["filter"], message));
    } else if usize::try_from(expected) != Ok(found) {
        let message = format!("The number of contacts that the filter finds is {found}.");
        errors.push(UserError::new(Code::CountMismatch, &["expectedCount"], message));
    }
    let sets_key = row.external_id.clone().take().flatten().is_some();
    if found > 1 && sets_key {
        let message = "Several contacts cannot have one external id.";
        errors.push(UserError::new(Code::Invalid, &["input", "externalId"], message));
    }
    errors
}

/// Writes to some of the contacts, which are locked. Returns the number of those that differed.
async fn write_some(write: &Write, ids: &[Uuid], checked: &Checked) -> Result<u64> {
    let stored = records::get_many::<Entity>(&write.tx, ids).await?;
    let (mut rows, mut changes) = (Vec::new(), Vec::new());
    for stored in ids.iter().filter_map(|id| stored.get(id)) {
        let mut present = changed(stored, checked)?;
        if present == *stored {
            continue;
        }
        present.version = stored.version.saturating_add(1);
        present.updated_at = std::cmp::max(write.now, stored.updated_at);
        let diff = Diff::between::<Entity>(stored, &present);
        changes.push(NewChange::contact(ChangeKind::Updated, stored.id).at(present.updated_at).with(diff));
        rows.push((stored, present));
    }
    let pairs: Vec<(&Model, &Model)> = rows.iter().map(|(stored, present)| (*stored, present)).collect();
    batches::update_all::<Entity>(write, pairs).await?;
    let count = changes.len() as u64;
    write.record(changes).await?;
    Ok(count)
}

/// A contact as it is to be.
fn changed(stored: &Model, Checked { row, tagging }: &Checked) -> Result<Model> {
    let mut present = stored.clone();
    merging::check_unmerged(stored, &["filter"])?;
    if Entity::is_trashed(stored) && row.status.is_set() {
        let message = "A contact that the filter finds is in the trash; restore it first.";
        return Err(UserError::new(Code::Trashed, &["input", "status"], message).with_conflicts([stored.id]).into());
    }
    let whole = with_whole_lists::<Entity>(stored, row)?;
    batches::overlay::<Entity>(&mut present, whole.as_ref().unwrap_or(row))?;
    if let Some(row) = tagging.row(stored)? {
        batches::overlay::<Entity>(&mut present, &row)?;
    }
    Ok(present)
}
