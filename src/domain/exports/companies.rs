//! Companies of an export.

use sea_orm::DbErr;

use super::{contacts::status, output::Output};
use crate::{
    card::{CompanyCard, Given},
    domain::{
        Context,
        contacts::card::{card_status, list, object},
    },
    resources::Resource,
    storage::{Row, RowEncoder, projection::Projection},
};

/// Columns of a company, in the order in which [`Companies`] reads them.
const COLUMNS: [&str; 12] = [
    "id",
    "external_id",
    "name",
    "status",
    "website",
    "email",
    "phone",
    "address",
    "industry",
    "tags",
    "notes",
    "metadata",
];

pub(super) fn columns(companies: &'static Resource, _: &Context) -> Projection {
    let mut projection = Projection::new(companies);
    let table = projection.start();
    for column in COLUMNS {
        projection.column(&table, column);
    }
    projection
}

/// Encodes companies.
pub(super) struct Companies {
    output: Output,
}

impl Companies {
    pub(super) fn new(output: Output) -> Self {
        Self { output }
    }
}

impl RowEncoder for Companies {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        let text = |column| Given::from(row.text(column).map(str::to_owned));
        let company = CompanyCard {
            id: row.id(0).map(|id| id.to_string()).into(),
            external_id: text(1),
            name: text(2),
            status: Given::Value(card_status(status(row, 3))),
            website: text(4),
            email: text(5),
            phone: text(6),
            address: text(7),
            industry: text(8),
            tags: list(row.json(9)?.unwrap_or_default()),
            notes: text(10),
            metadata: object(row.json(11)?.unwrap_or_default()),
            empty_entries: Vec::new(),
        };
        self.output.company(&company)
    }

    fn part(&mut self) -> Option<Vec<u8>> {
        self.output.part()
    }

    fn end(self) -> Result<Vec<u8>, DbErr> {
        self.output.end(false)
    }
}
