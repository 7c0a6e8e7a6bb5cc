//! The version of the program.

/// Version, and the commit of the build when it is known.
pub const VERSION: &str = env!("LIAISON_VERSION");

/// The version, and the commit or nothing.
pub(super) fn parts() -> (&'static str, &'static str) {
    match VERSION.split_once(" (") {
        Some((version, commit)) => (version, commit.trim_end_matches(')')),
        None => (VERSION, ""),
    }
}
