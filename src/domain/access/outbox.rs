//! Queue of mails to be sent.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use crate::{
    domain::{Context, Result, Write, email},
    entity::{outbox, role::Role, user},
};

/// Puts a mail into the outbox.
pub(super) async fn enqueue(write: &Write, kind: outbox::MailKind, recipient: &str) -> Result<()> {
    let mail = mail(write, kind, recipient);
    outbox::Entity::insert(mail).exec_without_returning(&write.tx).await?;
    Ok(())
}

/// Puts mails to all admins into the outbox: a webhook was switched off.
pub(in crate::domain) async fn tell_admins(write: &Write, webhook_id: Uuid) -> Result<()> {
    let admins = admins(&write.tx).await?;
    if admins.is_empty() {
        return Ok(());
    }
    let mails = admins.into_iter().map(|admin| outbox::ActiveModel {
        webhook_id: Set(Some(webhook_id)),
        ..mail(write, outbox::MailKind::WebhookOff, &admin.email)
    });
    outbox::Entity::insert_many(mails).exec_without_returning(&write.tx).await?;
    Ok(())
}

fn mail(write: &Write, kind: outbox::MailKind, recipient: &str) -> outbox::ActiveModel {
    outbox::ActiveModel {
        id: Set(write.clock.new_id()),
        kind: Set(kind),
        recipient: Set(recipient.to_owned()),
        webhook_id: Set(None),
        attempts: Set(0),
        next_attempt_at: Set(write.now),
        created_at: Set(write.now),
    }
}

async fn admins(db: &impl ConnectionTrait) -> Result<Vec<user::Model>> {
    let admins = user::Entity::find().filter(user::Column::Role.eq(Role::Admin));
    let admins = admins.filter(user::Column::IsPlaceholder.eq(false)).filter(user::Column::DeactivatedAt.is_null());
    Ok(admins.all(db).await?)
}

/// Returns the address of the admin that a mail is for. `None` when the user is no active admin any more.
pub async fn admin_address(ctx: &Context, recipient: &str) -> Result<Option<String>> {
    let key = email::lower(recipient);
    let admins = admins(ctx.db.reads()).await?;
    Ok(admins.into_iter().map(|admin| admin.email).find(|address| email::lower(address) == key))
}
