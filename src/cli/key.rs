//! `liaison key …`: API keys.

use std::io::{self, Write};

use chrono::{DateTime, SecondsFormat, Utc};
use clap::{Args, Subcommand};

use super::{
    operator::{self, explain},
    user::RoleArg,
};
use crate::{
    config::DatabaseArgs,
    domain::{Context, access, instant},
    engine::checks::access::role_name,
    entity::api_key,
};

/// Make, list and revoke API keys
#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(flatten)]
    database: DatabaseArgs,

    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a key, and print its secret, which is shown only once
    Create {
        /// Purpose of the key
        #[arg(long)]
        name: String,
        /// Role of the key
        #[arg(long)]
        role: RoleArg,
        /// Time at which the key expires, such as 2027-01-31T00:00:00Z
        #[arg(long, value_parser = instant::parse)]
        expires_at: Option<DateTime<Utc>>,
    },
    /// List all keys, newest first
    List,
    /// Revoke a key for good
    Revoke {
        /// Id of the key, as `list` shows it
        id: String,
    },
}

impl Key {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let ctx = operator::open(&self.database).await?;
        let outcome = act(&ctx, self.action).await;
        ctx.db.close().await?;
        outcome
    }
}

async fn act(ctx: &Context, action: Action) -> anyhow::Result<()> {
    let mut out = io::stdout();
    match action {
        Action::Create { name, role, expires_at } => {
            let minted = access::create_key(ctx, &name, role.into(), expires_at).await.map_err(explain)?;
            writeln!(out, "{}", line(&minted.key))?;
            writeln!(out, "{}", minted.secret.expose())?;
        }
        Action::List => {
            for key in access::list_keys(ctx.db.reads()).await.map_err(explain)? {
                writeln!(out, "{}", line(&key))?;
            }
        }
        Action::Revoke { id } => {
            let key = access::revoke_key(ctx, &id).await.map_err(explain)?;
            writeln!(out, "{}", line(&key))?;
        }
    }
    Ok(())
}

fn line(key: &api_key::Model) -> String {
    let time = |name: &str, time: Option<DateTime<Utc>>| {
        time.map(|time| format!(" {name} {}", time.to_rfc3339_opts(SecondsFormat::Secs, true))).unwrap_or_default()
    };
    let times = [("used", key.last_used_at), ("expires", key.expires_at), ("revoked", key.revoked_at)];
    let times: String = times.into_iter().map(|(name, at)| time(name, at)).collect();
    format!("{} {}… {} {}{times}", key.id, key.prefix, role_name(key.role), key.name)
}
