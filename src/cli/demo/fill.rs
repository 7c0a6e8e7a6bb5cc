//! Writing the demo data.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, sea_query::Expr,
};

use super::{
    logins::Login,
    maker::{EXTERNAL_ID, Maker, Rows},
    words::Words,
};
use crate::{
    domain::{bulk, ids},
    entity::{change::SubjectType, company, contact, interaction, interaction_party, membership, role::Role, user},
    storage::Db,
};

/// Contacts that are made at once. The data depends on it.
const CONTACTS_AT_ONCE: u64 = 1000;
/// Contacts in one transaction: with more of them, each page of an index is written less often.
const CONTACTS_PER_TRANSACTION: u64 = 5 * CONTACTS_AT_ONCE;
/// Contacts for each company.
pub(super) const CONTACTS_PER_COMPANY: u64 = 10;

/// Fills the database and returns the users of the logins. `tell` receives the number of contacts done.
pub(super) async fn fill(
    db: &Db,
    contacts: u64,
    logins: &[Login],
    tell: impl Fn(u64),
) -> anyhow::Result<Vec<user::Model>> {
    let words = Words::load()?;
    let first_number = first_free_number(db).await?;
    let mut maker = Maker::new(&words, contacts, unused_stream(db, &words, contacts).await?);
    let mut company_ids = Vec::new();
    let mut done = 0;
    let mut tx = db.begin().await?;
    while done < contacts {
        let size = CONTACTS_AT_ONCE.min(contacts - done);
        let mut rows = Rows::default();
        let first = first_number + done;
        for number in 0..size.div_ceil(CONTACTS_PER_COMPANY) {
            let row = maker.company(first.div_ceil(CONTACTS_PER_COMPANY) + number)?;
            company_ids.push(row.id);
            rows.companies.push(row);
        }
        for number in first..first + size {
            maker.contact(number, &company_ids, &mut rows)?;
        }
        rows.write(&tx).await?;
        done += size;
        if done.is_multiple_of(CONTACTS_PER_TRANSACTION) {
            tx.commit().await?;
            tx = db.begin().await?;
        }
        tell(done);
    }
    tx.commit().await?;
    write_logins(db, maker, logins).await
}

/// Returns the first number after those of the demo's contacts in the database. Numbers make addresses unique.
async fn first_free_number(db: &Db) -> Result<u64, DbErr> {
    use contact::Column::ExternalIdKey;

    let keys = contact::Entity::find().select_only().column(ExternalIdKey);
    let keys: Vec<String> = keys.filter(ExternalIdKey.starts_with(EXTERNAL_ID)).into_tuple().all(db.reads()).await?;
    let numbers = keys.iter().filter_map(|key| key.strip_prefix(EXTERNAL_ID)?.parse::<u64>().ok());
    Ok(numbers.max().map_or(0, |last| last.saturating_add(1)))
}

/// Returns the first stream of random numbers whose ids the database has never had, deleted records included.
async fn unused_stream(db: &Db, words: &Words, contacts: u64) -> anyhow::Result<u64> {
    let mut stream = 0;
    loop {
        let first = Maker::new(words, contacts, stream).company(0)?;
        // A company's id counts too, because the question is whether a contact may have it.
        if ids::taken(db.reads(), first.id, SubjectType::Contact).await?.is_none() {
            return Ok(stream);
        }
        stream += 1;
    }
}

/// Writes the users of the logins, and connects the one that sees only its own contact to a contact.
///
/// They come last, so that the other data is the same with and without them.
async fn write_logins(db: &Db, mut maker: Maker<'_>, logins: &[Login]) -> anyhow::Result<Vec<user::Model>> {
    let free_contact = maker.free_contact.take();
    let mut users = Vec::new();
    let tx = db.begin().await?;
    for login in logins {
        let contact = free_contact.as_ref().filter(|_| login.role == Role::Contact);
        let name = contact.map(|contact| contact.name.clone());
        let user = maker.user_row(login.email.to_owned(), name, login.role);
        user::Entity::insert(user.clone().into_active_model()).exec_without_returning(&tx).await?;
        if let Some(contact) = contact {
            let connect = contact::Entity::update_many().filter(contact::Column::Id.eq(contact.id));
            connect.col_expr(contact::Column::UserId, Expr::val(user.id)).exec(&tx).await?;
        }
        users.push(user);
    }
    tx.commit().await?;
    Ok(users)
}

impl Rows {
    async fn write(self, tx: &impl ConnectionTrait) -> Result<(), DbErr> {
        insert::<company::Entity, _>(tx, self.companies).await?;
        insert::<user::Entity, _>(tx, self.users).await?;
        insert::<contact::Entity, _>(tx, self.contacts).await?;
        insert::<membership::Entity, _>(tx, self.memberships).await?;
        insert::<interaction::Entity, _>(tx, self.interactions).await?;
        insert::<interaction_party::Entity, _>(tx, self.parties).await
    }
}

async fn insert<E, M>(tx: &impl ConnectionTrait, rows: Vec<M>) -> Result<(), DbErr>
where
    E: EntityTrait<Model = M, ActiveModel: Sync>,
    M: IntoActiveModel<E::ActiveModel>,
{
    let rows: Vec<_> = rows.into_iter().map(IntoActiveModel::into_active_model).collect();
    bulk::insert::<E>(tx, &rows).await
}
