//! Authenticates tokens. A result is cached for two seconds.

use chrono::TimeDelta;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};

use super::{Secret, audit, sessions};
use crate::{
    domain::{Actor, Context, Result},
    entity::{api_key, audit_event::AuditKind, session, user},
};

/// Precision of a session's last use, because otherwise reading would often write.
const SESSION_USE_INTERVAL: TimeDelta = TimeDelta::minutes(1);
/// Precision of an API key's last use, which the audit record contains as well.
const KEY_USE_INTERVAL: TimeDelta = TimeDelta::minutes(10);

/// Returns the caller of this token, if the token is in the cache.
pub fn cached(ctx: &Context, token: &Secret) -> Option<Actor> {
    by_cache(ctx, &token.hash())
}

fn by_cache(ctx: &Context, hash: &[u8; 32]) -> Option<Actor> {
    Some(Actor { address: ctx.actor.address, ..ctx.token_cache.get(hash)? })
}

/// Returns the caller of this token. `None` for a token that is unknown, expired or revoked. The address in `ctx` is
/// kept.
pub async fn authenticate(ctx: &Context, token: &Secret) -> Result<Option<Actor>> {
    let hash = token.hash();
    if let Some(actor) = by_cache(ctx, &hash) {
        return Ok(Some(actor));
    }
    let look_up = ctx.token_cache.begin();
    // Boxed, because the futures are seldom needed, and large.
    let found = if !token.is_api_key() {
        Box::pin(by_session(ctx, &hash)).await?
    } else if token.has_valid_checksum() {
        Box::pin(by_key(ctx, &hash)).await?
    } else {
        None
    };
    ctx.token_cache.keep(&look_up, hash, found);
    Ok(found)
}

async fn by_session(ctx: &Context, hash: &[u8; 32]) -> Result<Option<Actor>> {
    let found: Option<(session::Model, Option<user::Model>)> = session::Entity::find()
        .find_also_related(user::Entity)
        .filter(session::Column::TokenHash.eq(hash.to_vec()))
        .one(ctx.db.reads())
        .await?;
    let Some((session, Some(user))) = found else { return Ok(None) };
    let now = ctx.clock.now();
    if user.deactivated_at.is_some() || sessions::end(&session, ctx.token_cache.lifetimes) <= now {
        return Ok(None);
    }
    if now - session.last_used_at >= SESSION_USE_INTERVAL
        && let Err(cause) = sessions::note_use(ctx, &session).await
    {
        tracing::warn!(?cause, "The use of a session could not be noted");
    }
    Ok(Some(Actor {
        role: Some(user.role),
        user_id: Some(user.id),
        session_id: Some(session.id),
        key_id: None,
        address: ctx.actor.address,
    }))
}

async fn by_key(ctx: &Context, hash: &[u8; 32]) -> Result<Option<Actor>> {
    let found = api_key::Entity::find().filter(api_key::Column::SecretHash.eq(hash.to_vec()));
    let Some(key) = found.one(ctx.db.reads()).await? else { return Ok(None) };
    let now = ctx.clock.now();
    let has_ended = key.revoked_at.is_some() || key.expires_at.is_some_and(|end| end <= now);
    let actor = Actor {
        role: Some(key.role),
        user_id: None,
        session_id: None,
        key_id: Some(key.id),
        address: ctx.actor.address,
    };
    if has_ended {
        note_refused_key(&Context { actor, ..ctx.clone() }, &key).await;
        return Ok(None);
    }
    if key.last_used_at.is_none_or(|last| now - last >= KEY_USE_INTERVAL)
        && let Err(cause) = note_key_use(&Context { actor, ..ctx.clone() }, &key).await
    {
        tracing::warn!(?cause, "The use of an API key could not be noted");
    }
    Ok(Some(actor))
}

async fn note_refused_key(ctx: &Context, key: &api_key::Model) {
    let (now, refused) = (ctx.clock.now(), &ctx.token_cache.refused_keys);
    if refused.get(&key.id).is_some_and(|since| now - since < KEY_USE_INTERVAL) {
        return;
    }
    refused.insert(key.id, now);
    let noting = async {
        let write = ctx.begin().await?;
        audit::record(&write, AuditKind::KeyRefused, Some(&key.prefix)).await?;
        write.commit().await
    };
    if let Err(cause) = noting.await {
        tracing::warn!(?cause, "The use of an API key that has ended could not be noted");
    }
}

/// Notes the use of a key. Of concurrent requests, one does.
async fn note_key_use(ctx: &Context, key: &api_key::Model) -> Result<()> {
    let write = ctx.begin().await?;
    let unchanged = match key.last_used_at {
        Some(last) => api_key::Column::LastUsedAt.eq(last),
        None => api_key::Column::LastUsedAt.is_null(),
    };
    let noted = api_key::Entity::update_many()
        .col_expr(api_key::Column::LastUsedAt, Expr::val(write.now))
        .filter(api_key::Column::Id.eq(key.id).and(unchanged))
        .exec(&write.tx)
        .await?;
    if noted.rows_affected > 0 {
        audit::record(&write, AuditKind::KeyUsed, Some(&key.prefix)).await?;
    }
    write.commit().await
}
