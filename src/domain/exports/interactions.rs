//! Interactions of an export, with the names of the records that they concern.

use sea_orm::{DbBackend, DbErr};
use serde_json::Value as Json;

use super::output::Output;
use crate::{
    card::csv::InteractionRow,
    domain::Context,
    resources::Resource,
    storage::{Row, RowEncoder, projection::Projection},
};

/// Expressions of an interaction, in the order in which [`Interactions`] reads them. The subject's tables are joined already.
/// After them come the names of its parties.
const COLUMNS: [&str; 12] = [
    "interactions.id",
    "interactions.contact_id",
    "contacts.name",
    "interactions.company_id",
    "companies.name",
    "interactions.kind",
    "interactions.occurred_at",
    "interactions.time_zone",
    "interactions.subject",
    "interactions.body",
    "(SELECT u.email FROM users u WHERE u.id = interactions.owner_id)",
    "interactions.metadata",
];

pub(super) fn columns(interactions: &'static Resource, ctx: &Context) -> Projection {
    let mut projection = Projection::new(interactions);
    for column in COLUMNS {
        projection.expression(column.to_owned());
    }
    let list = if ctx.db.backend() == DbBackend::Postgres { "json_agg" } else { "json_group_array" };
    projection.expression(format!(
        "(SELECT {list}(p.name ORDER BY p.position) FROM interaction_parties p WHERE p.interaction_id = interactions.id)"
    ));
    projection
}

/// Encodes interactions.
pub(super) struct Interactions {
    output: Output,
}

impl Interactions {
    pub(super) fn new(output: Output) -> Self {
        Self { output }
    }
}

impl RowEncoder for Interactions {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        let text = |column| row.text(column).map(str::to_owned);
        let id = |column| row.id(column).map(|id| id.to_string());
        let mut occurred_at = Vec::with_capacity(32);
        row.write_time(6, &mut occurred_at);
        let metadata = match row.json(11)? {
            Some(Json::Object(entries)) => entries,
            _ => serde_json::Map::new(),
        };
        self.output.interaction(&InteractionRow {
            id: id(0).unwrap_or_default(),
            contact_id: id(1),
            contact: text(2),
            company_id: id(3),
            company: text(4),
            kind: row.text(5).unwrap_or_default().to_ascii_uppercase(),
            occurred_at: String::from_utf8_lossy(&occurred_at).into_owned(),
            time_zone: text(7),
            subject: text(8),
            body: text(9),
            owner: text(10),
            parties: parties(row.json(COLUMNS.len())?),
            metadata,
        })
    }

    fn part(&mut self) -> Option<Vec<u8>> {
        self.output.part()
    }

    fn end(self) -> Result<Vec<u8>, DbErr> {
        self.output.end(false)
    }
}

fn parties(list: Option<Json>) -> Vec<String> {
    let Some(Json::Array(names)) = list else { return Vec::new() };
    names.into_iter().filter_map(|name| if let Json::String(name) = name { Some(name) } else { None }).collect()
}
