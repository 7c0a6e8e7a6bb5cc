//! Checking a company's input without writing.

use sea_orm::{ActiveEnum, IntoActiveModel, TryIntoModel};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{CompanyInput, get, input::check, write::complete};
use crate::{
    domain::{
        Context,
        error::{Error, Result, UserError},
        parse_id,
        refusal::{self, Wanted, overlaid},
    },
    entity::company::Entity,
};

/// Checks an input without writing, as a new company or as an update of `id`: the company as it would be stored.
pub async fn validate(ctx: &Context, id: Option<&str>, input: CompanyInput) -> Result<Json> {
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
        Some(company) => overlaid::<Entity>(company.into_active_model(), &row),
        None if id.is_some() => return Err(UserError::not_found("company", &["id"]).into()),
        None => complete(row, Uuid::nil(), ctx.clock.now()),
    };
    let company = merged.try_into_model()?;
    Ok(json!({
        "name": company.name,
        "status": company.status.to_value().to_uppercase(),
        "website": company.website,
        "email": company.email,
        "phone": company.phone,
        "address": company.address,
        "industry": company.industry,
        "notes": company.notes,
        "metadata": company.metadata,
        "externalId": company.external_id,
    }))
}
