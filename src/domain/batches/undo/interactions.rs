//! Passing interactions back to the contacts that a merge has taken them from.

use std::collections::HashSet;

use uuid::Uuid;

use super::{
    kept::Kept,
    passed::{passed, passed_parties},
};
use crate::{
    domain::{
        Write,
        changes::Change,
        error::Result,
        interactions::{self, Moves, NewOwners},
    },
    entity::change::ChangeKind,
};

/// The interactions at hand, and the contacts that they go back to.
pub(super) struct Interactions<'a> {
    write: &'a Write,
    moves: Moves,
    owners: NewOwners,
    touched: HashSet<Uuid>,
}

impl<'a> Interactions<'a> {
    /// Reads the interactions, whose subjects are locked.
    pub(super) async fn read(write: &'a Write, ids: &[Uuid]) -> Result<Self> {
        let moves = Moves::of(&write.tx, ids).await?;
        Ok(Self { write, moves, owners: NewOwners::default(), touched: HashSet::new() })
    }

    /// Takes a change back, as far as the interaction is as the change left it.
    pub(super) fn take_back(&mut self, change: &Change, kept: &mut Kept) {
        if change.kind != ChangeKind::Updated || !self.moves.contains(change.subject_id) {
            return kept.whole(change);
        }
        if let Some((from, to)) = passed(change) {
            if self.moves.subject(change.subject_id) == Some(to) {
                self.owners.subjects.insert(change.subject_id, from);
                self.touched.extend([from, to]);
            } else {
                kept.field(change, "contact");
            }
        }
        for (place, from, to) in passed_parties(change) {
            if self.moves.party(place) == Some(to) {
                self.owners.parties.insert(place, from);
                self.touched.extend([from, to]);
            } else {
                kept.field(change, "parties");
            }
        }
    }

    /// Writes the interactions, and records that.
    pub(super) async fn store(self) -> Result<()> {
        if self.touched.is_empty() {
            return Ok(());
        }
        let changes = self.moves.write(self.write, &self.owners).await?;
        let touched: Vec<Uuid> = self.touched.into_iter().collect();
        interactions::refresh_last(&self.write.tx, &touched).await?;
        self.write.record(changes).await
    }
}
