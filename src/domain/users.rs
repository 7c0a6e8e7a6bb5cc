//! Login users, and the link between a contact and the user that it is.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, Select, Set, TryInsertResult,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{
    Context, Write,
    changes::{Diff, NewChange},
    email::EmailAddress,
    error::{Code, Error, Result, UserError},
    folding, merging, order,
    page::{self, Page, PageRequest},
    parse_id, records, refusal,
    search::Term,
    text,
};
use crate::{
    domain::constraint::Constraint,
    entity::{
        change, contact,
        role::Role,
        user::{ActiveModel, Column, Entity, Model},
    },
    resources::USER,
    storage::Db,
};

/// Source of users registered by `connect_user`.
pub const SOURCE_CONTACT: &str = "crm_contact";

/// Users to be listed: all, where nothing is set.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Only those whose e-mail or name contains each word.
    pub term: Option<Term>,
    /// Only those with one of these roles.
    pub roles: Option<Vec<Role>>,
    /// Only placeholders, or only accounts that were claimed.
    pub is_placeholder: Option<bool>,
}

impl Wanted {
    async fn select(&self, db: &Db) -> Result<Select<Entity>> {
        let roles = self.roles.as_ref().map(|roles| Column::Role.is_in(roles.iter().copied()));
        let claimed = self.is_placeholder.map(|is_placeholder| Column::IsPlaceholder.eq(is_placeholder));
        let select = [roles, claimed].into_iter().flatten().fold(Entity::find(), QueryFilter::filter);
        match &self.term {
            Some(term) => term.restrict_users(select, db).await,
            None => Ok(select),
        }
    }
}

/// One page of the users, by e-mail.
pub async fn list(db: &Db, wanted: &Wanted, request: &PageRequest) -> Result<Page<Model>> {
    page::fetch(db.reads(), wanted.select(db).await?, order::asked(&USER, &[]), request).await
}

/// Counts the users, or those that match.
pub async fn count(db: &Db, wanted: &Wanted) -> Result<u64> {
    Ok(wanted.select(db).await?.count(db.reads()).await?)
}

/// A contact and the user it was connected to.
#[derive(Clone, Debug)]
pub struct Connected {
    /// The contact with its link.
    pub contact: contact::Model,
    /// The user.
    pub user: Model,
    /// True when the user was registered as a placeholder just now.
    pub was_created: bool,
}

/// Links the user with this address to the contact, or registers a placeholder without a usable password and links
/// it, in one transaction. A linked contact is linked anew.
pub async fn connect(ctx: &Context, contact_id: &str, email: &str) -> Result<Connected> {
    let known_id = parse_id(contact_id);
    let connected = match (known_id, parse_email(email)) {
        (Some(contact_id), Ok(email)) => link_to(ctx, contact_id, &email).await,
        (None, Ok(_)) => Err(Error::Rejected(Vec::new())),
        (_, Err(error)) => Err(error),
    };
    let look_up = async || {
        let db = ctx.db.reads();
        let missing = refusal::missing::<contact::Entity>(db, known_id, &["contactId"]).await?;
        let user = match parse_email(email) {
            Ok(email) => Entity::find().filter(Column::EmailLower.eq(email.lower())).one(db).await?,
            Err(_) => None,
        };
        let linked = match user {
            Some(user) => linked_to_another(db, user.id, known_id).await?,
            None => None,
        };
        Ok(missing.into_iter().chain(linked).collect())
    };
    refusal::complete(connected, look_up).await
}

async fn link_to(ctx: &Context, contact_id: Uuid, email: &EmailAddress) -> Result<Connected> {
    let write = ctx.begin().await?;
    // Locking the contact's row first also makes two calls for one contact take turns.
    super::trash::lock::<contact::Entity>(&write.tx, &[contact_id]).await?;
    let before = records::get::<contact::Entity>(&write.tx, contact_id).await?;
    let before = before.ok_or_else(|| UserError::not_found("contact", &["contactId"]))?;
    merging::check_unmerged(&before, &["contactId"])?;
    let before = before.user_id;
    let (user, was_created) = find_or_register(&write, email, Some(SOURCE_CONTACT)).await?;
    match link(&write, contact_id, Some(user.id)).await {
        Ok(contact) => {
            write.record(vec![link_change(change::ChangeKind::UserConnected, &contact, before)]).await?;
            write.commit().await?;
            Ok(Connected { contact, user, was_created })
        }
        Err(Error::Internal(cause)) if Constraint::broken_by(&cause) == Some(Constraint::ContactUser) => {
            // The other contact is looked up.
            Err(already_linked().into())
        }
        Err(error) => Err(error),
    }
}

async fn linked_to_another(
    db: &impl ConnectionTrait,
    user_id: Uuid,
    contact_id: Option<Uuid>,
) -> Result<Option<UserError>> {
    let holder = super::contacts::linked_to_users(db, &[user_id]).await?.remove(&user_id);
    let other = holder.filter(|holder| Some(holder.id) != contact_id);
    Ok(other.map(|holder| already_linked().with_conflicts([holder.id])))
}

fn already_linked() -> UserError {
    let message = "The user with this address is linked to another contact.";
    UserError::new(Code::UserAlreadyLinked, &["email"], message)
}

/// The user with this address, or a placeholder without a usable password that is registered for it; whether it was.
pub async fn find_or_create(ctx: &Context, email: &str) -> Result<(Model, bool)> {
    let email = parse_email(email)?;
    // Reads first, because the usual case then waits for no writer.
    let known = Entity::find().filter(Column::EmailLower.eq(email.lower())).one(ctx.db.reads()).await?;
    if let Some(user) = known {
        return Ok((user, false));
    }
    let write = ctx.begin().await?;
    let found = find_or_register(&write, &email, Some(SOURCE_CONTACT)).await?;
    write.commit().await?;
    Ok(found)
}

/// Unlinks the contact's user, if it has one; the user stays.
pub async fn disconnect(ctx: &Context, contact_id: &str) -> Result<contact::Model> {
    let contact_id = parse_id(contact_id).ok_or_else(|| UserError::not_found("contact", &["contactId"]))?;
    let write = ctx.begin().await?;
    super::trash::lock::<contact::Entity>(&write.tx, &[contact_id]).await?;
    let contact = records::get::<contact::Entity>(&write.tx, contact_id).await?;
    let contact = contact.ok_or_else(|| UserError::not_found("contact", &["contactId"]))?;
    merging::check_unmerged(&contact, &["contactId"])?;
    if contact.user_id.is_none() {
        return Ok(contact);
    }
    let before = contact.user_id;
    let contact = link(&write, contact_id, None).await?;
    write.record(vec![link_change(change::ChangeKind::UserDisconnected, &contact, before)]).await?;
    write.commit().await?;
    Ok(contact)
}

/// Unlinks the user from its contact, in the caller's transaction.
pub(super) async fn disconnect_all(write: &Write, user_id: Uuid) -> Result<()> {
    let holder = async || contact::Entity::find().filter(contact::Column::UserId.eq(user_id)).one(&write.tx).await;
    // Contacts are locked before users, as where they are connected; meanwhile another may have been connected.
    if let Some(found) = holder().await? {
        super::trash::lock::<contact::Entity>(&write.tx, &[found.id]).await?;
    }
    Entity::find_by_id(user_id).lock_exclusive().one(&write.tx).await?;
    let Some(found) = holder().await? else { return Ok(()) };
    let contact = link(write, found.id, None).await?;
    write.record(vec![link_change(change::ChangeKind::UserDisconnected, &contact, Some(user_id))]).await
}

/// The address of a login. A link will be sent there, so that it has to be one that mail can be sent to; a contact's may be
/// anything of the shape.
pub(super) fn parse_email(email: &str) -> Result<EmailAddress> {
    let refuse = |code, message: &str| UserError::new(code, &["email"], message);
    match text::trim(email) {
        "" => Err(refuse(Code::Blank, "The e-mail address must not be blank.").into()),
        email => match EmailAddress::parse(email) {
            Ok(address) if address.can_be_sent_to() => Ok(address),
            Err(Code::TooLong) => Err(refuse(Code::TooLong, "An e-mail address has at most 255 characters.").into()),
            _ => Err(refuse(Code::Invalid, "This is not an e-mail address that mail can be sent to.").into()),
        },
    }
}

/// The user with this address. Of concurrent callers one registers it; the others wait for that one's commit.
pub(super) async fn find_or_register(
    write: &Write,
    email: &EmailAddress,
    source: Option<&str>,
) -> Result<(Model, bool)> {
    let find = || Entity::find().filter(Column::EmailLower.eq(email.lower()));
    if let Some(user) = find().one(&write.tx).await? {
        return Ok((user, false));
    }
    let placeholder = ActiveModel {
        id: Set(write.clock.new_id()),
        email: Set(email.as_str().to_owned()),
        email_lower: Set(email.lower()),
        email_key: Set(folding::key(email.as_str())),
        name: Set(None),
        name_key: Set(None),
        is_placeholder: Set(true),
        role: Set(Role::Contact),
        source: Set(source.map(str::to_owned)),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        deactivated_at: Set(None),
        last_seen_at: Set(None),
    };
    let insert = Entity::insert(placeholder).on_conflict_do_nothing_on([Column::EmailLower]);
    let inserted = insert.exec_without_returning(&write.tx).await?;
    let was_created = matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0);
    let user = find().one(&write.tx).await?;
    let missing = || Error::Internal(sea_orm::DbErr::RecordNotFound("the user just registered".to_owned()));
    Ok((user.ok_or_else(missing)?, was_created))
}

fn link_change(kind: change::ChangeKind, contact: &contact::Model, before: Option<Uuid>) -> NewChange {
    let as_text = |user_id: Option<Uuid>| user_id.map(|id| id.to_string());
    let diff = Diff::default().field("user", as_text(before), as_text(contact.user_id));
    NewChange::contact(kind, contact.id).at(contact.updated_at).with(diff)
}

/// Sets or clears a contact's link.
async fn link(write: &Write, contact_id: Uuid, user_id: Option<Uuid>) -> Result<contact::Model> {
    let updated = contact::Entity::update_many()
        .col_expr(contact::Column::UserId, Expr::val(user_id))
        .col_expr(contact::Column::Version, Expr::col(contact::Column::Version).add(1))
        .col_expr(contact::Column::UpdatedAt, write.not_before(contact::Column::UpdatedAt))
        .filter(contact::Column::Id.eq(contact_id))
        .exec_with_returning(&write.tx)
        .await?;
    updated.into_iter().next().ok_or_else(|| UserError::not_found("contact", &["contactId"]).into())
}
