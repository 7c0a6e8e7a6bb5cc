//! Deleting a contact for good.

use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{
    domain::{
        Context,
        changes::NewChange,
        condition::is_one_of,
        duplicates,
        error::{Result, UserError},
        interactions::{self, Subject},
        merging, parse_id, trash,
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
/// those keep its name and snapshot; its login user stays. What the change feed holds of its values is erased. The contacts
/// that were merged into it are deleted with it, because they are the same person.
pub async fn delete(ctx: &Context, id: &str) -> Result<Deleted> {
    let id = parse_id(id).ok_or_else(|| UserError::not_found("contact", &["id"]))?;
    let write = ctx.begin().await?;
    merging::take_turn(&write.tx).await?;
    let (absorbed, survivor) = merging::merged_with(&write.tx, id).await?;
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
    touched.extend(&absorbed);
    trash::lock::<contact::Entity>(&write.tx, &touched).await?;
    let others = interactions::parties_with(&write.tx, subject).await?;

    // A contact that was merged into this one has nothing left but memberships.
    let all: Vec<Uuid> = absorbed.into_iter().chain([id]).collect();
    let of_all = is_one_of(Expr::col(membership::Column::ContactId), &all, write.tx.get_database_backend());
    let memberships = membership::Entity::delete_many().filter(of_all);
    let memberships = memberships.exec_with_returning(&write.tx).await?;
    write.record(memberships.iter().map(|gone| NewChange::membership(ChangeKind::Deleted, gone)).collect()).await?;
    let interaction_count = interactions::delete_of(&write, subject).await?;
    interactions::leave(&write, id).await?;
    // Alone, an absorbed contact takes no veto from its survivor.
    if let Some(survivor) = survivor {
        let first = merging::first_survivor(&write.tx, id).await?;
        duplicates::pass_vetoes_on(&write.tx, id, first.unwrap_or(survivor)).await?;
    }
    // In one statement, at the end of which nothing refers to what is gone.
    let these = is_one_of(Expr::col(contact::Column::Id), &all, write.tx.get_database_backend());
    let deleted = contact::Entity::delete_many().filter(these).exec_with_returning(&write.tx).await?;
    if !deleted.iter().any(|contact| contact.id == id) {
        return Err(UserError::not_found("contact", &["id"]).into());
    }
    interactions::refresh_last(&write.tx, &others).await?;
    write.erase_recorded_of_contacts(&all).await?;
    let gone = deleted.iter().map(|contact| NewChange::contact(ChangeKind::Deleted, contact.id).at(contact.updated_at));
    write.record(gone.collect()).await?;
    write.commit().await?;
    Ok(Deleted { contact_id: id, membership_count: memberships.len() as u64, interaction_count })
}
