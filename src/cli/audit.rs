//! `liaison audit`.

use std::io::{self, Write};

use clap::Args;

use super::operator::{self, explain};
use crate::{config::DatabaseArgs, domain::access::audit, http::audit::Event};

/// Print the audit record of sign-ins, refusals and changes of access, as JSON lines, newest first
#[derive(Debug, Args)]
pub(super) struct Audit {
    #[command(flatten)]
    database: DatabaseArgs,

    /// Number of events
    #[arg(long, default_value_t = 100)]
    limit: u64,
}

impl Audit {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let ctx = operator::open(&self.database).await?;
        let events = audit::list(ctx.db.reads(), None, self.limit).await.map_err(explain)?;
        ctx.db.close().await?;
        let mut out = io::stdout();
        for event in events {
            writeln!(out, "{}", serde_json::to_string(&Event::from(event))?)?;
        }
        Ok(())
    }
}
