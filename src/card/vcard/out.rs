//! Content lines as they are written: escaped, folded, ended by `\r\n`.

use super::line::Parameters;
use crate::card::PartialDate;

/// Octets of a line, without its end.
const LINE_OCTETS_MAX: usize = 75;

/// Version of vCard that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// 3.0 (RFC 2426), which the most programs read.
    V3,
    /// 4.0 (RFC 6350), which keeps everything.
    V4,
}

impl Version {
    /// A date as this version writes it. vCard 3.0 has no partial dates; most programs read them as they are written here.
    pub(super) fn date(self, date: PartialDate) -> String {
        let text = date.to_string();
        match self {
            Self::V3 => text,
            Self::V4 if date.day().is_none() => text,
            Self::V4 => match text.strip_prefix("--") {
                Some(day) => format!("--{}", day.replace('-', "")),
                None => text.replace('-', ""),
            },
        }
    }
}

/// A content line to be written.
#[derive(Clone, Debug, Default)]
pub(super) struct OutLine {
    pub(super) group: Option<String>,
    pub(super) name: String,
    pub(super) parameters: Parameters,
    /// The value with its escapes.
    pub(super) value: String,
}

impl OutLine {
    pub(super) fn new(name: &str, value: String) -> Self {
        Self { name: name.to_owned(), value, ..Self::default() }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.add(name, value.into());
        self
    }

    /// Adds a value to a parameter.
    pub(super) fn add(&mut self, name: &str, value: String) {
        match self.parameters.iter_mut().find(|(other, _)| other == name) {
            Some((_, values)) if values.contains(&value) => {}
            Some((_, values)) => values.push(value),
            None => self.parameters.push((name.to_owned(), vec![value])),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.parameters.iter().any(|(other, _)| other == name)
    }

    /// Writes the line.
    pub(super) fn write(&self, out: &mut String) {
        let mut line = String::with_capacity(self.name.len() + self.value.len() + 16);
        if let Some(group) = &self.group {
            line.push_str(group);
            line.push('.');
        }
        line.push_str(&self.name.to_ascii_uppercase());
        for (name, values) in &self.parameters {
            line.push(';');
            line.push_str(&name.to_ascii_uppercase());
            for (at, value) in values.iter().enumerate() {
                line.push(if at == 0 { '=' } else { ',' });
                write_parameter(value, &mut line);
            }
        }
        line.push(':');
        line.push_str(&self.value);
        fold(&line, out);
    }
}

/// Writes a value of a parameter, with the escapes of RFC 6868.
fn write_parameter(value: &str, line: &mut String) {
    let is_quoted = value.contains([',', ';', ':']) || value.is_empty();
    if is_quoted {
        line.push('"');
    }
    for letter in value.chars() {
        match letter {
            '\n' => line.push_str("^n"),
            '"' => line.push_str("^'"),
            '^' => line.push_str("^^"),
            letter if letter.is_control() && letter != '\t' => {}
            letter => line.push(letter),
        }
    }
    if is_quoted {
        line.push('"');
    }
}

/// Writes a line in pieces of 75 octets at most, without cutting a letter.
fn fold(line: &str, out: &mut String) {
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > LINE_OCTETS_MAX {
            out.push_str("\r\n ");
            octets = 1;
        }
        out.push(letter);
        octets += letter.len_utf8();
    }
    out.push_str("\r\n");
}

/// A text with the escapes of a value. A carriage return that stands alone becomes a line break, as vCard has no other.
pub(super) fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' | ',' | ';' => value.extend(['\\', letter]),
            '\r' if letters.peek() == Some(&'\n') => {}
            '\r' | '\n' => value.push_str("\\n"),
            letter => value.push(letter),
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::{OutLine, escaped};

    #[test]
    fn lines_are_folded_between_letters() {
        let mut out = String::new();
        OutLine::new("note", escaped(&"Ä, ".repeat(60))).with("x-a", "b:c").write(&mut out);
        assert!(out.starts_with("NOTE;X-A=\"b:c\":Ä\\, Ä"));
        assert!(out.lines().all(|line| line.len() <= 75));
        assert!(out.lines().take(2).all(|line| line.len() >= 73));
        assert!(out.replace("\r\n ", "").ends_with("Ä\\, \r\n"));
    }
}
