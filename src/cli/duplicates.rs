//! `liaison duplicates`: contacts that are likely one person.

use std::io::{self, Write};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};

use super::operator::{self, explain};
use crate::{
    config::DatabaseArgs,
    domain::{
        Context,
        duplicates::{self, Certainty, FullGroup},
        page::PageRequest,
    },
    entity::duplicate_scan::{Model, ScanStep},
};

/// Groups that are read at once.
const PAGE: u64 = 200;

/// Print groups of contacts that are likely one person, the most certain ones first
#[derive(Debug, Args)]
pub(super) struct Duplicates {
    #[command(flatten)]
    database: DatabaseArgs,

    /// Compare all contacts anew first; a running server does so by itself when it is needed
    #[arg(long)]
    scan: bool,

    /// Only groups that may be merged without looking
    #[arg(long)]
    certain: bool,

    /// Number of groups
    #[arg(long, default_value_t = 100)]
    limit: u64,
}

impl Duplicates {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let ctx = operator::open(&self.database).await?;
        let outcome = self.print(&ctx).await;
        ctx.db.close().await?;
        outcome
    }

    async fn print(&self, ctx: &Context) -> anyhow::Result<()> {
        if self.scan {
            let progress = progress()?;
            let scan = duplicates::scan(ctx, &|scan| tell(&progress, scan)).await.map_err(explain)?;
            progress.finish_and_clear();
            writeln!(
                io::stderr(),
                "{} contacts compared: {} pairs; {} keys skipped, because too many contacts share each",
                scan.contact_count,
                scan.pair_count,
                scan.skipped_blocks
            )?;
        }
        duplicates::catch_up(ctx).await.map_err(explain)?;
        let at_least = if self.certain { Certainty::Certain } else { Certainty::Likely };
        let mut request = PageRequest::first(PAGE.min(self.limit));
        let mut left = self.limit;
        loop {
            let page = duplicates::groups_page(ctx, at_least, &request).await.map_err(explain)?;
            for group in &page.groups {
                print_group(group)?;
            }
            left = left.saturating_sub(request.limit);
            if !page.has_next || left == 0 {
                writeln!(io::stdout(), "{} groups in all", page.total)?;
                return Ok(());
            }
            (request.after, request.limit) = (page.end_cursor, PAGE.min(left));
        }
    }
}

/// Prints a group: its certainty, then a line for each contact, the one to keep marked with a star.
fn print_group(group: &FullGroup) -> anyhow::Result<()> {
    let certainty = if group.certainty == Certainty::Certain { "CERTAIN" } else { "LIKELY" };
    let best = group.pairs.first().map(|pair| pair.likeness.score()).unwrap_or_default();
    let mut out = io::stdout();
    writeln!(out, "{certainty} {best:.4}")?;
    for contact in &group.contacts {
        let mark = if contact.id == group.survivor.id { '*' } else { ' ' };
        let values = [Some(contact.name.as_str()), contact.email.as_deref(), contact.phone.as_deref()];
        let values: Vec<String> = values.into_iter().flatten().map(printable).collect();
        writeln!(out, "{mark} {}  {}", contact.id, values.join(", "))?;
    }
    Ok(writeln!(out)?)
}

/// A value in one line, without what a terminal would take for commands.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn progress() -> anyhow::Result<ProgressBar> {
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}, {eta} left")?;
    Ok(ProgressBar::new(0).with_style(style))
}

fn tell(progress: &ProgressBar, scan: &Model) {
    progress.set_message(match scan.step {
        ScanStep::Reading => "Reading",
        ScanStep::Comparing => "Comparing",
        ScanStep::Indexing => "Writing keys",
        ScanStep::Writing => "Writing pairs",
    });
    progress.set_length(scan.total_count.unsigned_abs().into());
    progress.set_position(scan.done_count.unsigned_abs().into());
}
