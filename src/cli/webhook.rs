//! `liaison webhook`: endpoints that are told of changes.

use std::{
    io::{self, Write},
    sync::Arc,
};

use anyhow::{Context as _, bail};
use chrono::SecondsFormat;
use clap::Args;

use super::operator::{self, explain};
use crate::{
    config::{DatabaseArgs, WebhookArgs},
    domain::{
        Context,
        changes::Cursor,
        parse_id,
        webhooks::{self, Outbound},
    },
    entity::webhook,
    outbound::check_authorities,
    webhooks::ping,
};

/// List webhooks, send one a ping, or have it send again; the API creates them
#[derive(Debug, Args)]
pub(super) struct Webhook {
    #[command(flatten)]
    database: DatabaseArgs,

    #[command(flatten)]
    settings: WebhookArgs,

    /// Send a ping to the webhook with this id, also where it is switched off
    #[arg(long, value_name = "ID", conflicts_with = "replay")]
    test: Option<String>,

    /// Have the webhook with this id send again from a cursor on
    #[arg(long, value_name = "ID", requires = "after")]
    replay: Option<String>,

    /// Cursor of the last change that is not to be sent again
    #[arg(long, value_name = "CURSOR", requires = "replay")]
    after: Option<String>,
}

impl Webhook {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        check_authorities().map_err(anyhow::Error::msg)?;
        let outbound = Arc::new(Outbound::new(&self.settings).map_err(anyhow::Error::msg)?);
        let ctx = Context { outbound, ..operator::open(&self.database).await? };
        let outcome = self.act(&ctx).await;
        ctx.db.close().await?;
        outcome
    }

    async fn act(&self, ctx: &Context) -> anyhow::Result<()> {
        let mut out = io::stdout();
        match (&self.test, &self.replay, &self.after) {
            (Some(id), ..) => {
                let webhook = webhooks::get(ctx.db.reads(), parse_id(id).unwrap_or_default()).await.map_err(explain)?;
                let webhook = webhook.context("There is no such webhook.")?;
                if let Err(why) = ping(ctx, &webhook).await.map_err(explain)? {
                    bail!("The ping was not taken. {why}");
                }
                writeln!(out, "The ping was taken.")?;
            }
            (None, Some(id), Some(after)) => {
                let webhook = webhooks::replay(ctx, id, after).await.map_err(explain)?;
                writeln!(out, "{}", line(&webhook))?;
            }
            _ => {
                for webhook in webhooks::list(ctx.db.reads()).await.map_err(explain)? {
                    writeln!(out, "{}", line(&webhook))?;
                }
            }
        }
        Ok(())
    }
}

fn line(webhook: &webhook::Model) -> String {
    let state = if webhook.is_enabled { "on" } else { "off" };
    let delivered = webhook.last_delivered_at.map_or_else(
        || "nothing delivered".to_owned(),
        |at| format!("delivered {}", at.to_rfc3339_opts(SecondsFormat::Secs, true)),
    );
    let cursor = Cursor::at(webhooks::place(webhook));
    let why = webhook.disabled_reason.as_ref().or(webhook.last_failure.as_ref());
    let why = why.map(|why| format!(" {why}")).unwrap_or_default();
    format!("{} {state} {} {delivered} up to {cursor}{why}", webhook.id, webhook.url)
}
