//! A delivery: a signed request, and what its answer means.

use std::{sync::Arc, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::client::{Answer, Client};
use crate::{
    domain::{
        Context, Result,
        webhooks::{self, Signer},
    },
    entity::webhook::Model,
    telemetry::trace::{self, TRACEPARENT, Trace},
};

/// Longest time of a delivery.
pub(super) const DELIVERY_TIMEOUT: Duration = Duration::from_secs(10);

/// Outcome of a delivery.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The endpoint has it.
    Delivered,
    /// The endpoint wants no more.
    Gone,
    /// It is to be tried again, perhaps not before so many seconds.
    Failed(String, Option<u32>),
}

impl Outcome {
    /// Returns its name in metrics.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Gone => "gone",
            Self::Failed(..) => "failed",
        }
    }
}

const UNREADABLE: &str =
    "Its secret is encrypted with another key. Set LIAISON_SECRET_KEY to that key, or rotate the secret.";

/// The signer of a webhook, or why there is none.
pub(super) async fn signer(ctx: &Context, webhook: &Model) -> Result<std::result::Result<Signer, Outcome>> {
    let signer = webhooks::signer(ctx, webhook).await?;
    Ok(signer.ok_or_else(|| Outcome::Failed(UNREADABLE.to_owned(), None)))
}

/// Posts a body to an endpoint.
pub(super) async fn deliver(
    client: &Client,
    ctx: &Context,
    webhook: &Model,
    signer: &Signer,
    (id, body): (&str, Vec<u8>),
) -> Outcome {
    let now = ctx.clock.now();
    let signature = signer.sign(id, now, &body);
    let Some(headers) = headers(id, &now.timestamp().to_string(), &signature) else {
        return Outcome::Failed("The request could not be made.".to_owned(), None);
    };
    match client.post(&webhook.url, headers, body).await {
        Ok(answer) => outcome(&answer),
        Err(why) => Outcome::Failed(why, None),
    }
}

fn outcome(answer: &Answer) -> Outcome {
    let status = answer.status;
    match status {
        _ if status.is_success() => Outcome::Delivered,
        StatusCode::GONE => Outcome::Gone,
        _ if status.is_redirection() => {
            Outcome::Failed(format!("It answered {status}; redirects are not followed."), answer.retry_after)
        }
        _ => Outcome::Failed(format!("It answered {status}."), answer.retry_after),
    }
}

fn headers(id: &str, timestamp: &str, signature: &str) -> Option<HeaderMap> {
    let agent = concat!("Liaison/", env!("CARGO_PKG_VERSION"));
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::USER_AGENT, agent),
        (HeaderName::from_static("webhook-id"), id),
        (HeaderName::from_static("webhook-timestamp"), timestamp),
        (HeaderName::from_static("webhook-signature"), signature),
    ];
    let headers = headers.into_iter().map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?)));
    let trace = trace::current().and_then(Trace::header);
    headers.chain(trace.map(|trace| Some((TRACEPARENT, trace)))).collect()
}

/// Sends a ping, which is no change and moves no cursor. The error says why it was not taken.
pub async fn ping(ctx: &Context, webhook: &Model) -> Result<std::result::Result<(), String>> {
    let client = Client::new(Arc::clone(&ctx.outbound), DELIVERY_TIMEOUT);
    let id = format!("ping_{}", ctx.clock.new_id());
    let outcome = match signer(ctx, webhook).await? {
        Ok(signer) => deliver(&client, ctx, webhook, &signer, (&id, br#"{"type":"ping"}"#.to_vec())).await,
        Err(outcome) => outcome,
    };
    Ok(match outcome {
        Outcome::Delivered => Ok(()),
        Outcome::Gone => Err("It answered 410 Gone.".to_owned()),
        Outcome::Failed(why, _) => Err(why),
    })
}
