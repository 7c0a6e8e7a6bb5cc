//! Mutations of webhooks.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::payload::payload;
use crate::{
    domain::{
        self,
        webhooks::{self, NewWebhook},
    },
    entity::webhook,
    graphql::{
        context::ContextExt,
        error::{ApiResult, Nullable},
        input::WebhookInput,
        types::{UserError, Webhook, into_outcome},
    },
};

#[derive(Default)]
pub(super) struct WebhookMutation;

#[Object]
impl WebhookMutation {
    /// Creates a webhook, which is told of the changes from now on: at least once, and in the order of the feed. Its
    /// secret is shown only once; deliveries are signed with it as Standard Webhooks says.
    async fn create_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook's fields.")] input: WebhookInput,
    ) -> Nullable<CreateWebhookPayload> {
        Some(created(Box::pin(webhooks::create(ctx.domain(), input.into())).await))
    }

    /// Writes the fields of the input; the others stay as they are. A failed delivery is tried again at once.
    async fn update_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook's id.")] id: ID,
        #[graphql(desc = "The fields to write.")] input: WebhookInput,
    ) -> Nullable<WebhookPayload> {
        WebhookPayload::from_result(webhooks::update(ctx.domain(), &id, input.into())).await
    }

    /// Deletes a webhook.
    async fn delete_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook's id.")] id: ID,
    ) -> Nullable<DeleteWebhookPayload> {
        let outcome = into_outcome(Box::pin(webhooks::delete(ctx.domain(), &id)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok(id) => DeleteWebhookPayload { deleted_webhook_id: Some(id.into()), user_errors: Vec::new() },
            Err(user_errors) => DeleteWebhookPayload { deleted_webhook_id: None, user_errors },
        }))
    }

    /// Gives a webhook a second secret, which is shown only once. Deliveries are signed with both for 24 hours; then the
    /// old one ends.
    async fn rotate_webhook_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook's id.")] id: ID,
    ) -> Nullable<CreateWebhookPayload> {
        Some(created(Box::pin(webhooks::rotate(ctx.domain(), &id)).await))
    }

    /// Delivers again from a cursor of the feed on. Values that were erased since are not sent again.
    async fn replay_webhook(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The webhook's id.")] id: ID,
        #[graphql(desc = "Cursor of the last change that is not to be delivered again.")] after: String,
    ) -> Nullable<WebhookPayload> {
        WebhookPayload::from_result(webhooks::replay(ctx.domain(), &id, &after)).await
    }
}

fn created(result: domain::Result<NewWebhook>) -> ApiResult<CreateWebhookPayload> {
    Ok(match into_outcome(result)? {
        Ok(new) => CreateWebhookPayload {
            webhook: Some(Webhook(new.webhook)),
            secret: Some(new.secret.expose()),
            user_errors: Vec::new(),
        },
        Err(user_errors) => CreateWebhookPayload { webhook: None, secret: None, user_errors },
    })
}

/// Result of `createWebhook` and of `rotateWebhookSecret`.
#[derive(SimpleObject)]
pub(crate) struct CreateWebhookPayload {
    /// The webhook; null when the mutation was refused.
    webhook: Option<Webhook>,
    /// Its new secret, shown once.
    secret: Option<String>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}

payload! {
    /// Result of a webhook mutation.
    WebhookPayload {
        /// The webhook after the mutation; null when the mutation was refused.
        webhook: Webhook(webhook::Model)
    }
}

/// Result of `deleteWebhook`.
#[derive(SimpleObject)]
pub(crate) struct DeleteWebhookPayload {
    /// Id of the deleted webhook; null when the mutation was refused.
    deleted_webhook_id: Option<ID>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}
