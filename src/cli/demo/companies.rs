//! Invented companies.

mod eastern;
mod western;

use rand::{Rng, seq::IndexedRandom};

use super::names::{self, Locale, word};

/// An invented company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CompanyData {
    /// Name with the legal form, in the script of its language.
    pub name: String,
    /// Website below a domain reserved for examples.
    pub website: Option<String>,
    /// E-mail address at the website's domain.
    pub email: Option<String>,
    /// Phone number in international format.
    pub phone: Option<String>,
    /// Postal address on one line.
    pub address: Option<String>,
    /// Line of business.
    pub industry: Option<&'static str>,
    /// A remark or two.
    pub notes: Option<String>,
}

/// How companies of one country are called.
///
/// Heads and tails make the invented part of the name: a dozen of each, with a trade and a legal form, give thousands
/// of different names without a list of thousands.
#[derive(Clone, Copy, Debug)]
struct Style {
    /// First parts, as they are written and in lower-case ASCII.
    heads: &'static [(&'static str, &'static str)],
    /// Second parts, likewise.
    tails: &'static [(&'static str, &'static str)],
    /// What they do.
    trades: &'static [&'static str],
    /// Names with `{head}`, `{tail}`, `{trade}`, `{city}`, `{family}` and `{partner}` to fill in.
    patterns: &'static [&'static str],
    /// Streets.
    streets: &'static [&'static str],
    /// Cities, each behind its postal code where the country puts it there.
    cities: &'static [&'static str],
    /// The address with `{street}`, `{city}` and `#` for the digits of the house number and the postal code.
    address: &'static str,
    /// Local parts of e-mail addresses.
    mailboxes: &'static [&'static str],
    /// Whose family names and phone numbers they have.
    locale: &'static Locale,
    /// How common it is, relative to the others.
    weight: u32,
}

/// The companies below this number have no digits in their domain: so few hardly ever clash, and a small demo looks
/// nicer.
const PLAIN_DOMAINS: u64 = 100;

/// All styles.
static STYLES: &[Style] = &[
    western::AMERICAN,
    western::BRITISH,
    western::GERMAN,
    western::FRENCH,
    western::SPANISH,
    western::BRAZILIAN,
    western::NORDIC,
    western::POLISH,
    eastern::TURKISH,
    eastern::GREEK,
    eastern::RUSSIAN,
    eastern::ARABIC,
    eastern::HEBREW,
    eastern::HINDI,
    eastern::CHINESE,
    eastern::JAPANESE,
    eastern::KOREAN,
];

/// Lines of business.
static INDUSTRIES: &[&str] = &[
    "Agriculture",
    "Automotive",
    "Banking",
    "Biotechnology",
    "Chemicals",
    "Construction",
    "Consulting",
    "Education",
    "Energy",
    "Food and Beverage",
    "Healthcare",
    "Hospitality",
    "Insurance",
    "Logistics",
    "Manufacturing",
    "Media",
    "Non-profit",
    "Pharmaceuticals",
    "Public Sector",
    "Real Estate",
    "Retail",
    "Software",
    "Telecommunications",
    "Textiles",
    "Tourism",
];

/// Remarks about companies.
static NOTES: &[&str] = &[
    "Framework contract runs until the end of next year.",
    "Invoices go to the head office, not to the branch.",
    "Purchase orders need a reference number.",
    "Family business in the third generation.",
    "Merged with a competitor last spring; contacts may change.",
    "Pays within ten days.",
    "Tender every two years, next one in March.",
    "Visitors must register at the gate a day before.",
    "Several subsidiaries with their own purchasing.",
    "Reference customer: ask before quoting them.",
    "Considering a move to a larger plan.",
    "Zahlungsziel 30 Tage netto.",
    "Siège transféré à Lyon en janvier.",
    "Cerrado en agosto.",
    "Договор продлён на год.",
    "年末年始は休業。",
    "需要提供增值税发票。",
];

/// A company, the same for the same state of the generator and the same number, which makes its domain unique.
pub(super) fn company(rng: &mut impl Rng, number: u64) -> CompanyData {
    let style = STYLES.choose_weighted(rng, |style| style.weight).unwrap_or(&western::AMERICAN);
    let (head, latin_head) = pair(rng, style.heads);
    let (tail, latin_tail) = pair(rng, style.tails);
    let pattern = word(rng, style.patterns);
    let city = word(rng, style.cities);
    let families: Vec<(&str, &str)> =
        style.locale.family.iter().copied().zip(style.locale.latin_family.iter().copied()).collect();
    let (family, latin_family) = pair(rng, &families);
    let partners: Vec<(&str, &str)> = families.iter().copied().filter(|&(other, _)| other != family).collect();
    let (partner, latin_partner) = pair(rng, &partners);
    let name = pattern
        .replace("{head}", head)
        .replace("{tail}", tail)
        .replace("{trade}", word(rng, style.trades))
        .replace("{city}", city_name(city))
        .replace("{family}", family)
        .replace("{partner}", partner);

    let mut label = if pattern.contains("{partner}") {
        format!("{latin_family}-{latin_partner}")
    } else if pattern.contains("{family}") {
        latin_family.to_owned()
    } else {
        format!("{latin_head}{latin_tail}")
    };
    if number >= PLAIN_DOMAINS {
        label = format!("{label}-{number}");
    }
    // Only the example domains: mail that somebody sends in a demo must not reach anyone.
    let domain = format!("{label}.example.{}", word(rng, style.locale.email_domain_tlds));
    let address = names::digits(rng, style.address)
        .replace("{street}", word(rng, style.streets))
        .replace("{city}", &names::digits(rng, city));

    CompanyData {
        name,
        website: rng.random_bool(0.85).then(|| website(rng, &domain)),
        email: rng.random_bool(0.85).then(|| format!("{}@{domain}", word(rng, style.mailboxes))),
        phone: rng.random_bool(0.8).then(|| names::phone(rng, style.locale)),
        address: rng.random_bool(0.75).then_some(address),
        industry: if rng.random_bool(0.9) { INDUSTRIES.choose(rng).copied() } else { None },
        notes: rng.random_bool(0.2).then(|| notes(rng)),
    }
}

/// Any of the pairs; empty words when there are none.
fn pair<'a>(rng: &mut impl Rng, pairs: &[(&'a str, &'a str)]) -> (&'a str, &'a str) {
    pairs.choose(rng).copied().unwrap_or_default()
}

/// The city without the pattern of its postal code.
fn city_name(city: &str) -> &str {
    city.trim_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '#' | '-' | ' '))
}

/// The website at a domain, in one of the ways that people write them.
fn website(rng: &mut impl Rng, domain: &str) -> String {
    match rng.random_range(0..6_u32) {
        0..=2 => format!("https://{domain}"),
        3 | 4 => format!("https://www.{domain}/"),
        _ => format!("www.{domain}"),
    }
}

/// One remark, or two on lines of their own.
fn notes(rng: &mut impl Rng) -> String {
    let count = if rng.random_bool(0.25) { 2 } else { 1 };
    let lines: Vec<&str> = NOTES.choose_multiple(rng, count).copied().collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::{CompanyData, company};

    fn companies(seed: u64, count: u64) -> Vec<CompanyData> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..count).map(|number| company(&mut rng, number)).collect()
    }

    #[test]
    fn same_seed_same_companies() {
        assert_eq!(companies(7, 300), companies(7, 300));
        assert_ne!(companies(7, 300), companies(8, 300));
    }

    #[test]
    fn patterns_are_filled_in() {
        for data in companies(1, 3_000) {
            let texts = [Some(&data.name), data.website.as_ref(), data.address.as_ref(), data.phone.as_ref()];
            for text in texts.into_iter().flatten() {
                assert!(!text.contains(['{', '}', '#', '\0']) && !text.contains("  "), "{text}");
                assert!(text.trim() == text && text.chars().count() <= 255, "{text}");
            }
            assert!(data.email.iter().all(|email| email.is_ascii() && email.contains(".example.")), "{data:?}");
        }
    }

    #[test]
    fn names_are_mostly_unique() {
        let companies = companies(2, 5_000);
        let different: HashSet<&String> = companies.iter().map(|data| &data.name).collect();
        assert!(different.len() * 100 >= companies.len() * 93, "{}", different.len());
    }
}
