//! `liaison man`.

use std::{io, path::PathBuf};

use anyhow::Context;
use clap::Args;

/// Print the manual's first page, or write all of its pages
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Folder for all pages, one for each command; without it the first page is printed
    #[arg(long)]
    dir: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(self, command: clap::Command) -> anyhow::Result<()> {
        match self.dir {
            Some(dir) => clap_mangen::generate_to(command, &dir)
                .with_context(|| format!("Could not write the pages to {}", dir.display())),
            None => Ok(clap_mangen::Man::new(command).render(&mut io::stdout())?),
        }
    }
}
