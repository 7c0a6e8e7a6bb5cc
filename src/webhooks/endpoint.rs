//! The task of an endpoint: reads the feed from the webhook's cursor on, and delivers one body after the other.
//!
//! A body is read from the feed right before it is sent, also when it is sent again, so values that were erased meanwhile
//! are not sent.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use metrics::counter;
use tokio::sync::watch;
use tracing::{Instrument, field};

use super::{
    body::{Body, CHANGES_MAX, body},
    delivery::{self, Outcome},
    shared::Shared,
};
use crate::{
    domain::{
        Error, Result,
        changes::{Position, Wanted, Watch},
        webhooks::{self, Failed, Signer},
    },
    engine::changes_page,
    entity::{change::SubjectType, webhook::Model},
    telemetry::{self, trace},
};

/// Interval at which the place after changes that a webhook does not want is stored.
const STORE_INTERVAL: Duration = Duration::from_mins(1);

/// Behaviour of the task when all is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// It waits for more.
    ForChanges,
    /// It ends.
    Never,
}

/// Next step of the task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    End,
}

/// Content of the feed after the webhook's place.
enum Found {
    Changes(Body),
    /// Only rows that cannot be read, as subscribers do not see them either.
    Unreadable,
    Nothing,
    /// The changes that come next are no longer kept.
    Gap,
}

/// Endpoint, and its task's state.
pub(super) struct Endpoint {
    shared: Arc<Shared>,
    webhook: Model,
    types: Vec<SubjectType>,
    /// Place up to which all is delivered, or unwanted.
    place: Position,
    /// The same, as it is stored.
    stored: Position,
    stop: watch::Receiver<bool>,
}

impl Endpoint {
    pub(super) fn new(shared: Arc<Shared>, webhook: Model, stop: watch::Receiver<bool>) -> Self {
        let (types, place) = (webhooks::subject_types(&webhook), webhooks::place(&webhook));
        Self { shared, webhook, types, place, stored: place, stop }
    }

    /// Delivers until something fails, or the webhook is somebody else's. A look at the webhooks begins it again.
    pub(super) async fn run(mut self, wait: Wait) {
        let id = self.webhook.id;
        if let Err(error) = self.deliver_all(wait).await {
            tracing::warn!(webhook.id = %id, ?error, "Changes could not be delivered; trying again");
        }
    }

    async fn deliver_all(&mut self, wait: Wait) -> Result<()> {
        let shared = Arc::clone(&self.shared);
        let signer = match delivery::signer(&shared.ctx, &self.webhook).await? {
            Ok(signer) => signer,
            Err(outcome) => return self.note(outcome, self.place).await.map(drop),
        };
        let types = (!self.types.is_empty()).then(|| self.types.clone());
        let wanted = Wanted { subject_types: types, contact_id: None };
        let mut watching = match wait {
            Wait::ForChanges => Some(Watch::open(&shared.ctx, wanted).await?),
            Wait::Never => None,
        };
        while !*self.stop.borrow() {
            let known = watching.as_ref().map(Watch::now);
            let next = match (self.read().await?, &mut watching) {
                (Found::Changes(body), _) => self.deliver(&signer, body).await?,
                (Found::Unreadable, _) => Next::GoOn,
                (Found::Nothing, Some(watching)) => {
                    // Everything up to the known place was read, and nothing of it was wanted.
                    self.place = self.place.max(known.unwrap_or_default());
                    self.wait(watching).await?
                }
                (Found::Nothing, None) | (Found::Gap, _) => Next::End,
            };
            if next == Next::End {
                break;
            }
        }
        Ok(())
    }

    /// Reads the next body. Where changes are missing, the webhook is switched off, because nobody can deliver them.
    async fn read(&mut self) -> Result<Found> {
        let _permit = self.shared.reads.acquire().await;
        match changes_page(&self.shared.engine, self.place, &self.types, CHANGES_MAX).await {
            Ok(page) => {
                let end = page.end.filter(|end| *end > self.place);
                if let Some(body) = body(page) {
                    return Ok(Found::Changes(body));
                }
                self.place = end.unwrap_or(self.place);
                Ok(end.map_or(Found::Nothing, |_| Found::Unreadable))
            }
            Err(Error::BadRequest(why)) => {
                let why = format!("{why} `replayWebhook` takes the new cursor.");
                if webhooks::switch_off(&self.shared.ctx, &self.webhook, &why).await? {
                    tracing::warn!(webhook.id = %self.webhook.id, "Switched a webhook off, because changes are missing");
                }
                Ok(Found::Gap)
            }
            Err(error) => Err(error),
        }
    }

    async fn deliver(&mut self, signer: &Signer, body: Body) -> Result<Next> {
        let shared = Arc::clone(&self.shared);
        // An admin's settings count from the next delivery on, not from the next look at the webhooks.
        if !webhooks::is_current(&shared.ctx, &self.webhook).await? {
            return Ok(Next::End);
        }
        // Another process may take the webhook over when its lease ends, and nothing may be under way then.
        if Instant::now() + shared.client.timeout() >= *shared.leased_until.borrow() {
            return Ok(Next::End);
        }
        let request = (body.cursor.as_str(), body.json);
        // The changes come from many requests, so a delivery is a trace of its own.
        let span = tracing::info_span!("delivery", webhook.id = %self.webhook.id, trace.id = field::Empty);
        let trace = telemetry::begin(&span);
        let delivering = async {
            let outcome = delivery::deliver(&shared.client, &shared.ctx, &self.webhook, signer, request).await;
            self.note(outcome, body.place).await
        };
        trace::within(Some(trace), delivering).instrument(span).await
    }

    /// Stores the outcome of a delivery.
    async fn note(&mut self, outcome: Outcome, place: Position) -> Result<Next> {
        let (ctx, id) = (&self.shared.ctx, self.webhook.id);
        counter!("liaison_webhook_deliveries_total", "outcome" => outcome.name()).increment(1);
        match outcome {
            Outcome::Delivered => {
                let is_ours = webhooks::delivered(ctx, &self.webhook, place).await?;
                (self.place, self.stored) = (place, place);
                return Ok(if is_ours { Next::GoOn } else { Next::End });
            }
            Outcome::Gone => {
                if webhooks::switch_off(ctx, &self.webhook, "It answered 410 Gone.").await? {
                    tracing::warn!(webhook.id = %id, "Switched a webhook off, because it is gone");
                }
            }
            Outcome::Failed(why, not_before) => match webhooks::failed(ctx, &self.webhook, &why, not_before).await? {
                Failed::Later(next) => {
                    tracing::warn!(webhook.id = %id, %why, %next, "A webhook took no delivery; trying again");
                }
                Failed::Off => tracing::warn!(webhook.id = %id, %why, "Switched a webhook off after five days"),
                Failed::Stale => {}
            },
        }
        Ok(Next::End)
    }

    /// Waits for a wanted change, and stores now and then how far the unwanted ones go.
    async fn wait(&mut self, watching: &mut Watch) -> Result<Next> {
        let mut stop = self.stop.clone();
        loop {
            tokio::select! {
                waited = watching.wait(&mut self.place) => return waited.map(|()| Next::GoOn),
                stopped = stop.wait_for(|stop| *stop) => {
                    drop(stopped);
                    return Ok(Next::End);
                }
                () = tokio::time::sleep(STORE_INTERVAL) => {}
            }
            if self.place > self.stored {
                if !webhooks::skipped(&self.shared.ctx, &self.webhook, self.place).await? {
                    return Ok(Next::End);
                }
                self.stored = self.place;
            }
        }
    }
}
