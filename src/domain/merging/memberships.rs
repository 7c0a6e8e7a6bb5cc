//! The memberships of a survivor: its own, and those of the absorbed contacts at other companies.

use std::collections::HashMap;

use sea_orm::{ActiveModelTrait, ModelTrait};
use serde_json::json;
use uuid::Uuid;

use super::{fields::Conflicts, found::Found, request::Group};
use crate::{
    domain::{
        Write, batches, derived, described,
        error::{Code, Result, UserError},
        memberships::{self, MEMBERSHIPS_MAX},
    },
    entity::membership::{ActiveModel, Entity, Model},
    resources::MEMBERSHIP,
};

/// Memberships that change: as they are stored, and as they will be.
#[derive(Debug, Default)]
pub(super) struct Memberships {
    changed: Vec<(Model, Model)>,
    /// The number that the survivor is given.
    pub(super) moved: usize,
}

impl Memberships {
    /// Moves memberships to the survivor. One at a company where the survivor works already stays where it is; its role
    /// and department fill those that the survivor's lacks.
    pub(super) fn unite(survivor: Uuid, group: &Group, found: &Found, conflicts: &mut Conflicts) -> Result<Self> {
        let stored = |id: Uuid| found.memberships.get(&id).cloned().unwrap_or_default();
        let mut own = stored(survivor);
        let mut position = own.iter().map(|membership| membership.position).max();
        let mut moved = 0;
        let mut left = Vec::new();
        for id in group.absorbed_ids() {
            let mut of_contact = stored(id);
            of_contact.sort_by_key(|membership| !membership.is_primary);
            let mut stays = Vec::new();
            for mut membership in of_contact {
                if let Some(same) = own.iter_mut().find(|own| own.company_id == membership.company_id) {
                    fill(same, &membership, conflicts)?;
                    stays.push(membership);
                    continue;
                }
                position = Some(position.map_or(0, |last| last.saturating_add(1)));
                membership.contact_id = survivor;
                membership.position = position.unwrap_or_default();
                membership.is_primary &= own.iter().all(|own| !own.is_primary);
                moved += 1;
                own.push(membership);
            }
            promote_first(&mut stays);
            left.extend(stays);
        }
        promote_first(&mut own);
        if own.len() > MEMBERSHIPS_MAX && moved > 0 {
            let message = format!("A contact has at most {MEMBERSHIPS_MAX} memberships.");
            return Err(UserError::new(Code::TooMany, &["absorbedIds"], message).into());
        }
        let mut before: HashMap<Uuid, Model> = HashMap::new();
        for id in group.ids() {
            before.extend(stored(id).into_iter().map(|membership| (membership.id, membership)));
        }
        let pairs = own.into_iter().chain(left).filter_map(|after| Some((before.remove(&after.id)?, after)));
        Ok(Self { changed: pairs.filter(|(before, after)| before != after).collect(), moved })
    }

    /// Writes the memberships. Returns them as they were and as they are.
    pub(super) async fn write(mut self, write: &Write) -> Result<Vec<(Model, Model)>> {
        for (before, after) in &mut self.changed {
            after.updated_at = std::cmp::max(write.now, before.updated_at);
        }
        memberships::rewrite(write, &self.changed).await?;
        Ok(self.changed)
    }
}

/// Makes the first of a contact's memberships primary where none is.
fn promote_first(memberships: &mut [Model]) {
    if memberships.iter().all(|membership| !membership.is_primary)
        && let Some(first) = memberships.iter_mut().min_by_key(|membership| (membership.position, membership.id))
    {
        first.is_primary = true;
    }
}

/// Fills the role and the department that a membership lacks from another at the same company.
fn fill(membership: &mut Model, other: &Model, conflicts: &mut Conflicts) -> Result<()> {
    let mut row = <ActiveModel as ActiveModelTrait>::default();
    for field in ["role", "department"].into_iter().filter_map(|name| MEMBERSHIP.field(name)) {
        let (own, theirs) =
            (described::field_json::<Entity>(membership, field), described::field_json::<Entity>(other, field));
        if own.is_null() {
            if let Some(column) = described::column::<Entity>(field.column) {
                derived::set::<Entity>(&mut row, field, other.get(column))?;
            }
        } else {
            conflicts.add(format!("memberships.{}", field.name), &json!(own), theirs);
        }
    }
    batches::overlay::<Entity>(membership, &row)
}
