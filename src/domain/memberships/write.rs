//! Adding, changing and removing memberships.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, Set,
    sea_query::{Expr, ExprTrait},
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{CHUNK, get};
use crate::{
    db::Constraint,
    domain::{
        Context, Patch, Write,
        changes::{Diff, NewChange},
        companies, contacts,
        error::{Code, Error, Result, UserError, explain_constraint},
        filter::is_one_of,
        parse_id,
        text::{self, Checker, LINE_CHARS_MAX},
        trash,
    },
    entity::{
        change::Kind,
        contact,
        membership::{ActiveModel, Column, Entity, Model},
    },
};

/// What a contact does at a company, checked.
#[derive(Clone, Debug, Default)]
pub struct Details {
    role: Option<String>,
    department: Option<String>,
}

impl Details {
    /// Trims and checks both texts; `path` is where they stand in the arguments.
    pub(crate) fn check(
        path: &[&str],
        role: Option<&String>,
        department: Option<&String>,
    ) -> std::result::Result<Self, Vec<UserError>> {
        let mut checker = Checker::new(path);
        let role = checker.text("role", Patch::Set(role.cloned()), LINE_CHARS_MAX);
        let department = checker.text("department", Patch::Set(department.cloned()), LINE_CHARS_MAX);
        let flat = |patch| if let Patch::Set(value) = patch { value } else { None };
        checker.finish(Self { role: flat(role), department: flat(department) })
    }
}

/// Replaces all memberships of a contact by one primary, or by none when there is no company.
pub async fn set_primary_company(
    ctx: &Context,
    contact_id: &str,
    company_id: Option<&str>,
    role: Option<&String>,
    department: Option<&String>,
) -> Result<(contact::Model, Option<Model>)> {
    let mut details = Details::check(&[], role, department).map_err(Error::Rejected)?;
    let contact_id = parse_id(contact_id).ok_or_else(|| UserError::not_found("contact", &["contactId"]))?;
    let write = ctx.begin().await?;
    let company_id = match company_id.map(str::trim) {
        None | Some("") => None,
        Some(id) => Some(hold_company(&write, id).await?),
    };
    let contact = hold_contact(&write, contact_id).await?;
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
            let mut row = kept.clone().into_active_model();
            row.role_key = Set(text::key(details.role.as_ref()));
            row.role = Set(details.role.take());
            row.department_key = Set(text::key(details.department.as_ref()));
            row.department = Set(details.department.take());
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
    let details = Details::check(&[], role, department).map_err(Error::Rejected)?;
    let contact_id = parse_id(contact_id).ok_or_else(|| UserError::not_found("contact", &["contactId"]))?;
    let write = ctx.begin().await?;
    let company_id = hold_company(&write, company_id).await?;
    hold_contact(&write, contact_id).await?;
    let of_contact = Entity::find().filter(Column::ContactId.eq(contact_id)).all(&write.tx).await?;
    if let Some(same) = of_contact.iter().find(|membership| membership.company_id == company_id) {
        let error =
            UserError::new(Code::Taken, &["companyId"], "The contact already has a membership of this company.");
        return Err(error.with_conflicts([same.id]).into());
    }
    if of_contact.len() >= MEMBERSHIPS_MAX {
        let message = format!("A contact has at most {MEMBERSHIPS_MAX} memberships.");
        return Err(UserError::new(Code::TooMany, &["contactId"], message).into());
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
const MEMBERSHIPS_MAX: usize = 200;

/// A change of a membership.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL input, in one place")]
pub struct MembershipPatch {
    pub role: Patch<String>,
    pub department: Patch<String>,
    pub is_primary: Option<bool>,
    pub position: Option<i32>,
}

/// Changes a membership; `is_primary: true` takes the flag from the present primary.
pub async fn update(ctx: &Context, id: &str, patch: MembershipPatch) -> Result<Model> {
    let mut checker = Checker::new(&["input"]);
    let role = checker.text("role", patch.role, LINE_CHARS_MAX);
    let department = checker.text("department", patch.department, LINE_CHARS_MAX);
    if patch.is_primary == Some(false) {
        let message = "The flag cannot be given up; make another membership primary instead.";
        checker.refuse("isPrimary", Code::Invalid, message);
    }
    if patch.position.is_some_and(|position| position < 0) {
        checker.refuse("position", Code::Invalid, "A position is 0 or more.");
    }
    checker.finish(()).map_err(Error::Rejected)?;

    let write = ctx.begin().await?;
    let membership = hold_membership(&write, id).await?;
    if patch.is_primary == Some(true) && !membership.is_primary {
        give_up_flag(&write, membership.contact_id).await?;
    }
    let mut row = membership.clone().into_active_model();
    if let Patch::Set(role) = role {
        row.role_key = Set(text::key(role.as_ref()));
        row.role = Set(role);
    }
    if let Patch::Set(department) = department {
        row.department_key = Set(text::key(department.as_ref()));
        row.department = Set(department);
    }
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
    let write = ctx.begin().await?;
    let membership = hold_membership(&write, id).await?;
    Entity::delete_by_id(membership.id).exec(&write.tx).await?;
    write.record(removed(&write, std::slice::from_ref(&membership)).await?).await?;
    promote_next(&write, &[membership.contact_id]).await?;
    let contact = contacts::get(&write.tx, membership.contact_id).await?;
    write.commit().await?;
    let contact = contact.ok_or_else(|| UserError::not_found("contact", &["id"]))?;
    Ok(Removed { membership_id: membership.id, contact })
}

/// Inserts a contact's only membership.
pub(crate) async fn insert_first(write: &Write, contact_id: Uuid, company_id: Uuid, details: Details) -> Result<Model> {
    insert(write, contact_id, company_id, details, true, 0).await
}

/// Makes the first membership primary of each contact that has memberships but no primary.
pub(crate) async fn promote_next(write: &Write, contact_ids: &[Uuid]) -> Result<()> {
    let first = "company_memberships.id = (SELECT next.id FROM company_memberships next \
                 WHERE next.contact_id = company_memberships.contact_id ORDER BY next.position, next.id LIMIT 1)";
    let has_primary = "EXISTS (SELECT 1 FROM company_memberships other \
                       WHERE other.contact_id = company_memberships.contact_id AND other.is_primary)";
    for some in contact_ids.chunks(CHUNK) {
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

async fn insert(
    write: &Write,
    contact_id: Uuid,
    company_id: Uuid,
    details: Details,
    is_primary: bool,
    position: i32,
) -> Result<Model> {
    let row = ActiveModel {
        id: Set(write.clock.new_id()),
        contact_id: Set(contact_id),
        company_id: Set(company_id),
        role_key: Set(text::key(details.role.as_ref())),
        role: Set(details.role),
        department_key: Set(text::key(details.department.as_ref())),
        department: Set(details.department),
        is_primary: Set(is_primary),
        position: Set(position),
        created_at: Set(write.now),
        updated_at: Set(write.now),
    };
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
    write.record(vec![NewChange::membership(Kind::Created, &inserted)]).await?;
    Ok(inserted)
}

/// What an update changed of a membership.
fn updated_from(before: &Model, after: &Model) -> NewChange {
    let diff = Diff::default()
        .field("role", before.role.clone(), after.role.clone())
        .field("department", before.department.clone(), after.department.clone())
        .field("isPrimary", before.is_primary, after.is_primary)
        .field("position", before.position, after.position);
    NewChange::membership(Kind::Updated, after).with(diff)
}

/// What memberships were that are removed. It is erased when the contact or the company is deleted for good.
async fn removed(write: &Write, gone: &[Model]) -> Result<Vec<NewChange>> {
    let ids: Vec<Uuid> = gone.iter().map(|membership| membership.company_id).collect();
    let companies = companies::get_many(&write.tx, &ids).await?;
    let change = |gone: &Model| {
        let company = companies.get(&gone.company_id).map(|company| json!({ "id": company.id, "name": company.name }));
        let diff = Diff::default()
            .field("company", company, Json::Null)
            .field("role", gone.role.clone(), Json::Null)
            .field("department", gone.department.clone(), Json::Null)
            .field("isPrimary", gone.is_primary, Json::Null)
            .field("position", gone.position, Json::Null);
        NewChange::membership(Kind::Deleted, gone).with(diff)
    };
    Ok(gone.iter().map(change).collect())
}

/// What happened to a membership that was given the flag, or gave it up.
fn flag_change(membership: &Model) -> NewChange {
    let diff = Diff::default().field("isPrimary", !membership.is_primary, membership.is_primary);
    NewChange::membership(Kind::Updated, membership).with(diff)
}

async fn give_up_flag(write: &Write, contact_id: Uuid) -> Result<()> {
    let updated = Entity::update_many()
        .col_expr(Column::IsPrimary, Expr::val(false))
        .col_expr(Column::UpdatedAt, write.not_before(Column::UpdatedAt))
        .filter(Column::ContactId.eq(contact_id))
        .filter(Column::IsPrimary.eq(true))
        .exec_with_returning(&write.tx)
        .await?;
    write.record(updated.iter().map(flag_change).collect()).await
}

async fn hold_company(write: &Write, id: &str) -> Result<Uuid> {
    let not_found = || UserError::not_found("company", &["companyId"]);
    let id = parse_id(id).ok_or_else(not_found)?;
    if companies::hold(&write.tx, id).await? { Ok(id) } else { Err(not_found().into()) }
}

async fn hold_contact(write: &Write, id: Uuid) -> Result<contact::Model> {
    trash::lock::<contact::Entity>(&write.tx, &[id]).await?;
    let contact = contacts::get(&write.tx, id).await?;
    contact.ok_or_else(|| UserError::not_found("contact", &["contactId"]).into())
}

/// Locks the contact that a membership belongs to, then reads the membership as it is then.
async fn hold_membership(write: &Write, id: &str) -> Result<Model> {
    let not_found = || UserError::not_found("membership", &["id"]);
    let id = parse_id(id).ok_or_else(not_found)?;
    let contact_id = get(&write.tx, id).await?.ok_or_else(not_found)?.contact_id;
    trash::lock::<contact::Entity>(&write.tx, &[contact_id]).await?;
    get(&write.tx, id).await?.ok_or_else(|| not_found().into())
}
