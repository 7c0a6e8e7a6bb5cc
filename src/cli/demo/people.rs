//! Invented people.

use rand::{Rng, seq::IndexedRandom};
use serde::Deserialize;

use super::{
    choice::{Spelled, remarks, word},
    frequency::Name,
    names::{Extra, Language},
};

/// Word lists for people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonWords {
    /// Languages with their names.
    pub(super) languages: Vec<Language>,
    /// Hosts of e-mail addresses below `example.…`; the plain domain is the most common.
    hosts: Vec<String>,
    /// Tags of people.
    tags: Vec<String>,
    /// Positions by department.
    jobs: Vec<Department>,
    /// Remarks about people.
    notes: Vec<String>,
}

/// A department and the positions in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Department {
    department: String,
    roles: Vec<String>,
}

/// An invented person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// Full name, in the script of its language.
    pub name: String,
    /// E-mail address at a domain reserved for examples.
    pub email: Option<String>,
    /// Phone number in international format.
    pub phone: Option<String>,
    /// A remark or two.
    pub notes: Option<String>,
    /// Up to three different tags.
    pub tags: Vec<String>,
    /// Position, for those who work somewhere.
    pub job: Option<Job>,
}

/// A position at a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    /// Title of the position.
    pub role: String,
    /// The department it belongs to.
    pub department: String,
}

/// First number of a person with digits in the e-mail address. Fewer people hardly ever clash, and a small demo looks
/// nicer without digits.
const PLAIN_ADDRESSES: u64 = 100;

/// Makes a person, the same for the same state of the generator and the same number.
///
/// The number makes the e-mail address unique. Two in a hundred share theirs with a namesake anyway, because real
/// address books contain such people.
pub(super) fn person(rng: &mut impl Rng, words: &PersonWords, number: u64) -> anyhow::Result<Person> {
    let language = words.languages.choose_weighted(rng, |language| language.weight)?;
    let parts = Parts::draw(rng, language);
    let name = parts.full_name(rng, language);
    let email = rng.random_bool(0.92).then(|| parts.email(rng, words, language, number));
    let phone = rng.random_bool(0.8).then(|| language.phone(rng));
    let notes = rng.random_bool(0.15).then(|| remarks(rng, &words.notes));
    let tag_count = rng.random_range(0..=6_usize).saturating_sub(3);
    let tags = words.tags.choose_multiple(rng, tag_count).cloned().collect();
    let job = if rng.random_bool(0.8) { job(rng, &words.jobs) } else { None };
    Ok(Person { name, email, phone, notes, tags, job })
}

/// Picks any position.
fn job(rng: &mut impl Rng, jobs: &[Department]) -> Option<Job> {
    let Department { department, roles } = jobs.choose(rng)?;
    Some(Job { role: roles.choose(rng)?.clone(), department: department.clone() })
}

/// Parts of a name.
#[derive(Clone, Debug)]
struct Parts {
    given: Spelled,
    family: Spelled,
    /// Another given name for the same person.
    middle: Spelled,
    /// Another family name for the same person.
    second: Spelled,
}

impl Parts {
    /// Draws given and family names independently of each other.
    fn draw(rng: &mut impl Rng, language: &Language) -> Self {
        // Women's names stand at even places in gendered languages.
        let (start, step) = if language.gendered { (rng.random_range(0..2), 2) } else { (0, 1) };
        let mut any = |names: &[Spelled]| {
            let name = Name::draw(rng, names.len().saturating_sub(start).div_ceil(step));
            let at = |place: usize| names.get(start + place * step);
            Spelled {
                native: name.spell(|place| at(place).map_or("", |name| &name.native)),
                latin: name.spell(|place| at(place).map_or("", |name| &name.latin)),
            }
        };
        Self {
            given: any(&language.given),
            family: any(&language.family),
            middle: any(&language.given),
            second: any(&language.family),
        }
    }

    fn full_name(&self, rng: &mut impl Rng, language: &Language) -> String {
        let mut given = self.given.native.clone();
        let mut family = self.family.native.clone();
        let (middle, second) = (&self.middle.native, &self.second.native);
        let draw = rng.random_range(0..100_u32);
        match language.extra {
            Extra::MiddleName if draw < 8 && *middle != given => given = format!("{given} {middle}"),
            Extra::MiddleName if draw < 20 => {
                given.push(' ');
                given.extend(middle.chars().next());
                given.push('.');
            }
            Extra::TwoFamilies if draw < 60 && *second != family => family = format!("{family} {second}"),
            // A third hyphenated name would be one too many.
            Extra::HyphenFamily if draw < 6 && *second != family && !family.contains(['-', ' ']) => {
                family = format!("{family}-{second}");
            }
            _ => {}
        }
        let separator = &language.separator;
        let name = if language.family_first {
            format!("{family}{separator}{given}")
        } else {
            format!("{given}{separator}{family}")
        };
        let title = if rng.random_bool(0.04) { word(rng, &language.titles) } else { "" };
        if title.is_empty() { name } else { format!("{title} {name}") }
    }

    fn email(&self, rng: &mut impl Rng, words: &PersonWords, language: &Language, number: u64) -> String {
        let (given, family) = (&self.given.latin, &self.family.latin);
        let local = match rng.random_range(0..10_u32) {
            0..=4 => format!("{given}.{family}"),
            5 => format!("{given}_{family}"),
            6 => format!("{family}.{given}"),
            7 => format!("{given}{family}"),
            8 => given.chars().take(1).chain(family.chars()).collect(),
            _ => format!("{given}-{family}"),
        };
        let shared = rng.random_bool(0.02);
        let suffix = if shared || number < PLAIN_ADDRESSES { String::new() } else { number.to_string() };
        // Domains reserved for examples, because mail sent from a demo must not reach anyone.
        let (host, tld) = (word(rng, &words.hosts), word(rng, &language.email_domain_tlds));
        format!("{local}{suffix}@{host}example.{tld}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::{Person, person};
    use crate::cli::demo::words::Words;

    fn people(seed: u64, count: u64) -> Vec<Person> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let words = Words::load().unwrap().people;
        (0..count).map(|number| person(&mut rng, &words, number).unwrap()).collect()
    }

    #[test]
    fn same_seed_same_people() {
        assert_eq!(people(7, 500), people(7, 500));
        assert_ne!(people(7, 500), people(8, 500));
    }

    #[test]
    fn names_have_many_scripts_and_fit() {
        let scripts: &[(&str, std::ops::RangeInclusive<char>)] = &[
            ("Latin with marks", 'À'..='ſ'),
            ("Greek", 'Α'..='ω'),
            ("Cyrillic", 'А'..='я'),
            ("Armenian", 'Ա'..='և'),
            ("Hebrew", 'א'..='ת'),
            ("Arabic", 'ء'..='ی'),
            ("Devanagari", 'अ'..='ह'),
            ("Bengali", 'অ'..='হ'),
            ("Thai", 'ก'..='ฮ'),
            ("Georgian", 'ა'..='ჰ'),
            ("Vietnamese", 'Ạ'..='ỹ'),
            ("Han", '一'..='鿿'),
            ("Hangul", '가'..='힣'),
        ];
        let people = people(1, 2_000);
        for (script, range) in scripts {
            assert!(people.iter().any(|person| person.name.chars().any(|letter| range.contains(&letter))), "{script}");
        }
        for Person { name, .. } in &people {
            assert!(!name.is_empty() && name.chars().count() <= 255 && name.trim() == name, "{name:?}");
            assert!(!name.contains('\0') && !name.contains("  "), "{name:?}");
        }
    }

    #[test]
    fn email_addresses_are_simple_examples_and_mostly_unique() {
        let emails: Vec<String> = people(2, 5_000).into_iter().filter_map(|person| person.email).collect();
        assert!((4_500..4_700).contains(&emails.len()), "{}", emails.len());
        for email in &emails {
            let (local, domain) = email.split_once('@').expect("an @");
            let simple = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
            assert!(local.len() > 1 && local.bytes().all(simple), "{email}");
            let reserved = ["example.com", "example.org", "example.net"];
            assert!(reserved.iter().any(|end| domain == *end || domain.ends_with(&format!(".{end}"))), "{email}");
        }
        let different: HashSet<&String> = emails.iter().collect();
        assert!(different.len() * 100 >= emails.len() * 98, "{} of {}", different.len(), emails.len());
    }

    #[test]
    fn phones_notes_and_tags_are_as_common_as_promised() {
        let people = people(3, 5_000);
        let share = |test: fn(&Person) -> bool| people.iter().filter(|person| test(person)).count();
        assert!((3_800..4_200).contains(&share(|person| person.phone.is_some())));
        assert!((600..900).contains(&share(|person| person.notes.is_some())));
        assert!((3_800..4_200).contains(&share(|person| person.job.is_some())));
        for person in &people {
            assert!(person.phone.as_ref().is_none_or(|phone| phone.starts_with('+') && !phone.contains('#')));
            assert!(person.tags.len() <= 3, "{:?}", person.tags);
            assert_eq!(person.tags.iter().collect::<HashSet<_>>().len(), person.tags.len());
        }
    }
}
