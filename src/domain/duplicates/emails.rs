//! Evidence of e-mail addresses.

use super::{
    distance,
    evidence::{Agreement, Evidence, NOTHING},
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

/// Most bits for one person in an address that differs from this one by a letter. Its digits are not made from the name, and
/// each of them is the same by chance in one of ten.
pub(super) fn near_max(address: &str, scale: f32) -> f32 {
    near(address, true).min(SAME_EMAIL + scale + MISTYPED_EMAIL)
}

fn near(address: &str, is_same_name: bool) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "a few digits")]
    let of_digits = digits(address).count() as f32 * 10.0_f32.log2() + MISTYPED_EMAIL;
    if is_same_name { of_digits.max(NEAR_EMAIL) } else { of_digits }
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
    let (mut shared, mut close, mut is_numbered) = (f32::INFINITY, 0.0, true);
    for (one, sharing) in first.emails().zip(sharing) {
        for other in second.emails() {
            any = true;
            is_numbered &= differ_in_number(one, other);
            if one == other {
                found = Agreement::Same;
                shared = shared.min(*sharing);
                is_inbox &= one.split('@').next().is_some_and(|local| INBOXES.contains(&local));
            } else if found == Agreement::Different && is_mistyped(one, other, is_same_name) {
                found = Agreement::Near;
                close = near(one, is_same_name).min(SAME_EMAIL + scale + MISTYPED_EMAIL);
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

/// True where a typing error makes one address of the other. Other digits are other people's addresses.
fn is_mistyped(first: &str, second: &str, is_same_name: bool) -> bool {
    let local = |text| str::split(text, '@').next();
    first.len().abs_diff(second.len()) <= 1
        && first.len() > 7
        && (is_same_name || local(first) == local(second) || telling_digits(first).is_some())
        && digits(first).eq(digits(second))
        && distance::is_mistyped(first, second)
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

pub(super) fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use super::{DIFFERENT_EMAIL, NUMBERED_EMAIL, differ_in_number, is_mistyped, near, telling_digits};

    #[test]
    fn a_typing_error_is_told_from_a_namesake() {
        let address = "anna.rossi5252@mail.example";
        assert!(is_mistyped(address, "anna.rosi5252@mail.example", false), "its digits are the same");
        assert!(!is_mistyped("anna.rossi@mail.example", "ana.rossi@mail.example", false), "their names are alike");
        assert!(is_mistyped("anna.rossi@mail.example", "ana.rossi@mail.example", true));
        assert!(!is_mistyped(address, "anna.rossi5253@mail.example", true));
        assert!(differ_in_number(address, "anna.rossi5253@post.example"));
        assert!(!differ_in_number(address, "rossi@mail.example") && !differ_in_number(address, address));
        assert!(near(address, false) < near("anna.rossi525252@mail.example", false));
        assert_eq!(telling_digits("anna.rossi52@mail.example"), None);
        const { assert!(NUMBERED_EMAIL < DIFFERENT_EMAIL) };
    }
}
