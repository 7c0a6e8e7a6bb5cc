//! The FEBRL sets: records of invented Australians, with duplicates that have up to several errors each.

use std::{collections::HashMap, path::PathBuf};

use liaison::domain::duplicates::Scan;

use super::{Card, Counts, place, tell};

/// A record, with the number that the duplicates of one person share.
struct Record {
    card: Card,
    person: String,
    /// Place of the record's file among the set's files.
    file: usize,
}

/// Reads the files of a set. `None` where they were not fetched, which is an error in CI.
///
/// Contact fields only: the name, the social security number for a phone number, and street and suburb for a company.
fn read(files: &[&str], has_phones: bool) -> Option<Vec<Record>> {
    let default = || concat!(env!("CARGO_MANIFEST_DIR"), "/target").into();
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(default, PathBuf::from);
    let mut records = Vec::new();
    for (file, name) in files.iter().enumerate() {
        let path = target.join("febrl").join(format!("dataset{name}.csv"));
        if !path.exists() {
            assert!(std::env::var_os("CI").is_none(), "{} is missing: run tests/duplicates/febrl", path.display());
            tell("SKIPPED: tests/duplicates/febrl was not run, so that these sets are not measured");
            return None;
        }
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(path).unwrap();
        for row in reader.deserialize::<HashMap<String, String>>() {
            let row = row.unwrap();
            let both = |first: &str, second: &str| format!("{} {}", row[first], row[second]).trim().to_owned();
            let list = |value: String| Some(value).filter(|value| !value.is_empty()).into_iter().collect();
            let card = Card {
                name: both("given_name", "surname"),
                phones: if has_phones { list(row["soc_sec_id"].clone()) } else { Vec::new() },
                companies: list(both("address_1", "suburb")),
                ..Card::default()
            };
            let person = row["rec_id"].split('-').nth(1).unwrap().to_owned();
            records.push(Record { card, person, file });
        }
    }
    Some(records)
}

/// Finds the threshold with the best F1 among those of which the precision is high enough.
fn measure(files: &[&str], has_phones: bool, precision: f64) -> Option<Counts> {
    let records = read(files, has_phones)?;
    // Pairs of one file do not count where there are two.
    let counts = |one: &Record, other: &Record| files.len() == 1 || one.file != other.file;
    let mut scan = Scan::default();
    for (place, record) in records.iter().enumerate() {
        scan.add(record.card.person(place));
    }
    let mut scores: Vec<(f64, bool)> = Vec::new();
    scan.compare(&mut |first, second, comparison| {
        let (first, second) = (&records[place(first.id)], &records[place(second.id)]);
        if counts(first, second) {
            scores.push((comparison.score, first.person == second.person));
        }
    });
    scores.sort_by(|first, second| second.0.total_cmp(&first.0));
    let mut people: HashMap<&str, Vec<&Record>> = HashMap::new();
    for record in &records {
        people.entry(&record.person).or_default().push(record);
    }
    let pairs = |records: &Vec<&Record>| {
        let after = |place: usize| records.iter().skip(place + 1).filter(move |other| counts(records[place], other));
        (0..records.len()).map(|place| after(place).count()).sum::<usize>()
    };
    let mut found = Counts { all: people.values().map(pairs).sum(), ..Counts::default() };
    let mut best = Counts::default();
    for (place, (score, is_duplicate)) in scores.iter().enumerate() {
        found.add(*is_duplicate);
        let is_threshold = scores.get(place + 1).is_none_or(|(next, _)| next < score);
        if is_threshold && found.precision() >= precision && found.f1() > best.f1() {
            best = found;
        }
    }
    let with = if has_phones { "with" } else { "without" };
    tell(&format!(
        "FEBRL {files:?} {with} phones: F1 {:.4}, precision {:.4}, recall {:.4}",
        best.f1(),
        best.precision(),
        best.recall()
    ));
    Some(best)
}

#[test]
fn febrl_with_phones_is_told_apart() {
    for (files, f1) in [(&["1"][..], 0.985), (&["2"], 0.980), (&["3"], 0.980), (&["4a", "4b"], 0.990)] {
        if let Some(counts) = measure(files, true, 0.993) {
            assert!(counts.f1() >= f1, "{files:?}: {:.4}", counts.f1());
        }
    }
}

#[test]
fn febrl_without_phones_is_told_apart() {
    for files in [&["1"][..], &["2"], &["3"], &["4a", "4b"]] {
        if let Some(counts) = measure(files, false, 0.99) {
            assert!(counts.f1() >= 0.79, "{files:?}: {:.4}", counts.f1());
        }
    }
}
