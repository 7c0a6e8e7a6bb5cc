//! Mutations of sessions, passwords, roles and API keys.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::payload::payload;
use crate::{
    domain::{
        self, Actor,
        access::{self, SignedIn},
    },
    entity::{api_key, user},
    graphql::{
        context::{ContextExt, SessionChange},
        enums::Role,
        error::{ApiError, ApiResult, ErrorCode, Nullable},
        scalars::DateTime,
        types::{ApiKey, User, UserError, Viewer, into_outcome},
    },
    throttle::Refused,
};

#[derive(Default)]
pub(super) struct AccessMutation;

#[Object]
impl AccessMutation {
    /// Starts a session. Browsers get a cookie, other clients use the same token.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account's e-mail address, in any case.")] email: String,
        #[graphql(desc = "The account's password.")] password: String,
    ) -> Nullable<SignInPayload> {
        let (throttle, address) = (&ctx.state().throttle, ctx.domain().actor.address);
        if let Err(refused) = throttle.sign_in(address, &email) {
            if throttle.is_news(address, &email) {
                Box::pin(access::note_refused_sign_in(ctx.domain(), &email)).await;
            }
            return Some(Err(too_often(ctx, refused)));
        }
        Some(signed_in(ctx, Box::pin(access::sign_in(ctx.domain(), &email, &password)).await))
    }

    /// Ends the caller's session.
    async fn sign_out(&self, ctx: &Context<'_>) -> Nullable<bool> {
        let ended = Box::pin(access::sign_out(ctx.domain())).await.map_err(ApiError::from);
        // A session that goes on needs its cookie, for another try.
        if ended.is_ok() {
            ctx.state().headers.session_changed(SessionChange::Ended);
        }
        Some(ended)
    }

    /// Sends a one-time link to the address of an account or placeholder. The answer is the same without one.
    async fn request_password_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account's e-mail address, in any case.")] email: String,
    ) -> Nullable<bool> {
        if let Err(refused) = ctx.state().throttle.link(ctx.domain().actor.address, &email) {
            return Some(Err(too_often(ctx, refused)));
        }
        let requested = Box::pin(access::request_password_link(ctx.domain(), &email)).await;
        Some(requested.map(|()| true).map_err(ApiError::from))
    }

    /// Sets the password with the token of a one-time link, and claims a placeholder. All other sessions end.
    async fn set_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Token of the link: the part after the #.")] token: String,
        #[graphql(desc = "The new password; 8 to 128 characters.")] password: String,
    ) -> Nullable<SignInPayload> {
        if let Err(refused) = ctx.state().throttle.attempt(ctx.domain().actor.address) {
            return Some(Err(too_often(ctx, refused)));
        }
        Some(signed_in(ctx, Box::pin(access::set_password(ctx.domain(), &token, &password)).await))
    }

    /// Changes the password of the caller. All other sessions end, and this one gets a new token.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The present password.")] current: String,
        #[graphql(desc = "The new password; 8 to 128 characters.")] password: String,
    ) -> Nullable<SignInPayload> {
        let Some(user_id) = ctx.domain().actor.user_id else {
            let message = "Only a user has a password; sign in as one.";
            return Some(Err(ApiError::new(ErrorCode::Forbidden, message)));
        };
        if let Err(refused) = ctx.state().throttle.sign_in(ctx.domain().actor.address, &user_id.to_string()) {
            return Some(Err(too_often(ctx, refused)));
        }
        Some(signed_in(ctx, Box::pin(access::change_password(ctx.domain(), &current, &password)).await))
    }

    /// Registers an account with this role, or gives it to the placeholder that has the address, and sends a one-time
    /// link.
    async fn invite_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "E-mail address to invite.")] email: String,
        #[graphql(desc = "Role of the user.")] role: Role,
    ) -> Nullable<UserPayload> {
        UserPayload::from_result(access::invite(ctx.domain(), &email, role.into())).await
    }

    /// Sets the role of a user. A user who loses a role is signed out. The last admin cannot lose the role.
    async fn set_user_role(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user's id.")] user_id: ID,
        #[graphql(desc = "New role of the user.")] role: Role,
    ) -> Nullable<UserPayload> {
        UserPayload::from_result(access::set_role(ctx.domain(), &user_id, role.into())).await
    }

    /// Names a user; a blank name takes the name away. Admins name anybody, everybody themselves.
    async fn update_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user's id.")] user_id: ID,
        #[graphql(desc = "Name of the user; at most 255 characters.")] name: Option<String>,
    ) -> Nullable<UserPayload> {
        UserPayload::from_result(access::rename(ctx.domain(), &user_id, name.as_deref())).await
    }

    /// Switches an account off: it cannot sign in, and its sessions and keys end. The last admin cannot be switched off.
    async fn deactivate_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user's id.")] user_id: ID,
    ) -> Nullable<UserPayload> {
        UserPayload::from_result(access::deactivate(ctx.domain(), &user_id)).await
    }

    /// Switches an account on again. Its password is as it was; its keys stay revoked.
    async fn reactivate_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user's id.")] user_id: ID,
    ) -> Nullable<UserPayload> {
        UserPayload::from_result(access::reactivate(ctx.domain(), &user_id)).await
    }

    /// Deletes a user for good. The contact stays, and history says that the actor is gone. The last admin cannot be
    /// deleted.
    async fn delete_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user's id.")] user_id: ID,
    ) -> Nullable<DeleteUserPayload> {
        let outcome = into_outcome(Box::pin(access::delete(ctx.domain(), &user_id)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok(id) => DeleteUserPayload { deleted_user_id: Some(id.into()), user_errors: Vec::new() },
            Err(user_errors) => DeleteUserPayload { deleted_user_id: None, user_errors },
        }))
    }

    /// Ends all sessions of an account but the caller's own. Admins do it to anybody, everybody to themselves.
    async fn end_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The user's id.")] user_id: ID,
    ) -> Nullable<UserPayload> {
        let ended = access::end_sessions(ctx.domain(), &user_id);
        UserPayload::from_result(async { ended.await.map(|(user, _)| user) }).await
    }

    /// Ends one of the caller's own sessions.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The session's id.")] id: ID,
    ) -> Nullable<EndSessionPayload> {
        let outcome = into_outcome(Box::pin(access::end_session(ctx.domain(), &id)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok(ended) => {
                if ctx.domain().actor.session_id == Some(ended) {
                    ctx.state().headers.session_changed(SessionChange::Ended);
                }
                EndSessionPayload { ended_session_id: Some(ended.into()), user_errors: Vec::new() }
            }
            Err(user_errors) => EndSessionPayload { ended_session_id: None, user_errors },
        }))
    }

    /// Creates an API key. Its secret is shown only once.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Purpose of the key; 1 to 255 characters.")] name: String,
        #[graphql(desc = "Role of the key; not CONTACT.")] role: Role,
        #[graphql(desc = "Time when the key expires.")] expires_at: Option<DateTime>,
    ) -> Nullable<CreateApiKeyPayload> {
        let minted = Box::pin(access::create_key(ctx.domain(), &name, role.into(), expires_at.map(|end| end.0))).await;
        Some(into_outcome(minted).map(|outcome| match outcome {
            Ok(minted) => CreateApiKeyPayload {
                api_key: Some(ApiKey(minted.key)),
                secret: Some(minted.secret.expose().to_owned()),
                user_errors: Vec::new(),
            },
            Err(user_errors) => CreateApiKeyPayload { api_key: None, secret: None, user_errors },
        }))
    }

    /// Revokes an API key for good.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key's id.")] id: ID,
    ) -> Nullable<ApiKeyPayload> {
        ApiKeyPayload::from_result(access::revoke_key(ctx.domain(), &id)).await
    }
}

fn too_often(ctx: &Context<'_>, refused: Refused) -> ApiError {
    ctx.state().headers.retry_after(refused.retry_after_seconds());
    refused.into()
}

fn signed_in(ctx: &Context<'_>, result: domain::Result<SignedIn>) -> ApiResult<SignInPayload> {
    if let Err(domain::Error::Busy) = &result {
        ctx.state().headers.retry_after(domain::error::BUSY_SECONDS);
    }
    Ok(match into_outcome(result)? {
        Ok(signed_in) => {
            let (role, user_id) = (Some(signed_in.user.role), Some(signed_in.user.id));
            let payload = SignInPayload {
                token: Some(signed_in.token.expose().to_owned()),
                expires_at: Some(DateTime(signed_in.expires_at)),
                viewer: Viewer::of(Actor { role, user_id, ..Actor::default() }),
                user_errors: Vec::new(),
            };
            ctx.state().headers.session_changed(SessionChange::Begun(Box::new(signed_in)));
            payload
        }
        Err(user_errors) => SignInPayload { token: None, expires_at: None, viewer: None, user_errors },
    })
}

/// Result of a sign-in.
#[derive(SimpleObject)]
pub(crate) struct SignInPayload {
    /// Bearer token; browsers also get it as an `HttpOnly` cookie.
    token: Option<String>,
    /// Time when an unused session ends.
    expires_at: Option<DateTime>,
    /// The user who has signed in.
    viewer: Option<Viewer>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

/// Result of `deleteUser`.
#[derive(SimpleObject)]
pub(crate) struct DeleteUserPayload {
    /// Id of the deleted user; null when the mutation was refused.
    deleted_user_id: Option<ID>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

/// Result of `endSession`.
#[derive(SimpleObject)]
pub(crate) struct EndSessionPayload {
    /// Id of the session that has ended; null when the mutation was refused.
    ended_session_id: Option<ID>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

/// Result of `createApiKey`.
#[derive(SimpleObject)]
pub(crate) struct CreateApiKeyPayload {
    /// The new key; null when the mutation was refused.
    api_key: Option<ApiKey>,
    /// Secret of the key, shown once because only its hash is stored.
    secret: Option<String>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

payload! {
    /// Result of an API key mutation.
    ApiKeyPayload {
        /// The key after the mutation; null when the mutation was refused.
        api_key: ApiKey(api_key::Model)
    }
}

payload! {
    /// Result of a user mutation.
    UserPayload {
        /// The user after the mutation; null when the mutation was refused.
        user: User(user::Model)
    }
}
