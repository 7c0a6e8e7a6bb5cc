//! Invented people.

use rand::{Rng, seq::IndexedRandom};

use super::{
    frequency::Name,
    names::{self, Extra, Locale, word},
};

/// An invented person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// Full name, in the script of its language.
    pub name: String,
    /// E-mail address at a domain reserved for examples.
    pub email: Option<String>,
    /// Phone number in international format.
    pub phone: Option<String>,
    /// A remark or two.
    pub notes: Option<String>,
    /// Up to three different tags.
    pub tags: Vec<&'static str>,
    /// What they do, for those who work somewhere.
    pub job: Option<Job>,
}

/// What somebody does at a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    /// Title of the position.
    pub role: &'static str,
    /// The department it belongs to.
    pub department: &'static str,
}

/// The people below this number have no digits in their e-mail address: so few hardly ever clash, and a small demo
/// looks nicer.
const PLAIN_ADDRESSES: u64 = 100;

/// Hosts of e-mail addresses below `example.…`; the plain domain is the most common.
static HOSTS: &[&str] = &["", "", "", "", "mail.", "post.", "office.", "team."];

/// Tags of people.
static TAGS: &[&str] = &[
    "vip",
    "newsletter",
    "customer",
    "prospect",
    "partner",
    "supplier",
    "press",
    "investor",
    "conference-2025",
    "conference-2026",
    "beta-tester",
    "referral",
    "alumni",
    "board",
    "do-not-call",
    "holiday-card",
    "speaker",
    "local",
];

/// Departments and the positions in them.
static JOBS: &[(&str, &[&str])] = &[
    ("Sales", &["Sales Manager", "Account Executive", "Head of Sales", "Key Account Manager", "Sales Assistant"]),
    ("Marketing", &["Marketing Manager", "Content Editor", "Brand Manager", "Event Coordinator"]),
    ("Engineering", &["Software Engineer", "Engineering Manager", "QA Engineer", "Site Reliability Engineer", "CTO"]),
    ("Product", &["Product Manager", "UX Designer", "Product Owner", "User Researcher"]),
    ("Finance", &["Accountant", "Controller", "CFO", "Accounts Payable Clerk"]),
    ("Human Resources", &["HR Manager", "Recruiter", "Payroll Specialist"]),
    ("Legal", &["General Counsel", "Paralegal", "Data Protection Officer"]),
    ("Procurement", &["Buyer", "Head of Procurement", "Category Manager"]),
    ("Operations", &["Operations Manager", "Plant Manager", "Logistics Coordinator", "Warehouse Supervisor"]),
    ("Customer Service", &["Support Specialist", "Customer Success Manager", "Service Technician"]),
    ("Research", &["Research Scientist", "Laboratory Manager", "Data Analyst"]),
    ("Management", &["Managing Director", "CEO", "Executive Assistant", "Office Manager"]),
];

/// Remarks about people.
static NOTES: &[&str] = &[
    "Prefers e-mail to calls.",
    "Best reached in the morning.",
    "Met at the trade fair in Hanover.",
    "Speaks English, French and a little Arabic.",
    "On parental leave until autumn.",
    "Decides on the budget together with the finance team.",
    "Vegetarian; remember for dinner invitations.",
    "Introduced by a former colleague.",
    "Asked not to be called on Fridays.",
    "Works part-time, Monday to Wednesday.",
    "Interested in the pilot programme.",
    "Moved from the Vienna office last year.",
    "Wants offers in writing.",
    "Assistant answers the phone.",
    "Hat nach einem Angebot für 2026 gefragt.",
    "Bitte nur auf Deutsch anschreiben.",
    "Préfère être contactée par courriel.",
    "À rappeler après les vacances d'été.",
    "Prefiere reunirse por la tarde.",
    "Woli kontakt telefoniczny.",
    "Предпочитает переписку по-русски.",
    "メールでの連絡を希望。",
    "请用中文联系。",
    "يفضل التواصل صباحًا.",
];

/// A person, the same for the same state of the generator and the same number.
///
/// The number makes the e-mail address unique; about two in a hundred share theirs with a namesake all the same,
/// because real address books have such people too.
pub(super) fn person(rng: &mut impl Rng, number: u64) -> Person {
    let locale = names::locale(rng);
    let parts = Parts::draw(rng, locale);
    let name = parts.full_name(rng, locale);
    let email = rng.random_bool(0.92).then(|| parts.email(rng, locale, number));
    let phone = rng.random_bool(0.8).then(|| names::phone(rng, locale));
    let notes = rng.random_bool(0.15).then(|| notes(rng));
    let tag_count = rng.random_range(0..=6_usize).saturating_sub(3);
    let tags = TAGS.choose_multiple(rng, tag_count).copied().collect();
    let job = if rng.random_bool(0.8) { job(rng) } else { None };
    Person { name, email, phone, notes, tags, job }
}

/// Any position.
fn job(rng: &mut impl Rng) -> Option<Job> {
    let (department, roles) = JOBS.choose(rng)?;
    Some(Job { role: roles.choose(rng)?, department })
}

/// One remark, or two on lines of their own.
fn notes(rng: &mut impl Rng) -> String {
    let count = if rng.random_bool(0.25) { 2 } else { 1 };
    let lines: Vec<&str> = NOTES.choose_multiple(rng, count).copied().collect();
    lines.join("\n")
}

/// A word as it is written, and in lower-case ASCII.
#[derive(Clone, Debug, Default)]
struct Spelled {
    native: String,
    latin: String,
}

/// The parts of a name.
#[derive(Clone, Debug)]
struct Parts {
    given: Spelled,
    family: Spelled,
    /// Another given name for the same person.
    middle: Spelled,
    /// Another family name for the same person.
    second: Spelled,
}

impl Parts {
    /// Draws given and family names independently of each other.
    fn draw(rng: &mut impl Rng, locale: &Locale) -> Self {
        // Women's names stand at even places where it matters.
        let (start, step) = if locale.gendered { (rng.random_range(0..2), 2) } else { (0, 1) };
        let mut any = |native: &[&str], latin: &[&str]| {
            let name = Name::draw(rng, native.len().saturating_sub(start).div_ceil(step));
            Spelled { native: name.spell(native, start, step), latin: name.spell(latin, start, step) }
        };
        Self {
            given: any(locale.given, locale.latin_given),
            family: any(locale.family, locale.latin_family),
            middle: any(locale.given, locale.latin_given),
            second: any(locale.family, locale.latin_family),
        }
    }

    fn full_name(&self, rng: &mut impl Rng, locale: &Locale) -> String {
        let mut given = self.given.native.clone();
        let mut family = self.family.native.clone();
        let (middle, second) = (&self.middle.native, &self.second.native);
        let draw = rng.random_range(0..100_u32);
        match locale.extra {
            Extra::MiddleName if draw < 8 && *middle != given => given = format!("{given} {middle}"),
            Extra::MiddleName if draw < 20 => {
                given.push(' ');
                given.extend(middle.chars().next());
                given.push('.');
            }
            Extra::TwoFamilies if draw < 60 && *second != family => family = format!("{family} {second}"),
            // A third name in the row would be one too many.
            Extra::HyphenFamily if draw < 6 && *second != family && !family.contains(['-', ' ']) => {
                family = format!("{family}-{second}");
            }
            _ => {}
        }
        let separator = locale.separator;
        let name = if locale.family_first {
            format!("{family}{separator}{given}")
        } else {
            format!("{given}{separator}{family}")
        };
        let title = if rng.random_bool(0.04) { word(rng, locale.titles) } else { "" };
        if title.is_empty() { name } else { format!("{title} {name}") }
    }

    fn email(&self, rng: &mut impl Rng, locale: &Locale, number: u64) -> String {
        let (given, family) = (&self.given.latin, &self.family.latin);
        let local = match rng.random_range(0..10_u32) {
            0..=4 => format!("{given}.{family}"),
            5 => format!("{given}_{family}"),
            6 => format!("{family}.{given}"),
            7 => format!("{given}{family}"),
            8 => given.chars().take(1).chain(family.chars()).collect(),
            _ => format!("{given}-{family}"),
        };
        let shared = rng.random_bool(0.02);
        let suffix = if shared || number < PLAIN_ADDRESSES { String::new() } else { number.to_string() };
        // Only the example domains: mail that somebody sends in a demo must not reach anyone.
        let (host, tld) = (word(rng, HOSTS), word(rng, locale.email_domain_tlds));
        format!("{local}{suffix}@{host}example.{tld}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    use super::{Person, person};

    fn people(seed: u64, count: u64) -> Vec<Person> {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        (0..count).map(|number| person(&mut rng, number)).collect()
    }

    #[test]
    fn same_seed_same_people() {
        assert_eq!(people(7, 500), people(7, 500));
        assert_ne!(people(7, 500), people(8, 500));
    }

    #[test]
    fn names_have_many_scripts_and_fit() {
        let scripts: &[(&str, std::ops::RangeInclusive<char>)] = &[
            ("Latin with marks", 'À'..='ſ'),
            ("Greek", 'Α'..='ω'),
            ("Cyrillic", 'А'..='я'),
            ("Armenian", 'Ա'..='և'),
            ("Hebrew", 'א'..='ת'),
            ("Arabic", 'ء'..='ی'),
            ("Devanagari", 'अ'..='ह'),
            ("Bengali", 'অ'..='হ'),
            ("Thai", 'ก'..='ฮ'),
            ("Georgian", 'ა'..='ჰ'),
            ("Vietnamese", 'Ạ'..='ỹ'),
            ("Han", '一'..='鿿'),
            ("Hangul", '가'..='힣'),
        ];
        let people = people(1, 2_000);
        for (script, range) in scripts {
            assert!(people.iter().any(|person| person.name.chars().any(|letter| range.contains(&letter))), "{script}");
        }
        for Person { name, .. } in &people {
            assert!(!name.is_empty() && name.chars().count() <= 255 && name.trim() == name, "{name:?}");
            assert!(!name.contains('\0') && !name.contains("  "), "{name:?}");
        }
    }

    #[test]
    fn email_addresses_are_simple_examples_and_mostly_unique() {
        let emails: Vec<String> = people(2, 5_000).into_iter().filter_map(|person| person.email).collect();
        assert!((4_500..4_700).contains(&emails.len()), "{}", emails.len());
        for email in &emails {
            let (local, domain) = email.split_once('@').expect("an @");
            let simple = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
            assert!(local.len() > 1 && local.bytes().all(simple), "{email}");
            let reserved = ["example.com", "example.org", "example.net"];
            assert!(reserved.iter().any(|end| domain == *end || domain.ends_with(&format!(".{end}"))), "{email}");
        }
        let different: HashSet<&String> = emails.iter().collect();
        assert!(different.len() * 100 >= emails.len() * 98, "{} of {}", different.len(), emails.len());
    }

    #[test]
    fn phones_notes_and_tags_are_as_common_as_promised() {
        let people = people(3, 5_000);
        let share = |test: fn(&Person) -> bool| people.iter().filter(|person| test(person)).count();
        assert!((3_800..4_200).contains(&share(|person| person.phone.is_some())));
        assert!((600..900).contains(&share(|person| person.notes.is_some())));
        assert!((3_800..4_200).contains(&share(|person| person.job.is_some())));
        for person in &people {
            assert!(person.phone.as_ref().is_none_or(|phone| phone.starts_with('+') && !phone.contains('#')));
            assert!(person.tags.len() <= 3, "{:?}", person.tags);
            assert_eq!(person.tags.iter().collect::<HashSet<_>>().len(), person.tags.len());
        }
    }
}
