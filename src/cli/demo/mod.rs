//! `liaison demo`: realistic people, companies, memberships, users and interactions in many scripts, and a login for
//! each role. The same number always gives the same data.

mod choice;
mod companies;
#[cfg(test)]
mod duplicates;
mod fill;
mod frequency;
mod logins;
mod maker;
mod names;
mod people;
mod texts;
mod words;

use anyhow::ensure;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait};

use super::operator;
use crate::{
    config::DatabaseArgs,
    entity::{company, contact, user},
    storage::Db,
};

/// Fill a database with people, companies, memberships, users and interactions, and make a login for each role
#[derive(Debug, Args)]
pub(super) struct Demo {
    #[command(flatten)]
    database: DatabaseArgs,

    /// Number of contacts to make
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    contacts: u64,

    /// Add to a database that already has records; by default only an empty one is filled
    #[arg(long)]
    into_existing: bool,
}

impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let ctx = operator::open(&self.database).await?;
        let db = &ctx.db;
        let present = contact::Entity::find().count(db.reads()).await?
            + company::Entity::find().count(db.reads()).await?
            + user::Entity::find().count(db.reads()).await?;
        ensure!(
            present == 0 || self.into_existing,
            "The database has {present} records already; demo adds to them only with --into-existing"
        );
        let missing = logins::missing(db.reads()).await?;
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} contacts, {per_sec}, {eta} left")?;
        let progress = ProgressBar::new(self.contacts).with_style(style);
        collect_index_writes(db, true).await?;
        let filled = fill::fill(db, self.contacts, &missing, |done| progress.set_position(done)).await;
        // The indexes must be reset even when filling has failed.
        let caught_up = collect_index_writes(db, false).await;
        let users = filled?;
        caught_up?;
        progress.finish();
        logins::give_passwords(&ctx, &users).await?;
        ctx.db.close().await?;
        Ok(())
    }
}

/// Lets PostgreSQL's search indexes defer writes and apply many at once, which makes filling three times as fast. Or
/// applies the deferred writes and turns this off again, as searches need it.
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
