//! Hashes that are stored: of keys, and of what is counted.

use std::hash::{BuildHasher, Hash};

use rapidhash::quality::SeedableState;

/// The hash of a value, which is the same in each process of a release.
pub(super) fn hash(value: impl Hash) -> u64 {
    SeedableState::fixed().hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::hash;

    // Another release of the crate may hash otherwise. It needs another SCORING, because what is stored is of no use then.
    #[test]
    fn stored_hashes_stay_the_same() {
        assert_eq!(hash(("name", "ada", "lavlais")), 1_723_640_519_984_145_376);
        assert_eq!(hash(('p', 46_123_456_u64)), 469_301_432_688_693_979);
    }
}
