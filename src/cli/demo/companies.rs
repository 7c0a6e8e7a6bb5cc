//! Invented companies.

use anyhow::Context;
use rand::{Rng, seq::IndexedRandom};
use serde::Deserialize;

use super::{
    choice::{Spelled, digits, remarks, word},
    names::Language,
};

/// Word lists for companies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompanyWords {
    /// Regions with the names of their companies.
    pub(super) regions: Vec<Region>,
    /// Lines of business.
    industries: Vec<String>,
    /// Remarks about companies.
    notes: Vec<String>,
}

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
    pub industry: Option<String>,
    /// A remark or two.
    pub notes: Option<String>,
}

/// Parts of the names and addresses of one region's companies.
///
/// Heads and tails make the invented part of the name: a dozen of each, with a trade and a legal form, give thousands
/// of different names without a list of thousands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Region {
    /// Name of the region.
    name: String,
    /// Language of its companies' family names and phone numbers.
    pub(super) language: String,
    /// First parts.
    heads: Vec<Spelled>,
    /// Second parts.
    tails: Vec<Spelled>,
    /// Kinds of business, as they stand in names.
    trades: Vec<String>,
    /// Names with `{head}`, `{tail}`, `{trade}`, `{city}`, `{family}` and `{partner}` to fill in.
    patterns: Vec<String>,
    /// Streets.
    streets: Vec<String>,
    /// Cities, each after its postal code in countries that write it there.
    cities: Vec<String>,
    /// Address with `{street}`, `{city}` and `#` for the digits of the house number and the postal code.
    address: String,
    /// Local parts of e-mail addresses.
    mailboxes: Vec<String>,
    /// Share of the companies, relative to the other regions.
    weight: u32,
}

/// First number of a company with digits in its domain. Fewer companies hardly ever clash, and a small demo looks nicer
/// without digits.
const PLAIN_DOMAINS: u64 = 100;

/// Makes a company, the same for the same state of the generator and the same number. The number makes its domain
/// unique.
pub(super) fn company(
    rng: &mut impl Rng,
    words: &CompanyWords,
    languages: &[Language],
    number: u64,
) -> anyhow::Result<CompanyData> {
    let region = words.regions.choose_weighted(rng, |region| region.weight)?;
    let language = languages.iter().find(|known| known.name == region.language);
    let language = language.with_context(|| format!("No language {} for {}", region.language, region.name))?;
    let (head, tail) = (spelled(rng, &region.heads), spelled(rng, &region.tails));
    let pattern = word(rng, &region.patterns);
    let city = word(rng, &region.cities);
    let family = spelled(rng, &language.family);
    let partners: Vec<Spelled> = language.family.iter().filter(|other| **other != family).cloned().collect();
    let partner = spelled(rng, &partners);
    let name = pattern
        .replace("{head}", &head.native)
        .replace("{tail}", &tail.native)
        .replace("{trade}", word(rng, &region.trades))
        .replace("{city}", city_name(city))
        .replace("{family}", &family.native)
        .replace("{partner}", &partner.native);

    let mut label = if pattern.contains("{partner}") {
        format!("{}-{}", family.latin, partner.latin)
    } else if pattern.contains("{family}") {
        family.latin
    } else {
        format!("{}{}", head.latin, tail.latin)
    };
    if number >= PLAIN_DOMAINS {
        label = format!("{label}-{number}");
    }
    // Domains reserved for examples, because mail sent from a demo must not reach anyone.
    let domain = format!("{label}.example.{}", word(rng, &language.email_domain_tlds));
    let address = digits(rng, &region.address)
        .replace("{street}", word(rng, &region.streets))
        .replace("{city}", &digits(rng, city));

    let CompanyWords { industries, notes, .. } = words;
    Ok(CompanyData {
        name,
        website: rng.random_bool(0.85).then(|| website(rng, &domain)),
        email: rng.random_bool(0.85).then(|| format!("{}@{domain}", word(rng, &region.mailboxes))),
        phone: rng.random_bool(0.8).then(|| language.phone(rng)),
        address: rng.random_bool(0.75).then_some(address),
        industry: if rng.random_bool(0.9) { industries.choose(rng).cloned() } else { None },
        notes: rng.random_bool(0.2).then(|| remarks(rng, notes)),
    })
}

/// Picks one of the words, or the empty word when there are none.
fn spelled(rng: &mut impl Rng, words: &[Spelled]) -> Spelled {
    words.choose(rng).cloned().unwrap_or_default()
}

/// Returns the city without the pattern of its postal code.
fn city_name(city: &str) -> &str {
    city.trim_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '#' | '-' | ' '))
}

/// Writes the website of a domain in one of the usual ways.
fn website(rng: &mut impl Rng, domain: &str) -> String {
    match rng.random_range(0..6_u32) {
        0..=2 => format!("https://{domain}"),
        3 | 4 => format!("https://www.{domain}/"),
        _ => format!("www.{domain}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::{CompanyData, company};
    use crate::cli::demo::words::Words;

    fn companies(seed: u64, count: u64) -> Vec<CompanyData> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let words = Words::load().unwrap();
        (0..count).map(|number| company(&mut rng, &words.companies, &words.people.languages, number).unwrap()).collect()
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
