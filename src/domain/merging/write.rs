//! The plan of a merge, and its writing.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    changes, fields,
    fields::{Conflict, Conflicts},
    found::Found,
    memberships::Memberships,
    request::Group,
};
use crate::{
    domain::{
        Write, batches,
        changes::{Diff, NewChange},
        constraint::Constraint,
        duplicates,
        error::{Code, Error, Result, UserError, explain_constraint},
        interactions::{self, Moves},
        memberships, records, refusal,
    },
    entity::{
        batch,
        change::ChangeKind,
        contact::{Entity, Model},
        status::Status,
    },
};

/// Outcome of a merge.
#[derive(Debug)]
pub struct Merged {
    /// The survivor after the merge.
    pub contact: Model,
    /// The survivor's fields as the API shows them.
    pub preview: Json,
    /// The batch; none of a dry run.
    pub batch: Option<batch::Model>,
    /// Fields in which the contacts differed.
    pub conflicts: Vec<Conflict>,
    /// The number of memberships that the survivor was given.
    pub moved_membership_count: usize,
    /// The number of interactions that name the survivor instead of an absorbed contact.
    pub moved_interaction_count: usize,
}

/// A merge that may be done: each contact as it is stored and as it will be.
pub(super) struct Plan {
    survivor: (Model, Model),
    absorbed: Vec<(Model, Model)>,
    /// Contacts that were merged into the absorbed ones, and whose survivor changes.
    earlier: Vec<(Model, Model)>,
    memberships: Memberships,
    moves: Moves,
    conflicts: Vec<Conflict>,
}

impl Plan {
    /// Plans a merge, or says everything that stands in its way.
    pub(super) fn of(group: &Group, found: Found, now: DateTime<Utc>) -> Result<Self> {
        let refused = found.refused(group);
        let survivor = group.survivor.and_then(|id| found.contacts.get(&id)).filter(|_| refused.is_empty());
        let Some(survivor) = survivor else { return Err(Error::Rejected(refused)) };
        let absorbed: Vec<&Model> = group.absorbed_ids().filter_map(|id| found.contacts.get(&id)).collect();
        let mut after = fields::merged(survivor, &absorbed, &group.overrides)?;
        after.user_id = group.keep_user.or_else(|| found.users(group).first().copied());
        written(&mut after, survivor, now);
        let all: Vec<&Model> = [survivor].into_iter().chain(absorbed.iter().copied()).collect();
        let mut conflicts = Conflicts(fields::conflicts(&all, &after));
        let memberships = Memberships::unite(survivor.id, group, &found, &mut conflicts)?;
        let into = |contact: &Model| {
            let mut absorbed = contact.clone();
            absorbed.merged_into = Some(survivor.id);
            // No two contacts have one.
            if absorbed.external_id == after.external_id {
                (absorbed.external_id, absorbed.external_id_key) = (None, None);
            }
            absorbed.user_id = None;
            written(&mut absorbed, contact, now);
            absorbed
        };
        let trashed = |contact: &Model| {
            let mut absorbed = into(contact);
            absorbed.prior_status = Some(contact.status);
            absorbed.status = Status::Trashed;
            absorbed.trashed_at = Some(absorbed.updated_at);
            absorbed
        };
        Ok(Self {
            survivor: (survivor.clone(), after.clone()),
            absorbed: absorbed.into_iter().map(|contact| (contact.clone(), trashed(contact))).collect(),
            earlier: found.earlier.iter().map(|contact| (contact.clone(), into(contact))).collect(),
            memberships,
            moves: found.moves,
            conflicts: conflicts.0,
        })
    }

    /// The outcome of a dry run.
    pub(super) fn into_merged(self) -> Merged {
        Merged {
            preview: shown(&self.survivor.1),
            contact: self.survivor.1,
            batch: None,
            conflicts: self.conflicts,
            moved_membership_count: self.memberships.moved,
            moved_interaction_count: self.moves.len(),
        }
    }

    /// Writes the merge, and records it.
    ///
    /// The changes come in the order in which undoing, which begins with the last, needs them: an absorbed contact leaves
    /// the trash before anything is given back to it, and the survivor's change ends the group.
    pub(super) async fn write(self, write: &Write) -> Result<Merged> {
        let (before, after) = &self.survivor;
        // The absorbed contacts first, because they give up what only one contact may have.
        let others: Vec<(&Model, &Model)> = pairs(&self.absorbed).chain(pairs(&self.earlier)).collect();
        batches::update_all::<Entity>(write, others).await?;
        let stored = batches::update_all::<Entity>(write, vec![(before, after)]).await;
        stored.map_err(explain)?;
        let (moved_membership_count, moved_interaction_count) = (self.memberships.moved, self.moves.len());
        let memberships = self.memberships.write(write).await?;
        let absorbed: Vec<Uuid> = self.absorbed.iter().map(|(row, _)| row.id).collect();
        let moved = self.moves.write(write, &self.moves.all_to(&absorbed, before.id)).await?;
        let touched: Vec<Uuid> = [before.id].into_iter().chain(absorbed.iter().copied()).collect();
        interactions::refresh_last(&write.tx, &touched).await?;

        let mut recorded = vec![
            NewChange::contact(ChangeKind::Absorbed, before.id)
                .at(after.updated_at)
                .with(Diff::between::<Entity>(before, after)),
        ];
        let contacts = || pairs(&self.absorbed).chain([(before, after)]);
        recorded.extend(contacts().filter_map(|(before, after)| changes::link_change::<Entity>(before, after)));
        recorded.extend(pairs(&self.earlier).map(|(before, after)| merged(ChangeKind::Updated, before, after)));
        recorded.extend(moved);
        recorded.extend(memberships.iter().map(|(before, after)| memberships::updated_from(before, after)));
        recorded.extend(pairs(&self.absorbed).map(|(before, after)| merged(ChangeKind::Merged, before, after)));
        write.record(recorded).await?;
        duplicates::inherit_vetoes(&write.tx, &[before.id]).await?;

        let contact = records::get::<Entity>(&write.tx, before.id).await?;
        let contact = contact.ok_or_else(|| UserError::not_found("contact", &["survivorId"]))?;
        let preview = shown(&contact);
        let (batch, conflicts) = (None, self.conflicts);
        Ok(Merged { contact, preview, batch, conflicts, moved_membership_count, moved_interaction_count })
    }
}

fn pairs(rows: &[(Model, Model)]) -> impl Iterator<Item = (&Model, &Model)> {
    rows.iter().map(|(before, after)| (before, after))
}

/// Gives a contact its next version and time.
fn written(contact: &mut Model, before: &Model, now: DateTime<Utc>) {
    contact.version = before.version.saturating_add(1);
    contact.updated_at = std::cmp::max(now, before.updated_at);
}

/// The change of a contact whose survivor changes.
fn merged(kind: ChangeKind, before: &Model, after: &Model) -> NewChange {
    NewChange::contact(kind, after.id).at(after.updated_at).with(changes::diff::<Entity>(before, after))
}

/// The error of writing the survivor. Somebody may have taken the external id of the overrides meanwhile.
fn explain(error: Error) -> Error {
    let taken = |constraint| {
        let message = "Another contact has this external id.";
        (constraint == Constraint::ContactExternalId)
            .then(|| UserError::new(Code::Taken, &["overrides", "externalId"], message))
    };
    match error {
        Error::Internal(cause) => explain_constraint(cause, taken),
        other => other,
    }
}

/// The survivor's fields as the API shows them.
fn shown(contact: &Model) -> Json {
    refusal::shown::<Entity>(contact)
}
