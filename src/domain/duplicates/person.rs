//! A contact as it is compared: its words and numbers in forms that are quickly compared, in little memory.

use uuid::Uuid;

use super::{
    birthday::Birthday,
    form_cache::FormCache,
    forms::{Script, address_form, alphabet, digits, email_form, script},
    frequencies::{self, Counted, NEIGHBOURHOODS, OfAlphabet, neighbourhood, of_alphabet},
    hash::hash,
    latin::latin,
    name_words,
    word_forms::NameWord,
};

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
    /// End offset of each section of the text.
    ends: [u32; SECTIONS],
    /// Digits of the phone numbers.
    phones: Box<[u64]>,
    uid: Option<u64>,
    /// Numbers of words and of e-mail addresses.
    counts: (u8, u8),
    pub(super) birthday: Birthday,
    pub(super) generation: u8,
    pub(super) script: Script,
    pub(super) alphabet: u8,
}

/// Parts of a person's text. A space parts words; [`BETWEEN_VALUES`] parts values.
#[derive(Clone, Copy)]
enum Section {
    Words,
    Sounds,
    /// The words of a name in its own letters, where it is not in Latin ones.
    Letters,
    /// The words of a name in Chinese characters in Latin letters.
    Readings,
    Emails,
    Companies,
    Addresses,
}

const SECTIONS: usize = Section::Addresses as usize + 1;
const BETWEEN_WORDS: u8 = b' ';
const BETWEEN_VALUES: u8 = b'\t';

/// The text of a person while it is made, section by section.
#[derive(Debug, Default)]
struct Sections {
    text: String,
    ends: [u32; SECTIONS],
}

impl Sections {
    /// Adds the values of the next section, without those that are empty. Returns their number.
    fn add(&mut self, section: Section, values: impl Iterator<Item = impl AsRef<str>>) -> u8 {
        let mut count = 0_u8;
        for value in values {
            if value.as_ref().is_empty() {
                continue;
            }
            if count > 0 {
                self.text.push(section.separator().into());
            }
            self.text.push_str(value.as_ref());
            count = count.saturating_add(1);
        }
        if let Some(end) = self.ends.get_mut(section as usize) {
            *end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        }
        count
    }
}

impl Section {
    fn separator(self) -> u8 {
        match self {
            Self::Words | Self::Sounds | Self::Letters | Self::Readings => BETWEEN_WORDS,
            Self::Emails | Self::Companies | Self::Addresses => BETWEEN_VALUES,
        }
    }
}

/// The values that are compared.
fn compared(values: &[String]) -> impl Iterator<Item = &String> {
    values.iter().take(VALUES_MAX)
}

impl Person {
    /// Makes the comparable forms of a contact.
    pub fn new(facts: &Facts) -> Self {
        Self::with_forms(facts, &mut FormCache::default())
    }

    /// Makes the comparable forms of one of many contacts.
    pub(super) fn with_forms(facts: &Facts, forms: &mut FormCache) -> Self {
        let script = script(&facts.name);
        let (words, generation) = name_words::words(&facts.name, script, forms);
        let own = if script == Script::Latin { &[][..] } else { &words };
        let read = if script == Script::Characters { &words[..] } else { &[] };
        let mut made = Sections::default();
        let word_count = made.add(Section::Words, words.iter().map(NameWord::text));
        made.add(Section::Sounds, words.iter().map(NameWord::sound));
        made.add(Section::Letters, own.iter().map(NameWord::own));
        made.add(Section::Readings, read.iter().map(|word| latin(word.text())));
        let email_count = made.add(Section::Emails, compared(&facts.emails).map(|email| email_form(email)));
        made.add(Section::Companies, compared(&facts.companies).map(|name| forms.company(name)));
        made.add(Section::Addresses, compared(&facts.addresses).map(|address| address_form(address)));
        Self {
            id: facts.id,
            ends: made.ends,
            // A copy has no room to grow, of which a million people would keep much.
            text: made.text.as_str().into(),
            phones: compared(&facts.phones).filter_map(|phone| digits(phone)).collect(),
            counts: (word_count, email_count),
            uid: facts.uid.as_deref().filter(|uid| !uid.is_empty()).map(hash),
            birthday: Birthday::parse(facts.birthday.as_deref().unwrap_or_default()),
            generation,
            script,
            alphabet: alphabet(&facts.name),
        }
    }

    /// Everything whose frequency in the directory matters: the words of the name and of companies, the whole name, e-mail
    /// addresses, and the ends and beginnings of phone numbers.
    pub(super) fn counted(&self) -> impl Iterator<Item = Counted> {
        let near = |phone: &u64| NEIGHBOURHOODS.map(|size| neighbourhood(*phone, size.digits));
        let words = self.words().map(frequencies::name_word).chain(self.company_words());
        let words = words.chain(OfAlphabet::ALL.map(|number| of_alphabet(self.alphabet, number)));
        words.chain(self.points()).chain(self.phones.iter().flat_map(near))
    }

    /// The words of the name in any order.
    pub(super) fn whole_name(&self) -> Counted {
        let mut words: Vec<&str> = self.words().collect();
        words.sort_unstable();
        frequencies::whole_name(&words)
    }

    /// Words of the name and of companies, each once: many contacts have them.
    pub(super) fn frequent_words(&self) -> Vec<Counted> {
        let mut words: Vec<Counted> = self.words().map(frequencies::name_word).chain(self.company_words()).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    /// The whole name, e-mail addresses, and phone numbers as they are counted, in their order. Few contacts share them.
    pub(super) fn points(&self) -> impl Iterator<Item = Counted> {
        let phones = self.phones.iter().map(|phone| frequencies::phone(*phone));
        std::iter::once(self.whole_name()).chain(self.emails().map(frequencies::email)).chain(phones)
    }

    /// Number of the points.
    pub(super) fn point_count(&self) -> usize {
        1 + self.email_count() + self.phones.len()
    }

    /// The words of companies as they are counted, in their order.
    pub(super) fn company_words(&self) -> impl Iterator<Item = Counted> {
        self.companies().flat_map(words_of).map(frequencies::company_word)
    }

    fn values(&self, section: Section) -> Parts<'_> {
        parts(self.section(section), section.separator())
    }

    fn section(&self, section: Section) -> &str {
        let place = section as usize;
        let start = place.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |start| *start as usize);
        let end = self.ends.get(place).map_or(0, |end| *end as usize);
        self.text.get(start..end).unwrap_or_default()
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.values(Section::Words)
    }

    pub(super) fn sounds(&self) -> impl Iterator<Item = &str> {
        self.values(Section::Sounds)
    }

    /// The words in the letters of their own script; none where these are Latin ones.
    pub(super) fn letters(&self) -> impl Iterator<Item = &str> {
        self.values(Section::Letters)
    }

    pub(super) fn readings(&self) -> impl Iterator<Item = &str> {
        self.values(Section::Readings)
    }

    pub(super) fn emails(&self) -> impl Iterator<Item = &str> + Clone {
        self.values(Section::Emails)
    }

    pub(super) fn companies(&self) -> impl Iterator<Item = &str> + Clone {
        self.values(Section::Companies)
    }

    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> + Clone {
        self.values(Section::Addresses)
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

/// The words of a value.
pub(super) fn words_of(value: &str) -> impl Iterator<Item = &str> + Clone {
    parts(value, BETWEEN_WORDS)
}

fn parts(text: &str, separator: u8) -> Parts<'_> {
    Parts { rest: text, separator }
}

/// The parts of a text that are not empty. They are few and short, so that searching them byte by byte is the quickest.
#[derive(Clone)]
struct Parts<'a> {
    rest: &'a str,
    separator: u8,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        while !self.rest.is_empty() {
            let end = self.rest.bytes().position(|byte| byte == self.separator).unwrap_or(self.rest.len());
            let (part, rest) = self.rest.split_at_checked(end)?;
            self.rest = rest.get(1..).unwrap_or_default();
            if !part.is_empty() {
                return Some(part);
            }
        }
        None
    }
}
