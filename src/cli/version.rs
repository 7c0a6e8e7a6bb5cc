//! The version of the program.

/// The version, and the commit that it was built from where that is known.
pub const VERSION: &str = env!("LIAISON_VERSION");
