//! Signatures of deliveries.

use chrono::{DateTime, Utc};

use super::{WebhookSecret, seal};
use crate::{
    domain::{Context, Result},
    entity::webhook::Model,
};

/// Signs the deliveries of a webhook, with the previous secret too while it is being rotated.
#[derive(Debug)]
pub struct Signer {
    secret: WebhookSecret,
    previous: Option<(WebhookSecret, DateTime<Utc>)>,
}

impl Signer {
    /// The signatures of a body, separated by blanks, as the Standard Webhooks specification has them.
    pub fn sign(&self, id: &str, now: DateTime<Utc>, body: &[u8]) -> String {
        let previous = self.previous.iter().filter(|(_, until)| *until > now).map(|(secret, _)| secret);
        let secrets = std::iter::once(&self.secret).chain(previous);
        let signatures: Vec<String> = secrets.map(|secret| secret.sign(id, now.timestamp(), body)).collect();
        signatures.join(" ")
    }
}

/// The signer of a webhook; none where its secret was encrypted with another key.
pub async fn signer(ctx: &Context, webhook: &Model) -> Result<Option<Signer>> {
    let open = async |sealed| seal::open(ctx.db.reads(), &ctx.outbound, webhook.id, sealed).await;
    let Some(secret) = open(&webhook.secret).await? else { return Ok(None) };
    let previous = match (&webhook.previous_secret, webhook.previous_secret_until) {
        (Some(sealed), Some(until)) if until > ctx.clock.now() => open(sealed).await?.map(|secret| (secret, until)),
        _ => None,
    };
    Ok(Some(Signer { secret, previous }))
}
