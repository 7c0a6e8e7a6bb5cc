//! Queue of mails to be sent.

use sea_orm::{EntityTrait, Set};

use crate::{
    domain::{Result, Write},
    entity::outbox,
};

/// Puts a mail into the outbox.
pub(super) async fn enqueue(write: &Write, kind: outbox::MailKind, recipient: &str) -> Result<()> {
    let mail = outbox::ActiveModel {
        id: Set(write.clock.new_id()),
        kind: Set(kind),
        recipient: Set(recipient.to_owned()),
        attempts: Set(0),
        next_attempt_at: Set(write.now),
        created_at: Set(write.now),
    };
    outbox::Entity::insert(mail).exec_without_returning(&write.tx).await?;
    Ok(())
}
