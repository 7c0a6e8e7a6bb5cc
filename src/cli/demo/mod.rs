//! `liaison demo`.
use clap::Args;

/// Fill an empty database with people, companies and interactions
#[derive(Debug, Args)]
pub(super) struct Demo {}
impl Demo {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        Ok(())
    }
}
