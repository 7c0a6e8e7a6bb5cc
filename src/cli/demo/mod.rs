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
use sea_orm::{EntityTrait, PaginatorTrait};

use super::operator;
use crate::{
    config::DatabaseArgs,
    domain::search,
    entity::{company, contact, user},
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
        let users = fill::fill(db, self.contacts, &missing, |done| progress.set_position(done)).await?;
        search::settle(db).await?;
        progress.finish();
        logins::give_passwords(&ctx, &users).await?;
        ctx.db.close().await?;
        Ok(())
    }
}
