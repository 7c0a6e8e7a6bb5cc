//! Names with the frequencies of a real directory: a few that many people have, and many that few have.
//!
//! Zipf's law: the second most frequent name is half as frequent as the first, the third a third. Its long tail needs
//! more names than a list has. So blends follow the list, each the beginning of one name with the end of another.

use rand::{Rng, distr::Distribution};
use rand_distr::Zipf;

/// Name of a list, or a blend of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    first: usize,
    second: Option<usize>,
}

impl Name {
    /// Draws one of `count` names or their blends. Names rank by their place in the list.
    pub(super) fn draw(rng: &mut impl Rng, count: usize) -> Self {
        let blends = count * count.saturating_sub(1);
        let place = rank(rng, count + blends);
        match place.checked_sub(count) {
            None => Self { first: place, second: None },
            Some(blend) => {
                let (first, other) = (blend / (count - 1), blend % (count - 1));
                Self { first, second: Some(if other < first { other } else { other + 1 }) }
            }
        }
    }

    /// Spells the name with the words at its places.
    pub(super) fn spell<'a>(self, word: impl Fn(usize) -> &'a str) -> String {
        let Some(second) = self.second else { return word(self.first).to_owned() };
        let (head, tail) = (word(self.first), word(second));
        let blend: String = head
            .chars()
            .take(head.chars().count().div_ceil(2))
            .chain(tail.chars().skip(tail.chars().count() / 2))
            .collect();
        blend.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// Draws a rank below the count. The first is the most frequent.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks are whole numbers from 1 on, and few"
)]
fn rank(rng: &mut impl Rng, count: usize) -> usize {
    let rank = Zipf::new(count.max(1) as f64, 1.0).map_or(1.0, |ranks| ranks.sample(rng));
    (rank as usize).saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::Name;

    #[test]
    fn few_names_are_frequent_and_many_are_rare() {
        let names = ["Smith", "Johnson", "김", "van der Berg"];
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let mut counts: HashMap<String, u32> = HashMap::new();
        for _ in 0..10_000 {
            *counts.entry(Name::draw(&mut rng, names.len()).spell(|place| names[place])).or_default() += 1;
        }
        let (smith, johnson, berg) = (counts["Smith"], counts["Johnson"], counts["van der Berg"]);
        assert!((f64::from(smith) / f64::from(johnson) - 2.0).abs() < 0.3, "{smith} {johnson}");
        assert!((f64::from(smith) / f64::from(berg) - 4.0).abs() < 0.8, "{smith} {berg}");
        assert_eq!(counts.len(), 16, "{counts:?}");
        assert!(counts.keys().all(|name| !name.is_empty() && !name.contains("  ")), "{counts:?}");
    }
}
