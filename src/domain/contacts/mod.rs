//! Contacts: reading, creating, changing and deleting the people a team deals with.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    counts::{self, Counted},
    email,
    error::{Error, Result},
    filter::{Filter, Target, is_one_of},
    page::{self, Page, PageRequest},
    parse_id,
    search::{Indexed, Term},
    text, trash,
};
use crate::{
    entity::{
        contact::{Column, Entity, Model},
        status::Status,
    },
    storage::Db,
};

mod delete;
mod filter;
mod input;
mod order;
mod write;

pub use delete::{Deleted, delete};
pub use filter::ContactTest;
pub use input::ContactInput;
pub(crate) use order::keys;
pub use order::{OrderBy, OrderField};
pub(crate) use write::update_and_show;
pub use write::{CompanyReference, NewContact, PrimaryCompany, create, update, validate};

/// Which contacts a list or a count is about.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only those for which it is true.
    pub filter: Option<Filter<ContactTest>>,
    /// Only those whose name or e-mail contains it.
    pub search: Option<Term>,
    /// Trashed ones too. A filter that names a status includes them by itself.
    pub include_trashed: bool,
}

impl Selection {
    pub(crate) async fn select(&self, db: &Db) -> Result<Select<Entity>> {
        let names_status = |test: &ContactTest| matches!(test, ContactTest::Status(_));
        let all = self.include_trashed || self.filter.as_ref().is_some_and(|filter| filter.mentions(names_status));
        let mut select = Entity::find();
        if !all {
            select = select.filter(trash::live::<Entity>());
        }
        if let Some(filter) = &self.filter {
            select = select.filter(filter.condition(Target::of(db)));
        }
        match &self.search {
            Some(term) => term.restrict(select, Indexed::Contacts, db).await,
            None => Ok(select),
        }
    }
}

/// Reads one page of a list; by name when no order is given.
pub async fn list(db: &Db, selection: &Selection, order: &[OrderBy], request: &PageRequest) -> Result<Page<Model>> {
    page::fetch(db.reads(), selection.select(db).await?, keys(order), request).await
}

/// Counts the contacts selected.
pub async fn count(db: &Db, selection: &Selection) -> Result<u64> {
    if selection.filter.is_none() && selection.search.is_none() {
        return counts::total(db, Counted::Contacts, selection.include_trashed).await;
    }
    Ok(selection.select(db).await?.count(db.reads()).await?)
}

/// How many contacts have each status.
pub async fn status_counts(db: &Db) -> Result<Vec<(Status, i64)>> {
    counts::by_status(db, Counted::Contacts).await
}

/// Live contacts whose name or e-mail contains the term, by name.
pub async fn search(db: &Db, term: &Term, limit: u64, exclude: &[Uuid]) -> Result<Vec<Model>> {
    let select = term.matching::<Entity>(Indexed::Contacts, db, limit, exclude).await?;
    let request = PageRequest { limit, backwards: false, after: None, before: None };
    Ok(page::fetch(db.reads(), select, keys(&[]), &request).await?.rows)
}

/// One contact of any status.
pub async fn get(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// Contacts of any status by id; unknown ids are left out.
pub async fn get_many(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<HashMap<Uuid, Model>> {
    let rows = Entity::find().filter(is_one_of(Expr::col(Column::Id), ids, db.get_database_backend())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

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

/// Most contacts that are listed where one address names several.
const CANDIDATES_MAX: u64 = 50;

/// The contact that an identifier names. An address that several live contacts share is ambiguous.
pub async fn get_by_identifier(db: &impl ConnectionTrait, identifier: &Identifier) -> Result<Option<Model>> {
    let condition = match identifier {
        Identifier::Id(id) => match parse_id(id) {
            Some(id) => Column::Id.eq(id),
            None => return Ok(None),
        },
        Identifier::ExternalId(key) if key.contains('\0') => return Ok(None),
        Identifier::ExternalId(key) => Column::ExternalId.eq(text::trim(key)),
        Identifier::Email(address) if address.contains('\0') => return Ok(None),
        Identifier::Email(address) => {
            Column::EmailLower.eq(email::lower(text::trim(address))).and(trash::live::<Entity>())
        }
    };
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
