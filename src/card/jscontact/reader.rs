//! Files of JSContact cards: one card, an array, or one after another.

use std::io::{BufRead, BufReader, Read as Input};

use encoding_rs::Encoding;

use super::from_jscontact;
use crate::card::{
    Card,
    rows::{CARD_BYTES_MAX, FaultCode, FileError, PROPERTIES_MAX, Read, Row, RowError, Warning},
    text::{MIXED, Utf8, lenient},
};

/// Reads cards one by one, in bounded memory.
pub struct Reader<R: Input> {
    input: BufReader<Utf8<R>>,
    row: u64,
    line: u64,
    array: Array,
}

/// State of the array that the cards of a file stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Array {
    /// The file has none, or it has ended.
    None,
    /// It has begun.
    Open,
    /// A card in it was cut off, which that card's row tells.
    Cut,
}

/// Text of a value at the top of the file, or in its array.
#[derive(Default)]
struct Found {
    text: Vec<u8>,
    line: u64,
    is_object: bool,
    is_too_long: bool,
    values: usize,
}

/// State of the scanner inside a value.
#[derive(Default)]
struct Place {
    depth: u32,
    is_in_string: bool,
    is_escaped: bool,
}

impl Place {
    /// Takes a byte of a value; true where the value ends with it.
    fn pass(&mut self, byte: u8) -> bool {
        if self.is_in_string {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.is_in_string = false,
                _ => {}
            }
            return !self.is_in_string && self.depth == 0;
        }
        match byte {
            b'"' => self.is_in_string = true,
            b'{' | b'[' => self.depth = self.depth.saturating_add(1),
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        matches!(byte, b'}' | b']') && self.depth == 0
    }
}

impl<R: Input> Reader<R> {
    /// Reads a file.
    pub fn new(input: R) -> Self {
        Self::encoded(input, None)
    }

    /// Reads a file whose encoding is known.
    pub fn encoded(input: R, encoding: Option<&'static Encoding>) -> Self {
        Self { input: BufReader::new(Utf8::new(input, encoding)), row: 0, line: 1, array: Array::None }
    }

    /// The next value; none at the end of the file.
    fn find(&mut self) -> Result<Option<Found>, FileError> {
        let mut found: Option<Found> = None;
        let mut place = Place::default();
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                if found.is_some() {
                    self.array = Array::Cut;
                }
                return Ok(found);
            }
            let mut used = 0;
            let mut is_whole = false;
            for byte in chunk.iter().copied() {
                used += 1;
                let is_between =
                    matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b',' | b'\x1e') || (byte == b'[' && found.is_none());
                let is_idle = !place.is_in_string && place.depth == 0;
                let is_end = is_idle && (is_between || byte == b']');
                match byte {
                    b'[' if is_idle && found.is_none() => self.array = Array::Open,
                    b']' if is_idle => self.array = Array::None,
                    _ => {}
                }
                if is_end && found.is_some() {
                    is_whole = true;
                } else if !is_end {
                    let value = found.get_or_insert_with(|| Found {
                        line: self.line,
                        is_object: byte == b'{',
                        ..Found::default()
                    });
                    if value.text.len() < CARD_BYTES_MAX {
                        value.text.push(byte);
                    } else {
                        value.is_too_long = true;
                    }
                    value.values += usize::from(!place.is_in_string && matches!(byte, b',' | b'[' | b'{'));
                    is_whole = place.pass(byte);
                }
                self.line += u64::from(byte == b'\n');
                if is_whole {
                    break;
                }
            }
            self.input.consume(used);
            if is_whole {
                return Ok(found);
            }
        }
    }
}

impl<R: Input> Iterator for Reader<R> {
    type Item = Read<Card>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = match self.find() {
            Ok(Some(found)) => found,
            Ok(None) if self.array == Array::Open => {
                self.array = Array::None;
                self.row += 1;
                let message = "The array of cards has no end; the file may have been cut off.".to_owned();
                let (row, line) = (self.row, self.line);
                return Some(Ok(Err(RowError { row, line, code: FaultCode::Invalid, message, cells: Vec::new() })));
            }
            Ok(None) => return None,
            Err(error) => return Some(Err(error)),
        };
        self.row += 1;
        let fail =
            |code, message: String| RowError { row: self.row, line: found.line, code, message, cells: Vec::new() };
        let (text, is_mixed) = lenient(&found.text);
        let read = if found.is_too_long {
            Err(fail(FaultCode::TooLong, format!("The card is longer than {} MiB.", CARD_BYTES_MAX >> 20)))
        } else if found.values > PROPERTIES_MAX {
            Err(fail(FaultCode::TooMany, format!("The card has more than {PROPERTIES_MAX} values.")))
        } else if found.is_object {
            match serde_json::from_str(&text) {
                Ok(value) => from_jscontact(value)
                    .map_err(|_not_a_card| fail(FaultCode::Invalid, "This is no JSContact card.".to_owned())),
                Err(error) => Err(fail(FaultCode::Invalid, format!("This is no JSON: {error}."))),
            }
        } else {
            Err(fail(FaultCode::Invalid, "This is no JSContact card.".to_owned()))
        };
        Some(Ok(read.map(|item| Row {
            row: self.row,
            line: found.line,
            item,
            cells: Vec::new(),
            warnings: if is_mixed { vec![Warning::invalid(None, MIXED)] } else { Vec::new() },
        })))
    }
}
