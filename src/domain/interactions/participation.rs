//! The interactions that a contact is involved in, for many contacts in one statement.

use std::collections::HashMap;

use sea_orm::{
    DbBackend, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, JoinType, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use super::newest_first;
use crate::{
    domain::{
        condition::is_one_of,
        error::Result,
        filter::{Filter, Target},
        page::{self, Page, PageRequest},
    },
    entity::{
        interaction::{Column, Entity, Model},
        interaction_party,
    },
    resources::INTERACTION,
    storage::Db,
};

/// How a contact is involved in an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Involvement {
    /// As the subject or as a party.
    Any,
    /// As the contact that it was logged on.
    Subject,
    /// As one of the parties.
    Party,
}

/// One page of the interactions of each contact, newest first.
pub async fn of_contacts(
    db: &Db,
    contact_ids: &[Uuid],
    involvement: Involvement,
    filter: Option<&Filter>,
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<Model>>> {
    let select = select(db, contact_ids, involvement, filter);
    // For a single contact there is nothing to number, so the page is cut by LIMIT.
    if let [id] = contact_ids {
        return Ok(HashMap::from([(*id, page::fetch(db.reads(), select, newest_first(), request).await?)]));
    }
    page::fetch_grouped(db.reads(), select, "involved.of_contact", &newest_first(), request).await
}

/// How many interactions each contact is involved in; contacts without any are left out.
pub async fn counts_of_contacts(
    db: &Db,
    contact_ids: &[Uuid],
    involvement: Involvement,
    filter: Option<&Filter>,
) -> Result<HashMap<Uuid, i64>> {
    let of_contact = Expr::cust("involved.of_contact");
    let counts = select(db, contact_ids, involvement, filter)
        .select_only()
        .column_as(of_contact.clone(), "of_contact")
        .column_as(Expr::cust("count(*)"), "count")
        .group_by(of_contact);
    Ok(counts.into_tuple::<(Uuid, i64)>().all(db.reads()).await?.into_iter().collect())
}

/// The page of a contact without interactions.
pub fn empty_page(request: &PageRequest) -> Page<Model> {
    Page::empty(newest_first(), request)
}

fn select(db: &Db, contact_ids: &[Uuid], involvement: Involvement, filter: Option<&Filter>) -> Select<Entity> {
    let backend = db.backend();
    let as_subject = pairs(Entity, Column::ContactId, Column::Id, contact_ids, backend);
    let as_party = pairs(
        interaction_party::Entity,
        interaction_party::Column::ContactId,
        interaction_party::Column::InteractionId,
        contact_ids,
        backend,
    );
    let involved = match involvement {
        Involvement::Subject => as_subject,
        // Distinct: nothing keeps a contact from being two parties, or subject and party.
        Involvement::Party => {
            let mut as_party = as_party;
            as_party.distinct().take()
        }
        Involvement::Any => {
            let mut either = as_subject;
            either.union(UnionType::Distinct, as_party).take()
        }
    };
    let mut select = Entity::find();
    let on = Expr::cust("involved.interaction_id").eq(Expr::col((Entity, Column::Id)));
    QueryTrait::query(&mut select).join_subquery(JoinType::InnerJoin, involved, "involved", on);
    match filter {
        Some(filter) => select.filter(filter.condition(&INTERACTION, Target::of(db))),
        None => select,
    }
}

/// Which contact is involved in which interaction.
fn pairs<E: EntityTrait>(
    table: E,
    contact: E::Column,
    interaction: E::Column,
    contact_ids: &[Uuid],
    backend: DbBackend,
) -> SelectStatement {
    Query::select()
        .expr_as(Expr::col((table, contact)), "of_contact")
        .expr_as(Expr::col((table, interaction)), "interaction_id")
        .from(table)
        .and_where(is_one_of(Expr::col((table, contact)), contact_ids, backend))
        .take()
}
