//! The parties to an interaction and their snapshots.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::PartyInput;
use crate::{
    domain::{
        contacts,
        error::{Error, Result, UserError},
        memberships, parse_id,
    },
    entity::interaction_party::{ActiveModel, Column, Entity, Model},
};

/// Replaces an interaction's parties. Those that stay (the same contact, or the same text without one) keep their
/// snapshot; the others get theirs from the contact as it is now. True when that changes anything.
pub(super) async fn replace(tx: &impl ConnectionTrait, interaction_id: Uuid, parties: &[PartyInput]) -> Result<bool> {
    let contact_ids = resolve(tx, parties).await?;
    let before =
        Entity::find().filter(Column::InteractionId.eq(interaction_id)).order_by_asc(Column::Position).all(tx).await?;
    let named = |party: &Model| (party.name.clone(), party.contact_id);
    let given = parties.iter().zip(&contact_ids).map(|(party, contact_id)| (party.name.clone(), *contact_id));
    let differs = !before.iter().map(named).eq(given);
    let kept = |party: &PartyInput, contact_id: Option<Uuid>| {
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

/// The contact of each party; all that do not exist come back as errors together.
async fn resolve(tx: &impl ConnectionTrait, parties: &[PartyInput]) -> Result<Vec<Option<Uuid>>> {
    let ids: Vec<Uuid> = parties.iter().filter_map(|party| parse_id(party.contact_id.as_deref()?)).collect();
    let known = if ids.is_empty() { HashMap::new() } else { contacts::get_many(tx, &ids).await? };
    let mut errors = Vec::new();
    let mut found = Vec::new();
    for (place, party) in parties.iter().enumerate() {
        let id = party.contact_id.as_deref().map(|id| parse_id(id).filter(|id| known.contains_key(id)));
        if id == Some(None) {
            let path = ["input", "parties", &place.to_string(), "contactId"];
            errors.push(UserError::not_found("contact", &path));
        }
        found.push(id.flatten());
    }
    if errors.is_empty() { Ok(found) } else { Err(Error::Rejected(errors)) }
}

/// What each contact is called and where it works at the moment.
async fn snapshots(tx: &impl ConnectionTrait, contact_ids: Vec<Uuid>) -> Result<HashMap<Uuid, Json>> {
    if contact_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let contacts = contacts::get_many(tx, &contact_ids).await?;
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
