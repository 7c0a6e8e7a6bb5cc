//! Naming the subject of an interaction, and keeping it from others while an interaction is written.

use sea_orm::{
    ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use super::Subject;
use crate::{
    domain::{
        condition::is_one_of,
        error::{Code, Result, UserError},
        parse_id, refusal,
    },
    entity::{company, contact},
};

/// The ids by which a caller names a subject, of which exactly one must be given.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubjectReference<'a> {
    /// A contact's.
    pub contact_id: Option<&'a str>,
    /// A company's.
    pub company_id: Option<&'a str>,
}

impl SubjectReference<'_> {
    /// The subject that is named. A malformed id stands for the nil one, which no record has.
    pub(super) fn read(self) -> std::result::Result<Subject, UserError> {
        let parsed = |id| parse_id(id).unwrap_or_default();
        let refused = |field, message: &str| Err(UserError::new(Code::Invalid, &[field], message));
        match (self.contact_id, self.company_id) {
            (Some(id), None) => Ok(Subject::Contact(parsed(id))),
            (None, Some(id)) => Ok(Subject::Company(parsed(id))),
            (None, None) => {
                refused("contactId", "Give contactId or companyId: an interaction is logged on one of them.")
            }
            (Some(_), Some(_)) => {
                refused("companyId", "Give contactId or companyId, not both: an interaction is logged on one of them.")
            }
        }
    }
}

impl Subject {
    /// The refusal of a subject that does not exist.
    pub(super) fn not_found(self) -> UserError {
        match self {
            Self::Contact(_) => UserError::not_found("contact", &["contactId"]),
            Self::Company(_) => UserError::not_found("company", &["companyId"]),
        }
    }

    /// Says that it does not exist.
    pub(super) async fn missing(self, db: &impl ConnectionTrait) -> Result<Option<UserError>> {
        match self {
            Self::Contact(id) => refusal::missing::<contact::Entity>(db, Some(id), &["contactId"]).await,
            Self::Company(id) => refusal::missing::<company::Entity>(db, Some(id), &["companyId"]).await,
        }
    }

    /// Locks it and contacts until the transaction ends; none when it does not exist.
    ///
    /// Every write locks its company, then its contacts in the order of their ids, and only then its interaction, so that
    /// no two transactions wait for each other. A record that is locked cannot be deleted, the changes of its interactions
    /// are recorded in the order of the writes, and a contact's newest interaction is computed by one transaction at a
    /// time.
    pub(super) async fn lock(
        self,
        tx: &impl ConnectionTrait,
        contact_ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<Option<Locked>> {
        match self {
            Self::Contact(id) => {
                let locked = lock_contacts(tx, contact_ids.into_iter().chain([id]).collect()).await?;
                let own = locked.into_iter().find(|(locked, _)| *locked == id);
                Ok(own.map(|(_, survivor)| Locked { survivor }))
            }
            Self::Company(id) => {
                let company = company::Entity::find_by_id(id).select_only().column(company::Column::Id);
                let locked = company.lock(LockType::NoKeyUpdate).into_tuple::<Uuid>().one(tx).await?;
                lock_contacts(tx, contact_ids.into_iter().collect()).await?;
                Ok(locked.map(|_| Locked { survivor: None }))
            }
        }
    }
}

/// A subject that is locked.
pub(super) struct Locked {
    /// The contact that it was merged into, if it was.
    pub(super) survivor: Option<Uuid>,
}

/// Locks contacts, and says which of them exist, and which they were merged into.
async fn lock_contacts(tx: &impl ConnectionTrait, mut ids: Vec<Uuid>) -> Result<Vec<(Uuid, Option<Uuid>)>> {
    sorted(&mut ids);
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let contacts = contact::Entity::find().select_only().columns([contact::Column::Id, contact::Column::MergedInto]);
    let contacts = contacts
        .filter(is_one_of(Expr::col(contact::Column::Id), &ids, tx.get_database_backend()))
        .order_by_asc(contact::Column::Id);
    Ok(contacts.lock(LockType::NoKeyUpdate).into_tuple().all(tx).await?)
}

/// Each id once, in their order.
pub(super) fn sorted(ids: &mut Vec<Uuid>) {
    ids.sort_unstable();
    ids.dedup();
}
