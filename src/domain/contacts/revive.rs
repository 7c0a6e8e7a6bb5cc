//! Contacts that are created again after an undo has moved them to the trash.

use uuid::Uuid;

use super::new::NewContact;
use crate::{
    domain::{Context, Write, batches, companies, error::Result, memberships, records},
    entity::contact::{ActiveModel, Entity, Model},
};

/// Brings back the undone contact that has the new one's external id; none where there is none. A caller who chose
/// an id wants a contact of that id.
pub(super) async fn by_key(ctx: &Context, key: &str, row: &ActiveModel, new: &NewContact) -> Result<Option<Model>> {
    if new.id.is_some() {
        return Ok(None);
    }
    let Some(id) = batches::undone_by_key::<Entity>(&ctx.db, key).await? else { return Ok(None) };
    let write = ctx.begin().await?;
    let revived = by_id(&write, id, row, new).await?;
    if revived.is_some() {
        write.commit().await?;
    }
    Ok(revived)
}

/// Brings back the contact of this id, if it is an undone one, in the caller's transaction. Its memberships stay; the
/// new one's company becomes the primary one.
pub(super) async fn by_id(write: &Write, id: Uuid, row: &ActiveModel, new: &NewContact) -> Result<Option<Model>> {
    let stored = records::get::<Entity>(&write.tx, id).await?;
    if !stored.is_some_and(|stored| batches::is_undone::<Entity>(&stored)) {
        return Ok(None);
    }
    // Companies are locked before contacts.
    let company_id = match &new.primary_company {
        Some(primary) => Some(Box::pin(companies::resolve(write, &primary.company)).await?),
        None => None,
    };
    let Some(revived) = batches::revive::<Entity>(write, id, row).await? else { return Ok(None) };
    if let (Some(company_id), Some(primary)) = (company_id, &new.primary_company) {
        let (role, department) = (primary.role.as_ref(), primary.department.as_ref());
        let (details, _) = memberships::Details::check(&["primaryCompany"], role, department)?;
        memberships::put_first(write, id, company_id, details).await?;
    }
    Ok(Some(revived))
}
