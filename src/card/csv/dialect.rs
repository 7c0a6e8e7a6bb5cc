//! The separator of a table, and the row that its header is in.

use csv::ReaderBuilder;

use super::{aliases::Known, aliases::find, field::ColumnField};
use crate::card::text::lenient;

/// Separators that are tried.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Rows that are looked at.
const ROWS_MAX: usize = 60;

/// Rows that may stand before the header.
const ROWS_BEFORE_HEADER_MAX: usize = 20;

/// First rows of a table, as a separator cuts them.
pub(super) type Sample = Vec<Vec<String>>;

/// The separator of a table, and its first rows.
pub(super) fn detect<F: Known + ColumnField>(head: &[u8], is_whole: bool, delimiter: Option<u8>) -> (u8, Sample) {
    if let Some(delimiter) = delimiter {
        return (delimiter, sample(head, is_whole, delimiter));
    }
    let mut best = (b',', sample(head, is_whole, b','), -1.0);
    for delimiter in SEPARATORS {
        let rows = sample(head, is_whole, delimiter);
        let score = score::<F>(&rows);
        if score > best.2 {
            best = (delimiter, rows, score);
        }
    }
    (best.0, best.1)
}

/// Excel's first line, e.g. `sep=;`, which names the separator: the separator, and the line's bytes.
pub(super) fn named_separator(head: &[u8]) -> Option<(u8, usize)> {
    let end = head.iter().position(|byte| *byte == b'\n')? + 1;
    let line = head.get(..end)?.trim_ascii();
    let is_named = line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"sep="));
    match line.get(4..) {
        Some([separator]) if is_named && separator.is_ascii() => Some((*separator, end)),
        _ if is_named && head.starts_with(b"sep=\t") => Some((b'\t', end)),
        _ => None,
    }
}

fn sample(head: &[u8], is_whole: bool, delimiter: u8) -> Sample {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(head);
    let mut rows: Sample = Vec::new();
    for record in reader.byte_records().take(ROWS_MAX) {
        let Ok(record) = record else { break };
        rows.push(record.iter().map(|cell| lenient(cell).0).collect());
    }
    // The last row may be cut.
    if !is_whole && rows.len() > 1 && rows.len() < ROWS_MAX {
        rows.pop();
    }
    rows
}

/// The likelihood of a separator: rows of the same width, and known columns.
fn score<F: Known + ColumnField>(rows: &Sample) -> f64 {
    let widths: Vec<usize> = rows.iter().map(Vec::len).collect();
    let count = |width: usize| widths.iter().filter(|other| **other == width).count();
    let Some(width) = widths.iter().copied().filter(|width| *width > 1).max_by_key(|width| (count(*width), *width))
    else {
        return 0.0;
    };
    let known = rows.iter().take(ROWS_BEFORE_HEADER_MAX).map(|row| known_columns::<F>(row)).max().unwrap_or_default();
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    let regular = number(count(width)) / number(rows.len().max(1));
    number(known) * 4.0 + regular * 3.0 + number(width.min(20)) / 20.0
}

fn known_columns<F: Known + ColumnField>(row: &[String]) -> usize {
    row.iter().filter(|cell| is_known::<F>(cell)).count()
}

fn is_known<F: Known + ColumnField>(cell: &str) -> bool {
    cell.len() <= 100 && (F::named(cell.trim()).is_some() || find::<F>(cell).is_some())
}

/// The row of the header, from 0; none where the table begins with its data.
pub(super) fn header_row<F: Known + ColumnField>(rows: &Sample, own_names: &[&str]) -> Option<usize> {
    let mut best: Option<(usize, usize)> = None;
    for (at, row) in rows.iter().take(ROWS_BEFORE_HEADER_MAX).enumerate() {
        let own = row.iter().filter(|cell| own_names.contains(&cell.trim())).count();
        let known = known_columns::<F>(row) + own;
        let is_better = best.is_none_or(|(_, most)| known > most);
        if known > 0 && is_better && !row.iter().any(|cell| is_data(cell)) {
            best = Some((at, known));
        }
    }
    best.map(|(at, _)| at).or_else(|| {
        // Names that nothing knows are still names when they differ and hold no data.
        let first = rows.first()?;
        let is_header = rows.len() > 1
            && first.iter().enumerate().all(|(at, cell)| {
                let cell = cell.trim();
                !cell.is_empty() && !is_data(cell) && first.iter().skip(at + 1).all(|other| other.trim() != cell)
            })
            && rows.iter().skip(1).flatten().any(|cell| is_data(cell));
        is_header.then_some(0)
    })
}

/// True of a cell that no header has: an e-mail address, an address of the web, or a number.
pub(super) fn is_data(cell: &str) -> bool {
    let cell = cell.trim();
    is_email(cell) || cell.starts_with("http://") || cell.starts_with("https://") || is_number(cell)
}

/// True of text that looks like an e-mail address.
pub(super) fn is_email(cell: &str) -> bool {
    cell.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.') && !cell.contains(' '))
}

/// True of text that looks like a phone number, or any other number.
pub(super) fn is_number(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    digits >= 4
        && cell
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, '+' | '-' | ' ' | '(' | ')' | '.' | '/'))
}
