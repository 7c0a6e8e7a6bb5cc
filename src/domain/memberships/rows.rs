//! The rows of memberships inside a transaction: holding them, inserting them, and what is recorded of them.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, Iterable, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{IDS_PER_STATEMENT, details::Details};
use crate::{
    domain::constraint::Constraint,
    domain::{
        Context, Write, bulk,
        changes::{Diff, NewChange},
        companies,
        condition::is_one_of,
        error::{Code, Error, Result, UserError, explain_constraint},
        input,
        merging::{check_unmerged, survivors},
        parse_id, records, refusal, trash,
    },
    entity::{
        change::ChangeKind,
        company, contact,
        membership::{ActiveModel, Column, Entity, Model},
    },
};

/// Attempts to lock a membership that passes from one contact to another.
const ATTEMPTS_MAX: usize = 5;

/// Inserts a contact's only membership.
pub(crate) async fn insert_first(write: &Write, contact_id: Uuid, company_id: Uuid, details: Details) -> Result<Model> {
    insert(write, contact_id, company_id, details, true, 0).await
}

/// Makes a contact's membership of a company its primary one, or adds it as that; the others stay. The contact is locked.
pub(crate) async fn put_first(write: &Write, contact_id: Uuid, company_id: Uuid, details: Details) -> Result<()> {
    let of_contact = Entity::find().filter(Column::ContactId.eq(contact_id)).all(&write.tx).await?;
    let same = of_contact.iter().find(|membership| membership.company_id == company_id);
    if same.is_none_or(|same| !same.is_primary) {
        give_up_flag(write, contact_id).await?;
    }
    let Some(same) = same else {
        let last = of_contact.iter().map(|membership| membership.position).max();
        insert(write, contact_id, company_id, details, true, last.map_or(0, |last| last.saturating_add(1))).await?;
        return Ok(());
    };
    let mut row = refusal::overlaid::<Entity>(same.clone().into_active_model(), &details.0);
    row.is_primary = Set(true);
    row.updated_at = Set(std::cmp::max(write.now, same.updated_at));
    let updated = row.update(&write.tx).await?;
    write.record(vec![updated_from(same, &updated)]).await
}

/// Makes the first membership primary of each contact that has memberships but no primary.
pub(crate) async fn promote_next(write: &Write, contact_ids: &[Uuid]) -> Result<()> {
    let first = "company_memberships.id = (SELECT next.id FROM company_memberships next \
                 WHERE next.contact_id = company_memberships.contact_id ORDER BY next.position, next.id LIMIT 1)";
    let has_primary = "EXISTS (SELECT 1 FROM company_memberships other \
                       WHERE other.contact_id = company_memberships.contact_id AND other.is_primary)";
    for some in contact_ids.chunks(IDS_PER_STATEMENT) {
        let promoted = Entity::update_many()
            .col_expr(Column::IsPrimary, Expr::val(true))
            .col_expr(Column::UpdatedAt, write.not_before(Column::UpdatedAt))
            .filter(is_one_of(Expr::col(Column::ContactId), some, write.tx.get_database_backend()))
            .filter(Expr::cust(first))
            .filter(Expr::cust(has_primary).not())
            .exec_with_returning(&write.tx)
            .await?;
        write.record(promoted.iter().map(flag_change).collect()).await?;
    }
    Ok(())
}

pub(super) async fn insert(
    write: &Write,
    contact_id: Uuid,
    company_id: Uuid,
    details: Details,
    is_primary: bool,
    position: i32,
) -> Result<Model> {
    let row = ActiveModel {
        contact_id: Set(contact_id),
        company_id: Set(company_id),
        is_primary: Set(is_primary),
        position: Set(position),
        ..details.0
    };
    let row = input::complete::<Entity>(row, write.clock.new_id(), write.now)?;
    let inserted = row.insert(&write.tx).await.map_err(|cause| {
        explain_constraint(cause, |constraint| match constraint {
            Constraint::MembershipPair => {
                let message = "The contact already has a membership of this company.";
                Some(UserError::new(Code::Taken, &["companyId"], message))
            }
            Constraint::ForeignKey => Some(UserError::not_found("company", &["companyId"])),
            _ => None,
        })
    })?;
    write.record(vec![NewChange::membership(ChangeKind::Created, &inserted)]).await?;
    Ok(inserted)
}

/// Writes memberships that change, also from one contact to another. Their flags are given up before any is taken,
/// because the database allows one, whatever the order in which a statement writes the rows.
pub(crate) async fn rewrite(write: &Write, rows: &[(Model, Model)]) -> Result<()> {
    let flagged = rows.iter().filter(|(before, _)| before.is_primary).map(|(before, _)| before.id);
    let flagged: Vec<Uuid> = flagged.collect();
    if !flagged.is_empty() {
        Entity::update_many()
            .col_expr(Column::IsPrimary, Expr::val(false))
            .filter(is_one_of(Expr::col(Column::Id), &flagged, write.tx.get_database_backend()))
            .exec(&write.tx)
            .await?;
    }
    let rows: Vec<ActiveModel> = rows.iter().map(|(_, after)| after.clone().into_active_model()).collect();
    let columns: Vec<Column> = Column::iter().filter(|column| !matches!(column, Column::Id)).collect();
    bulk::update::<Entity>(&write.tx, &rows, &columns).await?;
    Ok(())
}

/// The change that an update made to a membership.
pub(crate) fn updated_from(before: &Model, after: &Model) -> NewChange {
    let diff = Diff::between::<Entity>(before, after);
    let diff = diff.field("contact", before.contact_id.to_string(), after.contact_id.to_string());
    NewChange::membership(ChangeKind::Updated, after).with(diff)
}

/// The changes that removed memberships leave, with their last values. Those are erased when the contact or the company
/// is deleted for good.
pub(crate) async fn removed(write: &Write, gone: &[Model]) -> Result<Vec<NewChange>> {
    let ids: Vec<Uuid> = gone.iter().map(|membership| membership.company_id).collect();
    let companies = records::get_many::<company::Entity>(&write.tx, &ids).await?;
    let change = |gone: &Model| {
        let company = companies.get(&gone.company_id).map(|company| json!({ "id": company.id, "name": company.name }));
        let diff = Diff::default().field("company", company, Json::Null).last_of::<Entity>(gone);
        NewChange::membership(ChangeKind::Deleted, gone).with(diff)
    };
    Ok(gone.iter().map(change).collect())
}

/// The change of a membership that was given the flag, or gave it up.
fn flag_change(membership: &Model) -> NewChange {
    let diff = Diff::default().field("isPrimary", !membership.is_primary, membership.is_primary);
    NewChange::membership(ChangeKind::Updated, membership).with(diff)
}

pub(super) async fn give_up_flag(write: &Write, contact_id: Uuid) -> Result<()> {
    let updated = Entity::update_many()
        .col_expr(Column::IsPrimary, Expr::val(false))
        .col_expr(Column::UpdatedAt, write.not_before(Column::UpdatedAt))
        .filter(Column::ContactId.eq(contact_id))
        .filter(Column::IsPrimary.eq(true))
        .exec_with_returning(&write.tx)
        .await?;
    write.record(updated.iter().map(flag_change).collect()).await
}

pub(super) async fn lock_company(write: &Write, id: &str) -> Result<Uuid> {
    let not_found = || UserError::not_found("company", &["companyId"]);
    let id = parse_id(id).ok_or_else(not_found)?;
    if companies::lock(&write.tx, id).await? { Ok(id) } else { Err(not_found().into()) }
}

pub(super) async fn lock_contact(write: &Write, id: Uuid) -> Result<contact::Model> {
    trash::lock::<contact::Entity>(&write.tx, &[id]).await?;
    let contact = records::get::<contact::Entity>(&write.tx, id).await?;
    let contact = contact.ok_or_else(|| UserError::not_found("contact", &["contactId"]))?;
    check_unmerged(&contact, &["contactId"])?;
    Ok(contact)
}

/// Begins a transaction and locks the contact that a membership belongs to, then reads the membership as it is then.
pub(super) async fn hold_membership(ctx: &Context, id: &str) -> Result<(Write, Model)> {
    let not_found = || UserError::not_found("membership", &["id"]);
    let id = parse_id(id).ok_or_else(not_found)?;
    for _ in 0..ATTEMPTS_MAX {
        let write = ctx.begin().await?;
        let contact_id = records::get::<Entity>(&write.tx, id).await?.ok_or_else(not_found)?.contact_id;
        trash::lock::<contact::Entity>(&write.tx, &[contact_id]).await?;
        let membership = records::get::<Entity>(&write.tx, id).await?.ok_or_else(not_found)?;
        // A merge may have passed it on meanwhile.
        if membership.contact_id == contact_id {
            let survivors = survivors(&write.tx, &[contact_id]).await?;
            let survivor = survivors.get(&contact_id);
            return survivor
                .map_or(Ok((write, membership)), |id| Err(UserError::merged("contact", &["id"], *id).into()));
        }
    }
    Err(Error::Unavailable(DbErr::Custom("the membership passed from contact to contact".to_owned())))
}
