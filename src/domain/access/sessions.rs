//! Sessions: the result of a sign-in.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
    sea_query::{Expr, ExprTrait},
};
use uuid::Uuid;

use super::{Lifetimes, Secret, audit};
use crate::{
    clock::Clock,
    domain::{Context, Result, UserError, Write, parse_id},
    entity::{
        audit_event::AuditKind,
        password_link,
        session::{ActiveModel, Column, Entity, Model},
        user,
    },
    storage::Db,
};

/// Most sessions of a user that are listed.
const SESSIONS_MAX: u64 = 200;

/// New session.
pub(super) struct Begun {
    pub(super) id: Uuid,
    pub(super) token: Secret,
    pub(super) expires_at: DateTime<Utc>,
}

/// Begins a session of a user, who may have signed in at a provider. Its token is always new, and never taken from the request.
pub(super) async fn begin(write: &Write, user_id: Uuid, lifetimes: Lifetimes, provider: Option<&str>) -> Result<Begun> {
    let token = Secret::token();
    let session = Model {
        id: write.clock.new_id(),
        token_hash: token.hash().to_vec(),
        user_id,
        created_at: write.now,
        last_used_at: write.now,
        expires_at: after(write.now, lifetimes.longest),
        provider: provider.map(str::to_owned),
    };
    let expires_at = end(&session, lifetimes);
    let row = ActiveModel {
        id: Set(session.id),
        token_hash: Set(session.token_hash),
        user_id: Set(user_id),
        created_at: Set(session.created_at),
        last_used_at: Set(session.last_used_at),
        expires_at: Set(session.expires_at),
        provider: Set(session.provider),
    };
    Entity::insert(row).exec_without_returning(&write.tx).await?;
    see_user(write, user_id).await?;
    Ok(Begun { id: session.id, token, expires_at })
}

/// Returns the time at which a session ends, if it is not used again.
pub fn end(session: &Model, lifetimes: Lifetimes) -> DateTime<Utc> {
    Ord::min(after(session.last_used_at, lifetimes.idle), session.expires_at)
}

/// Returns true when the session has not ended, or when no session is given.
pub(super) async fn is_open(write: &Write, id: Option<Uuid>) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    Ok(Entity::find_by_id(id).one(&write.tx).await?.is_some())
}

/// Notes the use of a session, and that its user was seen. Of concurrent requests, one does.
pub(super) async fn note_use(ctx: &Context, session: &Model) -> Result<()> {
    let write = ctx.begin().await?;
    let noted = Entity::update_many()
        .col_expr(Column::LastUsedAt, Expr::val(write.now))
        .filter(Column::Id.eq(session.id).and(Column::LastUsedAt.eq(session.last_used_at)))
        .exec(&write.tx)
        .await?;
    if noted.rows_affected > 0 {
        see_user(&write, session.user_id).await?;
    }
    write.commit().await
}

async fn see_user(write: &Write, user_id: Uuid) -> Result<()> {
    user::Entity::update_many()
        .col_expr(user::Column::LastSeenAt, Expr::val(write.now))
        .filter(user::Column::Id.eq(user_id))
        .exec(&write.tx)
        .await?;
    Ok(())
}

/// Lists a user's sessions that have not ended: the given one first, then those used last.
pub async fn list(ctx: &Context, user_id: Uuid, current: Option<Uuid>) -> Result<Vec<Model>> {
    let (now, lifetimes) = (ctx.clock.now(), ctx.token_cache.lifetimes);
    let all = Entity::find().filter(Column::UserId.eq(user_id)).order_by_desc(Column::LastUsedAt);
    let mut open = all.limit(SESSIONS_MAX).all(ctx.db.reads()).await?;
    open.retain(|session| end(session, lifetimes) > now);
    open.sort_by_key(|session| Some(session.id) != current);
    Ok(open)
}

/// Ends one of the caller's own sessions. Returns its id.
pub async fn end_session(ctx: &Context, id: &str) -> Result<Uuid> {
    let missing = || UserError::not_found("session", &["id"]);
    let id = parse_id(id).ok_or_else(missing)?;
    let user_id = ctx.actor.user_id.ok_or_else(missing)?;
    let write = ctx.begin().await?;
    let own = Column::Id.eq(id).and(Column::UserId.eq(user_id));
    if Entity::delete_many().filter(own).exec(&write.tx).await?.rows_affected == 0 {
        return Err(missing().into());
    }
    audit::record(&write, AuditKind::SignedOut, None).await?;
    write.commit().await?;
    ctx.token_cache.clear();
    Ok(id)
}

/// Ends all sessions of a user but one.
pub(super) async fn end_others(write: &Write, user_id: Uuid, kept: Option<Uuid>) -> Result<u64> {
    let others = kept.map(|kept| Column::Id.ne(kept));
    let ended = others.into_iter().fold(Entity::delete_many(), QueryFilter::filter).filter(Column::UserId.eq(user_id));
    Ok(ended.exec(&write.tx).await?.rows_affected)
}

/// Ends all sessions, and withdraws all links.
pub(in crate::domain) async fn sign_everybody_out(tx: &impl ConnectionTrait) -> std::result::Result<(), DbErr> {
    Entity::delete_many().exec(tx).await?;
    password_link::Entity::delete_many().exec(tx).await?;
    Ok(())
}

/// Ends all sessions of a user.
pub(super) async fn end_all(write: &Write, user_id: Uuid) -> Result<u64> {
    end_others(write, user_id, None).await
}

/// Removes expired sessions, links and sign-ins at providers.
pub async fn remove_expired(db: &Db, clock: &Clock, lifetimes: Lifetimes) -> Result<()> {
    use crate::entity::used_sign_in;

    let now = clock.now();
    let unused_since = now.checked_sub_signed(delta(lifetimes.idle)).unwrap_or(now);
    let has_ended = Column::ExpiresAt.lte(now).or(Column::LastUsedAt.lte(unused_since));
    Entity::delete_many().filter(has_ended).exec(db.writer()).await?;
    password_link::Entity::delete_many().filter(password_link::Column::ExpiresAt.lte(now)).exec(db.writer()).await?;
    used_sign_in::Entity::delete_many().filter(used_sign_in::Column::ExpiresAt.lte(now)).exec(db.writer()).await?;
    Ok(())
}

pub(super) fn after(time: DateTime<Utc>, duration: std::time::Duration) -> DateTime<Utc> {
    time.checked_add_signed(delta(duration)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn delta(duration: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
