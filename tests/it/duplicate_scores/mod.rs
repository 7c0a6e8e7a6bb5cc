//! How well duplicates are told from different people: the data, and what it demands of the scorer.

mod corpus;
mod synthetic;

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
