//! Memberships: who works where.
//!
//! **Invariant:** a contact with memberships has exactly one primary. The database allows at most one; the functions
//! that add and remove keep it from being none. Each of them locks the contact first.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{condition::is_one_of, error::Result};
use crate::entity::{
    company,
    membership::{Column, Entity, Model},
};

mod details;
mod rows;
mod write;

pub use details::Details;
pub(crate) use rows::{insert_first, promote_next, put_first, removed, rewrite, updated_from};
pub(crate) use write::MEMBERSHIPS_MAX;
pub use write::{MembershipPatch, Removed, add, remove, set_primary_company, update};

/// How many ids go into one statement where there may be any number of them.
pub(crate) const IDS_PER_STATEMENT: usize = 1000;

/// A membership and, where it was asked for, its company, read in the same statement.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The edge.
    pub membership: Model,
    /// Its company, when the caller wanted it.
    pub company: Option<company::Model>,
}

/// The memberships of each contact, primary first, then by position.
pub async fn of_contacts(
    db: &impl ConnectionTrait,
    contact_ids: &[Uuid],
    with_company: bool,
) -> Result<HashMap<Uuid, Vec<Loaded>>> {
    let select = Entity::find().filter(of_these(db, contact_ids));
    let mut by_contact: HashMap<Uuid, Vec<Loaded>> = HashMap::new();
    for loaded in load(db, select, with_company).await? {
        by_contact.entry(loaded.membership.contact_id).or_default().push(loaded);
    }
    Ok(by_contact)
}

/// The primary membership of each contact, else its first.
pub async fn primary_of_contacts(
    db: &impl ConnectionTrait,
    contact_ids: &[Uuid],
    with_company: bool,
) -> Result<HashMap<Uuid, Loaded>> {
    let has_primary = "EXISTS (SELECT 1 FROM company_memberships other \
                       WHERE other.contact_id = company_memberships.contact_id AND other.is_primary)";
    let select = Entity::find()
        .filter(of_these(db, contact_ids))
        .filter(Expr::col((Entity, Column::IsPrimary)).or(Expr::cust(has_primary).not()));
    let mut by_contact = HashMap::new();
    for loaded in load(db, select, with_company).await? {
        by_contact.entry(loaded.membership.contact_id).or_insert(loaded);
    }
    Ok(by_contact)
}

fn of_these(db: &impl ConnectionTrait, contact_ids: &[Uuid]) -> Expr {
    is_one_of(Expr::col((Entity, Column::ContactId)), contact_ids, db.get_database_backend())
}

async fn load(db: &impl ConnectionTrait, select: Select<Entity>, with_company: bool) -> Result<Vec<Loaded>> {
    let select = select
        .order_by_asc(Column::ContactId)
        .order_by_desc(Column::IsPrimary)
        .order_by_asc(Column::Position)
        .order_by_asc(Column::Id);
    if with_company {
        let rows = select.find_also_related(company::Entity).all(db).await?;
        return Ok(rows.into_iter().map(|(membership, company)| Loaded { membership, company }).collect());
    }
    let rows = select.all(db).await?;
    Ok(rows.into_iter().map(|membership| Loaded { membership, company: None }).collect())
}
