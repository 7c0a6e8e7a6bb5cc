//! Hashes that are stored: of keys, and of what is counted.

use std::hash::{BuildHasher, Hash};

use rapidhash::quality::SeedableState;

/// The hash of a value, which is the same in each process of a release, on 64-bit machines.
pub(super) fn hash(value: impl Hash) -> u64 {
    SeedableState::fixed().hash_one(value)
}

#[cfg(test)]
mod tests {
    use super::{super::Facts, hash};

    // Another release of the crate may hash otherwise. It needs another SCORING, because what is stored is of no use then.
    #[test]
    fn stored_hashes_stay_the_same() {
        let facts =
            Facts { name: "Ada Lovelace".to_owned(), emails: vec!["ada@example.com".to_owned()], ..Facts::default() };
        let hashes = [
            hash(("name", "ada", "lavlais")),
            hash(('p', 46_123_456_u64)),
            hash(('n', &["ada", "lovelace"][..])),
            hash("x".repeat(40)),
            hash("x".repeat(300)),
            hash("x".repeat(500)),
            hash(facts),
        ];
        assert_eq!(
            hashes,
            [
                1_723_640_519_984_145_376,
                469_301_432_688_693_979,
                5_615_145_739_241_145_361,
                10_162_800_636_542_944_792,
                8_386_325_933_232_919_897,
                2_821_694_031_064_175_637,
                16_918_125_066_761_616_663
            ]
        );
    }
}
