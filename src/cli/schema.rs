//! `liaison schema`.

use std::io::Write;

/// Prints the schema in GraphQL's own language.
pub(super) fn run() -> anyhow::Result<()> {
    Ok(std::io::stdout().write_all(crate::graphql::sdl().as_bytes())?)
}
