//! Deleting a contact for good.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    domain::{
        Context,
        changes::NewChange,
        error::{Result, UserError},
        interactions::{self, Subject},
        parse_id, trash,
    },
    entity::{change::ChangeKind, company, contact, membership},
};

/// Outcome of deleting a contact.
#[derive(Clone, Copy, Debug)]
pub struct Deleted {
    /// The contact's id.
    pub contact_id: Uuid,
    /// How many memberships it had.
    pub membership_count: u64,
    /// How many interactions it was the subject of.
    pub interaction_count: u64,
}

/// Deletes a contact, whatever its status, with its memberships and interactions. Where it was a party to others,
/// those keep its name and snapshot; its login user stays. What the change feed holds of its values is erased.
pub async fn delete(ctx: &Context, id: &str) -> Result<Deleted> {
    let id = parse_id(id).ok_or_else(|| UserError::not_found("contact", &["id"]))?;
    let write = ctx.begin().await?;
    let subject = Subject::Contact(id);
    // The row lock keeps anything from being added that refers to the contact. Companies and contacts whose interactions
    // are altered are locked too, so that the changes of each are in the order of the writes.
    let as_party = interactions::party_to(&write.tx, id).await?;
    let companies: Vec<Uuid> = as_party.iter().filter_map(|interaction| interaction.company_id).collect();
    if !companies.is_empty() {
        trash::lock::<company::Entity>(&write.tx, &companies).await?;
    }
    let mut touched = interactions::parties_with(&write.tx, subject).await?;
    touched.extend(as_party.iter().filter_map(|interaction| interaction.contact_id));
    touched.push(id);
    trash::lock::<contact::Entity>(&write.tx, &touched).await?;
    let others = interactions::parties_with(&write.tx, subject).await?;

    let memberships = membership::Entity::delete_many().filter(membership::Column::ContactId.eq(id));
    let memberships = memberships.exec_with_returning(&write.tx).await?;
    write.record(memberships.iter().map(|gone| NewChange::membership(ChangeKind::Deleted, gone)).collect()).await?;
    let interaction_count = interactions::delete_of(&write, subject).await?;
    interactions::leave(&write, id).await?;
    let deleted = contact::Entity::delete_by_id(id).exec_with_returning(&write.tx).await?;
    let contact = deleted.ok_or_else(|| UserError::not_found("contact", &["id"]))?;
    interactions::refresh_last(&write.tx, &others).await?;
    write.erase_recorded_of_contact(id).await?;
    write.record(vec![NewChange::contact(ChangeKind::Deleted, id).at(contact.updated_at)]).await?;
    write.commit().await?;
    Ok(Deleted { contact_id: id, membership_count: memberships.len() as u64, interaction_count })
}
