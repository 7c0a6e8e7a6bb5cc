//! Pairs of contacts that are likely one person.

use uuid::Uuid;

use super::score::{Certainty, Comparison, Reason};

/// Two contacts that are likely one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The contact with the lesser id.
    pub first: Uuid,
    /// The other one.
    pub second: Uuid,
    /// How likely, and why.
    pub likeness: Likeness,
}

/// How likely it is that two contacts are one person, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// Probability in millionths.
    pub(super) millionths: i32,
    /// How sure that is.
    pub certainty: Certainty,
    pub(super) reasons: Reasons,
}

impl Likeness {
    /// Returns the likeness that a comparison has found; none where the contacts are not likely one person.
    pub fn of(comparison: &Comparison) -> Option<Self> {
        #[expect(clippy::cast_possible_truncation, reason = "a probability is at most one")]
        let millionths = (comparison.score.clamp(0.0, 1.0) * 1_000_000.0).round() as i32;
        let certainty = comparison.certainty?;
        Some(Self { millionths, certainty, reasons: Reasons::of(&comparison.reasons) })
    }

    /// Probability that both are one person, from 0 to 1.
    pub fn score(&self) -> f64 {
        f64::from(self.millionths) / 1_000_000.0
    }

    /// Reasons why both are likely one person.
    pub fn reasons(&self) -> Vec<Reason> {
        self.reasons.list()
    }

    /// Sorts the most certain ones first.
    pub(super) fn rank(&self) -> (bool, i32) {
        (self.certainty != Certainty::Certain, -self.millionths)
    }
}

/// A set of reasons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reasons(pub(super) i32);

/// All reasons, in the order of their bits, which are stored.
const REASONS: [Reason; 8] = [
    Reason::Email,
    Reason::Phone,
    Reason::Name,
    Reason::SimilarName,
    Reason::Company,
    Reason::Address,
    Reason::Birthday,
    Reason::Uid,
];

impl Reasons {
    fn of(reasons: &[Reason]) -> Self {
        let bits = REASONS.iter().enumerate().filter(|(_, reason)| reasons.contains(reason));
        Self(bits.fold(0, |bits, (place, _)| bits | 1 << place))
    }

    fn list(self) -> Vec<Reason> {
        let of_this = REASONS.iter().enumerate().filter(|(place, _)| self.0 & 1 << place != 0);
        of_this.map(|(_, reason)| *reason).collect()
    }
}
