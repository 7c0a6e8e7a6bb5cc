//! Taking back the changes of memberships.
//!
//! A membership that the batch added is removed, unless its contact came with the batch: then it goes to the trash with
//! the contact. A contact that loses its primary gets back the one that the batch has replaced.

use std::collections::{HashMap, HashSet};

use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{kept::Kept, passed::passed, records::set_back};
use crate::{
    domain::{
        Write,
        changes::{self, Change},
        condition::is_one_of,
        described,
        error::Result,
        memberships::{self, IDS_PER_STATEMENT},
    },
    entity::{
        change::{ChangeKind, SubjectType},
        membership::{Column, Entity, Model},
    },
    resources::MEMBERSHIP,
};

/// The memberships of the contacts at hand: as they are stored, and as they will be.
pub(super) struct Memberships<'a> {
    write: &'a Write,
    batch_id: Uuid,
    /// The contacts that came with the batch.
    created: HashSet<Uuid>,
    stored: HashMap<Uuid, Model>,
    /// Without those that are removed.
    present: HashMap<Uuid, Model>,
    removed: Vec<Model>,
}

impl<'a> Memberships<'a> {
    /// Reads the memberships of contacts, which are locked.
    pub(super) async fn read(
        write: &'a Write,
        batch_id: Uuid,
        changes: &[Change],
        contact_ids: &HashSet<Uuid>,
    ) -> Result<Self> {
        let backend = write.tx.get_database_backend();
        let ids: Vec<Uuid> = contact_ids.iter().copied().collect();
        let mut stored = HashMap::new();
        for some in ids.chunks(IDS_PER_STATEMENT) {
            let rows = Entity::find().filter(is_one_of(Expr::col(Column::ContactId), some, backend));
            stored.extend(rows.all(&write.tx).await?.into_iter().map(|row| (row.id, row)));
        }
        let is_added =
            |change: &&Change| change.subject_type == SubjectType::Membership && change.kind == ChangeKind::Created;
        let added: HashSet<Uuid> = changes.iter().filter(is_added).filter_map(|change| change.contact_id).collect();
        let added: Vec<Uuid> = added.into_iter().collect();
        let created = changes::contacts_created(&write.tx, batch_id, &added).await?;
        Ok(Self { write, batch_id, created, present: stored.clone(), stored, removed: Vec::new() })
    }

    /// Takes back a change, as far as the membership is as the change left it.
    pub(super) fn take_back(&mut self, change: &Change, kept: &mut Kept) -> Result<()> {
        let Some(membership) = self.present.get_mut(&change.subject_id) else {
            kept.whole(change);
            return Ok(());
        };
        match change.kind {
            ChangeKind::Created if self.created.contains(&membership.contact_id) => {}
            ChangeKind::Created if is_as_added(membership, change) => {
                self.removed.extend(self.present.remove(&change.subject_id));
            }
            // Somebody has moved it on since.
            ChangeKind::Updated if passed(change).is_some_and(|(_, to)| membership.contact_id != to) => {
                kept.whole(change);
            }
            ChangeKind::Updated => {
                set_back::<Entity>(membership, &change.without(&["contact", "isPrimary", "position"]), kept)?;
                set_place_back(membership, change, kept);
                self.move_back(change, kept);
            }
            _ => kept.whole(change),
        }
        Ok(())
    }

    /// Moves a membership back to the contact that it was taken from.
    fn move_back(&mut self, change: &Change, kept: &mut Kept) {
        let Some((from, to)) = passed(change) else { return };
        let works_there = |contact_id: Uuid, company_id: Uuid| {
            let mut all = self.present.values();
            all.any(|other| other.contact_id == contact_id && other.company_id == company_id)
        };
        let company_id =
            self.present.get(&change.subject_id).filter(|row| row.contact_id == to).map(|row| row.company_id);
        let is_free = company_id.is_some_and(|company_id| !works_there(from, company_id));
        match self.present.get_mut(&change.subject_id) {
            Some(membership) if is_free => membership.contact_id = from,
            _ => kept.field(change, "contact"),
        }
    }

    /// Writes the memberships, and records that.
    pub(super) async fn store(mut self, changes: &[Change], kept: &mut Kept) -> Result<()> {
        self.give_up_second_flags(kept);
        self.replace_lost_flags(changes).await?;
        let write = self.write;
        if !self.removed.is_empty() {
            let ids: Vec<Uuid> = self.removed.iter().map(|membership| membership.id).collect();
            let these = is_one_of(Expr::col(Column::Id), &ids, write.tx.get_database_backend());
            Entity::delete_many().filter(these).exec(&write.tx).await?;
            write.record(memberships::removed(write, &self.removed).await?).await?;
        }
        let mut ids: Vec<Uuid> = self.present.keys().copied().collect();
        ids.sort_unstable();
        let mut rows = Vec::new();
        for id in &ids {
            let (Some(stored), Some(present)) = (self.stored.get(id), self.present.get(id)) else { continue };
            if stored != present {
                let at = std::cmp::max(write.now, stored.updated_at);
                rows.push((stored.clone(), Model { updated_at: at, ..present.clone() }));
            }
        }
        memberships::rewrite(write, &rows).await?;
        let recorded = rows.iter().map(|(stored, present)| memberships::updated_from(stored, present)).collect();
        write.record(recorded).await
    }

    /// The memberships of each contact as they will be, by position.
    fn by_contact(&self) -> HashMap<Uuid, Vec<Model>> {
        let mut by_contact: HashMap<Uuid, Vec<Model>> = HashMap::new();
        for membership in self.present.values() {
            by_contact.entry(membership.contact_id).or_default().push(membership.clone());
        }
        for of_contact in by_contact.values_mut() {
            of_contact.sort_unstable_by_key(|membership| (membership.position, membership.id));
        }
        by_contact
    }

    /// Leaves the flag with the membership that somebody has made primary since.
    fn give_up_second_flags(&mut self, kept: &mut Kept) {
        for of_contact in self.by_contact().into_values() {
            let primary: Vec<&Model> = of_contact.iter().filter(|membership| membership.is_primary).collect();
            let had_it = |membership: &Model| self.stored.get(&membership.id).is_some_and(|stored| stored.is_primary);
            let first = primary.iter().find(|membership| had_it(membership)).or(primary.first());
            let Some(stays) = first.map(|membership| membership.id) else { continue };
            for second in primary.iter().filter(|membership| membership.id != stays) {
                if let Some(membership) = self.present.get_mut(&second.id) {
                    membership.is_primary = false;
                    kept.add(SubjectType::Membership, second.id, "isPrimary");
                }
            }
        }
    }

    /// Gives the flag to the membership that the batch took it from, else to the first, where a contact has lost its
    /// primary one.
    async fn replace_lost_flags(&mut self, changes: &[Change]) -> Result<()> {
        let by_contact = self.by_contact();
        let without = by_contact.into_iter().filter(|(_, all)| all.iter().all(|membership| !membership.is_primary));
        let without: HashMap<Uuid, Vec<Model>> = without.collect();
        let ids: Vec<Uuid> = without.keys().copied().collect();
        let Some(position) = changes.last().map(Change::number).filter(|_| !ids.is_empty()) else { return Ok(()) };
        let demotions = changes::demotions(&self.write.tx, self.batch_id, &ids, position).await?;
        for (contact_id, of_contact) in without {
            let of_contact: Vec<Uuid> = of_contact.into_iter().map(|membership| membership.id).collect();
            let lost_flag = |change: &&Change| {
                let is_flag = |(name, before, _): &(&str, Option<&Json>, Option<&Json>)| {
                    *name == "isPrimary" && *before == Some(&Json::Bool(true))
                };
                change.contact_id == Some(contact_id)
                    && of_contact.contains(&change.subject_id)
                    && change.fields().iter().any(is_flag)
            };
            let next = demotions.iter().find(lost_flag).map(|change| change.subject_id);
            if let Some(next) = next.or(of_contact.first().copied())
                && let Some(membership) = self.present.get_mut(&next)
            {
                membership.is_primary = true;
            }
        }
        Ok(())
    }
}

/// True where a membership has the role and the department with which the batch added it.
fn is_as_added(membership: &Model, change: &Change) -> bool {
    let fields = change.fields();
    ["role", "department"].into_iter().filter_map(|name| MEMBERSHIP.field(name)).all(|field| {
        let added = fields.iter().find(|(name, ..)| *name == field.name).and_then(|(_, _, after)| *after);
        added.unwrap_or(&Json::Null) == &described::field_json::<Entity>(membership, field)
    })
}

/// Sets back the flag and the position, which no input sets.
fn set_place_back(membership: &mut Model, change: &Change, kept: &mut Kept) {
    for (name, before, after) in change.fields() {
        let (Some(before), Some(after)) = (before, after) else { continue };
        match name {
            "isPrimary" => match (before.as_bool(), after.as_bool()) {
                (Some(before), _) if before == membership.is_primary => {}
                (Some(before), Some(after)) if after == membership.is_primary => membership.is_primary = before,
                _ => kept.field(change, name),
            },
            "position" => {
                let number = |value: &Json| value.as_i64().and_then(|number| i32::try_from(number).ok());
                match (number(before), number(after)) {
                    (Some(before), _) if before == membership.position => {}
                    (Some(before), Some(after)) if after == membership.position => membership.position = before,
                    _ => kept.field(change, name),
                }
            }
            _ => {}
        }
    }
}
