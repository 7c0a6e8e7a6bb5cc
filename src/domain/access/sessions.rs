//! Sessions: the result of a sign-in.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Set, sea_query::ExprTrait};
use uuid::Uuid;

use super::{Lifetimes, Secret};
use crate::{
    clock::Clock,
    domain::{Result, Write},
    entity::session::{ActiveModel, Column, Entity, Model},
    storage::Db,
};

/// New session.
pub(super) struct Begun {
    pub(super) token: Secret,
    pub(super) expires_at: DateTime<Utc>,
}

/// Begins a session of a user. Its token is always new, and never taken from the request.
pub(super) async fn begin(write: &Write, user_id: Uuid, lifetimes: Lifetimes) -> Result<Begun> {
    let token = Secret::token();
    let session = Model {
        id: write.clock.new_id(),
        token_hash: token.hash().to_vec(),
        user_id,
        created_at: write.now,
        last_used_at: write.now,
        expires_at: after(write.now, lifetimes.longest),
    };
    let expires_at = end(&session, lifetimes);
    let row = ActiveModel {
        id: Set(session.id),
        token_hash: Set(session.token_hash),
        user_id: Set(user_id),
        created_at: Set(session.created_at),
        last_used_at: Set(session.last_used_at),
        expires_at: Set(session.expires_at),
    };
    Entity::insert(row).exec_without_returning(&write.tx).await?;
    Ok(Begun { token, expires_at })
}

/// Returns the time at which a session ends, if it is not used again.
pub(super) fn end(session: &Model, lifetimes: Lifetimes) -> DateTime<Utc> {
    Ord::min(after(session.last_used_at, lifetimes.idle), session.expires_at)
}

/// Returns true when the session has not ended, or when no session is given.
pub(super) async fn is_open(write: &Write, id: Option<Uuid>) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    Ok(Entity::find_by_id(id).one(&write.tx).await?.is_some())
}

/// Ends all sessions of a user.
pub(super) async fn end_all(write: &Write, user_id: Uuid) -> Result<u64> {
    let deleted = Entity::delete_many().filter(Column::UserId.eq(user_id)).exec(&write.tx).await?;
    Ok(deleted.rows_affected)
}

/// Removes expired sessions and links.
pub async fn remove_expired(db: &Db, clock: &Clock, lifetimes: Lifetimes) -> Result<()> {
    use crate::entity::password_link;

    let now = clock.now();
    let unused_since = now.checked_sub_signed(delta(lifetimes.idle)).unwrap_or(now);
    let has_ended = Column::ExpiresAt.lte(now).or(Column::LastUsedAt.lte(unused_since));
    Entity::delete_many().filter(has_ended).exec(db.writer()).await?;
    password_link::Entity::delete_many().filter(password_link::Column::ExpiresAt.lte(now)).exec(db.writer()).await?;
    Ok(())
}

pub(super) fn after(time: DateTime<Utc>, duration: std::time::Duration) -> DateTime<Utc> {
    time.checked_add_signed(delta(duration)).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn delta(duration: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}
