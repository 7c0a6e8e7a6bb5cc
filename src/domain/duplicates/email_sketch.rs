//! The most evidence that two e-mail addresses can have, told from a few numbers of each. Namesakes often have addresses that
//! differ in their numbers alone.

use super::{
    distance::{is_misread, letters, may_differ_by},
    emails::{self, DIFFERENT_EMAIL, SAME_EMAIL, WRONG_DIGIT},
    hash::hash,
};

/// Last digits of an address that are kept.
const DIGITS: u64 = 1_000_000_000;

/// A few numbers of an address.
#[derive(Clone, Copy, Debug)]
pub(super) struct EmailSketch {
    hash: u32,
    /// The letters that it has, each as a bit.
    letters: u32,
    /// The last digits before the host, as a number.
    number: u32,
    length: u16,
    digit_count: u16,
    /// Most bits in an address that is close to it.
    near: f32,
    /// Bits by which it tells less because others share it.
    sharing: f32,
}

impl EmailSketch {
    #[expect(clippy::cast_possible_truncation, reason = "a shorter hash, and a few digits")]
    pub(super) fn new(address: &str, sharing: f32) -> Self {
        let short = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        Self {
            hash: hash(address) as u32,
            letters: letters(address),
            number: emails::digits(address).fold(0, |number, digit| (number * 10 + u64::from(digit - b'0')) % DIGITS)
                as u32,
            length: short(address.len()),
            digit_count: short(emails::digits(address).count()),
            near: emails::near_max(address),
            sharing,
        }
    }

    /// Most bits for one person in two addresses.
    pub(super) fn bits_max(&self, other: &Self, scale: f32) -> f32 {
        let near = self.near.max(other.near);
        if self.hash == other.hash {
            // Other addresses may have the same short hash.
            return (SAME_EMAIL + scale - self.sharing.min(other.sharing)).max(near);
        }
        if self.may_be_near(other) { near } else { DIFFERENT_EMAIL }
    }

    /// False where a typing error does not make one of the other.
    fn may_be_near(&self, other: &Self) -> bool {
        let of = |sketch: &Self| (sketch.letters, sketch.length.into());
        let count = self.digit_count.min(other.digit_count);
        let is_number_near =
            || self.digit_count != other.digit_count || is_misread(self.number.into(), other.number.into());
        may_differ_by(of(self), of(other), 1)
            && (self.number == other.number || u32::from(count) >= WRONG_DIGIT && is_number_near())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{
            emails,
            person::{Facts, Person},
        },
        EmailSketch,
    };

    fn address() -> impl Strategy<Value = String> {
        let host = prop::sample::select(&["mail.example", "mai1.example", "post.example"][..]);
        ("an{1,2}a[.]?", "[0-9]{0,2}", "[12]{0,25}", "[12x@]{0,1}", host)
            .prop_map(|(name, other, digits, last, host)| format!("{name}{other}{digits}{last}@{host}"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn a_sketch_promises_at_least_what_the_addresses_have(
            first in address(),
            second in address(),
            sharing in 0.0_f32..8.0,
            scale in 10.0_f32..20.0,
        ) {
            let person = |email: &String| Person::new(&Facts { emails: vec![email.clone()], ..Facts::default() });
            let (one, other) = (person(&first), person(&second));
            let (_, found) = emails::evidence((&one, &[sharing]), &other, true, scale);
            let most = EmailSketch::new(&first, sharing).bits_max(&EmailSketch::new(&second, sharing), scale);
            prop_assert!(found.person <= most + 0.001, "{} {}", found.person, most);
        }
    }
}
