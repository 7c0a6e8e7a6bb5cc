//! Text of files, whatever its encoding, as UTF-8 while it is read.

use std::{
    borrow::Cow,
    io::{self, Read},
};

use chardetng::EncodingDetector;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes that an encoding is guessed from.
pub(super) const HEAD_BYTES: usize = 64 * 1024;

/// Bytes that are decoded at a time.
const CHUNK_BYTES: usize = 32 * 1024;

/// Letters of UTF-8 for each byte that is not, from which on a text is taken for UTF-8.
const LETTERS_PER_FAULT: usize = 5;

/// Decoding state of a source.
enum Decoding {
    /// Nothing was read yet.
    Unknown,
    /// All bytes so far mean the same in UTF-8 and in every encoding that may follow.
    Plain,
    /// Bytes are passed on: they are UTF-8, but for some lines or cells that their readers decode by themselves.
    Raw,
    /// Bytes are decoded.
    By(Box<Decoder>),
}

/// A source of bytes as UTF-8, without a byte order mark. Its encoding is the one that the caller names, or is guessed from
/// the first bytes that are not ASCII. A source in UTF-8 may have bytes of another encoding, see [`lenient`].
pub(super) struct Utf8<R> {
    input: R,
    decoding: Decoding,
    is_raw: bool,
    guessed: Option<&'static Encoding>,
    is_at_end: bool,
    /// Bytes read and not yet decoded.
    pending: Vec<u8>,
    /// Text decoded and not yet handed out.
    ready: Vec<u8>,
    ready_at: usize,
}

impl<R: Read> Utf8<R> {
    /// Decodes the whole source, by an encoding or by a guess.
    pub(super) fn new(input: R, encoding: Option<&'static Encoding>) -> Self {
        let decoding = match encoding {
            Some(encoding) if encoding != UTF_8 => Decoding::By(Box::new(encoding.new_decoder())),
            _ => Decoding::Unknown,
        };
        Self {
            input,
            decoding,
            is_raw: false,
            guessed: encoding,
            is_at_end: false,
            pending: Vec::new(),
            ready: Vec::new(),
            ready_at: 0,
        }
    }

    /// Decodes UTF-16, and passes everything else on as it is. [`Utf8::guessed`] is the encoding of lines that are not UTF-8:
    /// the one that the caller names, or a guess.
    pub(super) fn raw(input: R, encoding: Option<&'static Encoding>) -> Self {
        Self { is_raw: true, guessed: encoding, ..Self::new(input, None) }
    }

    /// The encoding of text that does not say its own.
    pub(super) fn guessed(&self) -> &'static Encoding {
        self.guessed.filter(|encoding| *encoding != UTF_8).unwrap_or(WINDOWS_1252)
    }

    /// Reads until there are this many pending bytes, or the source ends.
    fn fill(&mut self, bytes: usize) -> io::Result<()> {
        let wanted = bytes.saturating_sub(self.pending.len());
        if wanted > 0 && !self.is_at_end {
            let read = (&mut self.input).take(wanted as u64).read_to_end(&mut self.pending)?;
            self.is_at_end = read < wanted;
        }
        Ok(())
    }

    fn decide(&mut self) -> io::Result<()> {
        self.fill(HEAD_BYTES)?;
        let by = |encoding: &'static Encoding| Decoding::By(Box::new(encoding.new_decoder()));
        self.decoding = match Encoding::for_bom(&self.pending) {
            Some((encoding, _)) if encoding != UTF_8 => {
                self.guessed = Some(encoding);
                by(encoding)
            }
            None if let Some(encoding) = utf16(&self.pending) => by(encoding),
            _ if self.is_raw => {
                let pending = &self.pending;
                self.guessed.get_or_insert_with(|| guess(pending, self.is_at_end));
                Decoding::Raw
            }
            Some((_, mark)) => {
                self.pending.drain(..mark);
                Decoding::Raw
            }
            None if self.guessed == Some(UTF_8) => Decoding::Raw,
            None => Decoding::Plain,
        };
        Ok(())
    }

    fn decode(&mut self) -> io::Result<()> {
        if matches!(self.decoding, Decoding::Unknown) {
            self.decide()?;
        }
        self.fill(CHUNK_BYTES)?;
        if matches!(self.decoding, Decoding::Plain) && !self.pending.iter().all(|byte| byte.is_ascii() && *byte != 0x1b)
        {
            self.fill(HEAD_BYTES)?;
            let encoding = guess(&self.pending, self.is_at_end);
            self.guessed = Some(encoding);
            self.decoding = if encoding == UTF_8 {
                Decoding::Raw
            } else {
                Decoding::By(Box::new(encoding.new_decoder_without_bom_handling()))
            };
        }
        self.ready.clear();
        self.ready_at = 0;
        let Decoding::By(decoder) = &mut self.decoding else {
            std::mem::swap(&mut self.ready, &mut self.pending);
            return Ok(());
        };
        let mut done = 0;
        loop {
            let rest = self.pending.get(done..).unwrap_or_default();
            let room = decoder.max_utf8_buffer_length(rest.len()).unwrap_or(CHUNK_BYTES);
            let at = self.ready.len();
            self.ready.resize(at + room, 0);
            let target = self.ready.get_mut(at..).unwrap_or_default();
            let (result, read, written, _) = decoder.decode_to_utf8(rest, target, self.is_at_end);
            done += read;
            self.ready.truncate(at + written);
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        self.pending.clear();
        if self.is_at_end {
            // A decoder that has seen the end is not used again.
            self.decoding = Decoding::Raw;
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        while self.ready_at >= self.ready.len() {
            if self.is_at_end && self.pending.is_empty() && !matches!(self.decoding, Decoding::By(_)) {
                return Ok(0);
            }
            self.decode()?;
        }
        let rest = self.ready.get(self.ready_at..).unwrap_or_default();
        let bytes = rest.len().min(target.len());
        for (to, from) in target.iter_mut().zip(rest) {
            *to = *from;
        }
        self.ready_at += bytes;
        Ok(bytes)
    }
}

/// UTF-16 without a byte order mark, by its zeros.
fn utf16(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let half = head.len() / 2;
    let (even, odd) = (zeros(0), zeros(1));
    if half < 4 {
        None
    } else if odd * 10 > half * 4 && even * 10 < half {
        Some(UTF_16LE)
    } else if even * 10 > half * 4 && odd * 10 < half {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// The encoding of text without a mark: UTF-8 where nearly all letters are, else the likeliest.
fn guess(text: &[u8], is_whole: bool) -> &'static Encoding {
    // Letters of other encodings are seldom UTF-8 by chance.
    let (mut letters, mut others) = (0_usize, 0_usize);
    for chunk in text.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        others += usize::from(!chunk.invalid().is_empty());
    }
    // The last letter may have been cut.
    let is_cut = !is_whole && std::str::from_utf8(text).is_err_and(|error| error.error_len().is_none());
    if others == 0 || is_cut || others * LETTERS_PER_FAULT <= letters {
        return UTF_8;
    }
    let mut detector = EncodingDetector::new();
    detector.feed(text, is_whole);
    detector.guess(None, false)
}

/// A text whose lines end with a line feed alone.
pub(crate) fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() }
}

/// A number or an address without the scheme that makes it a URI, e.g. `tel:`.
pub(crate) fn without_scheme<'a>(text: &'a str, scheme: &str) -> &'a str {
    match text.get(..scheme.len()) {
        Some(head) if head.eq_ignore_ascii_case(scheme) => text.get(scheme.len()..).unwrap_or_default().trim_start(),
        _ => text,
    }
}

/// Bytes that should be UTF-8 as text. What is not is read as Windows-1252; the flag tells that there was such.
pub(super) fn lenient(bytes: &[u8]) -> (String, bool) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), false);
    }
    let mut text = String::with_capacity(bytes.len() + 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    (text, true)
}

/// The sentence of a warning about a row that [`lenient`] has read.
pub(super) const MIXED: &str = "Some letters are not UTF-8 as the rest of the file is; they were read as Windows-1252.";

/// The encoding of this name, e.g. "windows-1252", `Shift_JIS` or "cp1250".
pub fn encoding_named(name: &str) -> Option<&'static Encoding> {
    let name = name.trim();
    let code_page = |digits: &str| Encoding::for_label(format!("windows-{digits}").as_bytes());
    let lower = name.to_ascii_lowercase();
    let digits = lower.strip_prefix("cp").or_else(|| lower.strip_prefix("ms")).unwrap_or(&lower);
    Encoding::for_label(name.as_bytes()).or_else(|| match digits {
        "932" => Encoding::for_label(b"shift_jis"),
        "936" => Encoding::for_label(b"gbk"),
        "949" => Encoding::for_label(b"euc-kr"),
        "950" => Encoding::for_label(b"big5"),
        _ => code_page(digits),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use encoding_rs::{Encoding, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252};

    use super::{Utf8, encoding_named, lenient};

    fn decoded(bytes: &[u8]) -> String {
        let mut text = Vec::new();
        Utf8::new(bytes, None).read_to_end(&mut text).unwrap();
        lenient(&text).0
    }

    fn utf16(text: &str, is_little: bool, has_mark: bool) -> Vec<u8> {
        let mark = has_mark.then_some(0xfeff);
        let units = mark.into_iter().chain(text.encode_utf16());
        units.flat_map(|unit| if is_little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    }

    #[test]
    fn text_is_decoded_by_its_mark_or_by_a_guess() {
        let text = "Name;Straße\r\nJürgen Müller;Grüner Weg 7\r\n";
        assert_eq!(decoded(text.as_bytes()), text);
        assert_eq!(decoded(&[b"\xef\xbb\xbf", text.as_bytes()].concat()), text);
        assert_eq!(decoded(&WINDOWS_1252.encode(text).0), text);
        for is_little in [true, false] {
            for has_mark in [true, false] {
                assert_eq!(decoded(&utf16(text, is_little, has_mark)), text);
            }
        }
        let russian = "Имя;Фамилия;Город\r\nИван;Петров;Москва\r\nАнна;Сидорова;Санкт-Петербург\r\n";
        assert_eq!(decoded(&WINDOWS_1251.encode(russian).0), russian);
        let japanese = "姓,名,会社名\r\n山田,太郎,株式会社カナリア\r\n佐藤,花子,ソニー表\r\n";
        assert_eq!(decoded(&SHIFT_JIS.encode(japanese).0), japanese);
        assert_eq!(decoded(b""), "");
        assert_eq!(decoded(b"\xff"), "ÿ");
    }

    #[test]
    fn an_encoding_shows_after_a_long_plain_beginning() {
        let text = "a,b\n".repeat(100_000) + "é,ü\n" + &"c,d\n".repeat(100_000);
        assert_eq!(decoded(text.as_bytes()), text);
        assert_eq!(decoded(&WINDOWS_1252.encode(&text).0), text);
    }

    #[test]
    fn one_wrong_letter_changes_no_other() {
        let text = "Zoë, ".repeat(20);
        let mixed = [text.as_bytes(), b"Zo\xeb", text.as_bytes()].concat();
        assert_eq!(decoded(&mixed), format!("{text}Zoë{text}"));
        assert_eq!(decoded(&[b"\xef\xbb\xbf", mixed.as_slice()].concat()), format!("{text}Zoë{text}"));
    }

    #[test]
    fn encodings_have_many_names() {
        for (name, label) in
            [("cp1250", "windows-1250"), ("UTF-8", "UTF-8"), ("Shift_JIS", "Shift_JIS"), ("CP932", "Shift_JIS")]
        {
            assert_eq!(encoding_named(name).map(Encoding::name), Some(label));
        }
        assert_eq!(encoding_named("klingon"), None);
    }
}
