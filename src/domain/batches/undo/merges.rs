//! Merges that cannot be taken back: a record of them is gone, or another merge stands on them.

use std::collections::{BTreeSet, HashSet};

use sea_orm::{ActiveEnum, ConnectionTrait, DbBackend};
use uuid::Uuid;

use super::kept::Kept;
use crate::{
    domain::{
        Write,
        changes::Change,
        duplicates,
        error::{Code, Result, UserError},
        merging,
    },
    entity::{
        batch::{BatchKind, Model},
        change::ChangeKind,
    },
    storage::Parameters,
};

/// Most contacts that a refusal names.
const CONFLICTS_MAX: usize = 50;

/// Makes the undoing of a merge take turns with merges and deletions for good.
pub(super) async fn take_turn(write: &Write, batch: &Model) -> Result<()> {
    match batch.kind {
        BatchKind::Merge => merging::take_turn(&write.tx).await,
        _ => Ok(()),
    }
}

/// Contacts that vetoes name which are found anew, because these contacts' merges are taken back.
pub(super) async fn different_from(write: &Write, batch: &Model, contact_ids: &[Uuid]) -> Result<HashSet<Uuid>> {
    // SQLite has one writer.
    if batch.kind != BatchKind::Merge || write.tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(HashSet::new());
    }
    duplicates::different_from(&write.tx, contact_ids).await
}

/// Finds anew which vetoes contacts have from others, after merges of them were taken back.
pub(super) async fn end(write: &Write, batch: &Model, contact_ids: &[Uuid]) -> Result<()> {
    match batch.kind {
        BatchKind::Merge => duplicates::inherit_vetoes_anew(&write.tx, contact_ids).await,
        _ => Ok(()),
    }
}

/// Refuses to undo merges of which nothing can be taken back, and those that another merge stands on. Merges of which a
/// contact was deleted for good stand in nobody's way while there are others: they are left as they are. Of a batch that is
/// undone in part, only the rest is looked at.
pub(super) async fn check(write: &Write, batch: &Model) -> Result<()> {
    // A job that found every group changed has merged nothing.
    if batch.kind != BatchKind::Merge || batch.change_count == 0 {
        return Ok(());
    }
    let mut parameters = Parameters::new(write.tx.get_database_backend());
    let batch_id = parameters.bind(batch.id);
    let [survivor, absorbed] = [ChangeKind::Absorbed, ChangeKind::Merged].map(|kind| parameters.bind(kind.to_value()));
    let rest = batch.undo_position.map(|position| format!("AND position < {}", parameters.bind(position)));
    let rest = rest.unwrap_or_default();
    // A merge begins with the change of its survivor. Of each one that has all of its contacts: into whom its survivor was
    // merged, unless that was by the batch itself.
    let sql = format!(
        "SELECT merged_into FROM (\
             SELECT is_survivor, CASE WHEN EXISTS (SELECT 1 FROM changes AS own WHERE own.batch_id = {batch_id} \
                     AND own.contact_id = parts.id AND own.subject_id = parts.id AND own.kind = {absorbed}) \
                 THEN NULL ELSE merged_into END AS merged_into, max(is_gone) OVER (PARTITION BY merge) AS is_incomplete FROM (\
                 SELECT kind = {survivor} AS is_survivor, contacts.id, merged_into, \
                     CASE WHEN contacts.id IS NULL THEN 1 ELSE 0 END AS is_gone, \
                     count(CASE WHEN kind = {survivor} THEN 1 END) OVER (ORDER BY position) AS merge \
                 FROM changes LEFT JOIN contacts ON contacts.id = changes.subject_id \
                 WHERE batch_id = {batch_id} AND kind IN ({survivor}, {absorbed}) {rest}\
             ) AS parts\
         ) AS survivors WHERE is_survivor AND is_incomplete = 0 \
         ORDER BY merged_into IS NULL LIMIT {CONFLICTS_MAX}"
    );
    let rows = write.tx.query_all_raw(parameters.statement(sql)).await?;
    let survivors: Vec<Option<Uuid>> = rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect::<Result<_>>()?;
    let message = match survivors.first() {
        Some(None) => return Ok(()),
        Some(Some(_)) => {
            "A survivor was merged into another contact since, which conflictIds names. Undo that merge first."
        }
        None if batch.undo_position.is_some() => return Ok(()),
        None => "A contact of the merge was deleted for good, so that the merge cannot be undone.",
    };
    let conflicts: BTreeSet<Uuid> = survivors.into_iter().flatten().collect();
    Err(UserError::new(Code::NotUndoable, &["id"], message).with_conflicts(conflicts).into())
}

/// Leaves merges as they are of which a contact is not there any more: takes their changes out of those that are taken back.
pub(super) fn leave_incomplete(changes: &mut Vec<Change>, is_there: impl Fn(Uuid) -> bool, kept: &mut Kept) {
    let mut is_left = Vec::with_capacity(changes.len());
    for merge in changes.split_inclusive(|change| change.kind == ChangeKind::Absorbed) {
        let is_part = |change: &&Change| matches!(change.kind, ChangeKind::Merged | ChangeKind::Absorbed);
        let is_incomplete = !merge.iter().filter(is_part).all(|part| is_there(part.subject_id));
        for change in merge.iter().filter(|_| is_incomplete) {
            kept.whole(change);
        }
        is_left.extend(merge.iter().map(|_| is_incomplete));
    }
    let mut is_left = is_left.into_iter();
    changes.retain(|_| is_left.next() == Some(false));
}
