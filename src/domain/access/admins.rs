//! Rules about admins: which callers act as one, and that one remains.

use sea_orm::{
    ActiveEnum, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use crate::{
    domain::{Code, Error, Result, UserError, Write},
    entity::{
        api_key, credential, identity,
        role::Role,
        user::{Column, Entity, Model},
    },
    storage::{self, Lock},
};

/// Locks the admins, because two could otherwise take each other's role at once.
pub(super) async fn lock(write: &Write) -> Result<()> {
    Ok(storage::lock(&write.tx, Lock::Admins).await?)
}

/// Locks the admins, then checks again that the caller is one. Without the lock, a key created now could outlive the
/// caller's role. Returns the caller's user if there is one, and for a key its admin.
pub(super) async fn lock_as_admin(write: &Write) -> Result<Option<Uuid>> {
    lock(write).await?;
    if let Some(key_id) = write.actor.key_id {
        let key = api_key::Entity::find_by_id(key_id).one(&write.tx).await?;
        let key = key.filter(|key| key.role == Role::Admin && key.revoked_at.is_none()).ok_or(Error::Forbidden)?;
        return Ok(key.created_by);
    }
    // A caller without a user and a key is the operator.
    let Some(user_id) = write.actor.user_id else { return Ok(None) };
    let user = Entity::find_by_id(user_id).one(&write.tx).await?;
    user.filter(|user| user.role == Role::Admin && user.deactivated_at.is_none()).ok_or(Error::Forbidden)?;
    Ok(Some(user_id))
}

/// Refuses to take the rights of the last admin who can sign in. The field is that of the caller's input.
pub(super) async fn refuse_last(write: &Write, user: &Model, field: &str) -> Result<()> {
    if user.role != Role::Admin || user.deactivated_at.is_some() {
        return Ok(());
    }
    let others = credential::Entity::find()
        .filter(credential::Column::Id.ne(user.id))
        .filter(can_sign_in())
        .filter(credential::Column::DeactivatedAt.is_null())
        .filter(Expr::col("role").eq("admin"));
    if others.count(&write.tx).await? == 0 {
        let message = "This is the last admin who can sign in. Make another user an admin first.";
        return Err(UserError::new(Code::Invalid, &[field], message).into());
    }
    Ok(())
}

/// True of users with a password, or with an account at a provider.
fn can_sign_in() -> Expr {
    let linked = Query::select().column(identity::Column::UserId).from(identity::Entity).take();
    credential::Column::PasswordHash.is_not_null().or(credential::Column::Id.in_subquery(linked))
}

/// Writes a user's role.
pub(super) async fn give_role(write: &Write, user: &Model, role: Role) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Role, Expr::val(role.to_value()))
        .col_expr(Column::UpdatedAt, write.not_before(Column::UpdatedAt))
        .filter(Column::Id.eq(user.id))
        .exec(&write.tx)
        .await?;
    Ok(())
}
