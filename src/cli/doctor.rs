//! `liaison doctor`.

use std::io::{self, Write};

use anyhow::bail;
use clap::Args;

use super::logging;
use crate::{
    config::DatabaseArgs,
    doctor::{self, Finding, Mode, Report, Severity},
};

/// Look for damage and contradictions in a database and its settings, and mend what is derived
///
/// The exit code is 0 when nothing is wrong, or everything was mended, and 1 otherwise. A server may run meanwhile.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    database: DatabaseArgs,

    /// Mend what is derived from something else: counts, keys, lists and search entries
    #[arg(long)]
    fix: bool,

    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        logging::start_quietly();
        let database = self.database.config().map_err(anyhow::Error::msg)?;
        let mode = if self.fix { Mode::Mend } else { Mode::Look };
        let report = doctor::examine(&database, mode).await?;
        let mut out = io::stdout();
        if self.json {
            writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
        } else {
            print(&report, &mut out)?;
        }
        match report.problems() {
            0 => Ok(()),
            1 => bail!("1 problem was found"),
            problems => bail!("{problems} problems were found"),
        }
    }
}

/// Prints a line for each check, and below it what it found.
fn print(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for check in &report.checks {
        let found: Vec<&Finding> = report.findings.iter().filter(|finding| finding.check == *check).collect();
        let is_fine = found.iter().all(|finding| finding.is_mended || finding.severity == Severity::Advice);
        writeln!(out, "{} {check}", if is_fine { "ok     " } else { "PROBLEM" })?;
        for finding in found {
            let mend = if finding.is_mended { "mended" } else { finding.mend.as_str() };
            writeln!(out, "          {}: {mend}", finding.what)?;
        }
    }
    Ok(())
}
