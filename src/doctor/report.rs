//! Report of an examination: its checks and findings.

use std::path::PathBuf;

use sea_orm::DbErr;
use serde::Serialize;

use crate::storage::OpenError;

/// Reason why a database cannot be examined.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such file.
    #[error("There is no file {}", .0.display())]
    Missing(PathBuf),
    /// The keys are being rebuilt.
    #[error("Another process rebuilds keys of this database; try again when it is done.")]
    Busy,
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database refuses something.
    #[error("The database could not be read or written")]
    Database(#[from] DbErr),
}

/// Mode of an examination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Reports findings, and changes nothing.
    Look,
    /// Mends findings in data that is derived from other data.
    Mend,
}

/// Weight of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something is wrong.
    Problem,
    /// Something could be better.
    Advice,
}

/// Something that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Name of the check.
    pub check: String,
    /// Its weight.
    pub severity: Severity,
    /// How many there are.
    pub count: usize,
    /// Description of the finding, with an example.
    pub what: String,
    /// How to mend it.
    pub mend: String,
    /// It was mended.
    pub is_mended: bool,
}

impl Finding {
    /// Something that is wrong.
    pub(super) fn problem(count: usize, what: String) -> Self {
        let (check, mend) = (String::new(), "`liaison doctor --fix` mends it.".to_owned());
        Self { check, severity: Severity::Problem, count, what, mend, is_mended: false }
    }

    /// Something that could be better.
    pub(super) fn advice(what: String) -> Self {
        Self { severity: Severity::Advice, ..Self::problem(1, what) }
    }

    /// Says how to mend it.
    pub(super) fn mend(self, mend: &str) -> Self {
        Self { mend: mend.to_owned(), ..self }
    }

    /// Notes that it was mended.
    pub(super) fn mended(self, is_mended: bool) -> Self {
        Self { is_mended, ..self }
    }
}

/// Checks that were made, and their findings.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Names of the checks that were made.
    pub checks: Vec<String>,
    /// Findings of the checks.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Notes a check, and what it found.
    pub(super) fn add(&mut self, check: &str, findings: impl IntoIterator<Item = Finding>) {
        if !self.checks.iter().any(|known| known == check) {
            self.checks.push(check.to_owned());
        }
        self.findings.extend(findings.into_iter().map(|finding| Finding { check: check.to_owned(), ..finding }));
    }

    /// True when something is wrong, and was not mended.
    pub fn has_problems(&self) -> bool {
        self.problems() > 0
    }

    /// Number of findings that are wrong, and were not mended.
    pub fn problems(&self) -> usize {
        let is_open = |finding: &&Finding| finding.severity == Severity::Problem && !finding.is_mended;
        self.findings.iter().filter(is_open).count()
    }
}
