//! Files of vCards as physical and logical lines.

use std::io::{BufRead, BufReader, Read};

use encoding_rs::Encoding;

use crate::card::{
    rows::{CARD_BYTES_MAX, FileError},
    text::Utf8,
};

/// A line of the file, without its end.
pub(super) struct Physical {
    pub(super) number: u64,
    pub(super) bytes: Vec<u8>,
    /// True where the line went on beyond the limit.
    pub(super) is_cut: bool,
}

/// A file of vCards, line by line. One line is looked at ahead.
pub(super) struct Source<R: Read> {
    input: BufReader<Utf8<R>>,
    next: Option<Physical>,
    number: u64,
    /// A line ended with a carriage return; a line feed after it belongs to it.
    is_after_return: bool,
    is_started: bool,
}

/// Way in which a value of several lines goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Continuation {
    /// By white space at the beginning of the next line.
    Folded,
    /// By a soft line break of quoted-printable, or folded.
    Quoted,
    /// By lines of base64, or folded.
    Base64,
}

impl<R: Read> Source<R> {
    pub(super) fn new(input: R, encoding: Option<&'static Encoding>) -> Self {
        Self {
            input: BufReader::new(Utf8::raw(input, encoding)),
            next: None,
            number: 0,
            is_after_return: false,
            is_started: false,
        }
    }

    /// The encoding of lines that are not UTF-8 and do not name theirs.
    pub(super) fn encoding(&self) -> &'static Encoding {
        self.input.get_ref().guessed()
    }

    /// The next line, which stays.
    pub(super) fn peek(&mut self) -> Result<Option<&Physical>, FileError> {
        if self.next.is_none() {
            self.next = self.read()?;
        }
        Ok(self.next.as_ref())
    }

    /// The next line.
    pub(super) fn take(&mut self) -> Result<Option<Physical>, FileError> {
        match self.next.take() {
            Some(line) => Ok(Some(line)),
            None => self.read(),
        }
    }

    /// The next logical line: unfolded, and joined where its encoding says that it goes on.
    pub(super) fn logical(&mut self) -> Result<Option<Physical>, FileError> {
        let Some(mut line) = self.take()? else { return Ok(None) };
        let continuation = continuation(&line.bytes);
        while let Some(next) = self.peek()? {
            let is_folded = matches!(next.bytes.first(), Some(b' ' | b'\t'));
            let is_soft =
                continuation == Continuation::Quoted && line.bytes.ends_with(b"=") && !is_mark(&next.bytes, b"end");
            let skipped = if is_soft {
                line.bytes.pop();
                0
            } else if is_folded {
                1
            } else if continuation == Continuation::Base64 && is_base64(&next.bytes) {
                0
            } else {
                break;
            };
            let Some(next) = self.take()? else { break };
            line.is_cut |= next.is_cut || line.bytes.len() + next.bytes.len() > CARD_BYTES_MAX;
            if !line.is_cut {
                line.bytes.extend_from_slice(next.bytes.get(skipped..).unwrap_or_default());
            }
        }
        Ok(Some(line))
    }

    fn read(&mut self) -> Result<Option<Physical>, FileError> {
        let mut line = Physical { number: self.number + 1, bytes: Vec::new(), is_cut: false };
        let mut is_any = false;
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                if is_any {
                    self.number += 1;
                }
                return Ok(is_any.then_some(line));
            }
            let mut chunk = chunk;
            let mut used = 0;
            if self.is_after_return {
                self.is_after_return = false;
                if let Some(rest) = chunk.strip_prefix(b"\n") {
                    chunk = rest;
                    used = 1;
                }
            }
            if !self.is_started && !chunk.is_empty() {
                self.is_started = true;
                if let Some(rest) = chunk.strip_prefix(b"\xef\xbb\xbf") {
                    chunk = rest;
                    used = 3;
                }
            }
            let end = chunk.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            let text = end.map_or(chunk, |end| chunk.get(..end).unwrap_or_default());
            is_any |= !chunk.is_empty();
            if line.bytes.len() + text.len() <= CARD_BYTES_MAX {
                line.bytes.extend_from_slice(text);
            } else {
                line.is_cut = true;
            }
            used += text.len() + usize::from(end.is_some());
            self.is_after_return = end.is_some_and(|end| chunk.get(end) == Some(&b'\r'));
            self.input.consume(used);
            if end.is_some() {
                self.number += 1;
                return Ok(Some(line));
            }
        }
    }
}

/// True of the line that begins or ends a card, e.g. `BEGIN:VCARD`.
pub(super) fn is_mark(line: &[u8], mark: &[u8]) -> bool {
    let Some(colon) = line.iter().position(|byte| *byte == b':') else { return false };
    let (name, value) = line.split_at(colon);
    name.trim_ascii().eq_ignore_ascii_case(mark)
        && value.strip_prefix(b":").unwrap_or_default().trim_ascii().eq_ignore_ascii_case(b"vcard")
}

fn continuation(line: &[u8]) -> Continuation {
    let head = line.split(|byte| *byte == b':').next().unwrap_or_default().to_ascii_lowercase();
    for parameter in head.split(|byte| *byte == b';').skip(1) {
        match parameter.strip_prefix(b"encoding=").unwrap_or(parameter).trim_ascii() {
            b"quoted-printable" => return Continuation::Quoted,
            b"base64" | b"b" => return Continuation::Base64,
            _ => {}
        }
    }
    Continuation::Folded
}

fn is_base64(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    !line.is_empty() && line.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}
