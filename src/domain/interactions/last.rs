//! `contacts.last_interaction_at`, kept with the interactions so that lists can be ordered by it.

use sea_orm::{ConnectionTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::{
    domain::{condition::is_one_of, error::Result, memberships::IDS_PER_STATEMENT},
    entity::contact,
};

/// The newest interaction that the contact is the subject of or a party to.
pub(crate) const LAST: &str = "(SELECT max(occurred_at) FROM interactions WHERE interactions.contact_id = contacts.id \
     OR interactions.id IN (SELECT interaction_id FROM interaction_parties \
                            WHERE interaction_parties.contact_id = contacts.id))";

/// Computes the column anew for these contacts. It is not one of the contact's own fields, so the contact's version
/// stays.
pub(crate) async fn refresh(tx: &impl ConnectionTrait, contact_ids: &[Uuid]) -> Result<()> {
    for some in contact_ids.chunks(IDS_PER_STATEMENT) {
        contact::Entity::update_many()
            .col_expr(contact::Column::LastInteractionAt, Expr::cust(LAST))
            .filter(is_one_of(Expr::col(contact::Column::Id), some, tx.get_database_backend()))
            .exec(tx)
            .await?;
    }
    Ok(())
}
