//! Places of properties in JSContact (RFC 9555), and the values that both write differently.

use serde_json::Value;

use crate::card::PartialDate;

/// Kind of the value of a property.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Text,
    /// Texts that are separated by commas.
    List,
    Uri,
    /// A picture or a sound: an address, or the data itself, of this media type.
    Data(&'static str),
    Date,
}

/// A property that is an item in a map of JSContact.
pub(super) struct Native {
    pub(super) vcard: &'static str,
    pub(super) property: &'static str,
    /// Key of the item that holds the value.
    pub(super) main: &'static str,
    /// The item's `kind`.
    pub(super) kind: Option<&'static str>,
    /// Beginning of the item's id.
    pub(super) id: &'static str,
    pub(super) value: ValueKind,
}

const fn native(
    vcard: &'static str,
    property: &'static str,
    main: &'static str,
    kind: Option<&'static str>,
    id: &'static str,
    value: ValueKind,
) -> Native {
    Native { vcard, property, main, kind, id, value }
}

pub(super) const NATIVES: &[Native] = &[
    native("nickname", "nicknames", "name", None, "nickname", ValueKind::List),
    native("photo", "media", "uri", Some("photo"), "photo", ValueKind::Data("image")),
    native("logo", "media", "uri", Some("logo"), "logo", ValueKind::Data("image")),
    native("sound", "media", "uri", Some("sound"), "sound", ValueKind::Data("audio")),
    native("impp", "onlineServices", "uri", None, "service", ValueKind::Uri),
    native("anniversary", "anniversaries", "date", Some("wedding"), "wedding", ValueKind::Date),
    native("deathdate", "anniversaries", "date", Some("death"), "death", ValueKind::Date),
    native("lang", "preferredLanguages", "language", None, "language", ValueKind::Text),
    native("expertise", "personalInfo", "value", Some("expertise"), "expertise", ValueKind::Text),
    native("hobby", "personalInfo", "value", Some("hobby"), "hobby", ValueKind::Text),
    native("interest", "personalInfo", "value", Some("interest"), "interest", ValueKind::Text),
    native("key", "cryptoKeys", "uri", None, "key", ValueKind::Uri),
    native("caluri", "calendars", "uri", Some("calendar"), "calendar", ValueKind::Uri),
    native("fburl", "calendars", "uri", Some("freeBusy"), "freebusy", ValueKind::Uri),
    native("caladruri", "schedulingAddresses", "uri", None, "scheduling", ValueKind::Uri),
    native("source", "directories", "uri", Some("entry"), "entry", ValueKind::Uri),
    native("org-directory", "directories", "uri", Some("directory"), "directory", ValueKind::Uri),
    native("role", "titles", "name", Some("role"), "title", ValueKind::Text),
    native("title", "titles", "name", None, "title", ValueKind::Text),
];

/// Properties with one text, and their names in JSContact.
pub(super) const TEXTS: &[(&str, &str)] = &[("kind", "kind"), ("language", "language"), ("prodid", "prodId")];

/// Properties with one moment, and their names in JSContact.
pub(super) const MOMENTS: &[(&str, &str)] = &[("created", "created"), ("rev", "updated")];

pub(super) const CONTEXTS: &[(&str, &str)] = &[("home", "private"), ("work", "work")];

/// A date of vCard: `19850412`, `1985-04-12`, `1985-04`, `1985`, `--0412` or `--04-12`; a time after it is left out.
pub(in crate::card::vcard) fn date(text: &str) -> Option<PartialDate> {
    let day = text.split(['T', 't', ' ']).next()?;
    if let Ok(date) = day.parse() {
        return Some(date);
    }
    let number =
        |from: usize, to: usize| day.get(from..to).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    let (year, month, date) = match day.len() {
        8 => (Some(number(0, 4)?), number(4, 6)?, number(6, 8)?),
        6 if day.starts_with("--") => (None, number(2, 4)?, number(4, 6)?),
        _ => return None,
    };
    PartialDate::new(year.map(str::parse).transpose().ok()?, month.parse().ok(), date.parse().ok())
}

pub(super) fn date_value(date: PartialDate) -> Value {
    let parts = [
        ("@type", Some(Value::from("PartialDate"))),
        ("year", date.year().map(Value::from)),
        ("month", date.month().map(Value::from)),
        ("day", date.day().map(Value::from)),
    ];
    parts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

pub(super) fn date_of(value: &Value) -> Option<PartialDate> {
    let number = |key: &str| value.get(key).and_then(Value::as_u64);
    let (year, month, day) = (number("year"), number("month"), number("day"));
    let date = PartialDate::new(
        year.and_then(|year| year.try_into().ok()),
        month.and_then(|month| month.try_into().ok()),
        day.and_then(|day| day.try_into().ok()),
    )?;
    (date_value(date) == *value).then_some(date)
}

/// A moment in UTC, e.g. `20240131T083000Z`, as JSContact writes it.
pub(super) fn moment(text: &str) -> Option<String> {
    let digits: String = text.strip_suffix('Z')?.chars().filter(|letter| !matches!(letter, '-' | ':')).collect();
    let (day, time) = digits.split_once('T')?;
    let is_whole =
        day.len() == 8 && time.len() == 6 && day.bytes().chain(time.bytes()).all(|byte| byte.is_ascii_digit());
    let part = |text: &'_ str, from: usize, to: usize| text.get(from..to).unwrap_or_default().to_owned();
    is_whole.then(|| {
        let date = [part(day, 0, 4), part(day, 4, 6), part(day, 6, 8)].join("-");
        format!("{date}T{}Z", [part(time, 0, 2), part(time, 2, 4), part(time, 4, 6)].join(":"))
    })
}
