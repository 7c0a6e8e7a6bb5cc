//! Effects of deleting a contact or a company for good on interactions.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::Subject;
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

/// The contacts that are parties to the interactions logged on this record.
pub(crate) async fn parties_with(tx: &impl ConnectionTrait, subject: Subject) -> Result<Vec<Uuid>> {
    let logged_on = Query::select().column(Column::Id).from(Entity).and_where(subject.interactions()).to_owned();
    let parties = interaction_party::Entity::find()
        .select_only()
        .column(PartyColumn::ContactId)
        .distinct()
        .filter(PartyColumn::InteractionId.in_subquery(logged_on))
        .filter(PartyColumn::ContactId.is_not_null());
    Ok(parties.into_tuple().all(tx).await?)
}

/// An interaction, and the record that it was logged on.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub(crate) struct PartyTo {
    id: Uuid,
    /// The contact, if it was one.
    pub(crate) contact_id: Option<Uuid>,
    /// The company, if it was one.
    pub(crate) company_id: Option<Uuid>,
}

/// The interactions of others that this contact is a party to.
pub(crate) async fn party_to(tx: &impl ConnectionTrait, contact_id: Uuid) -> Result<Vec<PartyTo>> {
    let as_party = Query::select()
        .column(PartyColumn::InteractionId)
        .from(interaction_party::Entity)
        .and_where(Expr::col(PartyColumn::ContactId).eq(contact_id))
        .to_owned();
    let of_others = Entity::find()
        .select_only()
        .columns([Column::Id, Column::ContactId, Column::CompanyId])
        .filter(Column::Id.in_subquery(as_party))
        .filter(Column::ContactId.is_null().or(Column::ContactId.ne(contact_id)))
        .order_by_asc(Column::Id);
    Ok(of_others.into_model().all(tx).await?)
}

/// Deletes the interactions logged on a record; how many they were.
pub(crate) async fn delete_of(write: &Write, subject: Subject) -> Result<u64> {
    let gone: Vec<(Uuid, DateTime<Utc>)> = Entity::find()
        .select_only()
        .columns([Column::Id, Column::UpdatedAt])
        .filter(subject.interactions())
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(&write.tx)
        .await?;
    if gone.is_empty() {
        return Ok(0);
    }
    Entity::delete_many().filter(subject.interactions()).exec(&write.tx).await?;
    let changes = gone.iter().map(|(id, at)| NewChange::interaction(ChangeKind::Deleted, *id, subject).at(*at));
    write.record(changes.collect()).await?;
    Ok(gone.len() as u64)
}

/// Takes a contact out of the interactions of others, in which its name and snapshot stay.
pub(crate) async fn leave(write: &Write, contact_id: Uuid) -> Result<()> {
    let ids: Vec<Uuid> = party_to(&write.tx, contact_id).await?.iter().map(|interaction| interaction.id).collect();
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
            let change = NewChange::interaction(ChangeKind::Updated, interaction.id, Subject::of(interaction));
            change.at(interaction.updated_at).with(diff)
        });
        write.record(changes.collect()).await?;
    }
    Ok(())
}
