//! Files of separated values as records.

use std::io::Read;

use csv_core::{ReadRecordResult, ReaderBuilder};

use crate::card::{
    rows::{FaultCode, FileError},
    text::{HEAD_BYTES, Utf8, lenient},
};

/// Bytes that one record may have.
const RECORD_BYTES_MAX: usize = 1 << 20;

/// Bytes that are read at a time.
const CHUNK_BYTES: usize = 64 * 1024;

/// Times that the lines after a quotation mark that is not closed are read again, so that no file takes long to read.
const RESCUES_MAX: u32 = 100;

/// Cells of a line.
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) cells: Vec<String>,
    /// The reason why the cells are not what the line meant.
    pub(super) fault: Option<(FaultCode, &'static str)>,
    /// True where letters of another encoding were among those of UTF-8.
    pub(super) is_mixed: bool,
}

/// A file, record by record. Blank lines are none.
pub(super) struct Records<R> {
    input: Utf8<R>,
    reader: csv_core::Reader,
    delimiter: u8,
    buffer: Vec<u8>,
    at: usize,
    is_at_end: bool,
    line: u64,
    rescues: u32,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: Read> Records<R> {
    pub(super) fn new(input: Utf8<R>) -> Self {
        Self {
            input,
            reader: csv_core::Reader::new(),
            delimiter: b',',
            buffer: Vec::new(),
            at: 0,
            is_at_end: false,
            line: 1,
            rescues: 0,
            text: vec![0; 4096],
            ends: vec![0; 64],
        }
    }

    /// The beginning of the file, and whether it is the whole.
    pub(super) fn head(&mut self) -> Result<(&[u8], bool), FileError> {
        while self.buffer.len() < HEAD_BYTES && self.fill()? {}
        Ok((&self.buffer, self.is_at_end))
    }

    /// Sets the separator of the records that follow.
    pub(super) fn separate_by(&mut self, delimiter: u8) {
        self.delimiter = delimiter;
        self.reader = ReaderBuilder::new().delimiter(delimiter).build();
    }

    /// The next record.
    pub(super) fn next(&mut self) -> Result<Option<Record>, FileError> {
        let (mut used, mut written, mut cells) = (0, 0, 0);
        loop {
            let rest = self.buffer.get(self.at + used..).unwrap_or_default();
            if rest.is_empty() && !self.is_at_end {
                self.drop_done();
                self.fill()?;
                continue;
            }
            let text = self.text.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(cells..).unwrap_or_default();
            let (result, read, wrote, ended) = self.reader.read_record(rest, text, ends);
            (used, written, cells) = (used + read, written + wrote, cells + ended);
            match result {
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::InputEmpty if used <= RECORD_BYTES_MAX => {}
                ReadRecordResult::InputEmpty => return self.rescue(used).map(Some),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::Record => break,
            }
        }
        // Without its line feed, the carriage return would be a line of its own.
        if self.buffer.get((self.at + used).wrapping_sub(1)) == Some(&b'\r') {
            if self.buffer.len() <= self.at + used {
                self.fill()?;
            }
            used += usize::from(self.buffer.get(self.at + used) == Some(&b'\n'));
        }
        let raw = self.buffer.get(self.at..self.at + used).unwrap_or_default();
        let is_last = self.is_at_end && self.at + used >= self.buffer.len();
        if is_last && is_unclosed(raw) {
            return self.rescue(used).map(Some);
        }
        let blank = raw.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let line = self.line + line_breaks(raw.get(..blank).unwrap_or_default());
        self.line += line_breaks(raw);
        self.at += used;
        let (cells, is_mixed) = cells_of(&self.text, self.ends.get(..cells).unwrap_or_default());
        Ok(Some(Record { line, cells, fault: None, is_mixed }))
    }

    /// The first line of a record that does not end, so that only this line is lost and not everything after it.
    fn rescue(&mut self, used: usize) -> Result<Record, FileError> {
        const UNCLOSED: (FaultCode, &str) = (FaultCode::Invalid, "A quotation mark is not closed.");
        const TOO_LONG: (FaultCode, &str) = (FaultCode::TooLong, "The row is longer than 1 MiB.");
        let raw = self.buffer.get(self.at..self.at + used).unwrap_or_default();
        let is_break = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let blank = raw.iter().take_while(|byte| is_break(byte)).count();
        let end = raw.iter().skip(blank).position(is_break).map(|end| blank + end);
        let line = self.line + line_breaks(raw.get(..blank).unwrap_or_default());
        self.reader.reset();
        let first = raw.get(blank..end.unwrap_or(raw.len())).unwrap_or_default();
        let mut cells = split_plainly(first, self.delimiter);
        let fault = if end.is_some() || is_unclosed(raw) { UNCLOSED } else { TOO_LONG };
        let taken = end.filter(|_| self.rescues < RESCUES_MAX).unwrap_or(used);
        self.rescues += 1;
        self.line += line_breaks(raw.get(..taken).unwrap_or_default());
        self.at += taken;
        if taken == used && !self.is_at_end {
            cells.clear();
            self.skip_line()?;
        }
        Ok(Record { line, cells, fault: Some(fault), is_mixed: false })
    }

    /// Drops everything up to the next line break.
    fn skip_line(&mut self) -> Result<(), FileError> {
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if let Some(end) = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
                self.at += end;
                return Ok(());
            }
            self.at = self.buffer.len();
            if self.is_at_end {
                return Ok(());
            }
            self.drop_done();
            self.fill()?;
        }
    }

    fn drop_done(&mut self) {
        if self.at >= CHUNK_BYTES {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
    }

    /// Reads more; false at the end of the file.
    fn fill(&mut self) -> Result<bool, FileError> {
        let read = (&mut self.input).take(CHUNK_BYTES as u64).read_to_end(&mut self.buffer)?;
        self.is_at_end |= read < CHUNK_BYTES;
        Ok(!self.is_at_end)
    }
}

/// True of several lines with an odd number of quotation marks.
fn is_unclosed(raw: &[u8]) -> bool {
    let marks = memchr::memchr_iter(b'"', raw).count();
    !marks.is_multiple_of(2) && raw.trim_ascii().iter().any(|byte| matches!(byte, b'\r' | b'\n'))
}

fn line_breaks(raw: &[u8]) -> u64 {
    let feeds = memchr::memchr_iter(b'\n', raw).count();
    let returns = memchr::memchr_iter(b'\r', raw).count();
    let both = if returns == 0 { 0 } else { raw.windows(2).filter(|pair| pair == b"\r\n").count() };
    (feeds + returns - both) as u64
}

/// The cells, and whether letters of another encoding were among them.
fn cells_of(text: &[u8], ends: &[usize]) -> (Vec<String>, bool) {
    let (mut start, mut is_mixed) = (0, false);
    let cells = ends
        .iter()
        .map(|end| {
            let (cell, is_other) = lenient(text.get(start..*end).unwrap_or_default());
            start = *end;
            is_mixed |= is_other;
            cell
        })
        .collect();
    (cells, is_mixed)
}

/// The cells of a line in which quotation marks mean nothing.
fn split_plainly(line: &[u8], delimiter: u8) -> Vec<String> {
    line.split(|byte| *byte == delimiter).map(|cell| lenient(cell).0).collect()
}

#[cfg(test)]
mod tests {
    use super::{Record, Records};
    use crate::card::text::Utf8;

    fn read(text: &str) -> Vec<(u64, Vec<String>, bool)> {
        let mut records = Records::new(Utf8::new(text.as_bytes(), None));
        let mut found = Vec::new();
        while let Some(Record { line, cells, fault, .. }) = records.next().unwrap() {
            found.push((line, cells, fault.is_some()));
        }
        found
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>, bool) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect(), false)
    }

    #[test]
    fn records_know_their_lines() {
        let expected = [row(1, &["a", "b"]), row(3, &["c\nd", ""]), row(6, &["e", "\"f"])];
        assert_eq!(read("a,b\n\n\"c\nd\",\n\ne,\"\"\"f\"\n"), expected);
        assert_eq!(read("a,b\r\n\r\n\"c\nd\",\r\n\r\ne,\"\"\"f\""), expected);
        assert_eq!(read("a\rb\rc"), [row(1, &["a"]), row(2, &["b"]), row(3, &["c"])]);
        assert_eq!(read(""), []);
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_loses_one_row() {
        let found = read("a,b\n\"c,d\ne,f\ng,h\n");
        assert_eq!(found.iter().map(|(line, ..)| *line).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert_eq!(found[1], (2, vec!["\"c".to_owned(), "d".to_owned()], true));
        assert_eq!(found[3], row(4, &["g", "h"]));
    }

    #[test]
    fn long_rows_are_errors_and_the_rest_is_read() {
        let text = format!("a\n{}\nb\n\"{}", "x".repeat(3 << 20), "y\n".repeat(2 << 20));
        let found = read(&text);
        assert_eq!((found[0].0, found[1].0, found[1].2), (1, 2, true));
        assert_eq!(found[2], row(3, &["b"]));
        assert!(found[3].2);
        assert_eq!(found.len(), 4 + (2 << 20) - 1);
    }

    #[test]
    fn the_end_of_a_long_row_is_no_row() {
        for more in [1, 100, 300, 64 * 1024] {
            let text = format!("a,b\n{}GARBAGE,x\nc,d\n", "x".repeat((20 << 16) + more - 8));
            let found = read(&text);
            assert_eq!(found.len(), 3, "{more}: {:?}", found.last());
            assert_eq!((found[1].2, &found[2]), (true, &row(3, &["c", "d"])));
        }
    }
}
