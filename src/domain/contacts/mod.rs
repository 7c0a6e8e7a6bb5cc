//! Contacts: creating, changing and deleting the people a team deals with, and finding one of them.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    condition::{constant, is_one_of},
    error::{Error, Result},
    filter::{Filter, Target, Test, TextTest},
    parse_id, text, trash,
};
use crate::{
    entity::contact::{Column, Entity, Model},
    resources::CONTACT,
};

mod bulk_update;
pub(crate) mod card;
mod delete;
mod lookalikes;
mod new;
mod revive;
mod tagging;
mod write;

pub use bulk_update::{BulkUpdate, BulkUpdated, update_found};
pub use card::jscontact;
pub use delete::{Deleted, delete};
pub use lookalikes::{lookalikes_of_input, lookalikes_of_new};
pub use new::{NewContact, OnDuplicate, PrimaryCompany};
pub(crate) use write::update_and_show;
pub use write::{create, update, validate};

/// The contacts linked to these login users, by user.
pub async fn linked_to_users(db: &impl ConnectionTrait, user_ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let rows = Entity::find()
        .filter(is_one_of(Expr::col(Column::UserId), user_ids, db.get_database_backend()))
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|row| row.user_id.map(|user_id| (user_id, row))).collect())
}

/// One of the ways to name a contact.
#[derive(Clone, Debug)]
pub enum Identifier {
    /// Liaison's id; malformed names nothing.
    Id(String),
    /// The caller's own key.
    ExternalId(String),
    /// The e-mail address of a live contact, ignoring case.
    Email(String),
}

/// True of contacts of which an e-mail address is this one, ignoring case.
fn has_email(address: &str, backend: DbBackend) -> Expr {
    let tests = vec![TextTest::Eq(text::trim(address).to_owned())];
    let test = CONTACT.field("email").map(|email| Filter::Is(Test::Item(email, tests)));
    test.map_or_else(|| constant(false), |test| test.condition(&CONTACT, Target::without_keys(backend)))
}

/// Most contacts that are listed where one address names several.
const CANDIDATES_MAX: u64 = 50;

/// The contact that an identifier names. An address that several live contacts share is ambiguous. The external id of a
/// contact that was merged into another names the survivor, and so does an address that no live contact has.
pub async fn get_by_identifier(db: &impl ConnectionTrait, identifier: &Identifier) -> Result<Option<Model>> {
    match identifier {
        Identifier::Id(id) => match parse_id(id) {
            Some(id) => one(db, Column::Id.eq(id)).await,
            None => Ok(None),
        },
        Identifier::ExternalId(text) | Identifier::Email(text) if text.contains('\0') => Ok(None),
        Identifier::ExternalId(key) => {
            let found = one(db, Column::ExternalId.eq(text::trim(key))).await?;
            match found.as_ref().and_then(|contact| contact.merged_into) {
                Some(survivor) => one(db, Column::Id.eq(survivor)).await,
                None => Ok(found),
            }
        }
        Identifier::Email(address) => {
            let has_email = || has_email(address, db.get_database_backend());
            let found = one(db, has_email().and(trash::live::<Entity>())).await?;
            if found.is_some() {
                return Ok(found);
            }
            let absorbed = Entity::find()
                .select_only()
                .column(Column::MergedInto)
                .filter(has_email().and(Column::MergedInto.is_not_null()));
            let survivors: Vec<Uuid> = absorbed.distinct().into_tuple().all(db).await?;
            let these = is_one_of(Expr::col(Column::Id), &survivors, db.get_database_backend());
            if survivors.is_empty() { Ok(None) } else { one(db, these.and(trash::live::<Entity>())).await }
        }
    }
}

/// The only contact of which a condition is true.
async fn one(db: &impl ConnectionTrait, condition: Expr) -> Result<Option<Model>> {
    let found = Entity::find().filter(condition.clone()).order_by_asc(Column::Id);
    let mut found = found.limit(2).all(db).await?;
    if found.len() > 1 {
        let candidates = Entity::find().select_only().column(Column::Id).filter(condition).order_by_asc(Column::Id);
        let message =
            "Several live contacts share this e-mail address. Name the contact by id or externalId.".to_owned();
        let ids = candidates.limit(CANDIDATES_MAX).into_tuple().all(db).await?;
        return Err(Error::Ambiguous { message, ids });
    }
    Ok(found.pop())
}
