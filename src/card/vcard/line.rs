//! Content lines: group, name, parameters, and a value that may be encoded.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use encoding_rs::{Encoding, UTF_8};

use crate::card::text::{encoding_named, with_line_feeds};

/// Bytes of a line's name and parameters. A line with more is none.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// Components of a value that are looked at.
const COMPONENTS_MAX: usize = 100;

/// Texts of a list that are looked at.
const LIST_ITEMS_MAX: usize = 10_000;

/// Properties with a text, which vCard 2.1 may write in base64.
const ENCODED_TEXTS: &[&str] = &[
    "fn",
    "n",
    "nickname",
    "email",
    "tel",
    "url",
    "adr",
    "label",
    "org",
    "title",
    "role",
    "note",
    "categories",
    "bday",
    "uid",
];

/// Parameters by name, in lower case, with their values.
pub(super) type Parameters = Vec<(String, Vec<String>)>;

/// Encoding of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Coding {
    Plain,
    Quoted,
    Base64,
}

/// A content line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) group: Option<String>,
    /// The property's name, in lower case.
    pub(super) name: String,
    /// The parameters, without those of the encoding.
    pub(super) parameters: Parameters,
    pub(super) coding: Coding,
    charset: Option<&'static Encoding>,
    fallback: &'static Encoding,
    /// The value as it stands in the file, with its escapes; only bytes of another character set are decoded.
    value: String,
}

impl Line {
    /// Takes a logical line apart; none where it is no content line.
    pub(super) fn parse(bytes: &[u8], fallback: &'static Encoding) -> Option<Self> {
        let colon = head_end(bytes).filter(|colon| *colon <= HEAD_BYTES_MAX)?;
        let (head, value) = bytes.split_at(colon);
        let head = decode(head, None, fallback);
        let value = value.strip_prefix(b":").unwrap_or_default();
        let mut fields = split_unquoted(&head, ';').into_iter();
        let name = fields.next()?.trim().to_ascii_lowercase();
        let (group, name) = match name.split_once('.') {
            Some((group, name)) => (Some(group.to_owned()), name.to_owned()),
            None => (None, name),
        };
        if name.is_empty() || name.contains(char::is_whitespace) {
            return None;
        }
        let (mut parameters, mut coding, mut charset) = (Parameters::new(), Coding::Plain, None);
        for field in fields {
            let field = field.trim();
            let (key, text) = match field.split_once('=') {
                Some((key, text)) => (key.trim().to_ascii_lowercase(), text.trim()),
                // vCard 2.1 writes types and encodings without a name.
                None if coding_named(field).is_some() => ("encoding".to_owned(), field),
                None => ("type".to_owned(), field),
            };
            match key.as_str() {
                "" => {}
                "encoding" => coding = coding_named(unquoted(text)).unwrap_or(coding),
                "charset" => charset = encoding_named(unquoted(text)),
                _ => {
                    let values = parameter_values(&key, text);
                    match parameters.iter_mut().find(|(other, _)| *other == key) {
                        Some((_, known)) => known.extend(values),
                        None => parameters.push((key, values)),
                    }
                }
            }
        }
        let mut value = decode(value, charset, fallback);
        if coding == Coding::Base64
            && ENCODED_TEXTS.contains(&name.as_str())
            && let Some(text) = without_base64(&value)
        {
            // Line breaks keep the escape that they have in a line.
            value = with_line_feeds(&decode(&text, charset, fallback)).replace('\n', "\\n");
            coding = Coding::Plain;
        }
        Some(Self { group, name, parameters, coding, charset, fallback, value })
    }

    /// The value as text, without escapes.
    pub(super) fn text(&self) -> String {
        self.decoded(unescaped(&self.value))
    }

    /// The components of the value, each with its escapes.
    fn raw_components(&self) -> impl Iterator<Item = &str> {
        split_unescaped(&self.value, ';').take(COMPONENTS_MAX)
    }

    /// The components of the value, trimmed.
    pub(super) fn components(&self) -> Vec<String> {
        self.raw_components().map(|part| self.decoded(unescaped(part)).trim().to_owned()).collect()
    }

    /// The components of the value, each as the list of its texts.
    pub(super) fn component_lists(&self) -> Vec<Vec<String>> {
        self.raw_components().map(|part| self.list_of(part)).collect()
    }

    /// The value as a list of texts, without blank ones.
    pub(super) fn list(&self) -> Vec<String> {
        self.list_of(&self.value)
    }

    fn list_of(&self, raw: &str) -> Vec<String> {
        let texts =
            split_unescaped(raw, ',').take(LIST_ITEMS_MAX).map(|text| self.decoded(unescaped(text)).trim().to_owned());
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// The value with its escapes, to be written again as it is. Only quoted-printable is undone.
    pub(super) fn raw(&self) -> String {
        match self.coding {
            Coding::Plain => self.value.clone(),
            Coding::Quoted => self.decoded(self.value.clone()).replace(['\r', '\n'], "\\n"),
            Coding::Base64 => self.value.split_ascii_whitespace().collect(),
        }
    }

    /// The values of a parameter.
    pub(super) fn parameter(&self, name: &str) -> &[String] {
        self.parameters.iter().find(|(key, _)| key == name).map_or(&[], |(_, values)| values.as_slice())
    }

    /// Takes a parameter out of the line.
    pub(super) fn take_parameter(&mut self, name: &str) -> Vec<String> {
        match self.parameters.iter().position(|(key, _)| key == name) {
            Some(at) => self.parameters.remove(at).1,
            None => Vec::new(),
        }
    }

    /// True where a parameter has this value.
    pub(super) fn has(&self, name: &str, value: &str) -> bool {
        self.parameter(name).iter().any(|other| other.eq_ignore_ascii_case(value))
    }

    fn decoded(&self, text: String) -> String {
        match self.coding {
            Coding::Plain | Coding::Base64 => text,
            Coding::Quoted => {
                let text = decode(&unquote_printable(&text), self.charset, self.fallback);
                with_line_feeds(&text).into_owned()
            }
        }
    }
}

fn coding_named(name: &str) -> Option<Coding> {
    match name.to_ascii_lowercase().as_str() {
        "quoted-printable" => Some(Coding::Quoted),
        "base64" | "b" => Some(Coding::Base64),
        "7bit" | "8bit" => Some(Coding::Plain),
        _ => None,
    }
}

/// Bytes as text: by the character set that the line names, else as UTF-8, else by a guess.
fn decode(bytes: &[u8], charset: Option<&'static Encoding>, fallback: &'static Encoding) -> String {
    match charset.filter(|charset| *charset != UTF_8) {
        Some(charset) => charset.decode_without_bom_handling(bytes).0.into_owned(),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => fallback.decode_without_bom_handling(bytes).0.into_owned(),
        },
    }
}

/// The colon that ends name and parameters.
fn head_end(bytes: &[u8]) -> Option<usize> {
    let mut is_quoted = false;
    let end = bytes.iter().position(|byte| {
        is_quoted ^= *byte == b'"';
        *byte == b':' && !is_quoted
    });
    // A quotation mark that is not closed quotes nothing.
    end.or_else(|| bytes.iter().position(|byte| *byte == b':'))
}

/// The parts between separators that are not quoted.
fn split_unquoted(text: &str, separator: char) -> Vec<&str> {
    let mut is_quoted = false;
    let is_closed = text.matches('"').count().is_multiple_of(2);
    text.split(|letter| {
        is_quoted ^= letter == '"' && is_closed;
        letter == separator && !is_quoted
    })
    .collect()
}

/// The parts between separators without a backslash before them.
fn split_unescaped(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_escaped = false;
    text.split(move |letter| {
        let is_end = letter == separator && !is_escaped;
        is_escaped = letter == '\\' && !is_escaped;
        is_end
    })
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// The values of a parameter, without the escapes of RFC 6868.
fn parameter_values(key: &str, text: &str) -> Vec<String> {
    let plain = |text: &str| {
        let text = unquoted(text.trim());
        if text.contains('^') { without_carets(text) } else { text.to_owned() }
    };
    // Many programs write `TYPE="work,voice"`.
    let text = if key == "type" { unquoted(text) } else { text };
    split_unquoted(text, ',').into_iter().map(plain).collect()
}

fn without_carets(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let meant = match (letter, letters.peek()) {
            ('^', Some('n')) => Some('\n'),
            ('^', Some('\'')) => Some('"'),
            ('^', Some('^')) => Some('^'),
            _ => None,
        };
        if meant.is_some() {
            letters.next();
        }
        plain.push(meant.unwrap_or(letter));
    }
    plain
}

fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        match letters.next() {
            Some('n' | 'N') => plain.push('\n'),
            Some(escaped @ ('\\' | ',' | ';' | ':')) => plain.push(escaped),
            Some(other) => plain.extend(['\\', other]),
            None => plain.push('\\'),
        }
    }
    plain
}

fn without_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.split_ascii_whitespace().collect::<String>()).ok().filter(|bytes| !bytes.is_empty())
}

fn unquote_printable(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits = digits.filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) if *first == b'=' => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1252;

    use super::{Coding, Line};

    fn line(text: &str) -> Line {
        Line::parse(text.as_bytes(), WINDOWS_1252).unwrap()
    }

    #[test]
    fn lines_are_taken_apart() {
        let tel = line("item1.TEL;TYPE=\"work,voice\";type=pref;X-A=\"b;c:d\":tel:+1");
        assert_eq!((tel.group.as_deref(), tel.name.as_str()), (Some("item1"), "tel"));
        assert_eq!(tel.parameter("type"), ["work", "voice", "pref"]);
        assert_eq!(tel.parameter("x-a"), ["b;c:d"]);
        assert_eq!(tel.text(), "tel:+1");
        let old = line("TEL;HOME;FAX;QUOTED-PRINTABLE:=2B1=3B");
        assert_eq!(
            (old.parameter("type"), old.coding),
            (["HOME", "FAX"].map(str::to_owned).as_slice(), Coding::Quoted)
        );
        assert_eq!(old.text(), "+1;");
    }

    #[test]
    fn escapes_and_encodings_are_undone_after_the_value_is_split() {
        assert_eq!(line(r"N:a\;b;c\,d,e;f\\;g\nh").components(), ["a;b", "c,d,e", "f\\", "g\nh"]);
        assert_eq!(line(r"N:a;c\,d,e").component_lists(), [vec!["a"], vec!["c,d", "e"]]);
        assert_eq!(line("N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:M=C3=BCller=3BX;J").components(), ["Müller;X", "J"]);
        assert_eq!(line("N;ENCODING=QUOTED-PRINTABLE:M=FCller").components(), ["Müller"]);
        assert_eq!(line("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=SHIFT_JIS:=8E=52=93=63").text(), "山田");
        assert_eq!(line("NOTE;ENCODING=BASE64;CHARSET=UTF-8:w7xiZXI=").text(), "über");
        assert_eq!(line("N;BASE64;CHARSET=UTF-8:TcO8bGxlcjtK").components(), ["Müller", "J"]);
        assert_eq!(line("NOTE;ENCODING=b:no base64!").text(), "no base64!");
        let raw = Line::parse(b"FN;CHARSET=SHIFT_JIS:\x8e\x52\x93\x63", WINDOWS_1252).unwrap();
        assert_eq!(raw.text(), "山田");
        assert_eq!(Line::parse(b"FN:M\xfcller", WINDOWS_1252).unwrap().text(), "Müller");
    }

    #[test]
    fn other_lines_are_no_content_lines() {
        for text in ["", "no colon", ":value", "two words:x"] {
            assert!(Line::parse(text.as_bytes(), WINDOWS_1252).is_none(), "{text}");
        }
    }
}
