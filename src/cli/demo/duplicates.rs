//! The demo's people as a test of the scorer: half of them share their whole name with others, and none is there twice.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    fill::CONTACTS_PER_COMPANY,
    maker::{Maker, Rows},
    words::Words,
};
use crate::domain::duplicates::{Facts, Person, Scan};

const CONTACTS: u64 = 100_000;

#[test]
fn few_people_of_the_demo_look_like_others() {
    let words = Words::load().unwrap();
    let mut maker = Maker::new(&words, CONTACTS, 0);
    let mut company_ids = Vec::new();
    let mut companies: HashMap<Uuid, String> = HashMap::new();
    let mut scan = Scan::default();
    for number in 0..CONTACTS {
        let mut rows = Rows::default();
        if number % CONTACTS_PER_COMPANY == 0 {
            let company = maker.company(number / CONTACTS_PER_COMPANY).unwrap();
            company_ids.push(company.id);
            companies.insert(company.id, company.name);
        }
        maker.contact(number, &company_ids, &mut rows).unwrap();
        for contact in rows.contacts {
            let employers = rows.memberships.iter().filter(|membership| membership.contact_id == contact.id);
            scan.add(Person::new(&Facts {
                id: contact.id,
                name: contact.name,
                emails: contact.email.into_iter().collect(),
                phones: contact.phone.into_iter().collect(),
                companies: employers.map(|membership| companies[&membership.company_id].clone()).collect(),
                ..Facts::default()
            }));
        }
    }
    let pairs = scan.run(&|_| {}).pairs;
    let grouped: HashSet<Uuid> = pairs.iter().flat_map(|pair| [pair.first, pair.second]).collect();
    assert!(grouped.len() < 100, "{} of {CONTACTS} contacts are in groups", grouped.len());
}
