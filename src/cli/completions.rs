//! `liaison completions`.

use std::io::{self, Write};

use clap::Args;
use clap_complete::Shell;

/// Print what a shell needs to complete commands and flags
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self, mut command: clap::Command) -> anyhow::Result<()> {
        // The generator panics when its output is closed early, so it writes to memory.
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "liaison", &mut script);
        Ok(io::stdout().write_all(&script)?)
    }
}
