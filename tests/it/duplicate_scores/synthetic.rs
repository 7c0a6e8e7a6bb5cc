//! Invented contacts of any number, some of them twice, with the errors that people make.

use std::{collections::HashMap, time::Instant};

use liaison::domain::duplicates::{Certainty, Scan};
use rand::{Rng, SeedableRng, distr::Distribution, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use rand_distr::Zipf;
use serde::Deserialize;

use super::{Card, Counts, place, tell};

/// Most different given names, and family names, of one language.
const NAMES_MAX: usize = 5_000;
/// Contacts for each company.
const CONTACTS_PER_COMPANY: u64 = 20;

/// A contact; those of one person have the same number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contact {
    pub(super) card: Card,
    pub(super) person: u64,
}

#[derive(Deserialize)]
struct Words {
    languages: Vec<Language>,
}

/// A language of the demo, of which only some fields are used here.
#[derive(Deserialize)]
struct Language {
    given: Vec<[String; 2]>,
    family: Vec<[String; 2]>,
    #[serde(default)]
    family_first: bool,
    #[serde(default = "space")]
    separator: String,
    phone: String,
    weight: u32,
}

fn space() -> String {
    " ".to_owned()
}

/// A person, before it becomes a card.
#[derive(Clone)]
struct Person<'a> {
    language: &'a Language,
    given: [String; 2],
    family: [String; 2],
    card: Card,
}

/// Makes so many contacts, the same for the same seed, and hands each to `take`. One in twenty is a person once more.
///
/// Names follow Zipf's law within each language. Of the people 70 % have a phone and 80 % an e-mail address, 60 % a
/// company, 20 % an address and 15 % a birthday. One in fifty lives with the person before: with the same family
/// name and phone, and often with the same e-mail address.
pub(super) fn contacts(count: u64, seed: u64, mut take: impl FnMut(Contact)) {
    let words: Words = serde_json::from_str(include_str!("../../../src/cli/demo/data/people.json")).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let companies = (count / CONTACTS_PER_COMPANY).max(1);
    let mut last: Option<Person<'_>> = None;
    let mut made = 0;
    for person in 0.. {
        let relative = last.take().filter(|_| rng.random_bool(0.02));
        let drawn = draw(&mut rng, &words.languages, relative, person, companies);
        let card = drawn.card.clone();
        last = Some(drawn.clone());
        take(Contact { card: card.clone(), person });
        made += 1;
        if made < count && rng.random_bool(0.05 / 0.95) {
            take(Contact { card: copy(&mut rng, &drawn, companies), person });
            made += 1;
        }
        if made == count {
            return;
        }
    }
}

fn draw<'a>(
    rng: &mut ChaCha8Rng,
    languages: &'a [Language],
    relative: Option<Person<'a>>,
    number: u64,
    companies: u64,
) -> Person<'a> {
    let language = match &relative {
        Some(relative) => relative.language,
        None => languages.choose_weighted(rng, |language| language.weight).unwrap(),
    };
    let given = name(rng, &language.given);
    let family = relative.as_ref().map_or_else(|| name(rng, &language.family), |relative| relative.family.clone());
    let mut card = Card { name: full_name(language, &given[0], &family[0]), ..Card::default() };
    if rng.random_bool(0.8) {
        let host = ["mail", "web", "post", "inbox", "online"].choose(rng).unwrap();
        card.emails.push(format!("{}.{}{number}@{host}.example", given[1], family[1]));
    }
    if rng.random_bool(0.7) {
        let country = language.phone.split(' ').next().unwrap();
        card.phones.push(format!("{country} {} {}", rng.random_range(100..999), rng.random_range(100_000..9_999_999)));
    }
    if rng.random_bool(0.6) {
        card.companies.push(company(rng, companies));
    }
    if rng.random_bool(0.2) {
        let street = name(rng, &language.family);
        card.addresses.push(format!("{} {}, {:05}", street[0], rng.random_range(1..120), rng.random_range(0..99_999)));
    }
    if rng.random_bool(0.15) {
        let (year, month, day) = (rng.random_range(1935..2006), rng.random_range(1..13), rng.random_range(1..29));
        card.birthday = format!("{year}-{month:02}-{day:02}");
    }
    if let Some(Person { card: other, .. }) = relative {
        card.phones.clone_from(&other.phones);
        card.addresses.clone_from(&other.addresses);
        if rng.random_bool(0.3) {
            card.emails.clone_from(&other.emails);
        }
    }
    Person { language, given, family, card }
}

/// Enters a person once more: with typing errors, swapped words, and numbers that are missing or misread.
fn copy(rng: &mut ChaCha8Rng, person: &Person<'_>, companies: u64) -> Card {
    let Person { language, given, family, card } = person;
    let mut copied = card.clone();
    let (mut given, mut family) = (given[0].clone(), family[0].clone());
    if rng.random_bool(0.45) {
        let wrong = if rng.random_bool(0.5) { &mut given } else { &mut family };
        *wrong = mistyped(rng, wrong);
        if rng.random_bool(0.2) {
            given = mistyped(rng, &given);
        }
    }
    copied.name = full_name(language, &given, &family);
    if rng.random_bool(0.2) {
        let space = if language.separator.is_empty() { " " } else { &language.separator };
        let (first, last) = if language.family_first { (given, family) } else { (family, given) };
        copied.name = format!("{first}{space}{last}");
    }
    match rng.random_range(0..100) {
        0..20 => copied.emails.clear(),
        20..25 => copied.emails.iter_mut().for_each(|email| *email = mistyped(rng, email)),
        _ => {}
    }
    match rng.random_range(0..100) {
        0..20 => copied.phones.clear(),
        20..35 => copied.phones.iter_mut().for_each(|phone| *phone = misread(rng, phone)),
        35..60 => copied.phones.iter_mut().for_each(|phone| *phone = national(phone)),
        _ => {}
    }
    match rng.random_range(0..100) {
        0..20 => copied.companies.clear(),
        20..30 => copied.companies = vec![company(rng, companies)],
        _ => {}
    }
    if rng.random_bool(0.4) {
        copied.addresses.clear();
    }
    if rng.random_bool(0.4) {
        copied.birthday.clear();
    }
    copied
}

fn full_name(language: &Language, given: &str, family: &str) -> String {
    let (first, last) = if language.family_first { (family, given) } else { (given, family) };
    format!("{first}{}{last}", language.separator)
}

/// Draws a name of the list, or a blend of three of its names, in its own script and in Latin letters.
fn name(rng: &mut ChaCha8Rng, names: &[[String; 2]]) -> [String; 2] {
    let count = names.len();
    let all = (count + count * count * count).min(NAMES_MAX);
    let place = rank(rng, all);
    let Some(blend) = place.checked_sub(count) else { return names[place].clone() };
    // The last part differs first, so that frequent blends have different ends.
    let parts = [blend / count % count, blend / count / count, blend % count];
    [0, 1].map(|script| {
        let mut text = String::new();
        for (third, part) in parts.iter().enumerate() {
            let letters: Vec<char> = names[*part][script].chars().collect();
            let bound = |third: usize| (letters.len() * third).div_ceil(3);
            text.extend(&letters[bound(third)..bound(third + 1)]);
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    })
}

fn company(rng: &mut ChaCha8Rng, count: u64) -> String {
    const TRADES: [&str; 8] = ["Logistics", "Foods", "Bau", "Optics", "Trading", "Media", "Energy", "Consulting"];
    let number = rank(rng, usize::try_from(count).unwrap());
    format!("{} {}", syllables(number), TRADES[number % TRADES.len()])
}

/// Spells a number, so that each company has a name of its own.
fn syllables(mut number: usize) -> String {
    const SYLLABLES: [&str; 12] = ["Al", "bor", "Cen", "dra", "Fel", "gor", "Hal", "kim", "Lum", "nor", "Sel", "tor"];
    let mut text = String::new();
    loop {
        text.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
        if number == 0 {
            return text;
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "ranks are whole numbers from 1 on, and few"
)]
fn rank(rng: &mut ChaCha8Rng, count: usize) -> usize {
    Zipf::new(count as f64, 1.0).unwrap().sample(rng) as usize - 1
}

/// Replaces, removes, doubles or swaps a letter.
fn mistyped(rng: &mut ChaCha8Rng, text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return text.to_owned();
    }
    let place = rng.random_range(0..letters.len());
    let any = letters[rng.random_range(0..letters.len())];
    match rng.random_range(0..4) {
        0 => letters[place] = any,
        1 if letters.len() > 1 => drop(letters.remove(place)),
        2 if place > 0 => letters.swap(place - 1, place),
        _ => letters.insert(place, letters[place]),
    }
    letters.into_iter().collect::<String>().trim().to_owned()
}

/// Changes one digit after the country's code.
fn misread(rng: &mut ChaCha8Rng, phone: &str) -> String {
    let mut letters: Vec<char> = phone.chars().collect();
    let place = rng.random_range(letters.len() - 6..letters.len());
    letters[place] = char::from(rng.random_range(b'0'..=b'9'));
    letters.into_iter().collect()
}

/// Writes an international number as people in its country do.
fn national(phone: &str) -> String {
    phone.split_once(' ').map_or_else(|| phone.to_owned(), |(_, rest)| format!("0{}", rest.replace(' ', "-")))
}

#[test]
fn synthetic_contacts_are_as_promised() {
    let made = |seed| {
        let mut all = Vec::new();
        contacts(4_000, seed, |contact| all.push(contact));
        all
    };
    let all = made(1);
    assert_eq!(all, made(1));
    assert_ne!(all, made(2));
    assert_eq!(all.len(), 4_000);
    let share = |test: fn(&Card) -> bool| all.iter().filter(|contact| test(&contact.card)).count();
    assert!((2_650..2_900).contains(&share(|card| !card.phones.is_empty())));
    assert!((3_050..3_300).contains(&share(|card| !card.emails.is_empty())));
    let copies = all.windows(2).filter(|pair| pair[0].person == pair[1].person).count();
    assert!((160..240).contains(&copies), "{copies}");
    assert!(all.iter().all(|contact| !contact.card.name.is_empty()));
}

/// Contacts in CI. `just duplicates` takes more.
const CONTACTS: u64 = 100_000;
/// Of the duplicates 7 % have nothing but the name in common, and 2 % nothing but a common name and a large company; these are
/// at most likely.
const RECALL: f64 = 0.88;
/// The same among a million, whose rare names are told better from common ones.
const RECALL_OF_A_MILLION: f64 = 0.89;

#[test]
fn planted_duplicates_are_found() {
    let count = std::env::var("SYNTHETIC_CONTACTS").map_or(CONTACTS, |count| count.parse().unwrap());
    let (mut people, mut scan) = (Vec::new(), Scan::default());
    let begun = Instant::now();
    let seed = std::env::var("SYNTHETIC_SEED").map_or(7, |seed| seed.parse().unwrap());
    contacts(count, seed, |contact| {
        scan.add(contact.card.person(people.len()));
        people.push(contact.person);
    });
    let added = begun.elapsed();
    let scanning = Instant::now();
    let scanned = scan.run(&|_| {});
    let ran = scanning.elapsed();
    let mut copies: HashMap<u64, usize> = HashMap::new();
    for person in &people {
        *copies.entry(*person).or_default() += 1;
    }
    let all = copies.values().map(|copies| copies * (copies - 1) / 2).sum();
    let measure = |least: Certainty| {
        let mut counts = Counts { all, ..Counts::default() };
        for pair in scanned.pairs.iter().filter(|pair| pair.likeness.certainty <= least) {
            counts.add(people[place(pair.first)] == people[place(pair.second)]);
        }
        tell(&format!(
            "{count} synthetic, {least:?}: precision {:.4}, recall {:.4}",
            counts.precision(),
            counts.recall()
        ));
        counts
    };
    let [certain, _] = [Certainty::Certain, Certainty::Likely].map(measure);
    tell(&format!(
        "made and read in {added:.1?}, scanned in {ran:.1?}; {} pairs compared, {} keys skipped, {}",
        scanned.compared,
        scanned.skipped_blocks,
        peak_memory()
    ));
    assert!(certain.precision() >= 0.99, "{:.4}", certain.precision());
    let recall = if count >= 1_000_000 { RECALL_OF_A_MILLION } else { RECALL };
    assert!(certain.recall() >= recall, "{:.4}", certain.recall());
}

/// The most memory that the process had, where the system tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default().to_owned()
}
