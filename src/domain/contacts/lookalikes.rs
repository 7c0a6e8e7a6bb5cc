//! Likely duplicates of a contact that is not stored, or not as it is given.

use sea_orm::{ConnectionTrait, TryIntoModel};

use super::new::{NewContact, OnDuplicate, prepare};
use crate::{
    domain::{
        Context, Write, companies,
        duplicates::{self, Certainty, Lookalike},
        error::{Code, Error, Result, UserError},
        input::{self, Input, check},
        memberships, refusal,
    },
    entity::contact::{Entity, Model},
};

/// Likely duplicates of a contact to be created; none of one that would be refused.
pub async fn lookalikes_of_new(ctx: &Context, new: &NewContact) -> Result<Vec<Lookalike>> {
    let (id, row, errors) = prepare(ctx, new)?;
    if !errors.is_empty() {
        return Ok(Vec::new());
    }
    let contact = input::complete::<Entity>(row, id, ctx.clock.now())?.try_into_model()?;
    let companies = company_names(ctx.db.reads(), new).await?;
    duplicates::of_unstored(ctx.db.reads(), &contact, companies).await
}

/// Likely duplicates of a contact as an input would make it, as [`super::validate`] checks it; none of an invalid one.
pub async fn lookalikes_of_input(ctx: &Context, id: Option<&str>, input: Input) -> Result<Vec<Lookalike>> {
    let checked = check::<Entity>(&["input"], input, id.is_none())?;
    let contact = match refusal::validated::<Entity>(ctx, id, checked).await {
        Err(Error::Rejected(_)) => return Ok(Vec::new()),
        validated => validated?,
    };
    let mut companies = Vec::new();
    if id.is_some() {
        let mut memberships = memberships::of_contacts(ctx.db.reads(), &[contact.id], true).await?;
        let loaded = memberships.remove(&contact.id).unwrap_or_default().into_iter();
        companies.extend(loaded.filter_map(|loaded| loaded.company.map(|company| company.name)));
    }
    duplicates::of_unstored(ctx.db.reads(), &contact, companies).await
}

/// Refuses a new contact that certainly exists already, where the caller wants that. Others who create the same person at
/// the same time wait until the transaction ends.
pub(super) async fn refuse_duplicate(write: &Write, contact: &Model, new: &NewContact) -> Result<()> {
    if new.on_duplicate == OnDuplicate::Allow {
        return Ok(());
    }
    let companies = company_names(&write.tx, new).await?;
    duplicates::take_turns(&write.tx, contact, &companies).await?;
    let found = duplicates::of_unstored(&write.tx, contact, companies).await?;
    let certain = found.into_iter().filter(|found| found.likeness.certainty == Certainty::Certain);
    let ids: Vec<_> = certain.map(|found| found.contact.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let message = "This person is in the directory already.";
    Err(UserError::new(Code::Duplicate, &["input"], message).with_conflicts(ids).into())
}

async fn company_names(db: &impl ConnectionTrait, new: &NewContact) -> Result<Vec<String>> {
    let Some(primary) = &new.primary_company else { return Ok(Vec::new()) };
    Ok(companies::name_of(db, &primary.company).await?.into_iter().collect())
}
