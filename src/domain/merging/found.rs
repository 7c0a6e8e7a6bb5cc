//! The contacts of a merge and what belongs to them: locked, read, and checked.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::request::Group;
use crate::{
    domain::{
        Write,
        condition::is_one_of,
        duplicates,
        error::{Code, Result, UserError},
        input,
        interactions::{self, Moves},
        trash::{self, Trashable},
        upsert,
    },
    entity::{company, contact, membership},
};

/// Everything that a merge reads.
pub(super) struct Found {
    pub(super) contacts: HashMap<Uuid, contact::Model>,
    /// Contacts that were merged earlier into one that is absorbed now.
    pub(super) earlier: Vec<contact::Model>,
    /// Memberships of all contacts, those of each by position.
    pub(super) memberships: HashMap<Uuid, Vec<membership::Model>>,
    pub(super) moves: Moves,
    /// A contact outside the merge that has the external id of the overrides.
    pub(super) holder: Option<Uuid>,
}

/// Makes merges, their undoing and deletions for good take turns. It comes before any contact is locked.
pub(crate) async fn take_turn(tx: &impl ConnectionTrait) -> Result<()> {
    upsert::take_turns(tx, vec!["contacts:merged_into".to_owned()]).await
}

/// Locks what a merge writes: companies before contacts, as everywhere.
pub(super) async fn lock(write: &Write, group: &Group) -> Result<()> {
    // SQLite has one writer.
    if write.tx.get_database_backend() == DbBackend::Sqlite {
        return Ok(());
    }
    take_turn(&write.tx).await?;
    let absorbed: Vec<Uuid> = group.absorbed_ids().collect();
    let subjects = interactions::subjects_with(&write.tx, &absorbed).await?;
    if !subjects.company_ids.is_empty() {
        trash::lock::<company::Entity>(&write.tx, &subjects.company_ids).await?;
    }
    let earlier = contact::Entity::find().select_only().column(contact::Column::Id).filter(is_one_of(
        Expr::col(contact::Column::MergedInto),
        &absorbed,
        DbBackend::Postgres,
    ));
    let mut ids: Vec<Uuid> = earlier.into_tuple().all(&write.tx).await?;
    ids.extend(subjects.contact_ids);
    ids.extend(group.ids());
    ids.extend(duplicates::different_from(&write.tx, &group.ids()).await?);
    trash::lock::<contact::Entity>(&write.tx, &ids).await
}

impl Found {
    /// Reads it, by five statements at most.
    pub(super) async fn read(db: &impl ConnectionTrait, group: &Group) -> Result<Self> {
        let (ids, absorbed): (Vec<Uuid>, Vec<Uuid>) = (group.ids(), group.absorbed_ids().collect());
        let backend = db.get_database_backend();
        let these = is_one_of(Expr::col(contact::Column::Id), &ids, backend);
        let earlier = is_one_of(Expr::col(contact::Column::MergedInto), &absorbed, backend);
        let rows = contact::Entity::find().filter(these.or(earlier)).order_by_asc(contact::Column::Id).all(db).await?;
        let (contacts, earlier): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| ids.contains(&row.id));
        let of_contacts = membership::Entity::find()
            .filter(is_one_of(Expr::col(membership::Column::ContactId), &ids, backend))
            .order_by_asc(membership::Column::Position)
            .order_by_asc(membership::Column::Id);
        let mut memberships: HashMap<Uuid, Vec<membership::Model>> = HashMap::new();
        for membership in of_contacts.all(db).await? {
            memberships.entry(membership.contact_id).or_default().push(membership);
        }
        let moves = interactions::Moves::read(db, &absorbed).await?;
        let contacts: HashMap<Uuid, contact::Model> = contacts.into_iter().map(|row| (row.id, row)).collect();
        let own = |id: &Uuid| contacts.contains_key(id) || earlier.iter().any(|row| row.id == *id);
        let holder = holder_of_external_id(db, group).await?.filter(|id| !own(id));
        Ok(Self { contacts, earlier, memberships, moves, holder })
    }

    /// Says why the contacts cannot be merged.
    pub(super) fn refused(&self, group: &Group) -> Vec<UserError> {
        let mut errors = Vec::new();
        let survivor = group.survivor.map(|id| (vec!["survivorId".to_owned()], id));
        let absorbed =
            group.absorbed.iter().map(|(place, id)| (vec!["absorbedIds".to_owned(), place.to_string()], *id));
        for (path, id) in survivor.into_iter().chain(absorbed) {
            let field: Vec<&str> = path.iter().map(String::as_str).collect();
            match self.contacts.get(&id) {
                None => errors.push(UserError::not_found("contact", &field)),
                Some(contact) => {
                    errors.extend(not_mergeable(contact, &field));
                    errors.extend(stale(group, contact));
                }
            }
        }
        if let Some(holder) = self.holder {
            let message = "Another contact has this external id.";
            let error = UserError::new(Code::Taken, &["overrides", "externalId"], message);
            errors.push(error.with_current(holder));
        }
        errors.extend(self.users_refused(group));
        errors
    }

    /// The login users of the contacts, each once, the survivor's first.
    pub(super) fn users(&self, group: &Group) -> Vec<Uuid> {
        let contacts = group.ids().into_iter().filter_map(|id| self.contacts.get(&id));
        let mut users = Vec::new();
        for user in contacts.filter_map(|contact| contact.user_id) {
            if !users.contains(&user) {
                users.push(user);
            }
        }
        users
    }

    fn users_refused(&self, group: &Group) -> Option<UserError> {
        let users = self.users(group);
        match group.keep_user {
            Some(user) if !users.contains(&user) => {
                let message = "None of the contacts is connected to this user.";
                Some(UserError::new(Code::Invalid, &["keepUserId"], message))
            }
            None if users.len() > 1 => {
                let message = "The contacts are connected to several users, which conflictIds names. Choose one.";
                Some(UserError::new(Code::UserAlreadyLinked, &["keepUserId"], message).with_conflicts(users))
            }
            _ => None,
        }
    }
}

fn not_mergeable(contact: &contact::Model, field: &[&str]) -> Option<UserError> {
    if let Some(survivor) = contact.merged_into {
        return Some(UserError::merged("contact", field, survivor));
    }
    contact::Entity::is_trashed(contact).then(|| {
        let message = "The contact is in the trash; restore it first.";
        UserError::new(Code::Trashed, field, message).with_conflicts([contact.id])
    })
}

fn stale(group: &Group, contact: &contact::Model) -> Option<UserError> {
    let (place, _) = group.versions.get(&contact.id).filter(|(_, expected)| *expected != contact.version)?;
    let error = UserError::stale(contact.id, contact.version).with_conflicts([contact.id]);
    let field = ["expectedVersions", &place.to_string(), "version"].map(str::to_owned).to_vec();
    Some(UserError { field, ..error })
}

/// The contact that has the external id of the overrides.
async fn holder_of_external_id(db: &impl ConnectionTrait, group: &Group) -> Result<Option<Uuid>> {
    let (row, _) = input::check::<contact::Entity>(&[], group.overrides.clone(), false)?;
    let Some(key) = row.external_id.clone().take().flatten() else { return Ok(None) };
    let holder =
        contact::Entity::find().select_only().column(contact::Column::Id).filter(contact::Column::ExternalId.eq(key));
    Ok(holder.into_tuple().one(db).await?)
}
