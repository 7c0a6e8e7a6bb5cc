//! Tables of the rows that failed, which are mended and sent again: the original columns, escaped, and two of our own.

use super::pack::unescape;

/// Columns that stand after those of the file: the line, and what is wrong with the row.
pub const REPORT_COLUMNS: [&str; 2] = ["Line", "Error"];

/// True of the header of a report.
pub(super) fn is_header(names: &[String]) -> bool {
    let last = names.len().checked_sub(REPORT_COLUMNS.len()).filter(|first| *first > 0);
    last.and_then(|first| names.get(first..)).is_some_and(|last| last.iter().eq(&REPORT_COLUMNS))
}

/// The cells of a report's row as they stood in the file, which had this many columns. A row with more cells has them before
/// ours.
pub(super) fn original(mut cells: Vec<String>, width: usize) -> Vec<String> {
    cells.truncate(cells.len().saturating_sub(REPORT_COLUMNS.len()).max(width));
    for cell in &mut cells {
        let plain = unescape(cell);
        if plain.len() < cell.len() {
            *cell = plain.to_owned();
        }
    }
    cells
}

/// True of names that stand for those of a file without a header.
pub(super) fn are_made_up(names: &[String]) -> bool {
    names.iter().enumerate().all(|(at, name)| *name == column_name(at))
}

/// The name of a column of a file without a header.
pub(super) fn column_name(at: usize) -> String {
    format!("Column {}", at + 1)
}
