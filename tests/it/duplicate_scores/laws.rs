//! Rules of the scorer that hold for any cards.

use liaison::domain::duplicates::{Certainty, Frequencies, Likeness, Reason, Scan, compare, keys};
use proptest::prelude::*;

use super::Card;

fn card() -> impl Strategy<Value = Card> {
    let texts = || prop::collection::vec("\\PC{0,20}", 0..3);
    ("\\PC{0,40}", texts(), texts(), texts(), texts(), "[0-9-]{0,10}").prop_map(
        |(name, emails, phones, companies, addresses, birthday)| Card {
            name,
            emails,
            phones,
            companies,
            addresses,
            birthday,
        },
    )
}

/// Cards of few different values, so that many are alike.
fn alike() -> impl Strategy<Value = Card> {
    let some = |values: &'static [&'static str]| {
        prop::collection::vec(prop::sample::select(values).prop_map(str::to_owned), 0..3)
    };
    let name = prop::sample::select(
        &[
            "Anna Müller",
            "Ana Mueller",
            "Muller Anna",
            "A. Müller",
            "Annamüller",
            "Anna Maria Müller",
            "Zoë van der Berg",
            "Zoe Berg",
            "Bill Smith",
            "Smith, William",
            "王小明",
            "王小小明",
            "Анна Мюллер",
        ][..],
    );
    let birthday = prop::sample::select(&["", "1990-02-03", "--02-03", "1990-03-02"][..]);
    (
        name,
        some(&[
            "anna@example.com",
            "ana@example.com",
            "info@example.com",
            "anna525252@example.com",
            "anna525952@example.com",
            "ana525252@example.com",
        ]),
        some(&["+49 30 1234567", "030 1234576", "12345"]),
        some(&["Acme GmbH", "Acme Tools Ltd", "Beta"]),
        some(&["Main Street 1 Springfield", "Main Str 1 Springfield"]),
        birthday,
    )
        .prop_map(|(name, emails, phones, companies, addresses, birthday)| Card {
            name: name.to_owned(),
            emails,
            phones,
            companies,
            addresses,
            birthday: birthday.to_owned(),
        })
}

proptest! {
    #[test]
    fn a_score_is_a_probability_whatever_the_cards(first in card(), second in card()) {
        let mut scan = Scan::default();
        scan.add(first.person(1));
        scan.add(second.person(2));
        let frequencies = scan.run(&|_| {}).frequencies;
        let comparison = compare(&first.person(1), &second.person(2), &frequencies);
        prop_assert!((0.0..=1.0).contains(&comparison.score));
        let same_keys = keys(&first.person(1));
        prop_assert_eq!(same_keys, keys(&first.person(3)), "the id is in no key");
    }

    // A scan gives up most pairs before everything of them is compared.
    #[test]
    fn a_scan_finds_what_comparing_everything_finds(
        cards in prop::collection::vec(prop_oneof![card(), alike()], 2..6),
    ) {
        let scan = || {
            let mut scan = Scan::default();
            cards.iter().enumerate().for_each(|(place, card)| scan.add(card.person(place)));
            scan
        };
        let mut likely = Vec::new();
        scan().compare(&mut |first, second, comparison| {
            likely.extend(Likeness::of(comparison).map(|likeness| (first.id.min(second.id), first.id.max(second.id), likeness)));
        });
        let mut found: Vec<_> =
            scan().run(&|_| {}).pairs.iter().map(|pair| (pair.first, pair.second, pair.likeness)).collect();
        likely.sort_by_key(|(first, second, _)| (*first, *second));
        found.sort_by_key(|(first, second, _)| (*first, *second));
        prop_assert_eq!(found, likely);
    }

    #[test]
    fn the_words_of_names_are_counted_once_for_each_contact(cards in prop::collection::vec(card(), 0..4)) {
        let mut scan = Scan::default();
        for (place, card) in cards.iter().enumerate() {
            scan.add(card.person(place));
        }
        let frequencies = scan.run(&|_| {}).frequencies;
        prop_assert_eq!(frequencies.records() as usize, cards.len());
        prop_assert!(frequencies.counts().all(|(_, count)| count as usize <= cards.len()));
    }
}

fn compared(first: &Card, second: &Card) -> (Option<Certainty>, Vec<Reason>) {
    let frequencies = Frequencies::new(1_000, []);
    let comparison = compare(&first.person(1), &second.person(2), &frequencies);
    (comparison.certainty, comparison.reasons)
}

#[test]
fn a_shared_value_is_no_proof() {
    let card = |name: &str, birthday: &str| Card {
        name: name.to_owned(),
        emails: vec!["home@castellani.example".to_owned()],
        phones: vec!["+39 06 0012345".to_owned()],
        birthday: birthday.to_owned(),
        ..Card::default()
    };
    let person = card("Anna Castellani", "1990-02-03");
    assert_eq!(compared(&person, &card("Marco Castellani", "1990-02-03")).0, None, "twins");
    assert_eq!(compared(&person, &card("Anna Castellani", "1961-12-24")).0, None, "a mother of the same name");
    let reasons = vec![Reason::Name, Reason::Email, Reason::Phone, Reason::Birthday];
    assert_eq!(compared(&person, &card("Castellani, Anna", "1990-02-03")), (Some(Certainty::Certain), reasons));
}
