//! `Webhook`.

use async_graphql::{ID, Object};

use crate::{
    domain::{changes::Cursor, webhooks},
    entity::webhook,
    graphql::{enums::SubjectType, items::Items, scalars::DateTime},
};

/// An endpoint of another system that is told of changes.
#[derive(Clone)]
pub(crate) struct Webhook(pub(crate) webhook::Model);

/// An endpoint of another system that is told of changes.
#[Object]
impl Webhook {
    /// The webhook's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    /// URL of the endpoint.
    async fn url(&self) -> &str {
        &self.0.url
    }

    /// Types of records whose changes are delivered; empty for all.
    async fn subject_types(&self) -> Items<SubjectType> {
        webhooks::subject_types(&self.0).into_iter().map(SubjectType::from).collect()
    }

    /// False when nothing is delivered.
    async fn is_enabled(&self) -> bool {
        self.0.is_enabled
    }

    /// Reason why it was switched off; null when it is on.
    async fn disabled_reason(&self) -> Option<&str> {
        self.0.disabled_reason.as_deref()
    }

    /// Cursor of the feed up to which all is delivered.
    async fn cursor(&self) -> Option<String> {
        Some(Cursor::at(webhooks::place(&self.0)).to_string())
    }

    /// Time of the last delivery.
    async fn last_delivered_at(&self) -> Option<DateTime> {
        self.0.last_delivered_at.map(DateTime)
    }

    /// Reason why the last attempt failed; null when it succeeded.
    async fn last_failure(&self) -> Option<&str> {
        self.0.last_failure.as_deref()
    }

    /// Time when the webhook was created.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }
}
