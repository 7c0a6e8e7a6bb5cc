//! Deleting a contact for good.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    domain::{
        Context,
        changes::NewChange,
        error::{Result, UserError},
        interactions, parse_id, trash,
    },
    entity::{change::Kind, contact, interaction, interaction_party, membership},
};

/// What went with the contact.
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
    // With the row locked, nothing that refers to it can be added, so the counts are exact.
    let mut touched = parties_of_interactions(&write.tx, id).await?;
    touched.push(id);
    trash::lock::<contact::Entity>(&write.tx, &touched).await?;
    let of_contact = || interaction::Entity::find().filter(interaction::Column::ContactId.eq(id));
    let membership_count =
        membership::Entity::find().filter(membership::Column::ContactId.eq(id)).count(&write.tx).await?;
    let interaction_count = of_contact().count(&write.tx).await?;
    let others = parties_of_interactions(&write.tx, id).await?;
    let deleted = contact::Entity::delete_by_id(id).exec(&write.tx).await?;
    if deleted.rows_affected == 0 {
        return Err(UserError::not_found("contact", &["id"]).into());
    }
    interactions::refresh_last(&write.tx, &others).await?;
    write.erase_recorded_of_contact(id).await?;
    write.record(vec![NewChange::contact(Kind::Deleted, id)]).await?;
    write.commit().await?;
    Ok(Deleted { contact_id: id, membership_count, interaction_count })
}

/// The contacts that are parties to the interactions logged on this one.
async fn parties_of_interactions(tx: &impl ConnectionTrait, id: Uuid) -> Result<Vec<Uuid>> {
    let of_contact = Query::select()
        .column(interaction::Column::Id)
        .from(interaction::Entity)
        .and_where(Expr::col(interaction::Column::ContactId).eq(id))
        .to_owned();
    let parties = interaction_party::Entity::find()
        .select_only()
        .column(interaction_party::Column::ContactId)
        .distinct()
        .filter(interaction_party::Column::InteractionId.in_subquery(of_contact))
        .filter(interaction_party::Column::ContactId.is_not_null());
    Ok(parties.into_tuple().all(tx).await?)
}
