//! Deleting a company for good.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    domain::{
        Context,
        changes::NewChange,
        error::{Result, UserError},
        interactions::{self, Subject},
        memberships, parse_id, trash,
    },
    entity::{change::ChangeKind, company, contact, membership},
};

/// Outcome of deleting a company.
#[derive(Clone, Copy, Debug)]
pub struct Deleted {
    /// The company's id.
    pub company_id: Uuid,
    /// How many memberships it had.
    pub membership_count: u64,
}

/// Deletes a company, whatever its status, with its memberships and interactions; contacts whose primary it was get their
/// next membership as primary.
pub async fn delete(ctx: &Context, id: &str) -> Result<Deleted> {
    let id = parse_id(id).ok_or_else(|| UserError::not_found("company", &["id"]))?;
    let write = ctx.begin().await?;
    let subject = Subject::Company(id);
    // The company's row first: from here on no membership and no interaction of it can be added or altered.
    trash::lock::<company::Entity>(&write.tx, &[id]).await?;
    let members: Vec<Uuid> = membership::Entity::find()
        .select_only()
        .column(membership::Column::ContactId)
        .filter(membership::Column::CompanyId.eq(id))
        .order_by_asc(membership::Column::Id)
        .into_tuple()
        .all(&write.tx)
        .await?;
    let parties = interactions::parties_with(&write.tx, subject).await?;
    let mut contacts: Vec<Uuid> = members.iter().chain(&parties).copied().collect();
    contacts.sort_unstable();
    contacts.dedup();
    for some in contacts.chunks(memberships::IDS_PER_STATEMENT) {
        trash::lock::<contact::Entity>(&write.tx, some).await?;
    }
    // Memberships removed while this waited for the contacts are recorded by the transaction that removed them.
    let of_company = membership::Entity::delete_many().filter(membership::Column::CompanyId.eq(id));
    let mut gone = of_company.exec_with_returning(&write.tx).await?;
    gone.sort_unstable_by_key(|membership| membership.id);
    interactions::delete_of(&write, subject).await?;
    let deleted = company::Entity::delete_by_id(id).exec_with_returning(&write.tx).await?;
    let company = deleted.ok_or_else(|| UserError::not_found("company", &["id"]))?;
    write.record(gone.iter().map(|gone| NewChange::membership(ChangeKind::Deleted, gone)).collect()).await?;
    memberships::promote_next(&write, &members).await?;
    interactions::refresh_last(&write.tx, &parties).await?;
    write.erase_recorded_of_company(id).await?;
    write.record(vec![NewChange::company(ChangeKind::Deleted, id).at(company.updated_at)]).await?;
    write.commit().await?;
    Ok(Deleted { company_id: id, membership_count: gone.len() as u64 })
}
