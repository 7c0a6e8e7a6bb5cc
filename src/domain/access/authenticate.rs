//! Authenticates tokens. A result is cached for two seconds.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
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
/// Interval between two checks of the logins of open connections.
const OPEN_CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// Most tokens that one statement looks up.
const TOKENS_PER_STATEMENT: usize = 1000;

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
    let actor = of_session(ctx, &session, &user);
    if actor.is_some()
        && is_due(ctx, Some(session.last_used_at), SESSION_USE_INTERVAL)
        && let Err(cause) = sessions::note_use(ctx, &session).await
    {
        tracing::warn!(?cause, "The use of a session could not be noted");
    }
    Ok(actor)
}

async fn by_key(ctx: &Context, hash: &[u8; 32]) -> Result<Option<Actor>> {
    let found = api_key::Entity::find().filter(api_key::Column::SecretHash.eq(hash.to_vec()));
    let Some(key) = found.one(ctx.db.reads()).await? else { return Ok(None) };
    let actor = of_key(ctx, &key);
    if has_ended(ctx, &key) {
        note_refused_key(&Context { actor, ..ctx.clone() }, &key).await;
        return Ok(None);
    }
    if is_due(ctx, key.last_used_at, KEY_USE_INTERVAL)
        && let Err(cause) = note_key_use(&Context { actor, ..ctx.clone() }, &key).await
    {
        tracing::warn!(?cause, "The use of an API key could not be noted");
    }
    Ok(Some(actor))
}

/// Returns the caller of a session, unless the session has ended or its use is to be noted.
fn lasting_session(ctx: &Context, session: &session::Model, user: &user::Model) -> Option<Actor> {
    of_session(ctx, session, user).filter(|_| !is_due(ctx, Some(session.last_used_at), SESSION_USE_INTERVAL))
}

/// Returns the caller of a key, unless the key has ended or its use is to be noted.
fn lasting_key(ctx: &Context, key: &api_key::Model) -> Option<Actor> {
    let lasts = !has_ended(ctx, key) && !is_due(ctx, key.last_used_at, KEY_USE_INTERVAL);
    lasts.then(|| of_key(ctx, key))
}

/// Returns the caller of a session. `None` when the session has ended, and when the account is switched off.
fn of_session(ctx: &Context, session: &session::Model, user: &user::Model) -> Option<Actor> {
    let is_open = user.deactivated_at.is_none() && sessions::end(session, ctx.token_cache.lifetimes) > ctx.clock.now();
    is_open.then_some(Actor {
        role: Some(user.role),
        user_id: Some(user.id),
        session_id: Some(session.id),
        key_id: None,
        address: ctx.actor.address,
    })
}

fn of_key(ctx: &Context, key: &api_key::Model) -> Actor {
    Actor { role: Some(key.role), user_id: None, session_id: None, key_id: Some(key.id), address: ctx.actor.address }
}

fn has_ended(ctx: &Context, key: &api_key::Model) -> bool {
    key.revoked_at.is_some() || key.expires_at.is_some_and(|end| end <= ctx.clock.now())
}

/// Returns true when the last use that was noted is so long ago that another is to be noted.
fn is_due(ctx: &Context, last_used_at: Option<DateTime<Utc>>, interval: TimeDelta) -> bool {
    last_used_at.is_none_or(|last| ctx.clock.now() - last >= interval)
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

/// Checks the logins of open connections until dropped. While the database is unavailable they stay as they are.
pub async fn check_open_logins(ctx: &Context) {
    loop {
        tokio::time::sleep(OPEN_CHECK_INTERVAL).await;
        match check(ctx).await {
            Ok(()) => ctx.token_cache.open_logins.note_check(),
            Err(error) => tracing::warn!(%error, "The logins of open connections could not be checked; trying again"),
        }
    }
}

/// Caches the logins that last. The others, and those whose use is to be noted, are looked up by their connections.
async fn check(ctx: &Context) -> Result<()> {
    let cache = &ctx.token_cache;
    for hashes in cache.open_logins.hashes().chunks(TOKENS_PER_STATEMENT) {
        let look_up = cache.begin();
        let mut lasting = look_up_all(ctx, hashes).await?;
        for hash in hashes {
            cache.keep(&look_up, *hash, lasting.remove(hash.as_slice()));
        }
    }
    Ok(())
}

async fn look_up_all(ctx: &Context, hashes: &[[u8; 32]]) -> Result<HashMap<Vec<u8>, Actor>> {
    let db = ctx.db.reads();
    let listed = || hashes.iter().map(|hash| hash.to_vec());
    let sessions = session::Entity::find().find_also_related(user::Entity);
    let sessions = sessions.filter(session::Column::TokenHash.is_in(listed())).all(db).await?;
    let by_session = sessions.into_iter().filter_map(|(session, user)| {
        let actor = lasting_session(ctx, &session, &user?)?;
        Some((session.token_hash, actor))
    });
    let mut lasting: HashMap<_, _> = by_session.collect();
    if lasting.len() < hashes.len() {
        let keys = api_key::Entity::find().filter(api_key::Column::SecretHash.is_in(listed())).all(db).await?;
        lasting.extend(keys.into_iter().filter_map(|key| {
            let actor = lasting_key(ctx, &key)?;
            Some((key.secret_hash, actor))
        }));
    }
    Ok(lasting)
}
