//! Shared by the commands for operators: the database, opened beside a server that may be running.

use std::sync::Arc;

use anyhow::Context as _;

use super::logging;
use crate::{
    app,
    clock::Clock,
    config::DatabaseArgs,
    domain::{self, Actor, Context},
};

/// Opens the database. There is no actor, because the operator has the database itself.
pub(super) async fn open(database: &DatabaseArgs) -> anyhow::Result<Context> {
    logging::start_quietly();
    let database = database.config().map_err(anyhow::Error::msg)?;
    let db = app::open_database(&database)
        .await
        .context("The database could not be opened (see DATABASE_URL, --database-url)")?;
    Ok(Context {
        db,
        clock: Clock::default(),
        actor: Actor::default(),
        token_cache: Arc::default(),
        feed: Arc::default(),
        groups: Arc::default(),
        outbound: Arc::default(),
        passwords: true,
    })
}

/// Explains a refusal in the words that a user would read.
pub(super) fn explain(error: domain::Error) -> anyhow::Error {
    match error {
        domain::Error::Rejected(errors) => {
            let messages: Vec<String> = errors.into_iter().map(|error| error.message).collect();
            anyhow::Error::msg(messages.join(" "))
        }
        other => other.into(),
    }
}
