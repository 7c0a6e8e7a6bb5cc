//! From a token to who asks: one look-up, remembered for a moment.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{Lifetimes, Secret, audit, sessions};
use crate::{
    domain::{Actor, Context, Result},
    entity::{api_key, audit_event::Kind, session, user},
};

/// How long what was found out about a token is taken for true. On the replica that revokes it, it ends at once.
const REMEMBERED_FOR: Duration = Duration::from_secs(2);
/// Tokens remembered at once.
const REMEMBERED_MAX: usize = 10_000;
/// Refused keys remembered at once. They are real ones, so that nobody can make up many.
const REFUSED_KEYS_MAX: usize = 1000;
/// How exactly the last use of a session is known, so that reading seldom writes.
const SESSION_USE_NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);
/// The same for API keys, whose use goes into the audit record as well.
const KEY_USE_NOTED_EVERY: TimeDelta = TimeDelta::minutes(10);

/// What tokens have turned out to be lately, and how long sessions last.
pub struct Gate {
    pub(super) lifetimes: Lifetimes,
    remembered: Cache<[u8; 32], (Actor, Instant)>,
    /// Keys that were refused lately, and since when that is noted.
    refused_keys: Cache<Uuid, DateTime<Utc>>,
    /// How often something has changed that was remembered.
    changes: AtomicU64,
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").field("lifetimes", &self.lifetimes).finish_non_exhaustive()
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new(Lifetimes::default())
    }
}

impl Gate {
    /// A gate that remembers nobody yet.
    pub fn new(lifetimes: Lifetimes) -> Self {
        let refused_keys = Cache::new(REFUSED_KEYS_MAX);
        Self { lifetimes, remembered: Cache::new(REMEMBERED_MAX), refused_keys, changes: AtomicU64::new(0) }
    }

    /// How long sessions last.
    pub fn lifetimes(&self) -> Lifetimes {
        self.lifetimes
    }

    /// To be called whenever a session, a key or a role has changed.
    pub(super) fn forget(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.remembered.clear();
    }
}

/// Who has brought this token a moment ago; none when it takes a look-up to tell.
pub fn remembered(ctx: &Context, token: &Secret) -> Option<Actor> {
    by_memory(ctx, &token.hash())
}

fn by_memory(ctx: &Context, hash: &[u8; 32]) -> Option<Actor> {
    let (actor, since) = ctx.gate.remembered.get(hash)?;
    (since.elapsed() < REMEMBERED_FOR).then_some(Actor { address: ctx.actor.address, ..actor })
}

/// Who brings this token: none for one that is unknown, expired or revoked. The address in `ctx` is kept.
pub async fn authenticate(ctx: &Context, token: &Secret) -> Result<Option<Actor>> {
    let hash = token.hash();
    if let Some(actor) = by_memory(ctx, &hash) {
        return Ok(Some(actor));
    }
    let (since, before) = (Instant::now(), ctx.gate.changes.load(Ordering::SeqCst));
    // In boxes: seldom needed, and large.
    let found = if !token.is_api_key() {
        Box::pin(by_session(ctx, &hash)).await?
    } else if token.has_valid_checksum() {
        Box::pin(by_key(ctx, &hash)).await?
    } else {
        None
    };
    match found {
        Some(actor) => {
            ctx.gate.remembered.insert(hash, (actor, since));
            // What was looked up before a change may be from before it.
            if ctx.gate.changes.load(Ordering::SeqCst) != before {
                ctx.gate.remembered.remove(&hash);
            }
        }
        None => drop(ctx.gate.remembered.remove(&hash)),
    }
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
    if sessions::end(&session, ctx.gate.lifetimes) <= now {
        return Ok(None);
    }
    if now - session.last_used_at >= SESSION_USE_NOTED_EVERY {
        let noted = session::Entity::update_many()
            .col_expr(session::Column::LastUsedAt, Expr::val(now))
            .filter(session::Column::Id.eq(session.id).and(session::Column::LastUsedAt.lt(now)))
            .exec(ctx.db.writer());
        if let Err(cause) = noted.await {
            tracing::warn!(%cause, "The use of a session could not be noted");
        }
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
    if key.last_used_at.is_none_or(|last| now - last >= KEY_USE_NOTED_EVERY)
        && let Err(cause) = note_key_use(&Context { actor, ..ctx.clone() }, &key).await
    {
        tracing::warn!(?cause, "The use of an API key could not be noted");
    }
    Ok(Some(actor))
}

async fn note_refused_key(ctx: &Context, key: &api_key::Model) {
    let (now, refused) = (ctx.clock.now(), &ctx.gate.refused_keys);
    if refused.get(&key.id).is_some_and(|since| now - since < KEY_USE_NOTED_EVERY) {
        return;
    }
    refused.insert(key.id, now);
    let noting = async {
        let write = ctx.begin().await?;
        audit::record(&write, Kind::KeyRefused, Some(&key.prefix)).await?;
        write.commit().await
    };
    if let Err(cause) = noting.await {
        tracing::warn!(?cause, "The use of an API key that has ended could not be noted");
    }
}

/// Of requests that come at the same time, one notes the use.
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
        audit::record(&write, Kind::KeyUsed, Some(&key.prefix)).await?;
    }
    write.commit().await
}
