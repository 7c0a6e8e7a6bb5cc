//! Reading a file on a thread of its own, chunk by chunk.

use std::io::Read as Input;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::{
    item::{Item, Prepared},
    options::Options,
};
use crate::{
    card::{
        FaultCode, Read, Row,
        csv::{self, ColumnField},
        encoding_named, jscontact, vcard,
    },
    entity::import_job::{ImportFormat, ImportSubject},
};

/// Most rows of a chunk.
pub(super) const CHUNK_ROWS: usize = 1000;
/// Bytes of text after which a chunk ends, because a card may have a picture.
const CHUNK_BYTES: usize = 1 << 20;
/// Chunks that wait to be staged.
const CHUNKS_AHEAD: usize = 1;

/// A column of a table, and how it was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportColumn {
    /// Its name in the file.
    pub column: String,
    /// The field that it feeds; none where it is left out.
    pub field: Option<String>,
    /// Its first values, at most three.
    pub samples: Vec<String>,
}

/// A fault or a warning of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Kind of problem, as the API names it.
    pub code: String,
    /// Path of the field; empty when no single field is at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub field: Vec<String>,
    /// English sentence.
    pub message: String,
    /// Records that stand in the way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conflict_ids: Vec<String>,
}

/// A row as it was read.
#[derive(Debug)]
pub(super) struct ReadRow {
    pub(super) number: i32,
    pub(super) line: i32,
    /// None of a row that could not be read.
    pub(super) item: Option<Item>,
    /// The row as a new contact, worked out on the reader's thread.
    pub(super) prepared: Option<Prepared>,
    pub(super) cells: Vec<String>,
    pub(super) errors: Vec<Fault>,
    pub(super) warnings: Vec<Fault>,
    /// Bytes of its texts.
    bytes: usize,
}

/// A part of what a file holds.
#[derive(Debug)]
pub(super) enum Part {
    /// The columns, which come first; none of files that have no columns.
    Columns(Vec<ImportColumn>),
    /// Some rows.
    Rows(Vec<ReadRow>),
    /// The file cannot be read any further, for a reason that the caller is told.
    Failed(String),
    /// The file was read to its end.
    End,
}

/// Begins to read a file; its parts come one after the other. A file that ends without [`Part::End`] or [`Part::Failed`]
/// was given up.
pub(super) fn begin(
    input: impl Input + Send + 'static,
    (subject, format): (ImportSubject, ImportFormat),
    options: &Options,
) -> mpsc::Receiver<Part> {
    let (sender, parts) = mpsc::channel(CHUNKS_AHEAD);
    let options = options.clone();
    // The reader sees the end of its parts when nobody takes them any more, and ends.
    drop(tokio::task::spawn_blocking(move || {
        let end = match read(input, (subject, format), &options, &sender) {
            Ok(()) => Part::End,
            Err(message) => Part::Failed(message),
        };
        drop(sender.blocking_send(end));
    }));
    parts
}

fn read(
    input: impl Input + Send + 'static,
    (subject, format): (ImportSubject, ImportFormat),
    options: &Options,
    parts: &mpsc::Sender<Part>,
) -> Result<(), String> {
    let of_card = |card: &_| {
        let item = Item::of_card(card, options);
        let prepared = item.prepared();
        (item, prepared)
    };
    let encoding = options.encoding.as_deref().and_then(encoding_named);
    match (subject, format) {
        (ImportSubject::Contacts, ImportFormat::Csv) => {
            let reader = csv::Reader::new(input, &table_options(options)).map_err(|error| error.to_string())?;
            send(parts, Part::Columns(columns(&reader.mapping().columns)))?;
            rows(reader, of_card, parts)
        }
        (ImportSubject::Companies, ImportFormat::Csv) => {
            let reader = csv::CompanyReader::new(input, &table_options(options)).map_err(|error| error.to_string())?;
            send(parts, Part::Columns(columns(&reader.mapping().columns)))?;
            rows(reader, |card| (Item::of_company(card, options), None), parts)
        }
        (ImportSubject::Contacts, ImportFormat::Vcard) => rows(vcard::Reader::encoded(input, encoding), of_card, parts),
        (ImportSubject::Contacts, ImportFormat::Jscontact) => {
            rows(jscontact::Reader::encoded(input, encoding), of_card, parts)
        }
        (ImportSubject::Companies, _) => Err("Companies come as CSV alone.".to_owned()),
    }
}

fn table_options(options: &Options) -> csv::Options {
    let overrides = options.mapping.iter();
    let overrides = overrides.map(|wish| csv::Override { column: wish.column.clone(), field: wish.field.clone() });
    csv::Options {
        overrides: overrides.collect(),
        is_rest_kept: options.keeps_unknown,
        encoding: options.encoding.clone(),
        ..csv::Options::default()
    }
}

fn columns<F: ColumnField>(columns: &[csv::Column<F>]) -> Vec<ImportColumn> {
    let column = |column: &csv::Column<F>| ImportColumn {
        column: column.name.clone(),
        field: column.field.as_ref().map(ToString::to_string),
        samples: column.samples.iter().cloned().map(storable).collect(),
    };
    columns.iter().map(column).collect()
}

fn send(parts: &mpsc::Sender<Part>, part: Part) -> Result<(), String> {
    parts.blocking_send(part).map_err(|_gone| "The import was given up.".to_owned())
}

fn rows<T>(
    reader: impl Iterator<Item = Read<T>>,
    item: impl Fn(&T) -> (Item, Option<Prepared>),
    parts: &mpsc::Sender<Part>,
) -> Result<(), String> {
    let (mut chunk, mut bytes) = (Vec::with_capacity(CHUNK_ROWS), 0);
    for read in reader {
        let row = match read.map_err(|error| error.to_string())? {
            Ok(row) => read_row(row, &item),
            Err(error) => ReadRow {
                bytes: bytes_of(&error.cells),
                number: number(error.row),
                line: number(error.line),
                item: None,
                prepared: None,
                cells: error.cells.into_iter().map(storable).collect(),
                errors: vec![fault(error.code, None, error.message)],
                warnings: Vec::new(),
            },
        };
        bytes += row.bytes;
        chunk.push(row);
        if chunk.len() == CHUNK_ROWS || bytes >= CHUNK_BYTES {
            send(parts, Part::Rows(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_ROWS))))?;
            bytes = 0;
        }
    }
    if chunk.is_empty() { Ok(()) } else { send(parts, Part::Rows(chunk)) }
}

fn read_row<T>(row: Row<T>, item: impl Fn(&T) -> (Item, Option<Prepared>)) -> ReadRow {
    let (item, prepared) = item(&row.item);
    let (bytes, has_nul) = item.measure();
    let (item, errors) = if has_nul {
        (None, vec![fault(FaultCode::Invalid, None, "The row must not contain the NUL character.".to_owned())])
    } else {
        (Some(item), Vec::new())
    };
    let warnings = row.warnings.into_iter();
    ReadRow {
        bytes: bytes + bytes_of(&row.cells),
        number: number(row.row),
        line: number(row.line),
        item,
        prepared,
        cells: row.cells.into_iter().map(storable).collect(),
        errors,
        warnings: warnings.map(|warning| fault(warning.code, warning.field, warning.message)).collect(),
    }
}

fn bytes_of(cells: &[String]) -> usize {
    cells.iter().map(String::len).sum()
}

/// A text of the file as a report can hold it: PostgreSQL stores no NUL.
fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

fn fault(code: FaultCode, field: Option<&'static str>, message: String) -> Fault {
    let field = field.into_iter().map(str::to_owned).collect();
    Fault { code: code.name().to_owned(), field, message: storable(message), conflict_ids: Vec::new() }
}

/// A place in the file; files have no more than two thousand million lines.
fn number(place: u64) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}
