//! How well duplicates are told from different people: the data, and what it demands of the scorer.
//!
//! Each test prints its figures. `docs/duplicates.md` has them in a table.

mod corpus;
mod febrl;
mod groups;
mod laws;
mod synthetic;

use std::io::Write;

use liaison::domain::duplicates::{Facts, Person};
use uuid::Uuid;

/// A contact's card, as the scorer sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Card {
    name: String,
    emails: Vec<String>,
    phones: Vec<String>,
    companies: Vec<String>,
    addresses: Vec<String>,
    birthday: String,
}

impl Card {
    /// The person of a card, whose id is a place in a list.
    fn person(&self, place: usize) -> Person {
        let Self { name, emails, phones, companies, addresses, birthday } = self.clone();
        let birthday = Some(birthday).filter(|birthday| !birthday.is_empty());
        Person::new(&Facts { id: id(place), name, emails, phones, companies, addresses, birthday, uid: None })
    }
}

fn id(place: usize) -> Uuid {
    Uuid::from_u128(place as u128)
}

/// The place in a list that an id stands for.
fn place(id: Uuid) -> usize {
    usize::try_from(id.as_u128()).unwrap()
}

/// Prints a line also when the test passes, unlike `println!`.
fn tell(line: &str) {
    std::io::stderr().write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// Numbers of pairs that were found, and how many there are.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    right: usize,
    wrong: usize,
    all: usize,
}

#[expect(clippy::cast_precision_loss, reason = "numbers of pairs are small")]
impl Counts {
    fn add(&mut self, is_duplicate: bool) {
        if is_duplicate {
            self.right += 1;
        } else {
            self.wrong += 1;
        }
    }

    /// Share of the pairs found that are right.
    fn precision(self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    /// Share of the right pairs that were found.
    fn recall(self) -> f64 {
        self.right as f64 / self.all.max(1) as f64
    }

    /// The harmonic mean of both.
    fn f1(self) -> f64 {
        2.0 * self.right as f64 / (self.right + self.wrong + self.all).max(1) as f64
    }
}
