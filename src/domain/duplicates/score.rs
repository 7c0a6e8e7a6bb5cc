//! The scorer: the probability that two contacts are one person.
//!
//! It weighs evidence as Fellegi and Sunter do: each field adds the logarithm of how many times more frequent its
//! agreement is among contacts of one person than among strangers. Other explanations are weighed in the same way: people
//! who live together share names, numbers and addresses, and colleagues share companies and numbers.

use super::{
    emails,
    evidence::{self, Agreement, Evidence},
    frequencies::Frequencies,
    languages,
    names::{self, NameAgreement},
    parts::Parts,
    person::Person,
    sketch::Sketch,
};

/// How sure it is that two contacts are one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// May be merged without looking.
    Certain,
    /// Worth a look.
    Likely,
}

/// Field that speaks for two contacts being one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// An e-mail address of both.
    Email,
    /// A phone number of both.
    Phone,
    /// The same words in the name, in any order, ignoring case and accents.
    Name,
    /// Names that differ by a typing error, a nickname, an initial or a missing word.
    SimilarName,
    /// A company of both.
    Company,
    /// A postal address of both.
    Address,
    /// The same birthday.
    Birthday,
    /// The same card in another address book.
    Uid,
}

/// Outcome of comparing two contacts.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// Probability that they are one person, from 0 to 1.
    pub score: f64,
    /// How sure it is; none where it is not likely.
    pub certainty: Option<Certainty>,
    /// Fields that speak for it.
    pub reasons: Vec<Reason>,
}

/// Least probability of what is certain. Most of it is far more probable than that.
const CERTAIN: f64 = 0.88;
/// Logarithm of the odds of what is likely, a little less for what is lost by rounding.
const LIKELY_ODDS: f32 = 1.99;
/// Least probability of what is likely.
const LIKELY: f64 = 0.8;
/// The same where nothing but the name agrees.
const LIKELY_BY_NAME: f64 = 0.98;
/// The same where no address, number or birthday is the same.
const LIKELY_WITHOUT_OWN: f64 = 0.9;
/// Logarithms of the numbers of others of each kind that a contact has in the directory.
const BEFORE: Evidence = Evidence::new(-3.3, -4.6, 2.3);
/// Fewest and most contacts that a directory counts for.
const RECORDS: (f32, f32) = (1_000.0, 10_000_000.0);

/// Tells how likely two contacts are one person.
pub fn compare(first: &Person, second: &Person, frequencies: &Frequencies) -> Comparison {
    let (one, other) = (Weighed::rarities(first, frequencies), Weighed::rarities(second, frequencies));
    Weighed::new(frequencies).compare((first, &one), (second, &other))
}

/// Comparing people whose words' rarities are known.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    /// Logarithm of the number of contacts.
    scale: f32,
}

impl Weighed {
    pub(super) fn new(frequencies: &Frequencies) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let records = frequencies.records() as f32;
        Self { scale: records.clamp(RECORDS.0, RECORDS.1).log2() }
    }

    /// In their order: the rarities of the words of a person's name and of its companies' names; the most bits of the
    /// whole name; by how much addresses and numbers tell less because others share them; and the evidence of numbers
    /// that are close to each one.
    pub(super) fn rarities(person: &Person, frequencies: &Frequencies) -> Vec<f32> {
        let words = person.words().map(|word| frequencies.name_rarity(word));
        let companies = person.company_words().map(|word| frequencies.rarity(word));
        let whole_name = frequencies.whole_name(person.whole_name());
        let sharing = person.points().skip(1).map(|point| frequencies.sharing(point));
        let near = person.phones().iter().map(|phone| frequencies.near_numbers(*phone));
        let dependence = languages::dependence(frequencies, person.alphabet);
        words.chain(companies).chain([whole_name, dependence]).chain(sharing).chain(near).collect()
    }

    /// Compares two people.
    pub(super) fn compare(self, first: (&Person, &[f32]), second: (&Person, &[f32])) -> Comparison {
        let none = || Comparison { score: 0.0, certainty: None, reasons: Vec::new() };
        self.compare_from(f32::NEG_INFINITY, first, second).unwrap_or_else(none)
    }

    /// False where two people cannot be likely one, as their sketches tell.
    pub(super) fn can_be_likely(self, first: &Sketch, second: &Sketch) -> bool {
        first.may_have(second, LIKELY_ODDS + self.scale - BEFORE.person, self.scale)
    }

    /// Compares two people, unless it turns out early that they are not likely one person.
    pub(super) fn compare_likely(self, first: (&Person, &[f32]), second: (&Person, &[f32])) -> Option<Comparison> {
        self.compare_from(LIKELY_ODDS, first, second)
    }

    /// Compares two people, from what costs little to what costs much, until they cannot have these odds any more.
    fn compare_from(self, least: f32, first: (&Person, &[f32]), second: (&Person, &[f32])) -> Option<Comparison> {
        let ((first, first_rarities), (second, second_rarities)) = (first, second);
        let (one, other) = (Parts::new(first, first_rarities), Parts::new(second, second_rarities));
        // As if the names were the same, which is the best that they can be.
        let (mut email, mut of_email) = emails::evidence((first, one.emails), second, true, self.scale);
        let (mut phone, mut of_phone) = evidence::phone((first, one.phones), second, true, self.scale);
        let (birthday, of_birthday) = evidence::birthday(first.birthday, second.birthday);
        let (uid, of_uid) = evidence::uid(first, second, self.scale);
        let by_phone = if phone == Agreement::Near { of_phone.person.max(0.0) } else { of_phone.person };
        let known = of_email.person + by_phone + of_birthday.person + of_uid.person + BEFORE.person - self.scale;
        let has_address = |person: &Person| person.addresses().next().is_some();
        let known = known + evidence::address_max(has_address(first) && has_address(second), self.scale);
        let name_max = one.name_max().min(other.name_max()).min(one.whole_name.max(other.whole_name));
        let company_max = evidence::company_max(one.rarest_company(), other.rarest_company());
        if known + name_max + company_max < least {
            return None;
        }
        // Colleagues are told apart by their names, and namesakes by their companies.
        let compare_companies = || evidence::company((first, one.companies), (second, other.companies), self.scale);
        let are_colleagues = first.companies().any(|company| second.companies().any(|other| other == company));
        let of_namesakes = if are_colleagues { None } else { Some(compare_companies()) };
        let company_max = of_namesakes.map_or(company_max, |(_, evidence)| evidence.person);
        if known + name_max + company_max < least {
            return None;
        }
        let dependence = one.dependence.max(other.dependence);
        let mut name = names::compare((first, one.words), (second, other.words), dependence);
        name.limit(one.whole_name.max(other.whole_name));
        if known + name.bits + company_max < least {
            return None;
        }
        let (company, of_company) = of_namesakes.unwrap_or_else(compare_companies);
        if email == Agreement::Near && !name.is_same {
            (email, of_email) = emails::evidence((first, one.emails), second, false, self.scale);
        }
        if phone == Agreement::Near && !name.is_similar && !company.is_positive() {
            (phone, of_phone) = evidence::phone((first, one.phones), second, false, self.scale);
        }
        let (address, of_address) = evidence::address(first, second, self.scale);
        let mut evidence = Evidence::new(name.bits + generations(first, second), name.household(), 0.0);
        for field in [of_email, of_phone, of_birthday, of_address, of_uid, of_company] {
            evidence.add(field);
        }
        let agreements = [email, phone, company, address, birthday, uid];
        evidence.person += namesakes(&name, agreements);
        let score = self.probability(evidence);
        let certainty = certainty(score, &name, agreements);
        let mut reasons = Vec::new();
        if certainty.is_some() {
            reasons = self::reasons(&name, agreements);
        }
        Some(Comparison { score, certainty, reasons })
    }

    fn probability(self, mut evidence: Evidence) -> f64 {
        evidence.add(BEFORE);
        let power = |bits: f32| f64::from(bits - self.scale).exp2();
        let (person, others) = (power(evidence.person), 1.0 + power(evidence.household) + power(evidence.colleagues));
        person / (person + others)
    }
}

/// A parent and a child of one name are told apart by a word after it, which is often left out.
fn generations(first: &Person, second: &Person) -> f32 {
    match (first.generation, second.generation) {
        (one, other) if one == other => 0.0,
        (0, _) | (_, 0) => -2.0,
        _ => -14.0,
    }
}

/// Bits for people who have a company and a part of the name in common.
const COLLEAGUES: f32 = -6.0;
/// Bits for people of whom nothing but the name agrees, and for those of whom one field differs, or more.
const NAMESAKES: [f32; 3] = [0.0, -2.0, -10.0];

/// People who share nothing but a name, and of whom several fields differ, are namesakes.
fn namesakes(name: &NameAgreement, agreements: [Agreement; 6]) -> f32 {
    let [email, phone, company, address, birthday, uid] = agreements;
    if [email, phone, address, birthday, uid].iter().any(|agreement| agreement.is_positive()) {
        return 0.0;
    }
    let differing = agreements.iter().filter(|agreement| **agreement == Agreement::Different).count();
    let bits = |most: usize| NAMESAKES.get(differing.min(most)).copied().unwrap_or_default();
    if company.is_positive() {
        let of_colleagues = if name.is_similar { 0.0 } else { COLLEAGUES };
        return of_colleagues + bits(1);
    }
    bits(NAMESAKES.len() - 1)
}

fn certainty(score: f64, name: &NameAgreement, agreements: [Agreement; 6]) -> Option<Certainty> {
    let [.., birthday, _] = agreements;
    let [email, phone, .., uid] = agreements;
    let is_supported = agreements.iter().any(|agreement| agreement.is_positive());
    let is_contradicted = birthday == Agreement::Different;
    // An address, a number, a day or a UID is one's own, an address and a number also with a wrong sign. Others share the rest
    // by chance.
    let is_own = [email, phone, birthday, uid].contains(&Agreement::Same) || [email, phone].contains(&Agreement::Near);
    let (certain, likely) = match (is_own, is_supported) {
        (true, _) => (CERTAIN, LIKELY),
        (_, true) => (CERTAIN, LIKELY_WITHOUT_OWN),
        _ => (f64::INFINITY, LIKELY_BY_NAME),
    };
    if score >= certain && !is_contradicted && name.is_similar {
        Some(Certainty::Certain)
    } else if score >= likely {
        Some(Certainty::Likely)
    } else {
        None
    }
}

fn reasons(name: &NameAgreement, agreements: [Agreement; 6]) -> Vec<Reason> {
    const FIELDS: [Reason; 6] =
        [Reason::Email, Reason::Phone, Reason::Company, Reason::Address, Reason::Birthday, Reason::Uid];
    let mut reasons = Vec::new();
    if name.is_same {
        reasons.push(Reason::Name);
    } else if name.is_similar || name.shares_a_word {
        reasons.push(Reason::SimilarName);
    }
    let agreeing = FIELDS.iter().zip(agreements).filter(|(_, agreement)| agreement.is_positive());
    reasons.extend(agreeing.map(|(field, _)| *field));
    reasons
}
