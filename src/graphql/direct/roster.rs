//! Companies with pages of their rosters: one page comes in the company's own statement, more in one each.

use std::sync::Arc;

use async_graphql::SelectionField;
use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    Plan,
    connection::{Connection, Rows},
};
use crate::{
    domain::{
        self,
        direct::{self, List},
        memberships,
    },
    graphql::{
        connection::PageArgs,
        context::RequestState,
        error::{ApiError, ApiResult},
    },
    resources::MEMBERSHIP,
    storage::{OffsetRow, Row, RowVisitor},
};

/// The rosters that a company's selection asks for: one for each key in the answer.
#[derive(Debug, Default)]
pub(super) struct Rosters(Vec<(Arc<Connection>, PageArgs)>);

impl Rosters {
    /// Plans one more and says its number.
    pub(super) fn plan(&mut self, fields: &[SelectionField<'_>]) -> Option<usize> {
        let arguments = fields.first()?.arguments().ok()?;
        let mut page = PageArgs::default();
        for (name, value) in arguments {
            match (name.as_str(), value) {
                (_, async_graphql::Value::Null) => {}
                ("first", async_graphql::Value::Number(number)) => page.first = Some(number.as_i64()?.try_into().ok()?),
                ("last", async_graphql::Value::Number(number)) => page.last = Some(number.as_i64()?.try_into().ok()?),
                ("after", async_graphql::Value::String(cursor)) => page.after = Some(cursor),
                ("before", async_graphql::Value::String(cursor)) => page.before = Some(cursor),
                _ => return None,
            }
        }
        self.0.push((Arc::new(Connection::plan(fields, &MEMBERSHIP)?), page));
        Some(self.0.len() - 1)
    }

    /// The only one, which the company's own statement reads.
    pub(super) fn single(&self) -> Option<(&Arc<Connection>, &PageArgs)> {
        match self.0.as_slice() {
            [(connection, page)] => Some((connection, page)),
            _ => None,
        }
    }

    /// Reads them all.
    pub(super) async fn read(&self, state: &RequestState, company_id: Uuid) -> ApiResult<Vec<Vec<u8>>> {
        let mut written = Vec::with_capacity(self.0.len());
        for (connection, page) in &self.0 {
            let request = page.clone().request(&state.limits)?;
            let total = async || count(state, company_id).await;
            written.push(connection.read(state, List::Roster(company_id), &request, total).await?);
        }
        Ok(written)
    }
}

async fn count(state: &RequestState, company_id: Uuid) -> ApiResult<i64> {
    let counts = memberships::roster_counts(state.domain.db.reads(), &[company_id]).await.map_err(ApiError::from)?;
    Ok(counts.get(&company_id).copied().unwrap_or_default())
}

/// Where a roster goes in the company's object, until it is known: a byte that JSON cannot hold.
const PLACE: u8 = 0;

/// One company with one page of its roster, in one statement.
pub(super) async fn company_with_roster(
    state: &RequestState,
    id: Uuid,
    plan: &Arc<Plan>,
    (connection, page): (&Arc<Connection>, &PageArgs),
) -> ApiResult<Option<Vec<u8>>> {
    let request = page.clone().request(&state.limits)?;
    let visitor = |cursors| Both { plan: Arc::clone(plan), company: None, roster: connection.rows(&request, cursors) };
    let db = &state.domain.db;
    let Both { company, roster, .. } =
        direct::company_with_roster(db, id, &plan.projection, connection.wanted(&request), visitor).await?;
    let Some(mut company) = company else { return Ok(None) };
    let total = if connection.wants_total() { count(state, id).await? } else { 0 };
    let roster = roster.finish(&request, total).map_err(domain::Error::from)?;
    if let Some(place) = company.iter().position(|byte| *byte == PLACE) {
        company.splice(place..=place, roster);
    }
    Ok(Some(company))
}

struct Both {
    plan: Arc<Plan>,
    company: Option<Vec<u8>>,
    roster: Rows,
}

impl RowVisitor for Both {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        if self.company.is_none() {
            let mut out = Vec::with_capacity(512);
            self.plan.object.write(row, &[vec![PLACE]], &mut out)?;
            self.company = Some(out);
        }
        self.roster.optional_row(&OffsetRow(row, self.plan.projection.width()))
    }
}
