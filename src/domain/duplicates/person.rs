//! A contact as it is compared: its words and numbers in forms that are quickly compared, in little memory.

use std::hash::{DefaultHasher, Hash, Hasher};

use uuid::Uuid;

use super::{
    frequencies::{NEIGHBOURHOODS, neighbourhood},
    latin::{self, latin, sound},
};
use crate::domain::{email, folding::fold};

/// Most words of a name that are compared.
pub(super) const WORDS_MAX: usize = 6;
/// Most e-mail addresses, phone numbers, companies and addresses that are compared, of each.
const VALUES_MAX: usize = 50;

/// Contact data of which a [`Person`] is made, as it was given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Facts {
    /// Identifier of the contact.
    pub id: Uuid,
    /// Whole name.
    pub name: String,
    /// E-mail addresses.
    pub emails: Vec<String>,
    /// Phone numbers.
    pub phones: Vec<String>,
    /// Names of companies.
    pub companies: Vec<String>,
    /// Postal addresses, each in one text.
    pub addresses: Vec<String>,
    /// Birthday, `YYYY-MM-DD` or `--MM-DD`.
    pub birthday: Option<String>,
    /// Identifier of the card (vCard UID).
    pub uid: Option<String>,
}

/// A contact as it is compared.
#[derive(Clone, Debug)]
pub struct Person {
    /// Identifier of the contact.
    pub id: Uuid,
    /// All texts, one after another.
    text: Box<str>,
    /// Where each section of the text ends but the last.
    ends: [u32; 5],
    /// Digits of the phone numbers.
    phones: Box<[u64]>,
    uid: Option<u64>,
    /// Numbers of words and of e-mail addresses.
    counts: (u8, u8),
    pub(super) birthday: Birthday,
    pub(super) generation: u8,
    pub(super) script: Script,
}

/// Parts of a person's text. A space parts words; [`BETWEEN_VALUES`] parts values.
#[derive(Clone, Copy)]
enum Section {
    Words,
    Sounds,
    /// The words of a name in Chinese characters in Latin letters.
    Readings,
    Emails,
    Companies,
    Addresses,
}

const BETWEEN_VALUES: char = '\t';

/// Scripts whose words can be compared with each other. From one to another a transcription tells little.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Latin letters.
    Latin,
    /// Other scripts with a letter for each sound.
    Alphabet,
    /// Scripts that leave vowels out.
    Consonants,
    /// Chinese characters, of which each language reads its own sounds.
    Characters,
    /// Syllables, as in Korean and Japanese.
    Syllables,
}

impl Person {
    /// Makes the comparable forms of a contact.
    pub fn new(facts: &Facts) -> Self {
        let script = script(&facts.name);
        let (words, generation) = super::names::words(&facts.name, script);
        let readings =
            if script == Script::Characters { words.iter().map(|word| latin(word)).collect() } else { Vec::new() };
        let sounds: Vec<String> = words.iter().map(|word| sound_form(word)).collect();
        let values = |values: &[String], form: fn(&str) -> String| {
            let forms = values.iter().take(VALUES_MAX).map(|value| form(value)).filter(|form| !form.is_empty());
            forms.collect::<Vec<_>>().join(BETWEEN_VALUES.encode_utf8(&mut [0; 4]))
        };
        let sections = [
            words.join(" "),
            sounds.join(" "),
            readings.join(" "),
            values(&facts.emails, email_form),
            values(&facts.companies, company_form),
            values(&facts.addresses, address_form),
        ];
        let mut ends = [0; 5];
        let mut length = 0;
        for (end, section) in ends.iter_mut().zip(&sections) {
            length += section.len();
            *end = u32::try_from(length).unwrap_or(u32::MAX);
        }
        let count = |text: &str, separator| u8::try_from(parts(text, separator).count()).unwrap_or(u8::MAX);
        let counts = (count(&sections[0], ' '), count(&sections[3], BETWEEN_VALUES));
        let phones = facts.phones.iter().take(VALUES_MAX).filter_map(|phone| digits(phone));
        Self {
            id: facts.id,
            text: sections.concat().into(),
            ends,
            phones: phones.collect(),
            counts,
            uid: facts.uid.as_deref().filter(|uid| !uid.is_empty()).map(hash),
            birthday: Birthday::parse(facts.birthday.as_deref().unwrap_or_default()),
            generation,
            script,
        }
    }

    /// Everything whose frequency in the directory matters: the words of the name; those of companies, which begin with
    /// `@`; e-mail addresses; and the ends and beginnings of phone numbers, which begin with `+`. Nothing comes twice.
    pub fn counted_words(&self) -> Vec<String> {
        let mut words = self.frequent_words();
        words.extend(self.points());
        words.extend(
            self.phones.iter().flat_map(|phone| NEIGHBOURHOODS.map(|(digits, _)| neighbourhood(*phone, digits))),
        );
        words.sort_unstable();
        words.dedup();
        words
    }

    /// Words of the name and of companies, each once: many contacts have them.
    pub(super) fn frequent_words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.words().map(str::to_owned).chain(self.company_words()).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// E-mail addresses and ends of phone numbers as they are counted, in their order: few contacts share them.
    pub(super) fn points(&self) -> impl Iterator<Item = String> {
        let phones = self.phones.iter().map(|phone| format!("+{}", phone % COUNTED_END));
        self.emails().map(str::to_owned).chain(phones)
    }

    /// The words of companies as they are counted, in their order.
    pub(super) fn company_words(&self) -> impl Iterator<Item = String> {
        self.companies().flat_map(|company| company.split(' ')).map(|word| format!("@{word}"))
    }

    fn section(&self, section: Section) -> &str {
        let place = section as usize;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |start| *start as usize);
        let end = self.ends.get(place).map_or(self.text.len(), |end| *end as usize);
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        parts(self.section(Section::Words), ' ')
    }

    pub(super) fn sounds(&self) -> impl Iterator<Item = &str> {
        parts(self.section(Section::Sounds), ' ')
    }

    pub(super) fn readings(&self) -> impl Iterator<Item = &str> {
        parts(self.section(Section::Readings), ' ')
    }

    pub(super) fn emails(&self) -> impl Iterator<Item = &str> + Clone {
        parts(self.section(Section::Emails), BETWEEN_VALUES)
    }

    pub(super) fn companies(&self) -> impl Iterator<Item = &str> + Clone {
        parts(self.section(Section::Companies), BETWEEN_VALUES)
    }

    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> + Clone {
        parts(self.section(Section::Addresses), BETWEEN_VALUES)
    }

    pub(super) fn word_count(&self) -> usize {
        self.counts.0.into()
    }

    pub(super) fn email_count(&self) -> usize {
        self.counts.1.into()
    }

    pub(super) fn phones(&self) -> &[u64] {
        &self.phones
    }

    pub(super) fn uid(&self) -> Option<u64> {
        self.uid
    }
}

fn parts(text: &str, separator: char) -> impl Iterator<Item = &str> + Clone {
    text.split(separator).filter(|part| !part.is_empty())
}

/// How a word sounds. A word without sounds is its own.
fn sound_form(word: &str) -> String {
    let sound = sound(word);
    if sound.is_empty() { word.to_owned() } else { sound }
}

pub(super) fn hash(value: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

fn email_form(address: &str) -> String {
    email::lower(address).chars().filter(|letter| !letter.is_control() && !letter.is_whitespace()).collect()
}

/// Words that say what kind of company it is.
const LEGAL_FORMS: [&str; 50] = [
    "gmbh",
    "mbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "ev",
    "eg",
    "ltd",
    "limited",
    "llc",
    "llp",
    "lp",
    "inc",
    "incorporated",
    "corp",
    "corporation",
    "co",
    "company",
    "plc",
    "pty",
    "pte",
    "sa",
    "sl",
    "sarl",
    "sas",
    "srl",
    "spa",
    "snc",
    "bv",
    "nv",
    "vof",
    "ab",
    "as",
    "asa",
    "aps",
    "oy",
    "oyj",
    "kft",
    "zrt",
    "sro",
    "doo",
    "ooo",
    "oao",
    "zao",
    "pao",
    "tov",
    "and",
    "und",
    "et",
];

fn company_form(name: &str) -> String {
    let mut words = latin::words(name);
    if words.iter().any(|word| !LEGAL_FORMS.contains(&word.as_str())) {
        words.retain(|word| !LEGAL_FORMS.contains(&word.as_str()));
    }
    words.join(" ")
}

fn address_form(address: &str) -> String {
    latin::words(address).join(" ")
}

/// Numbers are counted by their last eight digits.
const COUNTED_END: u64 = 100_000_000;
/// Most digits of a number: those of an international one.
const DIGITS_MAX: usize = 15;
/// Fewest digits that are a phone number.
const DIGITS_MIN: usize = 5;

/// The digits of a phone number, without zeros in front. An extension is left out.
fn digits(phone: &str) -> Option<u64> {
    let folded = fold(phone);
    let end = folded.find(['x', 'e', ';', '#', 'd']).unwrap_or(folded.len());
    let number = folded.get(..end).unwrap_or_default();
    let mut digits = String::new();
    for letter in number.chars() {
        if letter.is_ascii_digit() {
            digits.push(letter);
        } else if let Some(spelled) = deunicode::deunicode_char(letter).filter(|_| letter.is_numeric()) {
            digits.extend(spelled.chars().filter(char::is_ascii_digit));
        }
    }
    // A zero in brackets is dialled within the country alone.
    let digits = if number.contains("(0)") { digits.replacen('0', "", 1) } else { digits };
    let digits = digits.trim_start_matches('0');
    let start = digits.len().saturating_sub(DIGITS_MAX);
    let digits = digits.get(start..).filter(|digits| digits.len() >= DIGITS_MIN)?;
    digits.parse().ok()
}

/// The script that a name is in.
fn script(name: &str) -> Script {
    let of_letter = |letter: char| match letter {
        '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => Some(Script::Consonants),
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Some(Script::Characters),
        '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => Some(Script::Syllables),
        '\u{370}'..='\u{58f}' | '\u{900}'..='\u{10ff}' => Some(Script::Alphabet),
        _ => None,
    };
    name.chars().find_map(of_letter).unwrap_or(Script::Latin)
}

/// A birthday, perhaps without its year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Birthday {
    year: u16,
    month: u8,
    day: u8,
}

/// Agreement of two birthdays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DayAgreement {
    /// One is not known.
    Unknown,
    Same,
    /// The days agree, and a year is not known.
    SameDay,
    /// One digit differs, or two numbers are swapped.
    Near,
    Different,
}

impl Birthday {
    fn parse(text: &str) -> Self {
        let number = |part: &str| part.parse::<u16>().ok();
        let small = |part: &str| part.parse::<u8>().ok();
        let parts = match text.strip_prefix("--") {
            Some(day) => day.split_once('-').map(|(month, day)| (Some(0), small(month), small(day))),
            None => text.split_once('-').and_then(|(year, rest)| {
                rest.split_once('-').map(|(month, day)| (number(year), small(month), small(day)))
            }),
        };
        match parts {
            Some((Some(year), Some(month), Some(day))) => Self { year, month, day },
            _ => Self::default(),
        }
    }

    pub(super) fn is_known(self) -> bool {
        self.month > 0 && self.day > 0
    }

    pub(super) fn number(self) -> u32 {
        u32::from(self.year) * 10_000 + u32::from(self.month) * 100 + u32::from(self.day)
    }

    pub(super) fn agreement(self, other: Self) -> DayAgreement {
        if !self.is_known() || !other.is_known() {
            return DayAgreement::Unknown;
        }
        if self == other {
            return if self.year == 0 { DayAgreement::SameDay } else { DayAgreement::Same };
        }
        if self.year == 0 || other.year == 0 {
            let is_same = (self.month, self.day) == (other.month, other.day);
            return if is_same { DayAgreement::SameDay } else { DayAgreement::Different };
        }
        let is_swapped = self.year == other.year && (self.month, self.day) == (other.day, other.month);
        let is_near = is_swapped || super::distance::is_misread(self.number().into(), other.number().into());
        if is_near { DayAgreement::Near } else { DayAgreement::Different }
    }
}
