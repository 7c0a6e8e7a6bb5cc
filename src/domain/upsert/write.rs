//! Writing what was planned.

use std::collections::HashSet;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, IntoActiveModel, Iterable, ModelTrait, QueryFilter, Value, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    directory::{Directory, Working, id_of},
    keys::Findable,
};
use crate::domain::{
    Write, bulk,
    changes::{Diff, NewChange},
    condition::is_one_of,
    described,
    error::Result,
    trash::{self, Move},
};
use crate::entity::change::{ChangeKind, SubjectType};

/// Writes the records that are new or changed, and gives the changes to be recorded, in the order of the items.
pub(crate) async fn records<E: Findable>(write: &Write, directory: &mut Directory<E>) -> Result<Vec<NewChange>> {
    directory.finish(write.now)?;
    let (created, updated) = directory.written();
    release::<E>(write, &created, &updated).await?;
    bulk::insert::<E>(&write.tx, &rows(&created)).await?;
    write.retire(&chosen::<E>(&created)).await?;
    let columns: Vec<E::Column> = E::Column::iter().filter(|column| is_written::<E>(*column, &updated)).collect();
    if !updated.is_empty() {
        bulk::update::<E>(&write.tx, &rows(&updated), &columns).await?;
    }
    let mut changes: Vec<NewChange> = created
        .iter()
        .map(|working| NewChange::of(ChangeKind::Created, E::SUBJECT, id_of::<E>(&working.now)))
        .collect();
    for working in updated {
        changes.extend(changes_of(working)?);
    }
    Ok(changes)
}

/// Takes the external ids away from the records that give them up to others. Otherwise it would depend on the order of the
/// writes whether two records have one at the same time.
async fn release<E: Findable>(write: &Write, created: &[&Working<E>], updated: &[&Working<E>]) -> Result<()> {
    let Some(column) = described::column::<E>("external_id") else { return Ok(()) };
    let key = |record: &E::Model| match record.get(column) {
        Value::String(key) => key,
        _ => None,
    };
    let wanted: HashSet<String> = created.iter().chain(updated).filter_map(|working| key(&working.now)).collect();
    let gives_up = |working: &&&Working<E>| {
        let before = working.before.as_ref().and_then(key);
        before.is_some_and(|before| key(&working.now).as_ref() != Some(&before) && wanted.contains(&before))
    };
    let ids: Vec<Uuid> = updated.iter().filter(gives_up).map(|working| id_of::<E>(&working.now)).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let update = E::update_many().col_expr(column, Expr::cust("NULL")).filter(is_one_of(
        Expr::col(E::trash_columns().id),
        &ids,
        write.tx.get_database_backend(),
    ));
    update.exec(&write.tx).await?;
    Ok(())
}

/// The ids of new records that callers chose; they count as used from here on.
fn chosen<E: Findable>(created: &[&Working<E>]) -> Vec<(Uuid, SubjectType)> {
    created.iter().filter(|working| working.is_chosen).map(|working| (id_of::<E>(&working.now), E::SUBJECT)).collect()
}

fn rows<E: Findable>(records: &[&Working<E>]) -> Vec<E::ActiveModel> {
    records.iter().map(|working| working.now.clone().into_active_model().reset_all()).collect()
}

/// True of a column that one of the records has another value of.
fn is_written<E: Findable>(column: E::Column, updated: &[&Working<E>]) -> bool {
    updated
        .iter()
        .any(|working| working.before.as_ref().is_some_and(|before| before.get(column) != working.now.get(column)))
}

fn changes_of<E: Findable>(working: &Working<E>) -> Result<Vec<NewChange>> {
    let (id, at) = E::id_and_time(&working.now);
    let Some(base) = working.base()? else { return Ok(Vec::new()) };
    let restored = working.is_restored.then(|| trash::moved::<E>(&base, Move::Restore).at(at));
    let diff = Diff::between::<E>(&base, &working.now);
    let updated = (!diff.is_empty()).then(|| NewChange::of(ChangeKind::Updated, E::SUBJECT, id).at(at).with(diff));
    Ok(restored.into_iter().chain(updated).collect())
}

/// The records of the items in their final state.
pub(super) fn record<E: Findable>(directory: &Directory<E>, id: Option<Uuid>) -> Option<E::Model> {
    id.and_then(|id| directory.get(id)).cloned()
}
