//! Evidence of e-mail addresses.

use super::{
    distance,
    evidence::{Agreement, Evidence, NOTHING},
    frequencies::{DIGITS_MAX, share_of_near},
    person::Person,
};

/// Local parts of addresses that several people read.
const INBOXES: [&str; 40] = [
    "info",
    "office",
    "contact",
    "kontakt",
    "sales",
    "hello",
    "mail",
    "team",
    "admin",
    "support",
    "service",
    "buero",
    "praxis",
    "kanzlei",
    "sekretariat",
    "secretariat",
    "secretariaat",
    "segreteria",
    "accueil",
    "reception",
    "empfang",
    "rezeption",
    "recepcion",
    "contacto",
    "contato",
    "bestellung",
    "orders",
    "order",
    "buchhaltung",
    "accounting",
    "billing",
    "buh",
    "post",
    "zentrale",
    "help",
    "jobs",
    "hr",
    "marketing",
    "press",
    "enquiries",
];

/// Bits for one person in an e-mail address of both, beside the logarithm of the number of contacts; in two of people of one
/// name that differ by a letter; and in others.
pub(super) const SAME_EMAIL: f32 = 5.6;
const NEAR_EMAIL: f32 = 11.0;
pub(super) const DIFFERENT_EMAIL: f32 = -2.5;
/// The same in two that differ in their digits alone: those of namesakes do, and seldom two of one person.
const NUMBERED_EMAIL: f32 = -5.0;
/// Logarithm of the share of addresses that are entered with a wrong letter.
const MISTYPED_EMAIL: f32 = -4.3;
/// Fewest digits of an address that tell people of like names apart.
const TELLING_DIGITS: usize = 3;

/// Fewest digits of an address of which one may be wrong. Fewer are a year, or a number that was counted.
pub(super) const WRONG_DIGIT: u32 = 5;

/// Most bits for one person in an address that differs from this one by a sign.
pub(super) fn near_max(address: &str) -> f32 {
    let of_letter = same_digits(address, true);
    let digits = digit_count(address);
    if digits >= WRONG_DIGIT { of_letter.max(wrong_digit(digits)) } else { of_letter }
}

/// An address that is mistyped says less than one that is the same.
fn limited(bits: f32, scale: f32) -> f32 {
    bits.min(SAME_EMAIL + scale + MISTYPED_EMAIL)
}

/// Bits for an address of which a letter is wrong. Its digits are not made from the name, and each of them is the same by
/// chance in one of ten.
fn same_digits(address: &str, is_same_name: bool) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a few digits")]
    let of_digits = digit_count(address) as f32 * 10.0_f32.log2() + MISTYPED_EMAIL;
    if is_same_name { of_digits.max(NEAR_EMAIL) } else { of_digits }
}

/// Bits for an address of which one of so many digits is wrong.
fn wrong_digit(digits: u32) -> f32 {
    MISTYPED_EMAIL - share_of_near(digits).log2()
}

fn digit_count(address: &str) -> u32 {
    u32::try_from(digits(address).count()).unwrap_or(u32::MAX).min(DIGITS_MAX)
}

/// An address that differs by a typing error is evidence only if the names are the same, or for its digits: others have like
/// addresses because they have like names.
pub(super) fn evidence(
    (first, sharing): (&Person, &[f32]),
    second: &Person,
    is_same_name: bool,
    scale: f32,
) -> (Agreement, Evidence) {
    let (mut any, mut found) = (false, Agreement::Different);
    let mut is_inbox = true;
    let (mut shared, mut close, mut is_numbered) = (f32::INFINITY, f32::NEG_INFINITY, true);
    for (one, sharing) in first.emails().zip(sharing) {
        for other in second.emails() {
            any = true;
            is_numbered &= differ_in_number(one, other);
            if one == other {
                found = Agreement::Same;
                shared = shared.min(*sharing);
                is_inbox &= one.split('@').next().is_some_and(|local| INBOXES.contains(&local));
            } else if found != Agreement::Same
                && let Some(bits) = mistyped(one, other, is_same_name)
            {
                found = Agreement::Near;
                close = limited(bits, scale).max(close);
            }
        }
    }
    let evidence = match found {
        _ if !any => return (Agreement::Unknown, NOTHING),
        Agreement::Same if is_inbox => Evidence::new(4.3, 3.0, 5.6).shared(scale, shared),
        Agreement::Same => Evidence::new(SAME_EMAIL, 3.0, 0.0).shared(scale, shared),
        Agreement::Near => Evidence::new(close, 4.0, 2.0),
        _ if is_numbered => Evidence::new(NUMBERED_EMAIL, -0.2, 0.0),
        _ => Evidence::new(DIFFERENT_EMAIL, -0.2, 0.0),
    };
    (found, evidence)
}

/// Bits for one person in two addresses of which a typing error makes one of the other. Where that is in a number of few
/// digits, or makes the next number of it, they are other people's addresses.
fn mistyped(first: &str, second: &str, is_same_name: bool) -> Option<f32> {
    let local = |text| str::split(text, '@').next();
    if first.len().abs_diff(second.len()) > 1
        || first.len().min(second.len()) <= 7
        || !distance::is_mistyped(first, second)
    {
        return None;
    }
    if digits(first).eq(digits(second)) {
        let is_told = is_same_name || local(first) == local(second) || telling_digits(first).is_some();
        return is_told.then(|| same_digits(first, is_same_name));
    }
    let count = digit_count(first).min(digit_count(second));
    (count >= WRONG_DIGIT && number(first).abs_diff(number(second)) > 1).then(|| wrong_digit(count))
}

/// The digits of an address as a number.
fn number(address: &str) -> u64 {
    digits(address).fold(0, |number, digit| number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0')))
}

/// True for addresses, at any host, that are the same but for their digits.
fn differ_in_number(first: &str, second: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = u8> {
        text.bytes().take_while(|letter| *letter != b'@').filter(|letter| !letter.is_ascii_digit())
    }
    let count = |text| letters(text).count();
    count(first) == count(second) && letters(first).eq(letters(second)) && !digits(first).eq(digits(second))
}

/// The digits of an address, where they tell people of like names apart.
pub(super) fn telling_digits(address: &str) -> Option<Vec<u8>> {
    Some(digits(address).collect::<Vec<u8>>()).filter(|digits| digits.len() >= TELLING_DIGITS)
}

/// The digits before the host, which many people share.
pub(super) fn digits(address: &str) -> impl Iterator<Item = u8> {
    address.bytes().take_while(|letter| *letter != b'@').filter(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::{DIFFERENT_EMAIL, NUMBERED_EMAIL, differ_in_number, mistyped, same_digits, telling_digits};

    #[test]
    fn a_typing_error_is_told_from_a_namesake() {
        let address = "anna.rossi5252@mail.example";
        let is_mistyped = |one: &str, other: &str, is_same_name| mistyped(one, other, is_same_name).is_some();
        assert!(is_mistyped(address, "anna.rosi5252@mail.example", false), "its digits are the same");
        assert!(!is_mistyped("anna.rossi@mail.example", "ana.rossi@mail.example", false), "their names are alike");
        assert!(is_mistyped("anna.rossi@mail.example", "ana.rossi@mail.example", true));
        assert!(!is_mistyped(address, "anna.rossi5352@mail.example", true));
        assert!(differ_in_number(address, "anna.rossi5253@post.example"));
        assert!(!differ_in_number(address, "rossi@mail.example") && !differ_in_number(address, address));
        assert!(same_digits(address, false) < same_digits("anna.rossi525252@mail.example", false));
        assert_eq!(telling_digits("anna.rossi52@mail.example"), None);
        // The digits of a host are nobody's.
        assert_eq!(telling_digits("anna.rossi@163.example"), None);
        assert!(!is_mistyped("wei.zhang@163.example", "wei.zhan@163.example", false));
        assert!(!differ_in_number("anna@o2.example", "anna@mail.example"));
        const { assert!(NUMBERED_EMAIL < DIFFERENT_EMAIL) };
    }

    #[test]
    fn a_digit_of_a_long_number_may_be_wrong() {
        let bits = |one: &str, other: &str| mistyped(one, other, true);
        let address = "anna.rossi525252@mail.example";
        for other in
            ["anna.rossi525952@mail.example", "anna.rossi5252552@mail.example", "anna.rossi522552@mail.example"]
        {
            assert_eq!(bits(address, other), bits(other, address), "{other}");
            assert!(bits(address, other) < Some(same_digits(address, true)), "{other}");
            assert!(bits(address, other) > Some(0.0), "{other}");
        }
        assert_eq!(bits(address, "anna.rossi525253@mail.example"), None, "the next number");
        assert_eq!(bits(address, "anna.rossi625953@mail.example"), None, "several are others");
    }
}
