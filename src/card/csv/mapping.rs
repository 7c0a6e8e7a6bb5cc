//! Which column feeds which field.

use super::{
    aliases::{Known, find},
    dialect::{Sample, is_email, is_number},
    field::{AddressPart, ColumnField, CompanyField, Field},
    header, report,
};
use crate::card::rows::FileError;

/// Values of a column that are shown.
const SAMPLES_MAX: usize = 3;

/// Characters of a value that are shown.
const SAMPLE_CHARS_MAX: usize = 100;

/// A caller's word on a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Name of the column.
    pub column: String,
    /// Name of the field that it feeds, e.g. `name.given`; none to leave the column out.
    pub field: Option<String>,
}

/// A column of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column<F> {
    /// Its name in the file, or "Column 3" where the file has no header.
    pub name: String,
    /// The field that it feeds; none where it is left out.
    pub field: Option<F>,
    /// Its first values that are not empty, at most three.
    pub samples: Vec<String>,
    /// Which item of a list it is a part of.
    pub(super) slot: u32,
    /// Label of its values.
    pub(super) label: Option<&'static str>,
    /// Text that its values begin with.
    pub(super) prefix: Option<&'static str>,
}

/// How each column of a file is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping<F> {
    /// The columns, in the order of the file.
    pub columns: Vec<Column<F>>,
    /// True of a file that Liaison wrote: its lists are packed, and its cells escaped.
    pub is_own: bool,
    /// True where `04/12/1985` is the fourth of December.
    pub(super) is_day_first: bool,
}

/// A field that columns are mapped to, with what differs between persons and companies.
pub(super) trait Mapped: Known + ColumnField {
    /// Columns that only a file of our own has.
    const OWN: &'static [&'static str];

    /// Decides names that mean different things, by the other columns.
    fn settle(columns: &mut [Column<Self>], rows: &[Vec<String>]);

    /// Fields by content, for columns without a known name.
    fn guess(columns: &mut [Column<Self>], rows: &[Vec<String>], has_header: bool);

    /// True of the birthday, whose column tells the order of day and month.
    fn is_date(&self) -> bool;
}

/// Understands the columns of a table. `rows` are its first rows, without the header.
pub(super) fn map<F: Mapped>(
    names: Option<&[String]>,
    rows: &Sample,
    overrides: &[Override],
    is_rest_kept: bool,
) -> Result<Mapping<F>, FileError> {
    let width = names.map_or_else(|| rows.iter().map(Vec::len).max().unwrap_or_default(), <[String]>::len);
    let is_own = names.is_some_and(|names| F::OWN.iter().all(|own| names.iter().any(|name| name.trim() == *own)));
    let mut columns: Vec<Column<F>> = (0..width).map(|at| column(names, at, rows)).collect();
    let mut keys = Vec::with_capacity(width);
    for column in &mut columns {
        keys.push(if names.is_some() { read_name(column, is_own) } else { None });
    }
    if !is_own {
        F::settle(&mut columns, rows);
    }
    // The slots follow the fields, which the neighbours of a column may have changed.
    let mut slots = Slots::default();
    for (column, key) in columns.iter_mut().zip(keys) {
        if let Some((field, key)) = column.field.as_ref().zip(key) {
            column.slot = slots.of(&field.to_string(), &key);
        }
    }
    if !is_own {
        F::guess(&mut columns, rows, names.is_some());
    }
    for wish in overrides {
        apply(&mut columns, wish)?;
    }
    let is_wished = |name: &str| overrides.iter().any(|wish| is_same(&wish.column, name));
    if is_rest_kept {
        for column in &mut columns {
            if column.field.is_none() && !is_wished(&column.name) && !column.name.is_empty() {
                column.field = Some(F::metadata(&column.name));
            }
        }
    }
    let is_day_first = is_day_first(&columns, rows);
    Ok(Mapping { columns, is_own, is_day_first })
}

fn column<F>(names: Option<&[String]>, at: usize, rows: &Sample) -> Column<F> {
    let name = match names {
        // A name becomes a key of the metadata, which has no NUL.
        Some(names) => names.get(at).map(|name| name.trim().replace('\0', "")).unwrap_or_default(),
        None => report::column_name(at),
    };
    let values = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let samples = values.take(SAMPLES_MAX).map(|cell| cell.chars().take(SAMPLE_CHARS_MAX).collect()).collect();
    Column { name, field: None, samples, slot: u32::try_from(at).unwrap_or(u32::MAX), label: None, prefix: None }
}

/// Slots by list and key: a number, or the owner of an address. The flag tells that the slot has its value.
#[derive(Default)]
struct Slots(Vec<(&'static str, String, bool)>);

impl Slots {
    /// The slot of a field. A value has its slot for itself: the next one of the same name gets another.
    fn of(&mut self, field: &str, key: &str) -> u32 {
        let (list, is_value) = list_of(field);
        let known = self
            .0
            .iter()
            .position(|(other, name, has_value)| *other == list && name == key && !(is_value && *has_value));
        let at = known.unwrap_or_else(|| {
            self.0.push((list, key.to_owned(), false));
            self.0.len() - 1
        });
        if let Some((_, _, has_value)) = self.0.get_mut(at) {
            *has_value |= is_value;
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}

/// Gives a column the field that its name says, and answers the key of its slot.
fn read_name<F: Mapped>(column: &mut Column<F>, is_own: bool) -> Option<String> {
    if let Some(field) = F::named(&column.name) {
        column.field = Some(field);
        return Some(String::new());
    }
    let found = find::<F>(&column.name).filter(|_| !is_own)?;
    let key = match (found.owner, found.number, found.alias.label) {
        (Some(owner), ..) => owner.to_owned(),
        (None, number, Some(label)) => format!("{label} {} {}", number.unwrap_or_default(), column.name),
        (None, Some(number), None) => number.to_string(),
        (None, None, None) => String::new(),
    };
    column.label = found.alias.label.or(found.owner);
    column.prefix = found.alias.prefix;
    column.field = Some(found.alias.field.clone());
    Some(key)
}

/// The list that a field is a part of, and whether it is a value by itself.
fn list_of(field: &str) -> (&'static str, bool) {
    match field {
        "emails" => ("emails", true),
        "emails.label" => ("emails", false),
        "phones" => ("phones", true),
        "phones.label" => ("phones", false),
        "links" => ("links", true),
        "links.label" => ("links", false),
        field if field.starts_with("addresses") => ("addresses", false),
        field if matches!(field, "role" | "department") || field.starts_with("company") => ("company", false),
        _ => ("", false),
    }
}

fn is_same(wish: &str, name: &str) -> bool {
    wish.trim() == name || header::words(wish) == header::words(name)
}

fn apply<F: Mapped>(columns: &mut [Column<F>], wish: &Override) -> Result<(), FileError> {
    let field =
        match wish.field.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(name) => {
                let field = F::named(name);
                Some(field.ok_or_else(|| {
                    FileError::Unusable(format!("There is no field \"{name}\" that a column can feed."))
                })?)
            }
        };
    let at = columns.iter().position(|column| column.name == wish.column.trim());
    let at = at.or_else(|| columns.iter().position(|column| is_same(&wish.column, &column.name)));
    let Some(at) = at else {
        return Err(FileError::Unusable(format!("The file has no column \"{}\".", wish.column)));
    };
    // A part of an address, a company, or a label belongs to the item that the file has already.
    let (list, is_value) = field.as_ref().map_or(("", false), |field| list_of(&field.to_string()));
    let of_list =
        |column: &&Column<F>| column.field.as_ref().is_some_and(|field| list_of(&field.to_string()).0 == list);
    let known = columns.iter().filter(of_list).map(|column| column.slot).next();
    let fresh = u32::MAX - u32::try_from(at).unwrap_or_default();
    if let Some(column) = columns.get_mut(at).filter(|column| column.field != field) {
        column.label = None;
        column.prefix = None;
        column.slot = known.filter(|_| !is_value).unwrap_or(fresh);
        column.field = field;
    }
    Ok(())
}

/// The order of dates such as `04/12/1985`: by a value that has only one, else by the language of the column's name.
fn is_day_first<F: Mapped>(columns: &[Column<F>], rows: &Sample) -> bool {
    for (at, column) in columns.iter().enumerate() {
        if !column.field.as_ref().is_some_and(F::is_date) {
            continue;
        }
        for cell in rows.iter().filter_map(|row| row.get(at)) {
            let mut numbers = cell.split(['/', '-', '.']).map(|number| number.trim().parse::<u32>());
            match (numbers.next(), numbers.next()) {
                (Some(Ok(13..=31)), Some(Ok(1..=12))) => return true,
                (Some(Ok(1..=12)), Some(Ok(13..=31))) => return false,
                _ => {}
            }
        }
        return !header::words(&column.name).starts_with("birth")
            && header::words(&column.name) != "date of birth"
            && !column.name.is_empty();
    }
    false
}

impl Mapped for Field {
    const OWN: &'static [&'static str] = &["externalId", "emails.label", "company.id"];

    fn settle(columns: &mut [Column<Self>], rows: &[Vec<String>]) {
        let has =
            |columns: &[Column<Self>], field: &Self| columns.iter().any(|column| column.field.as_ref() == Some(field));
        let words: Vec<String> = columns.iter().map(|column| header::words(&column.name)).collect();
        // "Title" is the form of address where the role has a column of its own.
        let has_role = columns
            .iter()
            .zip(&words)
            .any(|(column, name)| column.field == Some(Self::Role) && !matches!(name.as_str(), "title" | "titel"));
        let is_outlook = has(columns, &Self::NameSuffix) && has(columns, &Self::NameAdditional);
        let is_family = |name: &str| matches!(name, "nom" | "name" | "naam" | "nome");
        let other_given =
            words.iter().any(|name| matches!(name.as_str(), "vorname" | "prenom" | "voornaam" | "primo nome"));
        // Of two columns of one name, the first is the form of address and the second the role.
        let is_title = |name: &str| matches!(name, "title" | "titel" | "titre" | "titulo");
        let second = words.iter().enumerate().filter(|(_, name)| is_title(name)).map(|(at, _)| at).nth(1);
        let second = second.filter(|_| !has_role);
        let (has_given, has_family) = (has(columns, &Self::NameGiven), has(columns, &Self::NameFamily));
        for (at, (column, name)) in columns.iter_mut().zip(&words).enumerate() {
            match (&column.field, name.as_str()) {
                (Some(Self::Role | Self::NamePrefix), name) if second.is_some() && is_title(name) => {
                    column.field = Some(if second == Some(at) { Self::Role } else { Self::NamePrefix });
                }
                (Some(Self::Role), "title" | "titel") if has_role => column.field = Some(Self::NamePrefix),
                (Some(Self::NamePrefix), "titre" | "titulo") if !has_role && !is_outlook => {
                    column.field = Some(Self::Role);
                }
                (Some(Self::Name), name) if is_family(name) && has_given && !has_family && other_given => {
                    column.field = Some(Self::NameFamily);
                }
                (Some(Self::Name), "nombre" | "nome") if has_family && !has_given => {
                    column.field = Some(Self::NameGiven);
                }
                _ => {}
            }
        }
        let is_id = |at: usize| {
            let mut cells = rows
                .iter()
                .filter_map(|row| row.get(at))
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
                .peekable();
            cells.peek().is_some() && cells.all(|cell| uuid::Uuid::try_parse(cell).is_ok())
        };
        for (at, column) in columns.iter_mut().enumerate() {
            if column.field == Some(Self::Id) && !is_id(at) {
                column.field = None;
            }
        }
    }

    fn guess(columns: &mut [Column<Self>], rows: &[Vec<String>], has_header: bool) {
        for at in 0..columns.len() {
            let Some(column) = columns.get(at).filter(|column| column.field.is_none()) else { continue };
            let guessed = if most(rows, at, is_email) {
                Some(Self::Emails)
            } else if has_header {
                None
            } else if most(rows, at, |cell| cell.starts_with("http")) {
                Some(Self::Links)
            } else if most(rows, at, |cell| is_number(cell) && cell.len() >= 6) {
                Some(Self::Phones)
            } else {
                None
            };
            let is_new = !has_header || columns.iter().all(|other| other.field != guessed);
            let slot = column.slot;
            if let Some(column) = columns.get_mut(at).filter(|_| is_new) {
                column.field = guessed;
                column.slot = slot + 1000;
            }
        }
        if has_header {
            return;
        }
        let texts: Vec<usize> = (0..columns.len())
            .filter(|at| columns.get(*at).is_some_and(|column| column.field.is_none() && !column.samples.is_empty()))
            .collect();
        let is_whole = texts.first().is_some_and(|at| most(rows, *at, |cell| cell.contains(' ')));
        let fields = match texts.len() {
            0 => vec![],
            1 => vec![Self::Name],
            _ if is_whole => vec![Self::Name, Self::Company],
            _ => vec![Self::NameGiven, Self::NameFamily, Self::Company],
        };
        for (at, field) in texts.into_iter().zip(fields) {
            if let Some(column) = columns.get_mut(at) {
                column.field = Some(field);
            }
        }
    }

    fn is_date(&self) -> bool {
        *self == Self::Birthday
    }
}

impl Mapped for CompanyField {
    const OWN: &'static [&'static str] = &["externalId", "industry", "metadata", "tags"];

    fn settle(columns: &mut [Column<Self>], rows: &[Vec<String>]) {
        // The address is whole where no part of it has a column; otherwise it is the street.
        let has_parts = columns
            .iter()
            .any(|column| matches!(&column.field, Some(Self::AddressPart(part)) if *part != AddressPart::Street));
        for (at, column) in columns.iter_mut().enumerate() {
            match column.field {
                Some(Self::Address) if has_parts => {
                    column.field = Some(Self::AddressPart(AddressPart::Street));
                }
                Some(Self::Id) if !most(rows, at, |cell| uuid::Uuid::try_parse(cell).is_ok()) => column.field = None,
                _ => {}
            }
        }
    }

    fn guess(columns: &mut [Column<Self>], _rows: &[Vec<String>], has_header: bool) {
        if let Some(column) = columns.first_mut().filter(|_| !has_header) {
            column.field = Some(Self::Name);
        }
    }

    fn is_date(&self) -> bool {
        false
    }
}

/// True where most values of a column are of a kind.
fn most(rows: &[Vec<String>], at: usize, is: impl Fn(&str) -> bool) -> bool {
    let cells = || rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let all = cells().count();
    all > 0 && cells().filter(|cell| is(cell)).count() * 10 >= all * 8
}
