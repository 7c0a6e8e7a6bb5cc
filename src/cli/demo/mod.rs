//! `liaison demo`: realistic people, companies, memberships, users and interactions in many scripts, the same for the
//! same number each time.

mod companies;
mod fill;
mod frequency;
mod names;
mod people;
mod texts;
mod words;

use anyhow::{Context, ensure};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait};

use self::words::Words;
use super::logging;
use crate::{
    app,
    config::DatabaseArgs,
    entity::{company, contact, user},
    storage::Db,
};

/// Fill an empty database with people, companies, memberships, users and interactions
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    database: DatabaseArgs,

    /// How many contacts to make
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    contacts: u64,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        logging::start_quietly();
        let database = self.database.config().map_err(anyhow::Error::msg)?;
        let db = app::open_database(&database).await.context("The database could not be opened")?;
        let present = contact::Entity::find().count(db.reads()).await?
            + company::Entity::find().count(db.reads()).await?
            + user::Entity::find().count(db.reads()).await?;
        ensure!(present == 0, "The database has {present} records already; demo fills only an empty one");
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} contacts, {per_sec}, {eta} left")?;
        let progress = ProgressBar::new(self.contacts).with_style(style);
        collect_index_writes(&db, true).await?;
        fill::fill(&db, &Words::load()?, self.contacts, |done| progress.set_position(done)).await?;
        collect_index_writes(&db, false).await?;
        progress.finish();
        db.close().await?;
        Ok(())
    }
}

/// Lets PostgreSQL's search indexes put writes off and do many at once, which fills them three times as fast, or has
/// them catch up and write at once again, as searches want it.
async fn collect_index_writes(db: &Db, collect: bool) -> Result<(), DbErr> {
    if db.backend() != DbBackend::Postgres {
        return Ok(());
    }
    for index in
        ["contacts_search_trigrams", "contacts_search_short", "companies_search_trigrams", "companies_search_short"]
    {
        let sql = if collect {
            format!("ALTER INDEX {index} SET (fastupdate = on)")
        } else {
            format!("ALTER INDEX {index} SET (fastupdate = off); SELECT gin_clean_pending_list('{index}')")
        };
        db.writer().execute_unprepared(&sql).await?;
    }
    Ok(())
}
