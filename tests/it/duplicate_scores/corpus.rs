//! The corpus of `tests/duplicates/`: pairs of cards that people have judged.

use std::{collections::BTreeMap, fmt::Write};

use liaison::domain::duplicates::{self, Certainty, Scan, Scanned, compare, keys};
use sha2::{Digest, Sha256};

use super::{Card, Counts, place, tell};

/// Pairs for choosing weights.
pub(super) const FIT: &str = include_str!("../../duplicates/fit.txt");
/// Pairs that are only measured.
pub(super) const HELD_OUT: &str = include_str!("../../duplicates/held-out.txt");
/// Hash of [`HELD_OUT`]. It was committed before there was a scorer.
const HELD_OUT_SHA256: &str = "2d1c2a77924d46bb0e76aafda91c3e5568dace2a8faaf4b6b624da55275e40f7";

/// Two cards, and whether they are of one person.
#[derive(Debug)]
pub(super) struct Pair {
    pub(super) kind: &'static str,
    pub(super) is_duplicate: bool,
    pub(super) cards: [Card; 2],
}

/// Reads the pairs of a file.
pub(super) fn pairs(file: &'static str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let (mut is_duplicate, mut kind, mut first) = (false, "", None);
    for line in file.lines().filter(|line| !line.is_empty()) {
        if let Some(heading) = line.strip_prefix("== ") {
            let (sort, name) = heading.split_once(' ').unwrap();
            (is_duplicate, kind) = (sort == "duplicate", name);
        } else if let Some(first) = first.take() {
            pairs.push(Pair { kind, is_duplicate, cards: [first, card(line)] });
        } else {
            first = Some(card(line));
        }
    }
    pairs
}

fn card(line: &str) -> Card {
    let fields: Vec<&str> = line.split('|').map(str::trim).collect();
    let list = |text: &str| text.split(", ").filter(|item| !item.is_empty()).map(str::to_owned).collect();
    let [name, emails, phones, companies, address, birthday] = fields[..] else { panic!("{line}") };
    Card {
        name: name.to_owned(),
        emails: list(emails),
        phones: list(phones),
        companies: list(companies),
        addresses: Some(address.to_owned()).filter(|address| !address.is_empty()).into_iter().collect(),
        birthday: birthday.to_owned(),
    }
}

#[test]
fn the_corpus_has_all_kinds_and_its_held_out_half_is_the_first_one() {
    let mut hash = String::new();
    for byte in Sha256::digest(HELD_OUT) {
        write!(hash, "{byte:02x}").unwrap();
    }
    assert_eq!(hash, HELD_OUT_SHA256);
    for half in [FIT, HELD_OUT] {
        let mut counts: BTreeMap<(bool, &str), usize> = BTreeMap::new();
        for pair in pairs(half) {
            assert!(pair.cards.iter().all(|card| !card.name.is_empty()), "{pair:?}");
            *counts.entry((pair.is_duplicate, pair.kind)).or_default() += 1;
        }
        assert!(counts.values().all(|count| *count == 9), "{counts:?}");
        assert_eq!(counts.keys().filter(|(is_duplicate, _)| *is_duplicate).count(), 12);
        assert_eq!(counts.keys().filter(|(is_duplicate, _)| !is_duplicate).count(), 7);
    }
}

/// Compares the pairs of some files, whose cards are the directory. Pairs that share no key are not found.
fn measure(name: &str, files: &[&'static str]) -> [Counts; 2] {
    let pairs: Vec<Pair> = files.iter().flat_map(|file| pairs(file)).collect();
    let mut scan = Scan::default();
    for (place, card) in pairs.iter().flat_map(|pair| &pair.cards).enumerate() {
        scan.add(card.person(place));
    }
    let Scanned { frequencies, pairs: found, .. } = scan.run(&|_| {});
    // Cards of two pairs are of two people too.
    let are_of_one = |pair: &duplicates::Pair| place(pair.first) / 2 == place(pair.second) / 2;
    let across = found.iter().filter(|pair| pair.likeness.certainty == Certainty::Certain && !are_of_one(pair));
    assert_eq!(across.count(), 0, "{name}: certain pairs of cards of two pairs");
    let all = pairs.iter().filter(|pair| pair.is_duplicate).count();
    let mut counts = [Certainty::Certain, Certainty::Likely].map(|least| (least, Counts { all, ..Counts::default() }));
    for pair in &pairs {
        let [first, second] = &pair.cards;
        let (first, second) = (first.person(1), second.person(2));
        let other_keys = keys(&second);
        let is_found = keys(&first).iter().any(|key| other_keys.contains(key));
        let certainty = compare(&first, &second, &frequencies).certainty.filter(|_| is_found);
        for (least, counts) in &mut counts {
            if certainty.is_some_and(|certainty| certainty <= *least) {
                counts.add(pair.is_duplicate);
            }
        }
    }
    for (least, counts) in &counts {
        tell(&format!(
            "Corpus, {name}, {least:?}: precision {:.3}, recall {:.3}, wrong {}",
            counts.precision(),
            counts.recall(),
            counts.wrong
        ));
    }
    counts.map(|(_, counts)| counts)
}

#[test]
fn the_corpus_is_told_apart_by_its_held_out_half_as_well() {
    for (name, files) in [("held out", &[HELD_OUT][..]), ("all", &[FIT, HELD_OUT])] {
        let [certain, likely] = measure(name, files);
        assert_eq!(certain.wrong, 0, "{name}");
        assert!(certain.recall() >= 0.7, "{name}: {:.3}", certain.recall());
        assert!(likely.precision() >= 0.90 && likely.recall() >= 0.85, "{name}: {likely:?}");
    }
}
