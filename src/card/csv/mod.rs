//! Tables: rows of persons or companies from CSV and its like, and back.
//!
//! `records` cuts a file into records, `dialect` finds out its separator and its header, `header` and `aliases` know the
//! columns of other programs, `mapping` says which column feeds which field, `people` (with `lists`) and `companies` make
//! cards of rows, and `write` writes the columns of the export, which are named as the fields are. `report` knows the tables of rows that
//! failed.

mod aliases;
mod companies;
mod dates;
mod dialect;
mod field;
mod header;
mod lists;
mod mapping;
mod pack;
mod people;
mod reader;
mod records;
mod report;
mod write;

pub use field::{AddressPart, ColumnField, CompanyField, Field};
pub use mapping::{Column, Mapping, Override};
pub use pack::escape;
pub use reader::{CompanyReader, Options, Reader};
pub use report::REPORT_COLUMNS;
pub use write::{COMPANY_COLUMNS, CONTACT_COLUMNS, INTERACTION_COLUMNS, InteractionRow, Writer};

#[cfg(test)]
mod tests;
