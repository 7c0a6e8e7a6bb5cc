//! Several values in one cell, and cells that a spreadsheet must not take for formulas.

/// Separator of values in one cell, as Google Contacts writes it.
pub(super) const BETWEEN: &str = " ::: ";

/// Signs that a formula begins with, or that a spreadsheet drops before one.
const FORMULA_SIGNS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// One cell with several texts. Texts that are all empty make an empty cell.
pub(super) fn pack<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let mut cell = String::new();
    let mut is_any = false;
    for (at, text) in texts.enumerate() {
        if at > 0 {
            cell.push_str(BETWEEN);
        }
        is_any |= !text.is_empty();
        if text.contains(['\\', ':']) {
            cell.push_str(&text.replace('\\', "\\\\").replace(":::", "\\:::"));
        } else {
            cell.push_str(text);
        }
    }
    if is_any { cell } else { String::new() }
}

/// The texts of a cell that [`pack`] made.
pub(super) fn unpack(cell: &str) -> Vec<String> {
    let plain = |text: &str| {
        let mut plain = String::with_capacity(text.len());
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            plain.extend(if letter == '\\' { letters.next() } else { Some(letter) });
        }
        plain
    };
    if cell.is_empty() { Vec::new() } else { cell.split(BETWEEN).map(plain).collect() }
}

/// A cell that no spreadsheet takes for a formula: an apostrophe stands before it where it would. None where the cell is
/// harmless as it is.
pub fn escape(cell: &str) -> Option<String> {
    let is_risky = cell.starts_with(FORMULA_SIGNS) || cell.starts_with('\'');
    is_risky.then(|| format!("'{cell}"))
}

/// The cell that [`escape`] was given.
pub(super) fn unescape(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA_SIGNS) || rest.starts_with('\'')).unwrap_or(cell)
}

#[cfg(test)]
mod tests {
    use proptest::{collection, prelude::*};

    use super::{escape, pack, unescape, unpack};

    proptest! {
        #[test]
        fn cells_are_undone(texts in collection::vec("[a:\\\\ ']{0,6}", 0..5), cell in "['=+a]{0,4}") {
            let packed = pack(texts.iter().map(String::as_str));
            let is_any = texts.iter().any(|text| !text.is_empty());
            let is_clean = texts.iter().all(|text| !text.ends_with(' ') && !text.starts_with(' '));
            if is_any && is_clean {
                prop_assert_eq!(unpack(&packed), texts);
            } else if !is_any {
                prop_assert_eq!(packed, "");
            }
            let escaped = escape(&cell).unwrap_or_else(|| cell.clone());
            prop_assert!(!escaped.starts_with(['=', '+']));
            prop_assert_eq!(unescape(&escaped), cell);
        }
    }
}
