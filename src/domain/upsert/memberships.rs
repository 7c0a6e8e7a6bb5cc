//! The memberships of the contacts that a call names.

use std::collections::HashMap;

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, Iterable, QueryFilter, QueryOrder, Set,
    TryIntoModel, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    clock::Clock,
    domain::{
        Write, bulk,
        changes::{Diff, NewChange},
        condition::is_one_of,
        error::Result,
        input,
        memberships::MEMBERSHIPS_MAX,
        refusal,
    },
    entity::{
        change::ChangeKind,
        membership::{ActiveModel, Column, Entity, Model},
    },
};

/// A membership: as it is stored, and as it is going to be.
struct Working {
    before: Option<Model>,
    now: Model,
}

/// The memberships of contacts, by contact, by position.
#[derive(Default)]
pub(crate) struct Memberships(HashMap<Uuid, Vec<Working>>);

impl Memberships {
    /// Reads those of contacts that are locked.
    pub(crate) async fn read(tx: &impl ConnectionTrait, contact_ids: &[Uuid]) -> Result<Self> {
        let mut by_contact: HashMap<Uuid, Vec<Working>> = HashMap::new();
        if !contact_ids.is_empty() {
            let these = is_one_of(Expr::col(Column::ContactId), contact_ids, tx.get_database_backend());
            let select = Entity::find().filter(these).order_by_asc(Column::Position).order_by_asc(Column::Id);
            for now in select.all(tx).await? {
                by_contact.entry(now.contact_id).or_default().push(Working { before: Some(now.clone()), now });
            }
        }
        Ok(Self(by_contact))
    }

    /// A contact's membership in a company as it is going to be.
    pub(crate) fn get(&self, contact_id: Uuid, company_id: Uuid) -> Option<&Model> {
        let all = self.0.get(&contact_id)?.iter().map(|membership| &membership.now);
        all.into_iter().find(|now| now.company_id == company_id)
    }

    /// A contact's membership in a company as the database has it.
    pub(crate) fn stored(&self, contact_id: Uuid, company_id: Uuid) -> Option<&Model> {
        let all = self.0.get(&contact_id)?.iter().filter_map(|membership| membership.before.as_ref());
        all.into_iter().find(|before| before.company_id == company_id)
    }

    /// True when the contact cannot have all of these; none is a company that is to be created.
    pub(crate) fn would_overflow(&self, contact_id: Uuid, company_ids: &[Option<Uuid>]) -> bool {
        let Some(all) = self.0.get(&contact_id) else { return company_ids.len() > MEMBERSHIPS_MAX };
        let is_new = |id: &&Option<Uuid>| all.iter().all(|membership| Some(membership.now.company_id) != **id);
        all.len() + company_ids.iter().filter(is_new).count() > MEMBERSHIPS_MAX
    }

    /// True of a contact that works for the company, in the given role and department.
    pub(crate) fn has(
        &self,
        contact_id: Uuid,
        company_id: Uuid,
        details: &ActiveModel,
        is_primary: bool,
    ) -> Result<bool> {
        let mut all = self.0.get(&contact_id).into_iter().flatten();
        let Some(membership) = all.find(|membership| membership.now.company_id == company_id) else {
            return Ok(false);
        };
        let row = refusal::overlaid::<Entity>(membership.now.clone().into_active_model(), details);
        let next: Model = row.try_into_model()?;
        Ok(next == membership.now && (membership.now.is_primary || !is_primary))
    }

    /// Adds a company to a contact, as its primary one where that is wanted; the others stay. The texts that `details`
    /// sets are written. True when that changed something.
    pub(crate) fn put(
        &mut self,
        clock: &Clock,
        (contact_id, company_id): (Uuid, Uuid),
        details: &ActiveModel,
        is_primary: bool,
    ) -> Result<bool> {
        let now = clock.now();
        let all = self.0.entry(contact_id).or_default();
        let is_first = all.is_empty();
        let mut is_changed = false;
        for other in
            all.iter_mut().filter(|other| is_primary && other.now.company_id != company_id && other.now.is_primary)
        {
            other.now.is_primary = false;
            other.now.updated_at = std::cmp::max(now, other.now.updated_at);
            is_changed = true;
        }
        if let Some(same) = all.iter_mut().find(|membership| membership.now.company_id == company_id) {
            let mut row = refusal::overlaid::<Entity>(same.now.clone().into_active_model(), details);
            row.is_primary = Set(same.now.is_primary || is_primary);
            let next: Model = row.try_into_model()?;
            if next != same.now {
                same.now = Model { updated_at: std::cmp::max(now, next.updated_at), ..next };
                is_changed = true;
            }
            return Ok(is_changed);
        }
        let last = all.iter().map(|membership| membership.now.position).max();
        let row = ActiveModel {
            contact_id: Set(contact_id),
            company_id: Set(company_id),
            is_primary: Set(is_primary || is_first),
            position: Set(last.map_or(0, |last| last.saturating_add(1))),
            ..details.clone()
        };
        let now = input::complete::<Entity>(row, clock.new_id(), now)?.try_into_model()?;
        all.push(Working { before: None, now });
        Ok(true)
    }

    /// Writes those that are new or changed, and gives the changes to be recorded. Flags are given up before they are
    /// taken, because the database allows one.
    pub(crate) async fn write(&self, write: &Write) -> Result<Vec<NewChange>> {
        let mut all: Vec<&Working> = self.0.values().flatten().filter(|working| working.differs()).collect();
        all.sort_by_key(|working| working.now.id);
        let created: Vec<&Working> = all.iter().copied().filter(|working| working.before.is_none()).collect();
        let (losing, others): (Vec<&Working>, Vec<&Working>) =
            all.iter().copied().filter(|working| working.before.is_some()).partition(|working| !working.now.is_primary);
        for changed in [losing, others] {
            let columns: Vec<Column> = Column::iter().filter(|column| !matches!(column, Column::Id)).collect();
            bulk::update::<Entity>(&write.tx, &rows(&changed), &columns).await?;
        }
        bulk::insert::<Entity>(&write.tx, &rows(&created)).await?;
        let change = |working: &&Working| match &working.before {
            None => NewChange::membership(ChangeKind::Created, &working.now),
            Some(before) => NewChange::membership(ChangeKind::Updated, &working.now)
                .with(Diff::between::<Entity>(before, &working.now)),
        };
        Ok(all.iter().map(change).collect())
    }
}

impl Working {
    fn differs(&self) -> bool {
        self.before.as_ref() != Some(&self.now)
    }
}

fn rows(memberships: &[&Working]) -> Vec<ActiveModel> {
    memberships.iter().map(|working| working.now.clone().into_active_model().reset_all()).collect()
}
