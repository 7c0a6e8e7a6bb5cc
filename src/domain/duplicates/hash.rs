//! Hashes that are stored: of keys, and of what is counted.

use std::hash::{DefaultHasher, Hash, Hasher};

/// The hash of a value, which is the same in each process of a release.
pub(super) fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
