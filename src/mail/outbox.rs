//! Delivery of the outbox, with retries. A mail's link is made when the mail is sent. So the database never holds a
//! link in clear, and a request for an unknown address takes no different time.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use metrics::counter;
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use tokio::sync::watch;

use super::{Letter, MailError, Mailer, WebhookOff};
use crate::{
    domain::{
        Context, Result,
        access::{self, Secret},
        webhooks,
    },
    entity::outbox::{Column, Entity, MailKind, Model},
};

/// Interval between checks of the outbox.
const CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// Mails taken at a time.
const MAILS_PER_BATCH: u64 = 16;
/// Time for which other replicas leave a taken mail alone. It is longer than the longest delivery.
const LEASE: TimeDelta = TimeDelta::minutes(2);
/// First delay after a failure. It doubles with each.
const FIRST_DELAY: TimeDelta = TimeDelta::seconds(15);
/// Time after which a mail is given up.
const GIVE_UP_AFTER: TimeDelta = TimeDelta::hours(24);

/// Sends mails until asked to stop. A mail that is being sent then keeps its lease, and may be sent twice.
pub async fn run(ctx: &Context, mailer: &Mailer, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = deliver_forever(ctx, mailer) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
}

async fn deliver_forever(ctx: &Context, mailer: &Mailer) {
    loop {
        match deliver_batch(ctx, mailer).await {
            // There may be more.
            Ok(batch) if batch.taken as u64 == MAILS_PER_BATCH => continue,
            Ok(_) => {}
            Err(error) => tracing::warn!(?error, "The outbox could not be read; trying again"),
        }
        tokio::time::sleep(CHECK_INTERVAL).await;
    }
}

/// Sends the mails that are due, and returns their number.
pub async fn deliver_due(ctx: &Context, mailer: &Mailer) -> Result<usize> {
    Ok(deliver_batch(ctx, mailer).await?.sent)
}

#[derive(Default)]
struct Batch {
    taken: usize,
    sent: usize,
}

/// Outcome of an attempt.
enum Sent {
    Yes,
    /// Nobody is to have the mail any more.
    ToNobody,
    No(MailError),
}

/// Sends a batch, invitations first, because anybody can request links, even for addresses without an account.
async fn deliver_batch(ctx: &Context, mailer: &Mailer) -> Result<Batch> {
    let due = Entity::find().filter(Column::NextAttemptAt.lte(ctx.clock.now()));
    let due = due
        .order_by_asc(Column::Kind)
        .order_by_asc(Column::NextAttemptAt)
        .limit(MAILS_PER_BATCH)
        .all(ctx.db.reads())
        .await?;
    let mut batch = Batch::default();
    for mail in due {
        if take(ctx, &mail).await? {
            batch.taken += 1;
            batch.sent += usize::from(deliver(ctx, mailer, &mail).await?);
        }
    }
    Ok(batch)
}

/// Takes a mail. Of several replicas, one succeeds.
async fn take(ctx: &Context, mail: &Model) -> Result<bool> {
    let taken = Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::NextAttemptAt, Expr::val(ctx.clock.now() + LEASE))
        .filter(Column::Id.eq(mail.id).and(Column::Attempts.eq(mail.attempts)))
        .exec(ctx.db.writer())
        .await?;
    Ok(taken.rows_affected > 0)
}

async fn deliver(ctx: &Context, mailer: &Mailer, mail: &Model) -> Result<bool> {
    let sent = match mail.kind {
        MailKind::PasswordLink => send_link(ctx, mailer, mail, |token| Letter::PasswordLink(token)).await?,
        MailKind::Invitation => send_link(ctx, mailer, mail, |token| Letter::Invitation(token)).await?,
        MailKind::WebhookOff => send_webhook_off(ctx, mailer, mail).await?,
    };
    match &sent {
        Sent::Yes => {
            count("sent");
            remove(ctx, mail).await?;
        }
        Sent::ToNobody => remove(ctx, mail).await?,
        Sent::No(error) => note_failure(ctx, mail, error).await?,
    }
    Ok(matches!(sent, Sent::Yes))
}

async fn send_link(
    ctx: &Context,
    mailer: &Mailer,
    mail: &Model,
    letter: impl FnOnce(&Secret) -> Letter<'_>,
) -> Result<Sent> {
    let Some((token, address)) = access::for_recipient(ctx, &mail.recipient).await? else { return Ok(Sent::ToNobody) };
    let Err(error) = mailer.send(&address, letter(&token)).await else { return Ok(Sent::Yes) };
    access::withdraw(ctx, &token).await?;
    Ok(Sent::No(error))
}

/// Tells an admin that a webhook was switched off, if it still is and the user still is an admin.
async fn send_webhook_off(ctx: &Context, mailer: &Mailer, mail: &Model) -> Result<Sent> {
    let webhook = webhooks::get(ctx.db.reads(), mail.webhook_id.unwrap_or_default()).await?;
    let address = access::admin_address(ctx, &mail.recipient).await?;
    let (Some(webhook), Some(address)) = (webhook.filter(|webhook| !webhook.is_enabled), address) else {
        return Ok(Sent::ToNobody);
    };
    let about = WebhookOff {
        id: webhook.id,
        endpoint: webhooks::site(&webhook.url),
        reason: webhook.disabled_reason.unwrap_or_default(),
    };
    Ok(mailer.send(&address, Letter::WebhookOff(&about)).await.map_or_else(Sent::No, |()| Sent::Yes))
}

/// Puts a mail off, or gives it up.
async fn note_failure(ctx: &Context, mail: &Model, error: &MailError) -> Result<()> {
    let now = ctx.clock.now();
    if error.is_permanent() || now - mail.created_at >= GIVE_UP_AFTER {
        count("given_up");
        tracing::error!(mail.id = %mail.id, %error, "A mail could not be sent and is given up");
        remove(ctx, mail).await?;
    } else {
        count("failed");
        let next = next_attempt(now, mail.attempts);
        tracing::warn!(mail.id = %mail.id, %error, %next, "A mail could not be sent; trying again");
        Entity::update_many()
            .col_expr(Column::NextAttemptAt, Expr::val(next))
            .filter(Column::Id.eq(mail.id))
            .exec(ctx.db.writer())
            .await?;
    }
    Ok(())
}

fn count(outcome: &'static str) {
    counter!("liaison_mails_total", "outcome" => outcome).increment(1);
}

fn next_attempt(now: DateTime<Utc>, failures: i32) -> DateTime<Utc> {
    let doublings = failures.clamp(0, 8).unsigned_abs();
    now + FIRST_DELAY * 2_i32.pow(doublings)
}

async fn remove(ctx: &Context, mail: &Model) -> Result<()> {
    Entity::delete_by_id(mail.id).exec(ctx.db.writer()).await?;
    Ok(())
}
