//! Readers of tables.

use std::io::Read as Input;

use super::{
    companies,
    dialect::{detect, header_row, named_separator},
    field::{CompanyField, Field},
    mapping::{Mapped, Mapping, Override, map},
    people,
    records::Records,
    report,
};
use crate::card::{
    Card, CompanyCard,
    rows::{FaultCode, FileError, Read, Row, RowError, Warning},
    text::{MIXED, Utf8, encoding_named},
};

/// Columns that a table may have.
const COLUMNS_MAX: usize = 1000;

/// How a table is read. Everything that is left open is found out.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Separator of the cells: `,`, `;`, tab or `|`.
    pub delimiter: Option<u8>,
    /// Name of the encoding, e.g. "windows-1252".
    pub encoding: Option<String>,
    /// False where the table begins with its data.
    pub has_header: Option<bool>,
    /// Columns that the caller knows better.
    pub overrides: Vec<Override>,
    /// True to keep columns without a field in the metadata, under their names.
    pub is_rest_kept: bool,
}

/// A table whose columns are understood.
struct Table<R, F> {
    records: Records<R>,
    mapping: Mapping<F>,
    /// Columns of the file that a report is about; none of other files.
    report_width: Option<usize>,
    row: u64,
    is_done: bool,
}

impl<R: Input, F: Mapped> Table<R, F> {
    fn open(input: R, options: &Options) -> Result<Self, FileError> {
        let encoding = match &options.encoding {
            Some(name) => {
                let encoding = encoding_named(name);
                Some(encoding.ok_or_else(|| FileError::Unusable(format!("There is no encoding \"{name}\".")))?)
            }
            None => None,
        };
        let mut records = Records::new(Utf8::new(input, encoding));
        let (head, is_whole) = records.head()?;
        let (named, skipped) = named_separator(head).map_or((None, 0), |(separator, bytes)| (Some(separator), bytes));
        let head = head.get(skipped..).unwrap_or_default();
        let (delimiter, rows) = detect::<F>(head, is_whole, options.delimiter.or(named));
        let wished: Vec<&str> = options.overrides.iter().map(|wish| wish.column.trim()).collect();
        let header = match options.has_header {
            Some(false) => None,
            Some(true) => Some(header_row::<F>(&rows, &wished).unwrap_or(0)),
            None => header_row::<F>(&rows, &wished),
        };
        records.separate_by(delimiter);
        if skipped > 0 {
            records.next()?;
        }
        let mut header_cells = None;
        for _ in 0..header.map_or(0, |row| row + 1) {
            header_cells = records.next()?.map(|record| record.cells);
        }
        if header_cells.as_ref().is_some_and(|cells| cells.len() > COLUMNS_MAX) {
            return Err(FileError::Unusable(format!("The file has more than {COLUMNS_MAX} columns.")));
        }
        let mut data: Vec<Vec<String>> = rows.into_iter().skip(header.map_or(0, |row| row + 1)).collect();
        let is_report = header_cells.as_deref().is_some_and(report::is_header);
        let mut report_width = None;
        if let Some(cells) = header_cells.take_if(|_| is_report) {
            let originals = report::original(cells, 0);
            report_width = Some(originals.len());
            data = data.into_iter().map(|cells| report::original(cells, originals.len())).collect();
            header_cells = (!report::are_made_up(&originals)).then_some(originals);
        }
        let mapping = map(header_cells.as_deref(), &data, &options.overrides, options.is_rest_kept)?;
        Ok(Self { records, mapping, report_width, row: 0, is_done: false })
    }

    fn next<T>(&mut self, make: impl FnOnce(&Mapping<F>, &[String], &mut Vec<Warning>) -> T) -> Option<Read<T>> {
        if self.is_done {
            return None;
        }
        let record = loop {
            match self.records.next() {
                Ok(Some(record))
                    if record.fault.is_none() && record.cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(Some(record)) => break record,
                Ok(None) => {
                    self.is_done = true;
                    return None;
                }
                Err(error) => {
                    self.is_done = true;
                    return Some(Err(error));
                }
            }
        };
        self.row += 1;
        let (row, line, mut cells) = (self.row, record.line, record.cells);
        if let Some(width) = self.report_width {
            cells = report::original(cells, width);
        }
        if let Some((code, message)) = record.fault {
            return Some(Ok(Err(RowError { row, line, code, message: message.to_owned(), cells })));
        }
        let mut warnings = Vec::new();
        let width = self.mapping.columns.len();
        if cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            let message = format!("The row has more cells than the {width} columns; they are left out.");
            warnings.push(Warning { field: None, code: FaultCode::TooMany, message });
        }
        if record.is_mixed {
            warnings.push(Warning::invalid(None, MIXED));
        }
        if cells.iter().any(|cell| cell.contains('\u{fffd}')) {
            warnings
                .push(Warning::invalid(None, "Some letters could not be read: the file has another encoding, or two."));
        }
        let item = make(&self.mapping, &cells, &mut warnings);
        Some(Ok(Ok(Row { row, line, item, cells, warnings })))
    }
}

/// Reads rows of persons one by one, in bounded memory.
pub struct Reader<R>(Table<R, Field>);

impl<R: Input> Reader<R> {
    /// Begins to read a table: finds out its encoding, its separator and its columns from the first 64 KiB.
    pub fn new(input: R, options: &Options) -> Result<Self, FileError> {
        Table::open(input, options).map(Self)
    }

    /// How each column is understood.
    pub fn mapping(&self) -> &Mapping<Field> {
        &self.0.mapping
    }
}

impl<R: Input> Iterator for Reader<R> {
    type Item = Read<Card>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next(people::card)
    }
}

/// Reads rows of companies one by one, in bounded memory.
pub struct CompanyReader<R>(Table<R, CompanyField>);

impl<R: Input> CompanyReader<R> {
    /// Begins to read a table, as [`Reader::new`] does.
    pub fn new(input: R, options: &Options) -> Result<Self, FileError> {
        Table::open(input, options).map(Self)
    }

    /// How each column is understood.
    pub fn mapping(&self) -> &Mapping<CompanyField> {
        &self.0.mapping
    }
}

impl<R: Input> Iterator for CompanyReader<R> {
    type Item = Read<CompanyCard>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next(companies::company)
    }
}
