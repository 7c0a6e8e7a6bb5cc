//! Finding the record that a row is about.

use std::collections::HashSet;

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    item::Item,
    matching::{Found, choose},
    options::{MatchKey, Options},
    wanted::{Pass, Subject, Wanted},
};
use crate::{
    domain::{
        changes,
        derived::digits,
        email,
        error::{Result, UserError},
        folding, parse_id,
        upsert::{Directory, Findable, Key, name_key},
    },
    entity::contact,
};

/// Contacts that the job itself has created.
#[derive(Debug, Default)]
pub(super) struct Own(HashSet<Uuid>);

impl Own {
    /// Finds, of the contacts, those that have an address of a row that was matched with none. The job asks for nobody else.
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        batch_id: Option<Uuid>,
        rows: &[Wanted],
        contacts: &Directory<contact::Entity>,
    ) -> Result<Self> {
        let Some(batch_id) = batch_id else { return Ok(Self::default()) };
        let new = rows.iter().filter(|row| row.target.is_none());
        let keys = new.flat_map(|row| emails(&row.item).chain(phones(&row.item)));
        let hits: HashSet<Uuid> = keys.flat_map(|key| contacts.stored_with(&key).0).collect();
        let hits: Vec<Uuid> = hits.into_iter().collect();
        Ok(Self(changes::contacts_created(db, batch_id, &hits).await?))
    }
}

/// True of rows that are matched by their names where nothing else does.
pub(super) fn is_matched_by_name(item: &Item, options: &Options) -> bool {
    item.values("emails").is_empty() || !options.match_by.contains(&MatchKey::Email)
}

/// The keys by which the record of a row is found.
pub(super) fn keys(row: &Wanted, of: Subject, options: &Options, pass: Pass) -> Vec<Key> {
    let item = &row.item;
    let id = item.id.as_deref().and_then(parse_id);
    let external_id = item.text("externalId").map(str::to_owned);
    // The external id is looked up in any case, because another record may have it.
    let mut keys: Vec<Key> =
        [row.target.or(id).map(Key::Id), external_id.map(Key::ExternalId)].into_iter().flatten().collect();
    if of == Subject::Companies {
        keys.extend(item.text("name").map(name_key).filter(|_| pass == Pass::Match));
        return keys;
    }
    if row.target.is_some() {
        keys.extend(item.uid.clone().map(Key::Uid).filter(|_| options.match_by.contains(&MatchKey::Uid)));
        return keys;
    }
    for key in &options.match_by {
        match key {
            MatchKey::Id | MatchKey::ExternalId => {}
            MatchKey::Uid => keys.extend(item.uid.clone().map(Key::Uid)),
            MatchKey::Email => keys.extend(emails(item)),
            MatchKey::Phone => keys.extend(phones(item)),
        }
    }
    if pass == Pass::Match && is_matched_by_name(item, options) {
        keys.extend(item.name().map(|name| Key::Name(folding::key(name))));
    }
    keys
}

/// The phone numbers of a row by their digits, however they are written.
fn phones(item: &Item) -> impl Iterator<Item = Key> {
    let name = item.name().map(folding::key);
    let digits = item.values("phones").into_iter().map(|value| digits(&value)).filter(|digits| !digits.is_empty());
    digits.filter_map(move |digits| Some(Key::Phone(digits, name.clone()?)))
}

fn emails(item: &Item) -> impl Iterator<Item = Key> {
    item.values("emails").into_iter().map(|value| Key::Email(email::lower(&value)))
}

/// The record that a row of a person is about: by the first kind of key that finds one.
pub(super) fn find(
    item: &Item,
    contacts: &Directory<contact::Entity>,
    own: &Own,
    options: &Options,
) -> std::result::Result<Found, UserError> {
    let name = item.name().map(folding::key);
    for key in &options.match_by {
        let (keys, needs_name): (Vec<Key>, bool) = match key {
            MatchKey::Id => (item.id.as_deref().and_then(parse_id).map(Key::Id).into_iter().collect(), false),
            MatchKey::ExternalId => {
                (item.text("externalId").map(|text| Key::ExternalId(text.to_owned())).into_iter().collect(), false)
            }
            MatchKey::Uid => (item.uid.clone().map(Key::Uid).into_iter().collect(), false),
            MatchKey::Email => (emails(item).collect(), true),
            MatchKey::Phone => (phones(item).collect(), true),
        };
        let agrees = |id: &Uuid| {
            // Rows of one file never match each other by what several people may share.
            let has_name = |contact: &contact::Model| Some(&contact.name_key) == name.as_ref();
            let is_named = || contacts.stored(*id).is_some_and(has_name) || contacts.absorbed_by(*id).any(has_name);
            !needs_name || (!own.0.contains(id) && is_named())
        };
        if let Some(found) = choose(&keys, contacts, agrees, options.on_trashed)? {
            return Ok(found);
        }
    }
    Ok(Found::New)
}

/// The record that a row was matched with before, or the one that it was merged into meanwhile; none if it has gone.
pub(super) fn by_id<E: Findable>(
    id: Uuid,
    directory: &Directory<E>,
    options: &Options,
) -> std::result::Result<Found, UserError> {
    let id = directory.survivor_of(id).unwrap_or(id);
    Ok(choose(&[Key::Id(id)], directory, |_| true, options.on_trashed)?.unwrap_or(Found::New))
}
