//! Effects of deleting a contact for good on interactions.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    domain::{
        Write,
        changes::{Diff, NewChange},
        condition::is_one_of,
        error::Result,
    },
    entity::{
        change::ChangeKind,
        interaction::{Column, Entity},
        interaction_party::{self, Column as PartyColumn},
    },
};

/// Interactions altered in one statement, whose texts may be long.
const INTERACTIONS_PER_STATEMENT: usize = 100;

/// The contacts that are parties to the interactions logged on this one.
pub(crate) async fn parties_with(tx: &impl ConnectionTrait, contact_id: Uuid) -> Result<Vec<Uuid>> {
    let of_contact = Query::select()
        .column(Column::Id)
        .from(Entity)
        .and_where(Expr::col(Column::ContactId).eq(contact_id))
        .to_owned();
    let parties = interaction_party::Entity::find()
        .select_only()
        .column(PartyColumn::ContactId)
        .distinct()
        .filter(PartyColumn::InteractionId.in_subquery(of_contact))
        .filter(PartyColumn::ContactId.is_not_null());
    Ok(parties.into_tuple().all(tx).await?)
}

/// The other contacts' interactions that this one is a party to, each with the contact that it was logged on.
pub(crate) async fn party_to(tx: &impl ConnectionTrait, contact_id: Uuid) -> Result<Vec<(Uuid, Uuid)>> {
    let as_party = Query::select()
        .column(PartyColumn::InteractionId)
        .from(interaction_party::Entity)
        .and_where(Expr::col(PartyColumn::ContactId).eq(contact_id))
        .to_owned();
    let of_others = Entity::find()
        .select_only()
        .columns([Column::Id, Column::ContactId])
        .filter(Column::Id.in_subquery(as_party))
        .filter(Column::ContactId.ne(contact_id))
        .order_by_asc(Column::Id);
    Ok(of_others.into_tuple().all(tx).await?)
}

/// Deletes the interactions logged on a contact; how many they were.
pub(crate) async fn delete_of(write: &Write, contact_id: Uuid) -> Result<u64> {
    let gone: Vec<(Uuid, DateTime<Utc>)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::UpdatedAt])
        .filter(Column::ContactId.eq(contact_id))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(&write.tx)
        .await?;
    Entity::delete_many().filter(Column::ContactId.eq(contact_id)).exec(&write.tx).await?;
    let changes = gone.iter().map(|(id, at)| NewChange::interaction(ChangeKind::Deleted, *id, contact_id).at(*at));
    write.record(changes.collect()).await?;
    Ok(gone.len() as u64)
}

/// Takes a contact out of other contacts' interactions, in which its name and snapshot stay.
pub(crate) async fn leave(write: &Write, contact_id: Uuid) -> Result<()> {
    let ids: Vec<Uuid> = party_to(&write.tx, contact_id).await?.into_iter().map(|(id, _)| id).collect();
    for some in ids.chunks(INTERACTIONS_PER_STATEMENT) {
        let mut altered = Entity::update_many()
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .col_expr(Column::UpdatedAt, write.not_before(Column::UpdatedAt))
            .filter(is_one_of(Expr::col(Column::Id), some, write.tx.get_database_backend()))
            .exec_with_returning(&write.tx)
            .await?;
        altered.sort_unstable_by_key(|interaction| interaction.id);
        let changes = altered.iter().map(|interaction| {
            let diff = Diff::default().without_values("parties", true);
            let change = NewChange::interaction(ChangeKind::Updated, interaction.id, interaction.contact_id);
            change.at(interaction.updated_at).with(diff)
        });
        write.record(changes.collect()).await?;
    }
    Ok(())
}
