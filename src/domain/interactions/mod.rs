//! Interactions: what was said to whom, logged on a contact or a company (the subject) with the parties to it.

use std::collections::HashMap;

use sea_orm::{
    ConnectionTrait, EntityTrait, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, RelationTrait,
    Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    condition::is_one_of,
    error::Result,
    filter::{Filter, Target},
    order,
    page::{self, Page, PageRequest, SortKey},
    trash,
};
use crate::{
    entity::{
        company, contact,
        interaction::{Entity, Model, Relation},
        interaction_party,
    },
    resources::INTERACTION,
    storage::Db,
};

mod cascade;
mod input;
mod last;
mod moves;
mod participation;
mod parties;
mod reference;
mod subject;
mod write;

pub(crate) use cascade::{delete_of, leave, parties_with, party_to};
pub use input::{InteractionInput, PartyInput};
pub(crate) use last::{LAST, refresh as refresh_last};
pub(crate) use moves::{Moves, NewOwners, PartyPlace, subjects_of, subjects_with};
pub use participation::{Involvement, counts_of_contacts, empty_page, of_contacts};
pub use reference::SubjectReference;
pub use subject::Subject;
pub use write::{create, delete, update};

/// One page of all interactions but those of trashed contacts and companies, newest first.
pub async fn list(db: &Db, filter: Option<&Filter>, request: &PageRequest) -> Result<Page<Model>> {
    page::fetch(db.reads(), select(db, filter, false), newest_first(), request).await
}

/// Counts the interactions that [`list`] would go through.
pub async fn count(db: &Db, filter: Option<&Filter>) -> Result<u64> {
    Ok(select(db, filter, false).count(db.reads()).await?)
}

/// The interactions, with their subjects joined; those of trashed subjects only when they are included.
pub(crate) fn select(db: &Db, filter: Option<&Filter>, include_trashed: bool) -> Select<Entity> {
    let mut select = Entity::find()
        .join(JoinType::LeftJoin, Relation::Contact.def())
        .join(JoinType::LeftJoin, Relation::Company.def());
    if !include_trashed {
        // One of the two is there.
        select = select.filter(trash::live::<contact::Entity>().or(trash::live::<company::Entity>()));
    }
    match filter {
        Some(filter) => select.filter(filter.condition(&INTERACTION, Target::of(db))),
        None => select,
    }
}

fn newest_first() -> Vec<SortKey> {
    order::asked(&INTERACTION, &[])
}

/// The parties to each interaction, in the order given when they were logged.
pub async fn parties(
    db: &impl ConnectionTrait,
    interaction_ids: &[Uuid],
) -> Result<HashMap<Uuid, Vec<interaction_party::Model>>> {
    let rows = interaction_party::Entity::find()
        .filter(is_one_of(
            Expr::col(interaction_party::Column::InteractionId),
            interaction_ids,
            db.get_database_backend(),
        ))
        .order_by_asc(interaction_party::Column::InteractionId)
        .order_by_asc(interaction_party::Column::Position)
        .all(db)
        .await?;
    let mut by_interaction: HashMap<Uuid, Vec<_>> = HashMap::new();
    for row in rows {
        by_interaction.entry(row.interaction_id).or_default().push(row);
    }
    Ok(by_interaction)
}
