//! The version of the program.

/// Version, and the commit of the build when it is known.
pub const VERSION: &str = env!("LIAISON_VERSION");
