//! The parties to an interaction and their snapshots.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::input::Party;
use crate::{
    domain::{
        error::{Error, Result, UserError},
        memberships, parse_id, records,
    },
    entity::{
        contact,
        interaction_party::{ActiveModel, Column, Entity, Model},
    },
};

/// Replaces an interaction's parties. Those that stay (the same contact, or the same text without one) keep their
/// snapshot; the others get theirs from the contact as it is now. True when that changes anything.
pub(super) async fn replace(tx: &impl ConnectionTrait, interaction_id: Uuid, parties: &[Party]) -> Result<bool> {
    let missing = missing(tx, parties).await?;
    if !missing.is_empty() {
        return Err(Error::Rejected(missing));
    }
    let contact_ids: Vec<Option<Uuid>> = parties.iter().map(contact_id).collect();
    let before =
        Entity::find().filter(Column::InteractionId.eq(interaction_id)).order_by_asc(Column::Position).all(tx).await?;
    let named = |party: &Model| (party.name.clone(), party.contact_id);
    let given = parties.iter().zip(&contact_ids).map(|(party, contact_id)| (party.name.clone(), *contact_id));
    let differs = !before.iter().map(named).eq(given);
    let kept = |party: &Party, contact_id: Option<Uuid>| {
        let same = |old: &&Model| old.contact_id == contact_id && (contact_id.is_some() || old.name == party.name);
        before.iter().find(same).map(|old| old.snapshot.clone())
    };
    let snapshots = snapshots(tx, contact_ids.iter().flatten().copied().collect()).await?;
    let rows: Vec<ActiveModel> = (0..)
        .zip(parties.iter().zip(&contact_ids))
        .map(|(position, (party, contact_id))| ActiveModel {
            interaction_id: Set(interaction_id),
            position: Set(position),
            name: Set(party.name.clone()),
            contact_id: Set(*contact_id),
            snapshot: Set(kept(party, *contact_id)
                .or_else(|| snapshots.get(&(*contact_id)?).cloned())
                .unwrap_or_else(|| snapshot(&party.name, None))),
        })
        .collect();
    if !before.is_empty() {
        Entity::delete_many().filter(Column::InteractionId.eq(interaction_id)).exec(tx).await?;
    }
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(differs)
}

fn contact_id(party: &Party) -> Option<Uuid> {
    parse_id(party.contact_id.as_deref()?)
}

/// An error for each party whose contact does not exist, or was merged into another.
pub(super) async fn missing(db: &impl ConnectionTrait, parties: &[Party]) -> Result<Vec<UserError>> {
    let ids: Vec<Uuid> = parties.iter().filter_map(contact_id).collect();
    let known = if ids.is_empty() { HashMap::new() } else { records::get_many::<contact::Entity>(db, &ids).await? };
    let error = |party: &Party| {
        let field = ["input", "parties", &party.place.to_string(), "contactId"];
        match contact_id(party).and_then(|id| known.get(&id)) {
            None => Some(UserError::not_found("contact", &field)),
            Some(contact) => contact.merged_into.map(|survivor| UserError::merged("contact", &field, survivor)),
        }
    };
    Ok(parties.iter().filter(|party| party.contact_id.is_some()).filter_map(error).collect())
}

/// Present name and workplace of each contact.
async fn snapshots(tx: &impl ConnectionTrait, contact_ids: Vec<Uuid>) -> Result<HashMap<Uuid, Json>> {
    if contact_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let contacts = records::get_many::<contact::Entity>(tx, &contact_ids).await?;
    let memberships = memberships::primary_of_contacts(tx, &contact_ids, true).await?;
    let of = |contact: &crate::entity::contact::Model| snapshot(&contact.name, memberships.get(&contact.id));
    Ok(contacts.values().map(|contact| (contact.id, of(contact))).collect())
}

fn snapshot(name: &str, primary: Option<&memberships::Loaded>) -> Json {
    let membership = primary.map(|loaded| &loaded.membership);
    json!({
        "name": name,
        "company": primary.and_then(|loaded| loaded.company.as_ref()).map(|company| &company.name),
        "role": membership.and_then(|membership| membership.role.as_ref()),
        "department": membership.and_then(|membership| membership.department.as_ref()),
    })
}
