//! Keys of people: those who are likely one person share at least one.

use super::{emails::telling_digits, hash::hash, person::Person};

/// Most keys of a person. Those that tell most come first.
const KEYS_MAX: usize = 60;
/// Most words of a name that are paired.
const PAIRED_WORDS_MAX: usize = 4;

/// The keys of a person, each once, in no order.
pub fn keys(person: &Person) -> Vec<u64> {
    let mut keys: Vec<u64> = Vec::new();
    keys.extend(person.uid().map(|uid| hash(("uid", uid))));
    keys.extend(person.emails().map(|email| hash(("email", email))));
    keys.extend(person.phones().iter().map(|phone| hash(("phone", phone % 1_000_000))));
    // The digits of a mistyped address, which are seldom mistyped themselves.
    keys.extend(person.emails().filter_map(telling_digits).map(|digits| hash(("digits", digits))));
    let sounds: Vec<&str> = person.sounds().take(PAIRED_WORDS_MAX).collect();
    for (place, sound) in sounds.iter().enumerate() {
        for other in sounds.iter().skip(place + 1) {
            keys.push(hash(("name", sound.min(other), sound.max(other))));
        }
    }
    if let [sound] = sounds.as_slice() {
        keys.push(hash(("name", sound)));
    }
    for company in person.companies() {
        keys.push(hash(("company", company)));
    }
    for sound in &sounds {
        for company in person.companies() {
            let [first, last] = company_keys(company);
            keys.push(hash(("employee", first, sound)));
            keys.push(hash(("employee", last, sound)));
        }
        for phone in person.phones() {
            keys.push(hash(("end", phone % 1_000, sound)));
            keys.push(hash(("middle", phone / 1_000 % 1_000, sound)));
        }
        keys.extend(person.addresses().map(|address| hash(("address", address_key(address), sound))));
        if person.birthday.is_known() {
            keys.push(hash(("birthday", person.birthday.number(), sound)));
        }
    }
    keys.truncate(KEYS_MAX);
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The first and the last word of a long name of a company, where one of them may be misspelled; or else the whole name.
fn company_keys(company: &str) -> [&str; 2] {
    match company.split(' ').collect::<Vec<_>>().as_slice() {
        [first, _, .., last] => [first, last],
        _ => [company, company],
    }
}

/// The house number of an address, and the longest word before it or after it.
fn address_key(address: &str) -> (&str, &str) {
    let is_number = |word: &&str| word.starts_with(|letter: char| letter.is_ascii_digit());
    let number = address.split(' ').find(is_number).unwrap_or_default();
    let word = address.split(' ').filter(|word| !is_number(word)).max_by_key(|word| word.len());
    (number, word.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{super::person::Facts, *};

    #[test]
    fn many_numbers_leave_room_for_an_address() {
        let person = |phones: u64| {
            let phones = (0..phones).map(|number| format!("+49 30 {}", 1_234_567 + number * 7_919)).collect();
            let (name, emails) = ("Ada Lovelace".to_owned(), vec!["ada@example.com".to_owned()]);
            Person::new(&Facts { name, emails, phones, ..Facts::default() })
        };
        let (few, many) = (keys(&person(0)), keys(&person(40)));
        assert!(few.contains(&hash(("email", "ada@example.com"))));
        assert!(few.iter().all(|key| many.contains(key)), "address and name");
        assert_eq!(many.len(), KEYS_MAX);
    }
}
