//! The cards of a file of vCards.

use std::io::Read as Input;

use encoding_rs::Encoding;

use super::{
    fields::read_card,
    line::Line,
    source::{Source, is_mark},
};
use crate::card::{
    Card,
    rows::{CARD_BYTES_MAX, FaultCode, FileError, PROPERTIES_MAX, Read, Row, RowError, Warning},
};

/// Reads vCards one by one, in bounded memory.
pub struct Reader<R: Input> {
    source: Source<R>,
    row: u64,
    is_done: bool,
}

/// Content lines of one card.
#[derive(Default)]
struct Lines {
    line: u64,
    content: Vec<Line>,
    warnings: Vec<Warning>,
    is_too_long: bool,
    has_too_many: bool,
}

impl<R: Input> Reader<R> {
    /// Reads a file.
    pub fn new(input: R) -> Self {
        Self::encoded(input, None)
    }

    /// Reads a file whose lines have this encoding where they are not UTF-8 and name none.
    pub fn encoded(input: R, encoding: Option<&'static Encoding>) -> Self {
        Self { source: Source::new(input, encoding), row: 0, is_done: false }
    }

    fn read(&mut self) -> Result<Option<Result<Row<Card>, RowError>>, FileError> {
        // Lines before a card belong to none: one error for all of them.
        let mut stray = None;
        while let Some(next) = self.source.peek()?
            && !is_mark(&next.bytes, b"begin")
        {
            let number = next.number;
            let is_blank = next.bytes.trim_ascii().is_empty() || is_mark(&next.bytes, b"end");
            self.source.take()?;
            if !is_blank {
                stray.get_or_insert(number);
            }
        }
        if let Some(line) = stray {
            self.row += 1;
            return Ok(Some(Err(self.error(
                line,
                FaultCode::Invalid,
                "This is no vCard: a card begins with BEGIN:VCARD.",
            ))));
        }
        let Some(begin) = self.source.take()? else { return Ok(None) };
        self.row += 1;
        let card = self.lines(begin.number)?;
        if card.is_too_long {
            let message = format!("The card is longer than {} MiB.", CARD_BYTES_MAX >> 20);
            return Ok(Some(Err(self.error(card.line, FaultCode::TooLong, message))));
        }
        if card.has_too_many {
            let message = format!("The card has more than {PROPERTIES_MAX} properties.");
            return Ok(Some(Err(self.error(card.line, FaultCode::TooMany, message))));
        }
        let (line, mut warnings) = (card.line, card.warnings);
        let item = read_card(card.content, &mut warnings);
        Ok(Some(Ok(Row { row: self.row, line, item, cells: Vec::new(), warnings })))
    }

    fn error(&self, line: u64, code: FaultCode, message: impl Into<String>) -> RowError {
        RowError { row: self.row, line, code, message: message.into(), cells: Vec::new() }
    }

    /// The content lines up to the card's end, or the beginning of the next card where the end is missing.
    fn lines(&mut self, line: u64) -> Result<Lines, FileError> {
        let mut card = Lines { line, ..Lines::default() };
        let mut bytes = 0;
        loop {
            let is_next = self.source.peek()?.is_none_or(|next| is_mark(&next.bytes, b"begin"));
            if is_next {
                card.warnings.push(Warning::invalid(None, "The card has no END:VCARD."));
                break;
            }
            let Some(line) = self.source.logical()? else { break };
            if is_mark(&line.bytes, b"end") {
                break;
            }
            bytes += line.bytes.len();
            card.is_too_long |= line.is_cut || bytes > CARD_BYTES_MAX;
            card.has_too_many |= card.content.len() + card.warnings.len() >= PROPERTIES_MAX;
            if card.is_too_long || card.has_too_many {
                card.content.clear();
                card.warnings.clear();
                continue;
            }
            if line.bytes.trim_ascii().is_empty() {
                continue;
            }
            match Line::parse(&line.bytes, self.source.encoding()) {
                Some(parsed)
                    if parsed.name == "agent"
                        && self.source.peek()?.is_some_and(|next| is_mark(&next.bytes, b"begin")) =>
                {
                    card.content.push(self.agent(&line.bytes, &mut bytes)?);
                }
                Some(parsed) => card.content.push(parsed),
                None => card.warnings.push(Warning::invalid(None, format!("Line {} is no property.", line.number))),
            }
        }
        Ok(card)
    }

    /// The card within an AGENT of vCard 2.1, as one line.
    fn agent(&mut self, head: &[u8], bytes: &mut usize) -> Result<Line, FileError> {
        let mut text = head.to_vec();
        let mut depth = 0_u32;
        while let Some(line) = self.source.logical()? {
            *bytes += line.bytes.len();
            depth += u32::from(is_mark(&line.bytes, b"begin"));
            if *bytes <= CARD_BYTES_MAX {
                for byte in line.bytes.iter().copied() {
                    match byte {
                        b'\\' | b';' | b',' => text.extend([b'\\', byte]),
                        byte => text.push(byte),
                    }
                }
                text.extend(b"\\n");
            }
            if is_mark(&line.bytes, b"end") {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
        }
        let line = Line::parse(&text, self.source.encoding());
        line.ok_or_else(|| FileError::Unusable("A nested card cannot be read.".to_owned()))
    }
}

impl<R: Input> Iterator for Reader<R> {
    type Item = Read<Card>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_done {
            return None;
        }
        let read = self.read().transpose();
        self.is_done = !matches!(read, Some(Ok(_)));
        read
    }
}
