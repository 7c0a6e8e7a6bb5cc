//! The schema's own scalars, whose values the language knows nothing of.

use crate::graphql::ScalarCheck;

/// The checks of scalars by their names. Scalars without one take any value.
#[derive(Clone, Copy)]
pub(super) struct Scalars(pub(super) &'static [(&'static str, ScalarCheck)]);

impl Scalars {
    pub(super) fn check(self, name: &str) -> Option<ScalarCheck> {
        self.0.iter().find(|(scalar, _)| *scalar == name).map(|(_, check)| *check)
    }
}
