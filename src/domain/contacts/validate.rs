//! Checking a contact's input without writing.

use sea_orm::{ActiveEnum, IntoActiveModel, TryIntoModel};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{ContactInput, get, input::check, write::complete};
use crate::{
    domain::{
        Context,
        error::{Error, Result, UserError},
        parse_id,
        refusal::{self, Wanted, overlaid},
    },
    entity::contact::Entity,
};

/// Checks an input without writing, as a new contact or as an update of `id`: the contact as it would be stored.
pub async fn validate(ctx: &Context, id: Option<&str>, input: ContactInput) -> Result<Json> {
    let db = ctx.db.reads();
    let (row, mut all) = check(input, id.is_none());
    let wanted = Wanted::by::<Entity>(&row);
    let known_id = id.and_then(parse_id);
    all.extend(match id {
        None => refusal::of_new::<Entity>(db, None, &wanted).await?,
        Some(_) => refusal::of_update::<Entity>(db, known_id, &wanted, None).await?,
    });
    if !all.is_empty() {
        return Err(Error::Rejected(all));
    }
    let stored = match known_id {
        Some(id) => get(db, id).await?,
        None => None,
    };
    let merged = match stored {
        Some(contact) => overlaid::<Entity>(contact.into_active_model(), &row),
        None if id.is_some() => return Err(UserError::not_found("contact", &["id"]).into()),
        None => complete(row, Uuid::nil(), ctx.clock.now()),
    };
    let contact = merged.try_into_model()?;
    Ok(json!({
        "name": contact.name,
        "status": contact.status.to_value().to_uppercase(),
        "email": contact.email,
        "phone": contact.phone,
        "notes": contact.notes,
        "metadata": contact.metadata,
        "externalId": contact.external_id,
    }))
}
