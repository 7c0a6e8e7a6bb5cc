//! Matching the rows of a chunk with records, and planning what they do.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, sea_query::LockType};
use uuid::Uuid;

use super::{
    companies::{self, Place},
    find::{Own, by_id, find, is_matched_by_name, keys},
    item::Item,
    matching::Found,
    options::Options,
    wanted::{Pass, Subject, Wanted},
};
use crate::{
    clock::Clock,
    domain::{
        error::{Code, Result, UserError},
        folding, input, parse_id,
        trash::Trashable,
        upsert::{Directory, Findable, Key, Memberships, Outcome, take_turns},
    },
    entity::{company, contact, import_job::Model},
};

/// Planned outcome of a row.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) target: Option<Uuid>,
    pub(super) outcome: Outcome,
    pub(super) errors: Vec<UserError>,
}

/// Everything that the rows of a chunk name.
pub(super) struct Chunk {
    pub(super) companies: Directory<company::Entity>,
    pub(super) contacts: Directory<contact::Entity>,
    pub(super) memberships: Memberships,
    own: Own,
}

impl Chunk {
    /// Reads what the rows name: companies before contacts, as everywhere.
    pub(super) async fn read(
        db: &impl ConnectionTrait,
        rows: &[Wanted],
        job: &Model,
        options: &Options,
        pass: Pass,
    ) -> Result<Self> {
        let of = job.subject;
        let (mut people, mut places) = (HashSet::new(), HashSet::new());
        for row in rows {
            let own = if of == Subject::Contacts { &mut people } else { &mut places };
            own.extend(keys(row, of, options, pass));
            places.extend(row.item.employments.iter().flat_map(companies::keys));
        }
        let (people, places): (Vec<Key>, Vec<Key>) = (people.into_iter().collect(), places.into_iter().collect());
        let is_locked = pass == Pass::Write;
        if is_locked {
            let turns = places.iter().filter_map(|key| key.turn("companies"));
            take_turns(db, turns.chain(people.iter().filter_map(|key| key.turn("contacts"))).collect()).await?;
        }
        let of_companies = if of == Subject::Companies { LockType::NoKeyUpdate } else { LockType::KeyShare };
        let companies = Directory::read(db, &places, is_locked.then_some(of_companies)).await?;
        let contacts = Directory::read(db, &people, is_locked.then_some(LockType::NoKeyUpdate)).await?;
        let has_employers = rows.iter().any(|row| !row.item.employments.is_empty());
        let memberships =
            if has_employers { Memberships::read(db, &contacts.ids()).await? } else { Memberships::default() };
        let own = Own::of(db, job.batch_id, rows, &contacts).await?;
        Ok(Self { companies, contacts, memberships, own })
    }

    /// Plans a row.
    pub(super) fn plan(
        &mut self,
        clock: &Clock,
        of: Subject,
        row: &mut Wanted,
        options: &Options,
        pass: Pass,
    ) -> Result<Planned> {
        match of {
            Subject::Contacts => self.plan_contact(clock, row, options, pass),
            Subject::Companies => self.plan_company(clock, row, options, pass),
        }
    }

    /// Plans a row of a person.
    fn plan_contact(&mut self, clock: &Clock, row: &mut Wanted, options: &Options, pass: Pass) -> Result<Planned> {
        let found = match row.target {
            Some(id) => by_id(id, &self.contacts, options),
            None => find(&row.item, &self.contacts, &self.own, options),
        };
        let mut found = match found {
            Ok(found) => found,
            Err(error) => match self.unchanged_one(&row.item, &error)? {
                Some(same) => same,
                None => return Ok(failed(vec![error])),
            },
        };
        if found == Found::New && pass == Pass::Match {
            found = self.same_name(&row.item, options)?;
        }
        let known = match Place::find_all(&row.item.employments, &self.companies) {
            Ok(known) => known,
            Err(errors) => return Ok(failed(errors)),
        };
        let company_ids: Vec<Option<Uuid>> = known.iter().map(Place::company_id).collect();
        if let Some(id) = found.id().filter(|id| self.memberships.would_overflow(*id, &company_ids)) {
            let message = "The contact has as many memberships as it may have.";
            return Ok(failed(vec![UserError::new(Code::TooMany, &["company"], message).with_conflicts([id])]));
        }
        let prepared = row.prepared.take().filter(|_| found == Found::New);
        let prepared = match prepared {
            Some(prepared) => *prepared,
            None => row.item.row::<contact::Entity>(found.id().and_then(|id| self.contacts.get(id)))?,
        };
        let mut planned = plan(clock, &row.item, &found, prepared, &mut self.contacts)?;
        let Some(contact_id) = planned.target else { return Ok(planned) };
        for (at, place) in known.into_iter().enumerate() {
            let company_id = place.resolve(clock, &mut self.companies)?;
            let is_primary = at == 0 && !row.item.keeps_primary;
            let details = place.details(self.memberships.get(contact_id, company_id));
            let is_changed = self.memberships.put(clock, (contact_id, company_id), &details, is_primary)?;
            if is_changed && planned.outcome == Outcome::Unchanged {
                planned.outcome = Outcome::Updated;
            }
        }
        Ok(planned)
    }

    /// Plans a row of a company.
    fn plan_company(&mut self, clock: &Clock, row: &Wanted, options: &Options, pass: Pass) -> Result<Planned> {
        let found = match row.target {
            Some(id) => by_id(id, &self.companies, options),
            None => companies::find_own(&row.item, &self.companies, options, pass),
        };
        match found {
            Ok(found) => {
                let checked = row.item.row::<company::Entity>(found.id().and_then(|id| self.companies.get(id)))?;
                plan(clock, &row.item, &found, checked, &mut self.companies)
            }
            Err(error) => Ok(failed(vec![error])),
        }
    }

    /// True of a contact that has all the places of a row.
    fn has_places(&self, contact_id: Uuid, item: &Item) -> Result<bool> {
        let Ok(places) = Place::find_all(&item.employments, &self.companies) else { return Ok(false) };
        for (at, place) in places.iter().enumerate() {
            let Some(company_id) = place.company_id() else { return Ok(false) };
            let details = place.details(self.memberships.get(contact_id, company_id));
            if !self.memberships.has(contact_id, company_id, &details, at == 0)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A row without an address by which it could be matched, that says nothing new of a contact of its name, is about
    /// that contact. Otherwise importing a file again would make everybody a second time who has no address.
    fn same_name(&self, item: &Item, options: &Options) -> Result<Found> {
        if !is_matched_by_name(item, options) {
            return Ok(Found::New);
        }
        let Some(name) = item.name().map(folding::key) else { return Ok(Found::New) };
        let (live, _) = self.contacts.stored_with(&Key::Name(name));
        Ok(self.unchanged_of(item, live)?.unwrap_or(Found::New))
    }

    /// Of several contacts that a row matches, the first that it says nothing new of. Otherwise a file with two rows of
    /// one person could be imported only once.
    fn unchanged_one(&self, item: &Item, error: &UserError) -> Result<Option<Found>> {
        if error.code != Code::Ambiguous {
            return Ok(None);
        }
        let mut ids: Vec<Uuid> = error.conflict_ids.iter().filter_map(|id| parse_id(id)).collect();
        ids.sort_unstable();
        self.unchanged_of(item, ids)
    }

    fn unchanged_of(&self, item: &Item, ids: Vec<Uuid>) -> Result<Option<Found>> {
        for id in ids {
            let Some(record) = self.contacts.stored(id).filter(|record| !contact::Entity::is_trashed(record)) else {
                continue;
            };
            let (row, errors) = item.row::<contact::Entity>(Some(record))?;
            if errors.is_empty() && self.has_places(id, item)? && !self.contacts.would_change(id, &row)? {
                return Ok(Some(Found::Record(id, false)));
            }
        }
        Ok(None)
    }
}

fn failed(errors: Vec<UserError>) -> Planned {
    Planned { target: None, outcome: Outcome::Failed, errors }
}

/// Plans what a row does to a record.
fn plan<E: Findable>(
    clock: &Clock,
    item: &Item,
    found: &Found,
    (row, mut errors): input::Checked<E>,
    directory: &mut Directory<E>,
) -> Result<Planned> {
    let target = found.id();
    errors.extend(taken(item, directory, target));
    let id = item.id.as_deref().and_then(parse_id).filter(|id| id.get_version_num() == 7);
    if target.is_none() && id.is_some_and(|id| directory.is_taken(id) || directory.get(id).is_some()) {
        let message = "An id names one record for ever, and this one was used for another.";
        errors.push(UserError::new(Code::Taken, &["id"], message));
    }
    if !errors.is_empty() {
        return Ok(failed(errors));
    }
    let Found::Record(target, is_trashed) = *found else {
        let new_id = id.unwrap_or_else(|| clock.new_id());
        let row = input::complete::<E>(row, new_id, clock.now())?;
        let target = directory.create(row, id.is_some())?;
        return Ok(Planned { target: Some(target), outcome: Outcome::Created, errors });
    };
    // An earlier row of the file may have taken it out of the trash.
    let restores = is_trashed && directory.get(target).is_some_and(E::is_trashed);
    let is_changed = directory.change(target, &row, restores)?;
    let outcome = match (restores, is_changed) {
        (true, _) => Outcome::Restored,
        (false, true) => Outcome::Updated,
        (false, false) => Outcome::Unchanged,
    };
    Ok(Planned { target: Some(target), outcome, errors })
}

/// Another record has the external id of the row.
fn taken<E: Findable>(item: &Item, directory: &Directory<E>, own: Option<Uuid>) -> Option<UserError> {
    let (live, trashed) = directory.with(&Key::ExternalId(item.text("externalId")?.to_owned()));
    let holder = live.into_iter().chain(trashed).find(|id| Some(*id) != own)?;
    let message = format!("Another {} has this external id.", E::NOUN);
    Some(UserError::new(Code::Taken, &["externalId"], message).with_current(holder))
}
