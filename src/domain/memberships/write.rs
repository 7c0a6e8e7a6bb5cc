//! Adding, changing and removing memberships.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set, sea_query::Expr,
};
use uuid::Uuid;

use super::{
    details::Details,
    rows::{
        give_up_flag, hold_membership, insert, insert_first, lock_company, lock_contact, promote_next, removed,
        updated_from,
    },
};
use crate::{
    domain::{
        Context,
        condition::is_one_of,
        error::{Code, Error, Result, UserError},
        input::{self, Input},
        parse_id, records, refusal,
        text::Checker,
    },
    entity::{
        company, contact,
        membership::{Column, Entity, Model},
    },
};

/// Replaces all memberships of a contact by one primary, or by none when there is no company.
pub async fn set_primary_company(
    ctx: &Context,
    contact_id: &str,
    company_id: Option<&str>,
    role: Option<&String>,
    department: Option<&String>,
) -> Result<(contact::Model, Option<Model>)> {
    let company_id = company_id.map(str::trim).filter(|id| !id.is_empty());
    let (details, errors) = Details::check(&[], role, department)?;
    let replaced = match parse_id(contact_id) {
        Some(contact_id) if errors.is_empty() => replace_all(ctx, contact_id, company_id, details).await,
        _ => Err(Error::Rejected(Vec::new())),
    };
    let look_up = async || {
        let missing = missing(ctx, contact_id, company_id).await?;
        Ok(errors.into_iter().chain(missing).collect())
    };
    refusal::complete(replaced, look_up).await
}

/// Says which of a contact and a company are not there.
async fn missing(ctx: &Context, contact_id: &str, company_id: Option<&str>) -> Result<Vec<UserError>> {
    let db = ctx.db.reads();
    let contact = refusal::missing::<contact::Entity>(db, parse_id(contact_id), &["contactId"]).await?;
    let company = match company_id {
        Some(id) => refusal::missing::<company::Entity>(db, parse_id(id), &["companyId"]).await?,
        None => None,
    };
    Ok(contact.into_iter().chain(company).collect())
}

async fn replace_all(
    ctx: &Context,
    contact_id: Uuid,
    company_id: Option<&str>,
    details: Details,
) -> Result<(contact::Model, Option<Model>)> {
    let write = ctx.begin().await?;
    let company_id = match company_id {
        None => None,
        Some(id) => Some(lock_company(&write, id).await?),
    };
    let contact = lock_contact(&write, contact_id).await?;
    let of_contact = Entity::find().filter(Column::ContactId.eq(contact_id)).all(&write.tx).await?;
    let (kept, others): (Vec<_>, Vec<_>) =
        of_contact.into_iter().partition(|membership| Some(membership.company_id) == company_id);
    if !others.is_empty() {
        let ids: Vec<Uuid> = others.iter().map(|membership| membership.id).collect();
        let these = is_one_of(Expr::col(Column::Id), &ids, write.tx.get_database_backend());
        Entity::delete_many().filter(these).exec(&write.tx).await?;
        write.record(removed(&write, &others).await?).await?;
    }
    let membership = match (company_id, kept.into_iter().next()) {
        (None, _) => None,
        (Some(company_id), None) => Some(insert_first(&write, contact_id, company_id, details).await?),
        (Some(_), Some(kept)) => {
            let mut row = refusal::overlaid::<Entity>(kept.clone().into_active_model(), &details.0);
            row.is_primary = Set(true);
            row.position = Set(0);
            row.updated_at = Set(std::cmp::max(write.now, kept.updated_at));
            let updated = row.update(&write.tx).await?;
            write.record(vec![updated_from(&kept, &updated)]).await?;
            Some(updated)
        }
    };
    write.commit().await?;
    Ok((contact, membership))
}

/// Adds a membership at the end. The first is primary; `is_primary` takes the flag from the present one.
pub async fn add(
    ctx: &Context,
    contact_id: &str,
    company_id: &str,
    role: Option<&String>,
    department: Option<&String>,
    is_primary: bool,
) -> Result<Model> {
    let (details, errors) = Details::check(&[], role, department)?;
    let added = match parse_id(contact_id) {
        Some(contact_id) if errors.is_empty() => insert_last(ctx, contact_id, company_id, details, is_primary).await,
        _ => Err(Error::Rejected(Vec::new())),
    };
    let look_up = async || {
        let mut all = missing(ctx, contact_id, Some(company_id)).await?;
        if let (Some(contact_id), Some(company_id)) = (parse_id(contact_id), parse_id(company_id)) {
            let of_contact = Entity::find().filter(Column::ContactId.eq(contact_id)).all(ctx.db.reads()).await?;
            all.extend(not_one_more(&of_contact, company_id));
        }
        Ok(errors.into_iter().chain(all).collect())
    };
    refusal::complete(added, look_up).await
}

/// Why a contact with these memberships cannot have one of the company too.
fn not_one_more(of_contact: &[Model], company_id: Uuid) -> Option<UserError> {
    if let Some(same) = of_contact.iter().find(|membership| membership.company_id == company_id) {
        let message = "The contact already has a membership of this company.";
        return Some(UserError::new(Code::Taken, &["companyId"], message).with_conflicts([same.id]));
    }
    let message = format!("A contact has at most {MEMBERSHIPS_MAX} memberships.");
    (of_contact.len() >= MEMBERSHIPS_MAX).then(|| UserError::new(Code::TooMany, &["contactId"], message))
}

async fn insert_last(
    ctx: &Context,
    contact_id: Uuid,
    company_id: &str,
    details: Details,
    is_primary: bool,
) -> Result<Model> {
    let write = ctx.begin().await?;
    let company_id = lock_company(&write, company_id).await?;
    lock_contact(&write, contact_id).await?;
    let of_contact = Entity::find().filter(Column::ContactId.eq(contact_id)).all(&write.tx).await?;
    if let Some(error) = not_one_more(&of_contact, company_id) {
        return Err(error.into());
    }
    let position =
        of_contact.iter().map(|membership| membership.position).max().map_or(0, |last| last.saturating_add(1));
    let is_primary = is_primary || of_contact.is_empty();
    if is_primary {
        give_up_flag(&write, contact_id).await?;
    }
    let membership = insert(&write, contact_id, company_id, details, is_primary, position).await?;
    write.commit().await?;
    Ok(membership)
}

/// Most memberships that one contact may have: all of them are read with it.
pub(crate) const MEMBERSHIPS_MAX: usize = 200;

/// A change of a membership.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL input, in one place")]
pub struct MembershipPatch {
    pub fields: Input,
    pub is_primary: Option<bool>,
    pub position: Option<i32>,
}

/// Changes a membership; `is_primary: true` takes the flag from the present primary.
pub async fn update(ctx: &Context, id: &str, patch: MembershipPatch) -> Result<Model> {
    let (fields, mut errors) = input::check::<Entity>(&["input"], patch.fields, false)?;
    let mut checker = Checker::new(&["input"]);
    if patch.is_primary == Some(false) {
        let message = "The flag cannot be given up; make another membership primary instead.";
        checker.refuse("isPrimary", Code::Invalid, message);
    }
    if patch.position.is_some_and(|position| position < 0) {
        checker.refuse("position", Code::Invalid, "A position is 0 or more.");
    }
    let ((), wrong) = checker.parted(());
    errors.extend(wrong);
    if !errors.is_empty() {
        let stored = match parse_id(id) {
            Some(id) => records::get::<Entity>(ctx.db.reads(), id).await?,
            None => None,
        };
        let missing = stored.is_none().then(|| UserError::not_found("membership", &["id"]));
        return Err(Error::Rejected(errors.into_iter().chain(missing).collect()));
    }
    let (write, membership) = hold_membership(ctx, id).await?;
    if patch.is_primary == Some(true) && !membership.is_primary {
        give_up_flag(&write, membership.contact_id).await?;
    }
    let mut row = refusal::overlaid::<Entity>(membership.clone().into_active_model(), &fields);
    if let Some(is_primary) = patch.is_primary {
        row.is_primary = Set(is_primary);
    }
    if let Some(position) = patch.position {
        row.position = Set(position);
    }
    row.updated_at = Set(std::cmp::max(write.now, membership.updated_at));
    let updated = row.update(&write.tx).await?;
    write.record(vec![updated_from(&membership, &updated)]).await?;
    write.commit().await?;
    Ok(updated)
}

/// A membership that was removed, and whose it was.
#[derive(Clone, Debug)]
pub struct Removed {
    /// The membership's id.
    pub membership_id: Uuid,
    /// The contact it belonged to.
    pub contact: contact::Model,
}

/// Removes a membership; when it was the primary, the next by position becomes it.
pub async fn remove(ctx: &Context, id: &str) -> Result<Removed> {
    let (write, membership) = hold_membership(ctx, id).await?;
    Entity::delete_by_id(membership.id).exec(&write.tx).await?;
    write.record(removed(&write, std::slice::from_ref(&membership)).await?).await?;
    promote_next(&write, &[membership.contact_id]).await?;
    let contact = records::get::<contact::Entity>(&write.tx, membership.contact_id).await?;
    write.commit().await?;
    let contact = contact.ok_or_else(|| UserError::not_found("contact", &["id"]))?;
    Ok(Removed { membership_id: membership.id, contact })
}
