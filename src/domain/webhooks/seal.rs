//! Encryption of secrets in the database; see docs/decisions/0025-secrets-of-webhooks.md.

use sea_orm::{
    ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Set,
    sea_query::{Expr, ExprTrait, OnConflict},
};
use uuid::Uuid;

use super::{
    Outbound, WebhookSecret,
    key::{BY_DATABASE, BY_OPERATOR, SecretKey},
};
use crate::{
    domain::{Context, Result, Write},
    entity::{webhook, webhook_key},
};

/// Encrypts a new secret with the operator's key, or with the database's own, which is made when it is needed first.
pub(super) async fn seal(write: &Write, outbound: &Outbound, id: Uuid, secret: &WebhookSecret) -> Result<Vec<u8>> {
    if let Some(key) = &outbound.key {
        return Ok(key.seal(BY_OPERATOR, id, secret));
    }
    let key = webhook_key::ActiveModel { only_row: Set(1), key: Set(rand::random::<[u8; 32]>().to_vec()) };
    let once = OnConflict::column(webhook_key::Column::OnlyRow).do_nothing().to_owned();
    webhook_key::Entity::insert(key).on_conflict(once).try_insert().exec_without_returning(&write.tx).await?;
    // Locked, so that it is not removed meanwhile.
    let key = lock_key(write).await?;
    Ok(key.map(|key| key.seal(BY_DATABASE, id, secret)).unwrap_or_default())
}

/// Decrypts a secret; none where the key is another one.
pub(super) async fn open(
    db: &impl ConnectionTrait,
    outbound: &Outbound,
    id: Uuid,
    sealed: &[u8],
) -> Result<Option<WebhookSecret>> {
    if sealed.first() == Some(&BY_OPERATOR) {
        return Ok(outbound.key.as_ref().and_then(|key| key.open(id, sealed)));
    }
    let row = webhook_key::Entity::find_by_id(1).one(db).await?;
    Ok(row.and_then(|row| SecretKey::of(&row.key).open(id, sealed)))
}

/// Encrypts with the operator's key what was encrypted before there was one, and removes the database's own key, so that a
/// backup from then on tells no secret.
pub async fn seal_again(ctx: &Context) -> Result<()> {
    let Some(operators) = &ctx.outbound.key else { return Ok(()) };
    if webhook_key::Entity::find().count(ctx.db.reads()).await? == 0 {
        return Ok(());
    }
    let write = ctx.begin().await?;
    let Some(own) = lock_key(&write).await? else { return Ok(()) };
    let again = |id, sealed: &[u8]| match sealed.first() {
        Some(&BY_DATABASE) => own.open(id, sealed).map(|secret| operators.seal(BY_OPERATOR, id, &secret)),
        _ => Some(sealed.to_vec()),
    };
    for row in webhook::Entity::find().all(&write.tx).await? {
        let previous = row.previous_secret.as_deref().and_then(|sealed| again(row.id, sealed));
        let Some(secret) = again(row.id, &row.secret) else { continue };
        webhook::Entity::update_many()
            .col_expr(webhook::Column::Secret, Expr::val(secret))
            .col_expr(webhook::Column::PreviousSecret, Expr::val(previous))
            .filter(Expr::col(webhook::Column::Id).eq(row.id).and(Expr::col(webhook::Column::Secret).eq(row.secret)))
            .exec(&write.tx)
            .await?;
    }
    webhook_key::Entity::delete_many().exec(&write.tx).await?;
    write.commit().await?;
    tracing::info!("Encrypted the secrets of webhooks with the operator's key");
    Ok(())
}

/// The database's own key, which nobody else makes or removes until the transaction ends.
async fn lock_key(write: &Write) -> Result<Option<SecretKey>> {
    let locked = webhook_key::Entity::update_many()
        .col_expr(webhook_key::Column::OnlyRow, Expr::val(1))
        .exec_with_returning(&write.tx)
        .await?;
    Ok(locked.first().map(|row| SecretKey::of(&row.key)))
}
