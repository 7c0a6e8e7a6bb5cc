//! The file of an export, in any format, as bytes.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sea_orm::DbErr;

use super::format::{Format, Of};
use crate::card::{
    Card, CompanyCard,
    csv::{COMPANY_COLUMNS, CONTACT_COLUMNS, INTERACTION_COLUMNS, InteractionRow, Writer},
    jscontact::to_jscontact,
    vcard::{Version, write_card},
};

/// Bytes of a part.
const PART_BYTES: usize = 64 * 1024;

/// A file that is being written.
pub(super) enum Output {
    /// The writer, and the buffer that it writes to.
    Csv(Box<Writer<Written>>, Written),
    Vcard(Version, String),
    Jscontact(Vec<u8>),
}

/// Buffer of bytes that a writer has written and nobody has taken yet.
#[derive(Clone, Default)]
pub(super) struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output {
    /// Begins the file.
    pub(super) fn new(of: Of, format: Format, has_mark: bool) -> Result<Self, DbErr> {
        Ok(match format {
            Format::Csv => {
                let columns = match of {
                    Of::Contacts => CONTACT_COLUMNS,
                    Of::Companies => COMPANY_COLUMNS,
                    Of::Interactions => INTERACTION_COLUMNS,
                };
                let written = Written::default();
                let writer = Writer::new(written.clone(), columns, has_mark).map_err(|cause| failed(&cause))?;
                Self::Csv(Box::new(writer), written)
            }
            Format::Vcard3 => Self::Vcard(Version::V3, String::new()),
            Format::Vcard4 => Self::Vcard(Version::V4, String::new()),
            Format::Jscontact => Self::Jscontact(Vec::new()),
        })
    }

    pub(super) fn contact(&mut self, card: &Card, is_first: bool) -> Result<(), DbErr> {
        match self {
            Self::Csv(writer, _) => writer.contact(card).map_err(|cause| failed(&cause)),
            Self::Vcard(version, out) => {
                write_card(card, *version, out);
                Ok(())
            }
            Self::Jscontact(out) => {
                out.extend_from_slice(if is_first { b"[\n" } else { b",\n" });
                serde_json::to_writer(out, &to_jscontact(card)).map_err(|cause| DbErr::Custom(cause.to_string()))
            }
        }
    }

    /// Writes a company, which only tables have.
    pub(super) fn company(&mut self, company: &CompanyCard) -> Result<(), DbErr> {
        if let Self::Csv(writer, _) = self { writer.company(company).map_err(|cause| failed(&cause)) } else { Ok(()) }
    }

    /// Writes an interaction, which only tables have.
    pub(super) fn interaction(&mut self, interaction: &InteractionRow) -> Result<(), DbErr> {
        if let Self::Csv(writer, _) = self {
            writer.interaction(interaction).map_err(|cause| failed(&cause))
        } else {
            Ok(())
        }
    }

    /// Takes the bytes that are written, once they are enough for a part.
    pub(super) fn part(&mut self) -> Option<Vec<u8>> {
        fn taken<T: Default>(bytes: &mut T, count: usize) -> Option<T> {
            (count >= PART_BYTES).then(|| std::mem::take(bytes))
        }
        match self {
            Self::Csv(_, written) => {
                let mut bytes = written.bytes();
                let count = bytes.len();
                taken(&mut *bytes, count)
            }
            Self::Vcard(_, out) => {
                let count = out.len();
                taken(out, count).map(String::into_bytes)
            }
            Self::Jscontact(out) => {
                let count = out.len();
                taken(out, count)
            }
        }
    }

    /// Ends the file, and returns what is left of it.
    pub(super) fn end(self, is_empty: bool) -> Result<Vec<u8>, DbErr> {
        match self {
            Self::Csv(mut writer, written) => {
                writer.flush().map_err(|cause| failed(&cause))?;
                let rest = std::mem::take(&mut *written.bytes());
                Ok(rest)
            }
            Self::Vcard(_, out) => Ok(out.into_bytes()),
            Self::Jscontact(mut out) => {
                out.extend_from_slice(if is_empty { b"[]\n" } else { b"\n]\n" });
                Ok(out)
            }
        }
    }
}

/// Writing into memory does not fail.
fn failed(cause: &io::Error) -> DbErr {
    DbErr::Custom(format!("a row could not be written: {cause}"))
}
